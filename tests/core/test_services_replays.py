"""Evaluations replayed from storage: equal as they were left, and whatever was changed since is told."""

import asyncio
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from core.errors import ErrorCode, GuantongError
from core.ladders import Level
from core.models import Evaluation, Score, Snapshot, SnapshotKind
from core.permissions import ANONYMOUS, Actor, Role
from core.replay.comparing import EvaluationReplay, Part
from core.replay.replayer import Replayer
from core.services.evaluations import record_evaluation
from core.services.occupations import store_occupations
from core.services.replays import gather_evidence, replay, replay_evaluation
from core.services.snapshots import erase_snapshots, load_snapshot
from core.storage.database import Database
from core.storage.queries.evaluations import evaluations_by_id
from core.storage.row_scope import EVERY_ROW
from core.vocabulary import load_vocabulary
from tests import builders as make
from tests.core import replay_forger as forger
from tests.core.calls import OFFICER, evaluator_of, said, store
from tests.core.evaluation_world import Yard, yard_in
from tests.core.filing_world import AUDITOR, read_document

pytestmark = pytest.mark.anyio
ALL = (Part.RECORD, Part.DECISION, Part.SKILL_SCORE, Part.TITLE_SCORE)


@pytest.fixture
async def yard(database: Database) -> Yard:
    return await yard_in(database)


async def replayed(database: Database, row: Evaluation, actor: Actor = OFFICER) -> EvaluationReplay:
    async with database.read(EVERY_ROW) as session:
        return await replay_evaluation(session, actor, row.id, read_document)


async def fault(database: Database, row: Evaluation, actor: Actor = OFFICER) -> GuantongError:
    with pytest.raises(GuantongError) as caught:
        await replayed(database, row, actor)
    return caught.value


def told(found: EvaluationReplay) -> dict[Part, dict[str, tuple[str | None, str | None]]]:
    """The differences by part and path."""
    return {
        part.part: {one.path: (one.recorded, one.recomputed) for one in part.differences}
        for part in found.parts
        if not part.is_equal
    }


async def test_an_evaluation_replays_equal(database: Database, yard: Yard) -> None:
    row = await yard.evaluated()
    found = await replayed(database, row)
    assert found.is_equal
    assert tuple(part.part for part in found.parts) == ALL
    assert (found.engine, found.running) == ("eligibility 1", "eligibility 1")


async def test_what_was_not_scored_is_not_replayed(database: Database, yard: Yard) -> None:
    found = await replayed(database, await yard.evaluated(scores=()))
    assert found.is_equal
    assert tuple(part.part for part in found.parts) == ALL[:2]


async def test_what_comes_later_changes_no_replay(database: Database, yard: Yard) -> None:
    """New facts of the person, new words, another scheme: it rests on what was there."""
    row = await yard.evaluated()
    await store(database, make.credential(yard.worker, level=Level.TECHNICIAN, awarded_on=date(2026, 1, 10)))
    known = load_vocabulary().occupation(make.FITTER)
    new = [type(known)(code=f"{known.minor_class}-99", name=known.name)]
    await yard.world.do(OFFICER, store_occupations, new, "示例", known.citation.confidence)
    await yard.world.recorded("1.1.0", years=9)
    assert (await replayed(database, row)).is_equal


@pytest.mark.parametrize("of", ["facts", "policy", "calendar", "vocabulary", "scheme"])
async def test_a_changed_byte_of_anything_it_rests_on_is_told(database: Database, yard: Yard, of: str) -> None:
    row = await yard.evaluated()
    digest = await forger.digest_within(database, row, of)
    async with database.read(EVERY_ROW) as session:
        content = await load_snapshot(session, SnapshotKind(of), digest)
    await forger.overwrite(database, digest, content.replace("s", "z", 1))
    error = await fault(database, row)
    assert error.code is ErrorCode.DIGEST_MISMATCH
    assert f"the snapshot of {of} {digest} has digest " in error.message.en
    assert "nothing can be replayed from it, restore it from a backup" in error.message.en
    await forger.remove(database, digest)
    error = await fault(database, row)
    assert error.code is ErrorCode.NOT_FOUND
    assert f"there is no snapshot of {of} {digest}" in error.message.en


