"""Use cases about the expert pool (专家库), assessors of a round (考评人员), and ties that recuse (回避申明)."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pydantic import Field
from sqlmodel import col, select

from core.audit import Tag
from core.ladders import Ladder, Level
from core.models import BallotRoll, CommitteeMember, Expert, Person, Round, RoundAssessor, TieDeclaration
from core.permissions import Permission
from core.rounds.gates import PROCESS, Refusal, refused
from core.rounds.recusal import Ground
from core.rounds.steps import STATES, RoundState
from core.schemes import DocumentReader
from core.services.call import Call, checked_reason
from core.services.form import Code, LongName
from core.services.once import Keyed, once
from core.services.own_cases import not_own_round
from core.services.reach import PERSON, existing, not_found, person_met
from core.services.round_docket import ROUND, SeenRound, check_revision, fresh, lock_round, seen_round
from core.services.round_rows import assessors_ever_in
from core.services.rules import duplicate, in_order, known_specialty, values_of
from core.services.targets import on_ladder
from core.texts import Text

EXPERT = Text("专家", "expert")
_BEFORE_RESULTS = (
    RoundState.PLANNED,
    RoundState.APPLYING,
    RoundState.REVIEWING,
    RoundState.SCORING,
    RoundState.DELIBERATING,
)


class NewExpert(Keyed):
    """Somebody for the pool; from outside by the whole identity number, which shows that they were met."""

    person_id: UUID | None = None
    identity_number: str | None = None
    number: Code
    series: Code
    specialty: Code
    level: Level
    unit: LongName
    is_outside: bool = False
    starts: date
    ends: date | None = None


class SeenExpert(Keyed):
    """An expert as the actor read the entry, and the day from which they are out of the pool."""

    expert_id: UUID
    revision: int = Field(ge=1)
    ends: date


class Assignment(SeenRound):
    """Somebody who is to score in a round."""

    person_id: UUID | None = None
    identity_number: str | None = None


class Release(SeenRound):
    """An assessor who scores no more; marks that were given stay."""

    assessor_id: UUID


class NewTie(Keyed):
    """A tie between one who acts in a round and one who applies, declared by either or by the office."""

    round_id: UUID
    actor_person_id: UUID
    applicant_person_id: UUID
    ground: Ground


@once(Expert, "identity_number")
async def record_expert(call: Call, given: NewExpert, reason: str) -> Expert:
    """Put somebody into the pool of the actor's enterprise (入库)."""
    call.require(Permission.ENTERPRISE_EXPERT_RECORD)
    person = await person_met(call, given.person_id, given.identity_number)
    known_specialty(call, given.series, given.specialty)
    on_ladder(call, given.level, Ladder.TITLE, "level")
    in_order(given.starts, given.ends)
    owner = call.actor.enterprise_id
    assert owner is not None  # the permission is one of an enterprise
    own = col(Expert.enterprise_id) == owner
    same = (col(Expert.number) == given.number) | (col(Expert.person_id) == person.id)
    if (await call.session.exec(select(Expert.id).where(own, same))).first() is not None:
        raise duplicate("专家库已有此人或此编号", "the pool has this person, or this number, already")
    values = given.model_dump(exclude={"key", "person_id", "identity_number"})
    row = Expert(enterprise_id=owner, person_id=person.id, **values)
    await call.store(row)
    await call.note(Tag.ENTERPRISE_EXPERT_RECORD, row, reason, after=values_of(row))
    return row


@once(Expert)
async def release_expert(call: Call, seen: SeenExpert, reason: str) -> Expert:
    """Take somebody out of the pool from a day on (出库); committees that were drawn keep them."""
    call.require(Permission.ENTERPRISE_EXPERT_RECORD)
    row = await fresh(call, Expert, seen.expert_id, EXPERT)
    if row.enterprise_id != call.actor.enterprise_id:
        raise not_found(EXPERT)
    check_revision(row.revision, seen.revision)
    in_order(row.starts, seen.ends)
    before = {"ends": row.ends}
    row.ends = seen.ends
    row.revision += 1
    await call.store(row)
    await call.note(Tag.ENTERPRISE_EXPERT_RELEASE, row, reason, before=before, after={"ends": row.ends})
    return row


