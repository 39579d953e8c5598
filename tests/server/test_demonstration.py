"""The demonstration goes in by the real services, once, and nothing in it belongs to anybody."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import col, select
from stdnum.cn import uscc

from core.facts import ObtainedBy
from core.models import (
    Account,
    Activation,
    ActivationState,
    AuditEvent,
    Certificate,
    Coaching,
    ContestDecision,
    ContestRequest,
    Credential,
    Enterprise,
    Evaluation,
    Objection,
    ObjectionState,
    Outcome,
    Person,
    RecordedFacts,
    ResultFiling,
    ResultFilingState,
    Round,
    RoundStep,
    Scheme,
    SchemeVersion,
    Score,
    ScoreEntry,
)
from core.permissions import NOT_SIGNED_IN, Role
from core.policy.load import load_packs
from core.rounds.steps import RoundState
from core.scoring_tables import CriterionSide
from core.secrets import Keyring
from core.services.contest_replays import replay_contest
from core.services.replays import replay_evaluation
from core.storage.database import Database
from core.storage.queries.kept_facts import FactOrigin, facts_of_people
from core.storage.row_scope import EVERY_ROW
from core.vocabulary import load_vocabulary
from plugins.document import scheme_from
from plugins.registry import StoredSchemes
from plugins.verifier import SchemeVerifier
from server.clock import SystemClock
from server.demo import OFFICER, open_accounts, seed
from server.demonstration.accounts import read_passwords
from server.demonstration.crew import BORN_ON, crew_serials
from server.demonstration.form import read_city
from server.demonstration.numbers import NOWHERE, identity_number
from server.demonstration.round_form import read_rounds
from server.wiring import Parts
from tests.conftest import POSTGRES_AT_NIGHT
from tests.hashing import quick_passwords

pytestmark = pytest.mark.anyio
KEYRING = Keyring({"test": bytes(32)}, bytes(range(32)))


def parts_of(database: Database) -> Parts:
    return Parts(
        database,
        load_vocabulary(),
        load_packs(),
        StoredSchemes(SchemeVerifier(load_vocabulary()).read),
        SystemClock(),
        KEYRING,
    )


TABLES = (Enterprise, Person, Credential, SchemeVersion, Evaluation, Score, Round, ContestRequest, AuditEvent)


async def seeded(database: Database) -> dict[str, int]:
    await seed(parts_of(database))
    async with database.read(EVERY_ROW) as session:
        return {t.__tablename__: (await session.exec(select(func.count()).select_from(t))).one() for t in TABLES}


async def rows(database: Database, table: Any, *conditions: Any) -> list[Any]:
    async with database.read(EVERY_ROW) as session:
        return list((await session.exec(select(table).where(*conditions).order_by(table.id))).all())


@POSTGRES_AT_NIGHT
async def test_it_goes_in_once_and_shows_every_story(database: Database, tmp_path: Path) -> None:
    """One build serves every look at it: it takes seconds."""
    first = await seeded(database)
    city, stories = read_city(), read_rounds()
    assert first["enterprise"] == len(city.enterprise) == 3
    crews = sum(len(crew_serials(crew)) for crew in stories.crew)
    assert first["person"] == len(city.person) + crews + sum(one.name is not None for one in stories.applicant)
    assert first["round"] == len(stories.round)
    assert await seeded(database) == first
    await _everything_is_an_example(database)
    await _every_deed_has_an_actor_and_a_reason(database)
    await _every_state_is_shown(database)
    await _one_round_met_an_objection_and_a_return(database)
    await _a_title_failed_with_a_passed_skill_level(database)
    await _a_contest_has_a_winner_on_each_path(database)
    await _one_scheme_is_suspended(database)
    await _declared_facts_are_recorded_and_one_is_corrected(database)
    await _everything_replays_equal(database)
    await _accounts_are_opened_once_and_their_passwords_kept_for_the_owner(database, tmp_path)


async def _declared_facts_are_recorded_and_one_is_corrected(database: Database) -> None:
    told = await rows(database, RecordedFacts)
    assert {(one.scheme_key, key) for one in told for key in one.facts} == {
        ("lingnan_ship", "hull_stages"),
        ("lingnan_ship", "trial_piece"),
        ("yuexiu_rail", "signal_generation"),
    }
    [corrected] = [one for one in told if one.revision == 2]
    async with database.read(EVERY_ROW) as session:
        kept = (await facts_of_people(session, OFFICER, [corrected.person_id]))[corrected.person_id]
    stages = {one.key: (one.value, one.origin) for one in kept if one.scheme_key == "lingnan_ship"}
    assert stages == {"hull_stages": (4, FactOrigin.DECLARED)}
    assert sum(one.evaluation_id is not None for one in told) == 1


async def _everything_is_an_example(database: Database) -> None:
    for table in (Enterprise, Person, Credential, SchemeVersion, Evaluation, Round, ContestRequest):
        assert not await rows(database, table, col(table.is_example).is_(False)), table


async def _every_deed_has_an_actor_and_a_reason(database: Database) -> None:
    async with database.read(EVERY_ROW) as session:
        events = (await session.exec(select(AuditEvent))).all()
        people = set((await session.exec(select(Person.name))).all())
    assert {event.actor_name for event in events} - people == {
        "示例经办人 demonstration officer",
        "示例企业经办人 demonstration",
        "示例会签人 demonstration",
        "示例评价办公室 demonstration",
    }
    assert all(event.reason for event in events)
    assert not any(name in event.body for event in events for name in people if event.actor_name not in people)


async def _every_state_is_shown(database: Database) -> None:
    found = await rows(database, Round)
    assert {one.state for one in found} == set(RoundState)
    assert len({one.enterprise_id for one in found}) == 2
    steps = await rows(database, RoundStep)
    assert [one.taken_on for one in steps] == sorted(one.taken_on for one in steps), "the clock only moves on"


async def _one_round_met_an_objection_and_a_return(database: Database) -> None:
    objections = await rows(database, Objection)
    assert {one.state for one in objections} == {ObjectionState.UPHELD, ObjectionState.OPEN}
    [finished] = await rows(database, Round, col(Round.state) == RoundState.REPORTED)
    steps = [one.step.value for one in await rows(database, RoundStep, col(RoundStep.round_id) == finished.id)]
    assert steps[-9:] == ["notice", "rework", "notice", "file", "return", "file", "accept", "certify", "report"]
    corrected = await rows(database, ScoreEntry, col(ScoreEntry.replaces_id).is_not(None))
    assert [one.reason for one in corrected] == ["异议成立，更正评分（示例）"]
    filings = await rows(database, ResultFiling, col(ResultFiling.round_id) == finished.id)
    assert [one.state for one in filings] == [ResultFilingState.RETURNED, ResultFilingState.ACCEPTED]


async def _a_title_failed_with_a_passed_skill_level(database: Database) -> None:
    apart = (col(Evaluation.title_outcome) == Outcome.FAILED, col(Evaluation.skill_outcome) == Outcome.PASSED)
    [evaluation] = await rows(database, Evaluation, *apart)
    [certificate] = await rows(database, Certificate, col(Certificate.evaluation_id) == evaluation.id)
    assert (certificate.side, certificate.pair_id) == (CriterionSide.SKILL, None)
    pairs = [one for one in await rows(database, Certificate) if one.pair_id is not None]
    assert len(pairs) == 4, "two people have both"


async def _a_contest_has_a_winner_on_each_path(database: Database) -> None:
    requests = await rows(database, ContestRequest)
    assert sorted((one.path.value, one.state.value) for one in requests) == [
        ("enterprise", "granted"),
        ("policy", "asked"),
        ("policy", "granted"),
    ]
    issued = await rows(database, Credential, col(Credential.obtained_by) == ObtainedBy.CONTEST)
    assert len(issued) == 4
    assert all(one.linked_credential_id in {other.id for other in issued} for one in issued)
    assert [one.issuer_name for one in issued if one.issuer_enterprise_id is None] == ["广州市人力资源和社会保障局"]
    assert len(await rows(database, Coaching)) == 1


async def _one_scheme_is_suspended(database: Database) -> None:
    stands = (col(Activation.withdrawn_at).is_(None), col(Activation.state) == ActivationState.SUSPENDED)
    [suspended] = await rows(database, Activation, *stands)
    [scheme] = await rows(database, Scheme, col(Scheme.id) == suspended.scheme_id)
    assert (scheme.key, suspended.starts) == ("yuexiu_rail", date(2026, 11, 20))


async def _everything_replays_equal(database: Database) -> None:
    evaluations, decisions = await rows(database, Evaluation), await rows(database, ContestDecision)
    async with database.read(EVERY_ROW) as session:
        for one in evaluations:
            assert (await replay_evaluation(session, OFFICER, one.id, scheme_from)).is_equal
        for one in decisions:
            assert (await replay_contest(session, OFFICER, one.id, scheme_from)).is_equal


async def _accounts_are_opened_once_and_their_passwords_kept_for_the_owner(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "accounts.txt"
    file.write_text("worker a-password-kept-from-before\n", encoding="utf-8")
    opened = await open_accounts(parts_of(database), file, quick_passwords())
    assert sorted(opened) == sorted(role.value for role in Role if role not in NOT_SIGNED_IN)
    assert file.stat().st_mode & 0o777 == 0o600
    passwords = read_passwords(file)
    assert passwords["worker"] == "a-password-kept-from-before"
    assert len(set(passwords.values())) == len(opened)
    async with database.read(EVERY_ROW) as session:
        accounts = (await session.exec(select(Account))).all()
    assert all(account.is_example for account in accounts)
    assert all(quick_passwords().matches(passwords[account.name], account.password_hash) for account in accounts)
    before = file.read_bytes()
    assert await open_accounts(parts_of(database), file, quick_passwords()) == []
    assert file.read_bytes() == before


def test_its_numbers_are_sound_and_belong_to_nobody() -> None:
    city, stories = read_city(), read_rounds()
    assert all(uscc.is_valid(enterprise.uscc) and enterprise.uscc[2:8] == "990000" for enterprise in city.enterprise)
    numbers = [identity_number(person.born_on, person.serial) for person in city.person]
    crews = [serial for crew in stories.crew for serial in crew_serials(crew).values()]
    applicants = [one.serial for one in stories.applicant if one.serial is not None]
    numbers += [identity_number(BORN_ON, serial) for serial in (*crews, *applicants)]
    assert len(set(numbers)) == len(numbers)
    assert all(number.startswith(NOWHERE) for number in numbers)