@pytest.mark.parametrize("column", forger.SNAPSHOTS.values())
async def test_a_changed_byte_of_what_came_out_is_told(database: Database, yard: Yard, column: str) -> None:
    row = await yard.evaluated()
    digest = getattr(row, column)
    await forger.overwrite(database, digest, '{"basis":{}}')
    assert (await fault(database, row)).code is ErrorCode.DIGEST_MISMATCH
    await forger.remove(database, digest)
    assert (await fault(database, row)).code is ErrorCode.NOT_FOUND


def later_award(facts: Any) -> Any:
    facts["facts"]["credentials"][0]["awarded_on"] = "2024-06-10"
    return facts


def younger(facts: Any) -> Any:
    facts["facts"]["born_on"] = "2011-05-01"
    return facts


def higher_mark(policy: Any) -> Any:
    for pack in policy:
        for value in pack["value"]:
            if value["id"] == "standards.skill_subject_pass_mark":
                value["version"][0]["is"] = 75
    return policy


def more_years(scheme: Any) -> Any:
    return scheme | {"years": 6}


def other_weights(scheme: Any) -> Any:
    scheme["criteria"][0]["weight"] = 400
    return scheme


def no_correspondence(words: Any) -> Any:
    for occupation in words["occupations"]:
        occupation["specialties"] = []
    return words


TITLE = "decisions[engineering:mechanical title:assistant @ example_ship]"
FORGED: list[tuple[str, Callable[[Any], Any], Part, str, tuple[str | None, str | None]]] = [
    ("facts", later_award, Part.DECISION, TITLE + ".may_apply_from", ('"2026-02-01"', '"2026-06-10"')),
    ("scheme", more_years, Part.DECISION, TITLE + ".may_apply_from", ('"2026-02-01"', '"2028-06-01"')),
    ("scheme", other_weights, Part.SKILL_SCORE, "score.total", ("75000", "67000")),
    ("policy", higher_mark, Part.SKILL_SCORE, "score.failed[0]", (None, '"hands_on"')),
]


@pytest.mark.parametrize(("of", "change", "part", "path", "values"), FORGED)
async def test_a_forgery_with_digests_of_its_own_is_told(
    database: Database,
    yard: Yard,
    of: str,
    change: Callable[[Any], Any],
    part: Part,
    path: str,
    values: tuple[str | None, str | None],
) -> None:
    """Whoever changes the content and every digest of it still has to change what came out."""
    row = await yard.evaluated()
    await forger.forge(database, row, of, change)
    found = await replayed(database, row)
    assert not found.is_equal
    assert told(found)[part][path] == values, told(found)
    assert Part.RECORD not in told(found)


async def test_a_forged_word_is_told(database: Database, yard: Yard) -> None:
    row = await yard.evaluated()
    await forger.forge(database, row, "vocabulary", no_correspondence)
    assert set(told(await replayed(database, row))) == {Part.DECISION}


async def test_another_outcome_is_told(database: Database, yard: Yard) -> None:
    row = await yard.evaluated()

    def favour(kept: Any) -> Any:
        kept["outcome"]["total"] += 20000
        return kept

    await forger.restate(database, row, "title_score", favour)
    assert told(await replayed(database, row)) == {Part.TITLE_SCORE: {"score.total": ("76500", "56500")}}