@once(RoundAssessor, "identity_number")
async def assign_assessor(call: Call, read: DocumentReader, given: Assignment, reason: str) -> RoundAssessor:
    """Let somebody score in a round. Two of one name are told apart, as their marks are shown by name."""
    call.require(Permission.ENTERPRISE_ROUND_RUN)
    docket = await seen_round(call, read, given)
    await not_own_round(call, docket.round.id)
    _before_results(call, docket.round)
    person = await person_met(call, given.person_id, given.identity_number)
    known = await assessors_ever_in(call, docket.round.id)
    same = next((one for one in known if one.person_id == person.id), None)
    if same is not None and same.released_on is not None:
        raise duplicate("该人员已退出本批次考评", "this person was released from the round, and does not come back")
    if same is not None:
        raise duplicate("该人员已是本批次考评人员", "this person scores in the round already")
    row = RoundAssessor(
        round_id=docket.round.id,
        enterprise_id=docket.round.enterprise_id,
        person_id=person.id,
        name=_told_apart(person.name, [one.name for one in known]),
        assigned_on=call.today,
    )
    await call.store(row)
    personal = {"name": row.name}
    await call.note(Tag.ENTERPRISE_ROUND_ASSIGN, row, reason, after=values_of(row, "name"), personal=personal)
    return row


def _told_apart(name: str, others: Sequence[str]) -> str:
    if name not in others:
        return name
    return next(told for n in range(2, len(others) + 3) if (told := f"{name}（{n}）") not in others)


@once(RoundAssessor)
async def release_assessor(call: Call, read: DocumentReader, given: Release, reason: str) -> RoundAssessor:
    """Let an assessor score no more."""
    call.require(Permission.ENTERPRISE_ROUND_RUN)
    docket = await seen_round(call, read, given)
    await not_own_round(call, docket.round.id)
    _before_results(call, docket.round)
    row = await fresh(call, RoundAssessor, given.assessor_id, EXPERT)
    if row.round_id != docket.round.id or row.released_on is not None:
        raise not_found(EXPERT)
    row.released_on = call.today
    await call.store(row)
    await call.note(Tag.ENTERPRISE_ROUND_RELEASE, row, reason, after={"released_on": row.released_on})
    return row


def _before_results(call: Call, found: Round) -> None:
    if found.state not in _BEFORE_RESULTS:
        words = STATES[found.state]
        text = Text(f"本批次{words.zh}，不能变更考评人员", f"the round is {words.en}; its assessors stay as they are")
        raise refused(Refusal(text, PROCESS), call.policy, call.today)


@once(TieDeclaration)
async def declare_tie(call: Call, given: NewTie, reason: str) -> TieDeclaration:
    """Declare a tie; from then on the one does not act on the case of the other, and marks given before do not count.

    A vote cannot be taken back, for nobody knows it: a tie is declared before the vote.
    """
    call.require(Permission.ENTERPRISE_ROUND_RUN, Permission.OWN_SCORE_GIVE, Permission.OWN_APPLICATION_FILE)
    found = await lock_round(call, given.round_id)
    _may_declare(call, found, given)
    for person_id in (given.actor_person_id, given.applicant_person_id):
        await existing(call, Person, person_id, PERSON)
    if await _has_voted_in(call, given):
        text = Text("已对其表决，不能再申明回避", "the vote on this applicant was cast; a tie is declared before it")
        raise refused(Refusal(text, "recusal.grounds"), call.policy, call.today)
    row = TieDeclaration(
        enterprise_id=found.enterprise_id,
        declared_by=call.actor.name,
        declared_on=call.today,
        reason=checked_reason(reason),
        **given.model_dump(exclude={"key"}),
    )
    await call.store(row)
    await call.note(Tag.PERSON_TIE_DECLARE, row, reason, after=values_of(row, "reason"))
    return row


def _may_declare(call: Call, found: Round, given: NewTie) -> None:
    if call.actor.may(Permission.ENTERPRISE_ROUND_RUN):
        if found.enterprise_id != call.actor.enterprise_id:
            raise not_found(ROUND)
    elif call.actor.person_id not in (given.actor_person_id, given.applicant_person_id):
        raise not_found(PERSON)


async def _has_voted_in(call: Call, given: NewTie) -> bool:
    member = select(CommitteeMember.id).where(
        col(CommitteeMember.round_id) == given.round_id, col(CommitteeMember.person_id) == given.actor_person_id
    )
    query = select(BallotRoll.id).where(
        col(BallotRoll.member_id).in_(member), col(BallotRoll.applicant_person_id) == given.applicant_person_id
    )
    return (await call.session.exec(query)).first() is not None
