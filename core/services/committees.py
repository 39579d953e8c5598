"""Use cases of committees (评审委员会): the draw, attendance, and the secret vote."""

import secrets
from collections.abc import Collection
from enum import StrEnum
from uuid import UUID

from pydantic import Field
from sqlmodel import col, select

from core.audit import Tag
from core.dates import Period
from core.errors import ErrorCode, GuantongError, Where
from core.ladders import RANK, Ladder, Level
from core.models import Application, BallotRoll, Committee, CommitteeMember, Expert, Round, TitleBallot
from core.permissions import Permission
from core.rounds.committee import Candidate, check_size, draw, is_quorum
from core.rounds.gates import PASS_SHARE, QUORUM, Refusal, refused
from core.rounds.recusal import check_recusal
from core.rounds.steps import STATES, RoundState
from core.schemes import DocumentReader
from core.services.call import Call
from core.services.form import Code
from core.services.once import Keyed, once
from core.services.own_cases import not_own_round
from core.services.reach import not_found
from core.services.round_docket import APPLICATION, RoundDocket, SeenRound, fresh, lock_round, seen_round
from core.services.round_rows import admitted, applications_in, has_voted, sitting_of, sittings_in, ties_in
from core.services.rules import duplicate, values_of
from core.services.targets import on_ladder
from core.texts import Text

COMMITTEE, MEMBER = Text("评委会", "committee"), Text("评委", "member")
BALLOT = "committee.secret_ballot"
SEED_BYTES = 16
VOTE_REASON = "表决"  # what a member writes could tell the vote, so nothing is asked for


class NewCommittee(SeenRound):
    """A committee to draw: for one specialty, or without it for the series; up to which level, with how many seats."""

    series: Code
    specialty: Code | None = None
    highest: Level
    seats: int = Field(ge=1, le=101)


class Attendance(SeenRound):
    """The members who attend the meeting of a committee."""

    committee_id: UUID
    present: tuple[UUID, ...] = Field(max_length=101)


class Choice(StrEnum):
    """A vote (表决)."""

    AGREE = "agree"  # 同意
    DISAGREE = "disagree"  # 不同意
    ABSTAIN = "abstain"  # 弃权


class Vote(Keyed):
    """A member's vote on one title."""

    application_id: UUID
    choice: Choice


@once(Committee)
async def draw_committee(call: Call, read: DocumentReader, given: NewCommittee, reason: str) -> Committee:
    """Draw a committee at random from the pool (随机抽取), once: the seed is the platform's, and on record."""
    call.require(Permission.ENTERPRISE_ROUND_RUN)
    docket = await seen_round(call, read, given)
    await not_own_round(call, docket.round.id)
    check_acts_in(call, docket.round, (RoundState.SCORING,))
    call.vocabulary.series_of(given.series)
    if given.specialty is not None:
        call.vocabulary.specialty(given.series, given.specialty)
    on_ladder(call, given.highest, Ladder.TITLE, "highest")
    check_size(call.policy, call.today, given.highest, given.specialty is None, given.seats)
    await _not_drawn_yet(call, docket, given)
    await _high_enough(call, docket, given)
    experts = await experts_for(call, docket, given.series, given.specialty)
    seed = secrets.token_hex(SEED_BYTES)
    pool = [Candidate(one.number, one.is_outside) for one in experts]
    members = draw(call.policy, call.today, seed, pool, given.seats)
    row = Committee(
        round_id=docket.round.id,
        enterprise_id=docket.round.enterprise_id,
        seed=seed,
        pool=[{"number": one.number, "outside": one.is_outside} for one in sorted(pool, key=lambda one: one.number)],
        drawn_on=call.today,
        drawn_at=call.now,
        **given.model_dump(include={"series", "specialty", "highest", "seats"}),
    )
    await call.store(row)
    by_number = {one.number: one for one in experts}
    await call.store(*(new_member(row, by_number[one.number]) for one in members))
    drawn = {"members": [one.number for one in members]}
    await call.note(Tag.ENTERPRISE_COMMITTEE_DRAW, row, reason, after=values_of(row) | drawn)
    return row


async def _not_drawn_yet(call: Call, docket: RoundDocket, given: NewCommittee) -> None:
    for sitting in await sittings_in(call, docket.round.id):
        if (sitting.committee.series, sitting.committee.specialty) == (given.series, given.specialty):
            raise duplicate("该评委会已抽取，不能重抽", "this committee is drawn already; a draw is made once")


async def _high_enough(call: Call, docket: RoundDocket, given: NewCommittee) -> None:
    """A committee is drawn once, so it covers every title of its series or specialty that is applied for."""
    for one in admitted(await applications_in(call, docket.round.id)):
        level, same = one.title_level, one.series == given.series and given.specialty in (None, one.specialty)
        if level is not None and same and RANK[level] > RANK[given.highest]:
            wanted, most = call.vocabulary.level_text(level), call.vocabulary.level_text(given.highest)
            raise GuantongError(
                ErrorCode.COMMITTEE_UNFIT,
                Text(
                    f"本批次有{wanted.zh}申报，评委会最高只到{most.zh}",
                    f"{wanted.en} is applied for; the committee would go no higher than {most.en}",
                ),
                where=Where(entry="highest"),
                clause=str(call.policy.value("committee.may_assess_lower_levels", call.today).citation),
            )