@pytest.mark.parametrize(
    ("values", "path", "said"),
    [
        ({"engine_version": "eligibility 0"}, "evaluation.basis.engine", ('"eligibility 0"', '"eligibility 1"')),
        ({"reference_day": date(2026, 2, 2)}, "evaluation.basis.day", ('"2026-02-02"', '"2026-02-01"')),
        ({"title_level": Level.INTERMEDIATE}, "evaluation.targets[1].level", None),
        ({"scheme_digest": "0" * 64}, "evaluation.basis.scheme", None),
        ({"policy_digest": "0" * 64}, "evaluation.basis.policy", None),
        ({"calendar_digest": "0" * 64}, "evaluation.basis.calendar", None),
        ({"title_score_digest": None}, "evaluation.points.title.defence", ("[55]", None)),
    ],
)
async def test_a_row_that_disagrees_with_its_snapshots_is_told(
    database: Database, yard: Yard, values: dict[str, Any], path: str, said: tuple[str, str | None] | None
) -> None:
    row = await yard.evaluated()
    await forger.change_row(database, row, **values)
    found = await replayed(database, row)
    assert set(told(found)) == {Part.RECORD}
    assert path in told(found)[Part.RECORD]
    assert said in (None, told(found)[Part.RECORD][path])


async def test_other_facts_on_the_row_are_told(database: Database, yard: Yard) -> None:
    """Those of another evaluation, so that something is kept under the digest."""
    row, other = await yard.evaluated(), await yard.evaluated()
    await forger.change_row(database, row, facts_digest=other.facts_digest)
    assert set(told(await replayed(database, row))[Part.RECORD]) == {"evaluation.basis.facts"}
    await forger.change_row(database, row, facts_digest=row.facts_digest, title_score_digest=other.title_score_digest)
    assert set(told(await replayed(database, row))[Part.RECORD]) == {"scores.title.basis.facts"}


async def test_points_changed_after_the_fact_are_told(database: Database, yard: Yard) -> None:
    row = await yard.evaluated()
    async with database.write(EVERY_ROW) as session:
        craft = (col(Score.evaluation_id) == row.id, col(Score.criterion) == "craft")
        await session.exec(sa.update(Score).where(*craft).values(points=90))
    assert told(await replayed(database, row)) == {
        Part.RECORD: {
            "evaluation.points.skill.craft[0]": ("90", "80"),
            "evaluation.points.title.craft[0]": ("90", "80"),
        }
    }


async def test_an_older_engine_that_came_to_the_same_is_equal_and_named(database: Database, yard: Yard) -> None:
    row = await yard.evaluated()

    def older(kept: Any) -> Any:
        kept["basis"]["engine"] = "eligibility 0"
        return kept

    for snapshot in forger.SNAPSHOTS:
        await forger.restate(database, row, snapshot, older)
    await forger.change_row(database, row, engine_version="eligibility 0")
    found = await replayed(database, row)
    assert found.is_equal
    assert (found.engine, found.running) == ("eligibility 0", "eligibility 1")


