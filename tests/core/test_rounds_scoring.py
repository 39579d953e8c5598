"""Scoring: independent marks, recusal, corrections that overwrite nothing."""

from typing import Any

import pytest
from sqlmodel import col

from core.errors import ErrorCode
from core.models import Application, Person, ScoreEntry
from core.permissions import Actor, Role
from core.rounds.recusal import Ground
from core.services.experts import Assignment, NewTie, Release, assign_assessor, declare_tie, release_assessor
from core.services.marking import Correction, Mark, NewMarks, correct_mark, give_marks
from core.services.rounds import end_review, lay_before_committee
from core.storage.database import Database
from core.storage.queries.rounds import marks_of
from core.storage.row_scope import RowScope
from tests.core.calls import OFFICER, events, said
from tests.core.filing_world import read_document
from tests.core.round_stages import scored
from tests.core.round_world import Rounds, key, rounds_in

pytestmark = pytest.mark.anyio


@pytest.fixture
async def yard(database: Database) -> Rounds:
    return await rounds_in(database)


def marks(row: Application, **points: int) -> NewMarks:
    given = tuple(Mark(criterion=name, points=number) for name, number in points.items())
    return NewMarks(key=key(), application_id=row.id, marks=given)


async def marking_refused(yard: Rounds, actor: Actor, given: NewMarks) -> tuple[ErrorCode, str, str]:
    return said(await yard.refuses(actor, give_marks, read_document, given))


async def tie(yard: Rounds, declarer: Actor, actor: Person, applicant: Person, ground: Ground = Ground.RELATIVE) -> Any:
    given = {"actor_person_id": actor.id, "applicant_person_id": applicant.id, "ground": ground}
    return await yard.do(declarer, declare_tie, NewTie(key=key(), round_id=yard.round_id, **given))


async def test_shared_criteria_are_scored_once_and_each_by_every_assessor(yard: Rounds) -> None:
    row, _ = await scored(yard)
    for assessor in yard.assessors[:2]:
        await yard.mark(row, assessor, craft=80, hands_on=70, defence=60)
    assert (await yard.blocked(lay_before_committee)).message.zh == "尚有 1 份申报的评分不全"
    last = yard.assessors[2]
    await yard.mark(row, last, craft=90)
    again = await marking_refused(yard, yard.acting(last, Role.ASSESSOR), marks(row, craft=91))
    assert again[:2] == (ErrorCode.DUPLICATE, "评价要素“craft”已评分；更正须另附理由")
    await yard.mark(row, last, hands_on=70, defence=60)
    assert len(await yard.entries()) == 9
    await yard.pool()
    await yard.draw()
    await yard.step(lay_before_committee)


@pytest.mark.parametrize(("criterion", "nearest"), [("improving", None), ("crafts", "craft")])
async def test_only_what_assessors_score_is_marked(yard: Rounds, criterion: str, nearest: str | None) -> None:
    """``improving`` is scored by a table over evidence."""
    row, _ = await scored(yard)
    actor = yard.acting(yard.assessors[0], Role.ASSESSOR)
    error = await yard.refuses(actor, give_marks, read_document, marks(row, **{criterion: 50}))
    assert error.message.zh == f"这份申报没有由考评人员评分的要素“{criterion}”"
    assert error.nearest == nearest


async def test_a_title_alone_takes_no_marks_for_a_skill_level(yard: Rounds) -> None:
    row, _ = await scored(yard, both=False)
    actor = yard.acting(yard.assessors[0], Role.ASSESSOR)
    assert (await marking_refused(yard, actor, marks(row, hands_on=50)))[0] is ErrorCode.UNKNOWN_CODE


async def test_only_assigned_assessors_score_and_only_while_it_is_time(yard: Rounds) -> None:
    row, worker = await scored(yard)
    stranger = await yard.member_of_staff("路人")
    found = await marking_refused(yard, yard.acting(stranger, Role.ASSESSOR), marks(row, craft=50))
    assert found[0] is ErrorCode.NOT_FOUND
    for actor in (yard.office, OFFICER, yard.acting(worker)):
        assert (await marking_refused(yard, actor, marks(row, craft=50)))[0] is ErrorCode.NOT_PERMITTED
    await yard.mark_all(row)
    await yard.pool()
    await yard.draw()
    await yard.step(lay_before_committee)
    late = yard.acting(yard.assessors[0], Role.ASSESSOR)
    assert (await marking_refused(yard, late, marks(row, craft=50)))[1] == "本批次正在评议，不能评分或更正"


async def test_too_few_assessors_hold_the_round_up(yard: Rounds) -> None:
    await yard.opened()
    worker = await yard.worker()
    row = await yard.apply(worker)
    await yard.reviewing()
    await yard.review(row)
    await yard.staff(3)
    await tie(yard, yard.office, yard.assessors[0], worker)
    error = await yard.blocked(end_review)
    assert error.message.zh == "除须回避的外，1 份申报的考评人员不足 3 人"
    more = await yard.member_of_staff("示例考评员0")
    given = Assignment(**await yard.seen(), person_id=more.id)
    row_of = await yard.do(yard.office, assign_assessor, read_document, given)
    assert row_of.name == "示例考评员0（2）", "two of one name are told apart"
    await yard.step(end_review)