async def experts_for(call: Call, docket: RoundDocket, series: str, specialty: str | None) -> list[Expert]:
    """The experts of the series or specialty who are in the pool today and do not apply in the round themselves."""
    own = (col(Expert.enterprise_id) == docket.round.enterprise_id, col(Expert.series) == series)
    query = select(Expert).where(*own).order_by(col(Expert.number))
    applicants = {one.person_id for one in await applications_in(call, docket.round.id)}
    return [
        one
        for one in await call.session.exec(query)
        if specialty in (None, one.specialty)
        and (one.ends is None or one.ends > one.starts)
        and call.today in Period(one.starts, one.ends)
        and one.person_id not in applicants
    ]


def new_member(row: Committee, expert: Expert, follows: UUID | None = None) -> CommitteeMember:
    return CommitteeMember(
        committee_id=row.id,
        round_id=row.round_id,
        enterprise_id=row.enterprise_id,
        expert_id=expert.id,
        person_id=expert.person_id,
        number=expert.number,
        is_outside=expert.is_outside,
        follows_id=follows,
    )


async def members_ever(call: Call, row: Committee) -> list[CommitteeMember]:
    query = select(CommitteeMember).where(col(CommitteeMember.committee_id) == row.id)
    return list((await call.session.exec(query.order_by(col(CommitteeMember.id)))).all())


async def voting_has_begun(call: Call, row: Committee) -> bool:
    query = select(BallotRoll.id).where(col(BallotRoll.committee_id) == row.id)
    return (await call.session.exec(query)).first() is not None


@once(Committee)
async def record_attendance(call: Call, read: DocumentReader, given: Attendance, reason: str) -> Committee:
    """Record who attends a committee's meeting, before it votes; without a quorum it does not."""
    call.require(Permission.ENTERPRISE_ROUND_RUN)
    docket = await seen_round(call, read, given)
    await not_own_round(call, docket.round.id)
    check_acts_in(call, docket.round, (RoundState.DELIBERATING,))
    row = await fresh(call, Committee, given.committee_id, COMMITTEE)
    if row.round_id != docket.round.id:
        raise not_found(COMMITTEE)
    if await voting_has_begun(call, row):
        raise duplicate("评委会已开始表决，出席情况不再变更", "the committee is voting; its attendance stands")
    seated = [one for one in await members_ever(call, row) if one.stepped_down_on is None]
    _all_seated(given.present, seated)
    if not is_quorum(call.policy, call.today, row.seats, len(given.present)):
        share = call.policy.share(QUORUM, call.today)
        text = Text(
            f"出席 {len(given.present)} 人，不足 {row.seats} 人的 {share}",
            f"{len(given.present)} attend, fewer than {share} of {row.seats}",
        )
        raise refused(Refusal(text, QUORUM), call.policy, call.today)
    for member in seated:
        member.present = member.id in given.present
    await call.store(*seated)
    present = {"present": [one.number for one in seated if one.present]}
    await call.note(Tag.ENTERPRISE_COMMITTEE_ATTEND, row, reason, after=present)
    return row


def _all_seated(present: Collection[UUID], seated: Collection[CommitteeMember]) -> None:
    if set(present) - {one.id for one in seated} or len(set(present)) != len(present):
        raise not_found(MEMBER)


@once(BallotRoll, "choice")
async def cast_vote(call: Call, given: Vote) -> BallotRoll:
    """Vote on a title, once, in person, while the committee meets; what is voted is counted and kept nowhere."""
    call.require(Permission.OWN_VOTE_CAST)
    row = await fresh(call, Application, given.application_id, APPLICATION)
    if row.round_id is None:
        raise not_found(APPLICATION)
    found = await lock_round(call, row.round_id)
    member = await _seat_of(call, found, row)
    check_acts_in(call, found, (RoundState.DELIBERATING,))
    check_recusal(call.policy, call.today, call.actor.person_id, row.person_id, await ties_in(call, found.id))
    if not member.present:
        text = Text("未出席评议，不能表决；不得委托或事后补投", "only members present vote, not by proxy or later")
        raise refused(Refusal(text, PASS_SHARE), call.policy, call.today)
    if await has_voted(call, row.id, member.id):
        raise duplicate("已对此申报表决，不能更改", "the vote on this application was cast; it is not changed")
    await _count(call, row, given.choice)
    roll = BallotRoll(
        application_id=row.id,
        committee_id=member.committee_id,
        enterprise_id=found.enterprise_id,
        member_id=member.id,
        person_id=member.person_id,
        applicant_person_id=row.person_id,
    )
    await call.store(roll)
    await call.note(Tag.PERSON_VOTE_CAST, roll, VOTE_REASON, after={"application": row.id, "member": member.id})
    return roll


async def _seat_of(call: Call, found: Round, row: Application) -> CommitteeMember:
    """The actor's seat on the committee that decides on the application; without one there is nothing to find."""
    sitting = sitting_of(row, await sittings_in(call, found.id))
    seats = sitting.members if sitting else ()
    member = next((one for one in seats if one.person_id == call.actor.person_id), None)
    if member is None:
        raise not_found(APPLICATION)
    return member


async def _count(call: Call, row: Application, choice: Choice) -> None:
    query = select(TitleBallot).where(col(TitleBallot.application_id) == row.id)
    ballot = (await call.session.exec(query.execution_options(populate_existing=True))).one()
    setattr(ballot, choice.value, getattr(ballot, choice.value) + 1)
    await call.store(ballot)


def check_acts_in(call: Call, found: Round, states: tuple[RoundState, ...]) -> None:
    if found.state not in states:
        words = STATES[found.state]
        raise GuantongError(
            ErrorCode.STEP_REFUSED,
            Text(f"本批次{words.zh}，评委会不在此时办理", f"the round is {words.en}: no committee acts now"),
            where=Where(entry="round_id"),
            clause=str(call.policy.value(BALLOT, call.today).citation),
        )
