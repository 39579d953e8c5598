"""Committees over the services: a draw that can be repeated, who follows, attendance, secret votes."""

import hashlib
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from core.errors import ErrorCode
from core.ladders import Level
from core.models import (
    METADATA,
    Application,
    BallotRoll,
    Committee,
    CommitteeMember,
    Expert,
    Outcome,
    Person,
    TitleBallot,
)
from core.permissions import Actor, Role
from core.rounds.recusal import Ground
from core.services.committees import (
    Attendance,
    Choice,
    NewCommittee,
    Vote,
    cast_vote,
    draw_committee,
    record_attendance,
)
from core.services.experts import NewExpert, NewTie, SeenExpert, declare_tie, record_expert, release_expert
from core.services.replacements import Stepping, replace_member
from core.services.results import conclude_round
from core.services.rounds import lay_before_committee
from core.storage.database import Database
from core.storage.queries.rounds import ballots_of
from core.storage.row_scope import EVERY_ROW, RowScope
from tests.core.calls import events, said
from tests.core.filing_world import read_document
from tests.core.round_stages import scored
from tests.core.round_world import Rounds, key, rounds_in, without_reason
from tests.made_once import reached_once

pytestmark = pytest.mark.anyio


@pytest.fixture
async def yard(database: Database) -> Rounds:
    return await rounds_in(database)


@reached_once
async def marked(yard: Rounds) -> tuple[Application, Person]:
    """A round whose one application is scored, with a pool of experts."""
    row, worker = await scored(yard)
    await yard.mark_all(row)
    await yard.pool()
    return row, worker


async def drawing_refused(yard: Rounds, **given: Any) -> tuple[ErrorCode, str, str]:
    fields = {"series": "engineering", "specialty": "mechanical", "highest": Level.INTERMEDIATE, "seats": 7}
    wanted = NewCommittee(**await yard.seen(**fields | given))
    return said(await yard.refuses(yard.office, draw_committee, read_document, wanted))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


async def test_the_draw_on_record_can_be_repeated_by_anybody(yard: Rounds) -> None:
    await marked(yard)
    committee = await yard.draw()
    seed, pool = committee.seed, committee.pool
    order = sorted(
        pool, key=lambda one: (hashlib.sha256(f"{seed}:{one['number']}".encode()).hexdigest(), one["number"])
    )
    seated = [one for one in order if one["outside"]][:1]
    seated += [one for one in order if one not in seated][:6]
    assert {one.number for one in await yard.members(committee)} == {one["number"] for one in seated}
    assert [one["number"] for one in pool] == [f"E{n:03d}" for n in range(10)]
    last = (await events(yard.database))[-1]
    assert (last.tag, seed in last.body) == ("enterprise:committee:draw", True)


async def test_a_committee_is_drawn_once_and_as_large_as_it_must_be(yard: Rounds) -> None:
    await marked(yard)
    assert (await drawing_refused(yard, seats=5))[1] == "评委会 5 人，最少 7 人"
    assert (await drawing_refused(yard, seats=8))[1] == "评委会人数须为单数，现为 8 人"
    assert (await drawing_refused(yard, specialty=None))[1] == "评委会 7 人，最少 15 人"
    assert (await drawing_refused(yard, highest=Level.ASSOCIATE_SENIOR))[1] == "评委会 7 人，最少 11 人"
    assert (await drawing_refused(yard, seats=11))[1] == "专家库中可参加的专家 10 人，不足 11 人"
    assert (await drawing_refused(yard, specialty="mechanics"))[0] is ErrorCode.UNKNOWN_CODE
    await yard.draw()
    assert (await drawing_refused(yard))[:2] == (ErrorCode.DUPLICATE, "该评委会已抽取，不能重抽")


async def test_applicants_and_released_experts_are_not_in_the_pool(yard: Rounds) -> None:
    _row, worker = await marked(yard)
    own = NewExpert(
        key=key(),
        person_id=worker.id,
        number="E999",
        series="engineering",
        specialty="mechanical",
        level=Level.INTERMEDIATE,
        unit="示例单位",
        starts=yard.today,
    )
    await yard.do(yard.office, record_expert, own)
    [first, *_] = await yard.pool_rows()
    out = SeenExpert(key=key(), expert_id=first.id, revision=1, ends=yard.today)
    await yard.do(yard.office, release_expert, out)
    committee = await yard.draw()
    assert {one["number"] for one in committee.pool} == {f"E{n:03d}" for n in range(1, 10)}


