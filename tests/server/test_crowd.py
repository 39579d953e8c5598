"""A generated city: the same for the same seed, held to what services hold to, added to and not doubled."""

import asyncio
import itertools
import shutil
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from core.eligibility.rulebook import Rulebook
from core.errors import GuantongError
from core.identifiers import parse_identity_number
from core.models import (
    Application,
    ApplicationStatus,
    AuditEvent,
    Award,
    Certificate,
    Credential,
    Employment,
    Enterprise,
    Evaluation,
    EvaluationOrigin,
    Objection,
    Outcome,
    Person,
    Round,
    RoundStep,
    SchemeVersion,
    Schooling,
    Score,
)
from core.replay.deciding import decision_outcome
from core.replay.snapshots import Standing
from core.rounds.steps import ROUND_TRANSITIONS, RoundState
from core.schemes import NoSchemes
from core.services.call import Call
from core.services.credential_form import NewCredential, check_parts, checked_number
from core.services.credentials import check_days
from core.services.eligible import decision_on, is_open
from core.services.replays import replay_evaluation
from core.services.targets import targets_of
from core.storage.database import Database
from core.storage.employers import load_employers
from core.storage.facts import load_facts
from core.storage.row_scope import EVERY_ROW
from plugins.document import scheme_from
from server.crowd import BATCH, check_count, crowd_of
from server.demo import OFFICER
from server.demonstration.crowd.ids import birthday
from server.demonstration.numbers import NOWHERE
from server.operations import load_crowd
from server.settings import load_settings
from server.wiring import Parts, open_parts

pytestmark = pytest.mark.anyio
PEOPLE = 260
HOST = "lingnan_ship"


async def generate(parts: Parts, count: int, which: int = 1) -> int:
    """How many people came into a city that holds the demonstration."""
    return (await (await crowd_of(parts, which)).run(count)).people


async def rows(database: Database, table: Any) -> list[Any]:
    async with database.read(EVERY_ROW) as session:
        return list((await session.exec(select(table).order_by(table.id))).all())


async def of_crowd(database: Database) -> dict[Any, Person]:
    async with database.read(EVERY_ROW) as session:
        events = (await session.exec(select(AuditEvent.body).where(AuditEvent.tag == "city:person:generate"))).all()
    assert events, "who was generated stands in the audit"
    return {one.id: one for one in await rows(database, Person) if str(one.id).startswith("019b76da")}


async def test_a_city_is_what_the_services_would_have_taken(parts: Parts) -> None:
    """One city serves every look at it."""
    database = parts.database
    assert await generate(parts, PEOPLE) == PEOPLE
    people = await of_crowd(database)
    assert len(people) == PEOPLE
    await _nobody_is_real(database, people)
    async with parts.use_cases(OFFICER, "test", EVERY_ROW) as call:
        await _credentials_pass_the_services_checks(call, database, people)
        await _applicants_were_eligible(call, database, people)
        await _evaluations_cannot_be_replayed_and_say_so(call, database, people)
    await _lives_are_in_order(database, people)
    await _outcomes_lead_to_certificates(database)
    await _rounds_took_their_steps(database)
    await _more_is_added_and_nothing_doubled(parts)


async def _nobody_is_real(database: Database, people: dict[Any, Person]) -> None:
    assert all(one.is_example and one.identity_masked.startswith(NOWHERE[:3]) for one in people.values())
    assert len({one.identity_index for one in people.values()}) == PEOPLE
    for place in range(PEOPLE):
        born_on, number = birthday(1, place)
        assert parse_identity_number(number).born_on == born_on
    assert all(one.is_example for one in await rows(database, Enterprise))


async def _credentials_pass_the_services_checks(call: Call, database: Database, people: dict[Any, Person]) -> None:
    held = [one for one in await rows(database, Credential) if one.person_id in people]
    assert {one.level.ladder.value for one in held} == {"skill", "title"}
    for one in held:
        given = NewCredential(**one.model_dump(exclude={"id", "revoked_on", "revoked_reason"}))
        check_parts(call, given)
        check_days(call, given, people[one.person_id])
        assert checked_number(call, given) == one.number
        assert one.evaluation_id is None, "imports issue nothing"
    years = Counter((one.person_id, one.awarded_on.year) for one in held if one.level.ladder.value == "skill")
    assert max(years.values()) == 1, "one skill certificate a year"


async def _applicants_were_eligible(call: Call, database: Database, people: dict[Any, Person]) -> None:
    applied = [one for one in await rows(database, Application) if one.person_id in people]
    assert len(applied) >= 10
    assert {one.status for one in applied} <= set(ApplicationStatus) - {ApplicationStatus.FILED}
    held = {one.id: one for one in await rows(database, Round)}
    enterprise = next(one for one in await rows(database, Enterprise) if one.key == HOST)
    scheme = scheme_from((await _version(call, applied[0])).document)
    for one in applied:
        day = held[one.round_id].reference_day
        facts = (await load_facts(call.session, [one.person_id], day))[one.person_id]
        [employer] = await load_employers(call.session, [enterprise.uscc], day, NoSchemes())
        standing = Standing(employer.enterprise, employer.listings, employer.authorities)
        targets = targets_of(one)
        outcome = decision_outcome(facts, day, Rulebook(call.policy, call.vocabulary), standing, scheme, targets)
        decision = decision_on(outcome, targets, HOST)
        assert decision is not None
        assert is_open(decision), decision
        assert day < one.filed_on <= held[one.round_id].applications_until