async def test_nobody_scores_their_own_case_or_a_relative_s(yard: Rounds) -> None:
    row, worker = await scored(yard)
    given = Assignment(**await yard.seen(), person_id=worker.id)
    await yard.do(yard.office, assign_assessor, read_document, given)
    own = await marking_refused(yard, yard.acting(worker, Role.ASSESSOR), marks(row, craft=100))
    assert own[:2] == (ErrorCode.RECUSED, "须回避：本人参评")
    cousin, rival, friend = yard.assessors
    await tie(yard, yard.acting(worker), cousin, worker)
    await tie(yard, yard.acting(rival, Role.ASSESSOR), rival, worker, Ground.CONFLICT)
    for assessor, words in ((cousin, "须回避：近亲属参评"), (rival, "须回避：已申明有利害关系")):
        found = await marking_refused(yard, yard.acting(assessor, Role.ASSESSOR), marks(row, craft=100))
        assert found[:2] == (ErrorCode.RECUSED, words)
    await yard.mark(row, friend, craft=80)


async def test_a_tie_is_declared_by_those_whom_it_concerns(yard: Rounds) -> None:
    row, worker = await scored(yard)
    stranger = await yard.worker()
    assessor = yard.assessors[0]
    same = {"actor_person_id": assessor.id, "applicant_person_id": worker.id, "ground": Ground.RELATIVE}
    given = NewTie(key=key(), round_id=yard.round_id, **same)
    assert (await yard.refuses(yard.acting(stranger), declare_tie, given)).code is ErrorCode.NOT_FOUND
    assert (await yard.refuses(OFFICER, declare_tie, given)).code is ErrorCode.NOT_PERMITTED
    assert row.person_id == worker.id


async def test_marks_given_before_a_tie_was_declared_do_not_count(yard: Rounds) -> None:
    row, worker = await scored(yard)
    await yard.mark_all(row)
    await tie(yard, yard.office, yard.assessors[0], worker)
    assert (await yard.blocked(lay_before_committee)).message.zh == "尚有 1 份申报的评分不全"
    assert len(await yard.entries()) == 9, "they stay on record"


async def test_a_correction_overwrites_nothing(yard: Rounds) -> None:
    row, _ = await scored(yard)
    await yard.mark_all(row)
    assessor = yard.assessors[0]
    [wrong] = [
        one
        for one in await yard.rows(ScoreEntry, col(ScoreEntry.criterion) == "craft")
        if one.assessor_person_id == assessor.id
    ]
    actor = yard.acting(assessor, Role.ASSESSOR)
    given = Correction(key=key(), entry_id=wrong.id, points=60)
    stored: ScoreEntry = await yard.do(actor, correct_mark, read_document, given, reason="抄写有误")
    assert (stored.points, stored.replaces_id, stored.reason) == (60, wrong.id, "抄写有误")
    assert (await yard.row(ScoreEntry, wrong.id)).points == 80
    again = await yard.refuses(actor, correct_mark, read_document, given.model_copy(update={"key": key()}))
    assert said(again)[:2] == (ErrorCode.OUT_OF_DATE, "此评分已更正过；请重新查看后再更正")
    other = yard.acting(yard.assessors[1], Role.ASSESSOR)
    theirs = Correction(key=key(), entry_id=stored.id, points=0)
    assert (await yard.refuses(other, correct_mark, read_document, theirs)).code is ErrorCode.NOT_FOUND
    last = (await events(yard.database))[-1]
    assert (last.tag, '"points":60' in last.body, '"points":80' in last.body) == ("person:score:correct", True, True)


async def test_assessors_see_their_own_marks_alone(yard: Rounds) -> None:
    row, worker = await scored(yard)
    await yard.mark_all(row)
    seen: dict[str, int] = {}
    actors = {
        "assessor": yard.acting(yard.assessors[0], Role.ASSESSOR),
        "office": yard.office,
        "bureau": OFFICER,
        "worker": yard.acting(worker),
    }
    for name, actor in actors.items():
        async with yard.database.read(RowScope.of(actor)) as session:
            seen[name] = len((await marks_of(session, actor, [row.id]))[row.id])
    assert seen == {"assessor": 3, "office": 9, "bureau": 9, "worker": 0}


async def test_a_released_assessor_scores_no_more(yard: Rounds) -> None:
    row, _ = await scored(yard)
    [first, *_] = await yard.assigned()
    given = Release(**await yard.seen(), assessor_id=first.id)
    await yard.do(yard.office, release_assessor, read_document, given)
    actor = yard.acting(yard.assessors[0], Role.ASSESSOR)
    assert (await marking_refused(yard, actor, marks(row, craft=50)))[0] is ErrorCode.NOT_FOUND
    back = Assignment(**await yard.seen(), person_id=yard.assessors[0].id)
    error = await yard.refuses(yard.office, assign_assessor, read_document, back)
    assert error.message.zh == "该人员已退出本批次考评"
    again = Release(**await yard.seen(), assessor_id=first.id)
    assert (await yard.refuses(yard.office, release_assessor, read_document, again)).code is ErrorCode.NOT_FOUND


async def test_an_assessor_is_assigned_once(yard: Rounds) -> None:
    await scored(yard)
    given = Assignment(**await yard.seen(), person_id=yard.assessors[0].id)
    error = await yard.refuses(yard.office, assign_assessor, read_document, given)
    assert error.message.zh == "该人员已是本批次考评人员"