async def test_a_pool_has_each_person_and_number_once(yard: Rounds) -> None:
    await yard.pool(1, 0)
    [expert] = await yard.pool_rows()
    other = await yard.member_of_staff("示例")
    same: dict[str, Any] = {"series": "engineering", "specialty": "mechanical", "level": Level.INTERMEDIATE}
    same |= {"unit": "示例", "starts": yard.today}
    for person_id, number in ((expert.person_id, "X1"), (other.id, expert.number)):
        given = NewExpert(key=key(), person_id=person_id, number=number, **same)
        error = await yard.refuses(yard.office, record_expert, given)
        assert error.message.zh == "专家库已有此人或此编号"


async def test_who_steps_down_is_followed_by_the_next_of_the_draw(yard: Rounds) -> None:
    await marked(yard)
    committee = await yard.draw()
    before = await yard.members(committee)
    leaving = next(one for one in before if not one.is_outside)
    given = Stepping(**await yard.seen(member_id=leaving.id))
    following: CommitteeMember = await yard.do(yard.office, replace_member, read_document, given, reason="因病")
    order = sorted(
        (one["number"] for one in committee.pool),
        key=lambda number: (_sha256(f"{committee.seed}:{number}"), number),
    )
    called = {one.number for one in before}
    assert following.number == next(number for number in order if number not in called)
    assert following.follows_id == leaving.id
    gone: CommitteeMember = await yard.row(CommitteeMember, leaving.id)
    assert (gone.stepped_down_on, gone.stepped_down_reason) == (yard.today, "因病")
    assert len(await yard.members(committee)) == 7


async def test_a_title_needs_a_committee_of_its_kind(yard: Rounds) -> None:
    await marked(yard)
    assert (await yard.blocked(lay_before_committee)).message.zh == "尚有 1 份职称申报没有对应的评委会；请先抽取"
    low = await drawing_refused(yard, highest=Level.ASSISTANT)
    assert low[:2] == (ErrorCode.COMMITTEE_UNFIT, "本批次有中级职称申报，评委会最高只到助理级职称")


async def test_without_a_quorum_there_is_no_vote(yard: Rounds) -> None:
    row, _ = await marked(yard)
    committee = await yard.draw()
    await yard.step(lay_before_committee)
    assert (await yard.blocked(conclude_round)).message.zh == "有 1 个评委会出席不足 2/3"
    members = await yard.members(committee)
    few = Attendance(**await yard.seen(committee_id=committee.id, present=tuple(one.id for one in members[:4])))
    error = await yard.refuses(yard.office, record_attendance, read_document, few)
    assert said(error)[:2] == (ErrorCode.STEP_REFUSED, "出席 4 人，不足 7 人的 2/3")
    await yard.meet(committee, 5)
    absent = Actor.of(Role.ASSESSOR, "示例评委", person_id=members[6].person_id)
    wanted = Vote(key=key(), application_id=row.id, choice=Choice.AGREE)
    error = await yard.refuses(absent, without_reason(cast_vote), wanted)
    assert error.message.zh == "未出席评议，不能表决；不得委托或事后补投"


async def test_a_vote_is_cast_once_by_members_alone_and_then_all_stands(yard: Rounds) -> None:
    row, worker = await marked(yard)
    committee = await yard.draw()
    await yard.step(lay_before_committee)
    members = await yard.meet(committee)
    await yard.vote(row, members[0])
    actor = Actor.of(Role.ASSESSOR, "示例评委", person_id=members[0].person_id)
    again = Vote(key=key(), application_id=row.id, choice=Choice.DISAGREE)
    error = await yard.refuses(actor, without_reason(cast_vote), again)
    assert said(error)[:2] == (ErrorCode.DUPLICATE, "已对此申报表决，不能更改")
    stranger = yard.acting(yard.assessors[0], Role.ASSESSOR)
    assert (await yard.refuses(stranger, without_reason(cast_vote), again)).code is ErrorCode.NOT_FOUND
    assert (await yard.refuses(yard.office, without_reason(cast_vote), again)).code is ErrorCode.NOT_PERMITTED
    assert (await yard.refuses(yard.acting(worker), without_reason(cast_vote), again)).code is ErrorCode.NOT_PERMITTED
    there = tuple(one.id for one in members)
    changed = Attendance(**await yard.seen(committee_id=committee.id, present=there))
    error = await yard.refuses(yard.office, record_attendance, read_document, changed)
    assert error.message.zh == "评委会已开始表决，出席情况不再变更"
    stepping = Stepping(**await yard.seen(member_id=members[1].id))
    error = await yard.refuses(yard.office, replace_member, read_document, stepping)
    assert error.message.zh == "评委会已开始表决，不能更换评委"
    tie = {"actor_person_id": members[0].person_id, "applicant_person_id": worker.id, "ground": Ground.CONFLICT}
    late = NewTie(key=key(), round_id=yard.round_id, **tie)
    assert (await yard.refuses(yard.office, declare_tie, late)).message.zh == "已对其表决，不能再申明回避"
    assert (await yard.blocked(conclude_round)).message.zh == "尚有 1 份职称申报未表决完毕"