async def _version(call: Call, one: Application) -> Any:
    return await call.session.get(SchemeVersion, one.scheme_version_id)


async def _evaluations_cannot_be_replayed_and_say_so(call: Call, database: Database, people: dict[Any, Person]) -> None:
    found = [one for one in await rows(database, Evaluation) if one.person_id in people]
    assert found
    assert {one.origin for one in found} == {EvaluationOrigin.IMPORT}
    assert all("生成的示例数据" in (one.source_document or "") for one in found)
    with pytest.raises(GuantongError, match="never kept"):
        await replay_evaluation(call.session, OFFICER, found[0].id, scheme_from)
    scores = Counter(one.evaluation_id for one in await rows(database, Score))
    assert all(scores[one.id] >= 3 for one in found)


async def _lives_are_in_order(database: Database, people: dict[Any, Person]) -> None:
    born = {id_: one.born_on for id_, one in people.items()}
    for one in await rows(database, Schooling):
        if one.person_id in born:
            assert one.graduated_on.year - born[one.person_id].year >= 18
    spells = defaultdict(list)
    for one in await rows(database, Employment):
        if one.person_id in born:
            assert one.starts.year - born[one.person_id].year >= 18
            spells[one.person_id].append((one.starts, one.ends or date.max))
    assert all(end <= start for each in spells.values() for (_, end), (start, _) in itertools.pairwise(each))
    for one in await rows(database, Award):
        if one.person_id in born:
            assert one.position <= one.participants


async def _outcomes_lead_to_certificates(database: Database) -> None:
    given = defaultdict(list)
    for one in await rows(database, Certificate):
        given[one.evaluation_id].append(one)
    imported = [one for one in await rows(database, Evaluation) if one.application_id and one.origin == "import"]
    for one in imported:
        passed = [one.skill_outcome, one.title_outcome].count(Outcome.PASSED)
        assert len(given[one.id]) == passed
        if passed == 2:
            first, second = given[one.id]
            assert (first.pair_id, second.pair_id) == (second.id, first.id)
    outcomes = Counter(o for one in imported for o in (one.skill_outcome, one.title_outcome))
    assert outcomes[Outcome.PASSED] > outcomes[Outcome.FAILED]
    assert all(one.application_id for one in await rows(database, Objection))


async def _rounds_took_their_steps(database: Database) -> None:
    steps = defaultdict(list)
    for one in await rows(database, RoundStep):
        steps[one.round_id].append(one)
    generated = [one for one in await rows(database, Round) if one.zh.endswith("（生成的示例）")]
    assert len(generated) == 6
    for one in generated:
        state: RoundState | None = None
        for number, step in enumerate(sorted(steps[one.id], key=lambda s: s.number), 1):
            transition = ROUND_TRANSITIONS[step.step]
            assert step.number == number
            assert state is None or state in transition.sources
            state = step.state
        assert (state, number) == (RoundState.REPORTED, one.revision) == (one.state, number)


async def _more_is_added_and_nothing_doubled(parts: Parts) -> None:
    assert await generate(parts, PEOPLE) == 0
    assert await generate(parts, PEOPLE + 5) == 5
    with pytest.raises(GuantongError, match="a city of another seed is on record; take its seed, or another database"):
        await generate(parts, 10, 2)


async def test_the_same_seed_makes_the_same_city(parts: Parts, demonstration: Path, tmp_path: Path) -> None:
    """In one go and in two, but for what is sealed."""
    await generate(parts, 60)
    async with open_parts(load_settings(home=shutil.copytree(demonstration, tmp_path / "other"))) as other:
        await generate(other, 25)
        await generate(other, 60)
        for table in (Person, Employment, Schooling, Credential, Application, Evaluation, Award):
            one, same = [[_plain(row) for row in await rows(each.database, table)] for each in (parts, other)]
            assert [row for row in one if row["id"].startswith("019b76da")] == [
                row for row in same if row["id"].startswith("019b76da")
            ]


def _plain(row: Any) -> dict[str, Any]:
    """What a seed decides: what keys seal, and the demonstration's ids with all references to it, differ by run."""
    return {
        name: str(value)
        for name, value in row.model_dump().items()
        if name
        not in (
            "identity_cipher",
            "identity_index",
            "enterprise_id",
            "issuer_enterprise_id",
            "scheme_version_id",
            "scheme_digest",
        )
    }


@pytest.mark.parametrize("count", [0, -1, 7_305_001])
def test_there_are_numbers_for_so_many(count: int) -> None:
    with pytest.raises(GuantongError, match=f"people are 1 to 7305000, not {count}"):
        check_count(count)


def test_the_command_says_how_fast_it_was(
    demonstration: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a copy: other tests read the demonstration itself."""
    assert BATCH == 5_000
    asyncio.run(load_crowd(load_settings(home=shutil.copytree(demonstration, tmp_path / "copy")), 12, 3))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "12 / 12"
    assert lines[1].startswith("新增 12 人、")
    assert lines[1].endswith(" people a second")