async def test_an_engine_that_decides_otherwise_is_told(
    database: Database, yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = await yard.evaluated()
    monkeypatch.setattr("core.replay.deciding.agreed", lambda points: min(points) - 1)
    monkeypatch.setattr("core.eligibility.evaluate.years_reached", lambda *_given: None)
    found = told(await replayed(database, row))
    assert found[Part.DECISION][f"{TITLE}.state"] == ('"now"', '"missing"')
    assert found[Part.SKILL_SCORE]["score.total"] == ("75000", "74000")
    assert Part.RECORD not in found


@pytest.mark.parametrize("of", ["facts", "policy", "vocabulary", "scheme"])
async def test_a_form_that_this_engine_does_not_know_is_told(database: Database, yard: Yard, of: str) -> None:
    row = await yard.evaluated()
    await forger.forge(database, row, of, lambda _kept: {"later": "form"})
    error = await fault(database, row)
    assert error.code is ErrorCode.BAD_FILE
    assert f"the snapshot of {of} " in error.message.en
    assert "is of no form that this engine knows; nothing can be replayed from it" in error.message.en


@pytest.mark.parametrize("snapshot", forger.SNAPSHOTS)
async def test_a_snapshot_of_another_form_is_told(database: Database, yard: Yard, snapshot: str) -> None:
    row = await yard.evaluated()
    await forger.restate(database, row, snapshot, lambda _kept: {"later": "form"})
    assert (await fault(database, row)).code is ErrorCode.BAD_FILE


async def test_erased_facts_are_told_and_take_nothing_from_others(database: Database, yard: Yard) -> None:
    """Two people of whom the same is known."""
    twins = [make.person(), make.person()]
    for twin in twins:
        await store(database, twin, make.employment(twin, yard.own))
    one, other = [await yard.evaluated(person_id=twin.id) for twin in twins]
    async with database.write(EVERY_ROW) as session:
        assert await erase_snapshots(session, twins[0].id) == 4
    assert said(await fault(database, one)) == (
        ErrorCode.NOT_FOUND,
        f"没有摘要为 {one.facts_digest} 的个人事实快照：从未保存，或已删除；不能据以重放",
        f"there is no snapshot of facts {one.facts_digest}: it was never kept or has been erased; nothing can be "
        "replayed without it",
    )
    async with database.read(EVERY_ROW) as session:
        left = (await session.exec(select(Snapshot.content))).all()
        assert (await session.exec(select(Evaluation.facts_digest).where(col(Evaluation.id) == one.id))).one()
    assert sum("1990-05-01" in content for content in left) == 1
    assert (await replayed(database, other)).is_equal


async def test_an_evaluation_from_before_snapshots_says_so(database: Database, yard: Yard) -> None:
    row = await yard.evaluated()
    await forger.change_row(database, row, decision_digest=None)
    assert said(await fault(database, row)) == (
        ErrorCode.NOT_FOUND,
        "此评价登记时尚未保存快照，不能重放",
        "this evaluation was recorded before snapshots were kept; it cannot be replayed",
    )


async def test_whoever_may_not_read_it_finds_nothing(database: Database, yard: Yard) -> None:
    row = await yard.evaluated()
    other = make.enterprise()
    await store(database, other)
    readers = (AUDITOR, yard.actor, Actor.of(Role.WORKER, "本人", person_id=yard.worker.id))
    for reader in readers:
        assert (await replayed(database, row, reader)).is_equal
    for stranger in (evaluator_of(other), ANONYMOUS, Actor.of(Role.WORKER, "他人", person_id=uuid4())):
        error = await fault(database, row, stranger)
        assert error.message.en == "no such evaluation within your reach; check the id"


@pytest.mark.parametrize("number", [1, 3])
async def test_many_take_the_statements_of_one_and_one_that_is_gone_takes_none_of_them(
    database: Database, yard: Yard, number: int
) -> None:
    rows = [await yard.evaluated() for _ in range(number)]
    await forger.remove(database, rows[0].facts_digest)
    async with database.read(EVERY_ROW) as session:
        found = await evaluations_by_id(session, OFFICER, [row.id for row in rows])
        with database.count_queries() as sent:
            evidence = await gather_evidence(session, OFFICER, [found[row.id] for row in rows])
    assert len(sent) == 3
    replayer = Replayer(read_document)
    with pytest.raises(GuantongError, match="there is no snapshot of facts"):
        replay(evidence[0], replayer)
    assert all(replay(one, replayer).is_equal for one in evidence[1:])


async def test_two_who_meet_a_policy_first_keep_it_once(database: Database, yard: Yard) -> None:
    wanted = yard.evaluation()
    done = (yard.world.do(yard.actor, record_evaluation, read_document, wanted) for _ in range(2))
    for row in await asyncio.gather(*done):
        assert (await replayed(database, row)).is_equal
    async with database.read(EVERY_ROW) as session:
        kinds = (await session.exec(select(Snapshot.kind))).all()
    assert [kinds.count(kind) for kind in (SnapshotKind.POLICY, SnapshotKind.VOCABULARY, SnapshotKind.FACTS)] == [
        1,
        1,
        2,
    ]