async def test_a_recused_member_does_not_vote_and_is_not_counted(yard: Rounds) -> None:
    """Six voters instead of seven: four agreeing are two thirds of them."""
    row, worker = await marked(yard)
    committee = await yard.draw()
    await yard.step(lay_before_committee)
    members = await yard.meet(committee)
    tie = {"actor_person_id": members[0].person_id, "applicant_person_id": worker.id, "ground": Ground.RELATIVE}
    await yard.do(yard.office, declare_tie, NewTie(key=key(), round_id=yard.round_id, **tie))
    actor = Actor.of(Role.ASSESSOR, "示例评委", person_id=members[0].person_id)
    wanted = Vote(key=key(), application_id=row.id, choice=Choice.AGREE)
    error = await yard.refuses(actor, without_reason(cast_vote), wanted)
    assert said(error)[:2] == (ErrorCode.RECUSED, "须回避：近亲属参评")
    for place, member in enumerate(members[1:]):
        await yard.vote(row, member, Choice.AGREE if place < 4 else Choice.ABSTAIN)
    await yard.step(conclude_round)
    [tally] = await yard.tallies()
    assert (tally.voters, tally.agree, tally.title_outcome) == (6, 4, Outcome.PASSED)


async def test_what_was_voted_is_kept_nowhere(yard: Rounds) -> None:
    """One row counts them, another says who came; no text in the database says which vote was whose."""
    row, _ = await marked(yard)
    committee = await yard.draw()
    await yard.step(lay_before_committee)
    members = await yard.meet(committee)
    choices = [Choice.DISAGREE, Choice.AGREE, Choice.ABSTAIN, *[Choice.AGREE] * 4]
    for member, choice in zip(members, choices, strict=True):
        await yard.vote(row, member, choice)
    [ballot] = await yard.rows(TitleBallot)
    assert (ballot.agree, ballot.disagree, ballot.abstain) == (5, 1, 1)
    roll = await yard.rows(BallotRoll)
    assert {one.member_id for one in roll} == {one.id for one in members}
    assert set(BallotRoll.model_fields).isdisjoint({"choice", "vote", "agree"})
    everything = await _all_text(yard)
    assert "person:vote:cast" in everything
    for choice in Choice:
        assert f'"{choice.value}"' not in everything, "neither a log nor a request key says a vote"


async def _all_text(yard: Rounds) -> str:
    """Every text in the database but the words of the policy and the schemes."""
    found: list[str] = []
    async with yard.database.read(EVERY_ROW) as session:
        for table in METADATA.sorted_tables:
            if table.name not in ("snapshot", "artifact", "scheme_version"):
                rows = (await (await session.connection()).execute(sa.select(table))).all()
                found += [str(value) for one in rows for value in one if isinstance(value, str)]
    return "\n".join(found)


async def test_the_same_request_with_another_vote_changes_nothing(yard: Rounds) -> None:
    """A key that told votes apart would tell the vote: the digest of three choices is soon guessed."""
    row, _ = await marked(yard)
    committee = await yard.draw()
    await yard.step(lay_before_committee)
    [member, *_] = await yard.meet(committee)
    one = key()
    first = await yard.vote(row, member, Choice.AGREE, key=one)
    again = await yard.vote(row, member, Choice.DISAGREE, key=one)
    assert again.id == first.id
    [ballot] = await yard.rows(TitleBallot)
    assert (ballot.agree, ballot.disagree) == (1, 0)


async def test_nobody_sees_how_a_vote_stands_before_it_is_over(yard: Rounds) -> None:
    row, _ = await marked(yard)
    committee = await yard.draw()
    await yard.step(lay_before_committee)
    members = await yard.meet(committee)
    await yard.vote(row, members[0])
    assert await _ballots(yard, row) == 0
    for member in members[1:]:
        await yard.vote(row, member)
    await yard.step(conclude_round)
    assert await _ballots(yard, row) == 1


async def _ballots(yard: Rounds, row: Application) -> int:
    async with yard.database.read(RowScope.of(yard.office)) as session:
        return len((await ballots_of(session, yard.office, [row.id]))[row.id])


async def test_a_committee_counts_experts_of_its_series(yard: Rounds) -> None:
    await marked(yard)
    async with yard.database.write(EVERY_ROW) as session:
        moved = sa.update(Expert).values(specialty="electrical").where(col(Expert.number) < "E006")
        await session.exec(moved)
    assert (await drawing_refused(yard))[1] == "专家库中可参加的专家 4 人，不足 7 人"
    assert await yard.rows(Committee) == []
