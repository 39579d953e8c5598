"""Use cases of objections (异议): raised by name within the public notice, answered by the office."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints
from sqlmodel import col, select

from core.audit import Tag
from core.errors import ErrorCode
from core.models import Application, NoticeRow, Objection, ObjectionState, Person, Round
from core.permissions import Permission
from core.rounds.deadlines import Term, counted
from core.rounds.gates import Refusal, refused
from core.rounds.steps import STATES, RoundState
from core.schemes import DocumentReader
from core.services.call import Call
from core.services.once import Keyed, once
from core.services.own_cases import not_own_case
from core.services.reach import PERSON, existing, not_found
from core.services.round_docket import APPLICATION, ROUND, check_revision, docket_of, fresh, lock_round, open_round
from core.services.rules import duplicate, values_of
from core.storage.round_visibility import rounds_visible_to
from core.texts import Text

OBJECTION = Text("异议", "objection")
WITHIN = "process.objection_within_notice"
Long = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class NewObjection(Keyed):
    """An objection to the noticed results, or to those of one application."""

    round_id: UUID
    application_id: UUID | None = None
    text: Long


class Answer(Keyed):
    """The answer to an objection: upheld, what follows is a correction; dismissed, the results stand."""

    objection_id: UUID
    revision: int = Field(ge=1)
    upheld: bool
    answer: Long


@once(Objection)
async def raise_objection(call: Call, read: DocumentReader, given: NewObjection, reason: str) -> Objection:
    """Object to results while they are noticed; until it is answered, nothing is filed or issued."""
    call.require(Permission.OWN_OBJECTION_RAISE)
    own = call.actor.person_id
    if own is None:
        raise not_found(PERSON)
    docket = await docket_of(call, read, await lock_round(call, (await _visible(call, given.round_id)).id))
    found, day = docket.round, call.today
    if found.state is not RoundState.NOTICED:
        words = STATES[found.state]
        text = Text(
            f"本批次{words.zh}，异议须在公示期内提出", f"the round is {words.en}; objections belong in the notice"
        )
        raise refused(Refusal(text, WITHIN), call.policy, day)
    due = docket.deadlines[Term.NOTICE].due
    if docket.deadlines[Term.NOTICE].is_over(day):
        text = Text(
            f"公示已于 {due} 期满，异议须在公示期内提出", f"the public notice ended on {due}; objections belong in it"
        )
        raise refused(Refusal(text, WITHIN, ErrorCode.STEP_LATE), call.policy, day)
    if given.application_id is not None:
        await _noticed(call, found, given.application_id)
    answer = counted(call.policy, call.calendar, Term.ANSWER, day)
    row = Objection(
        round_id=found.id,
        enterprise_id=found.enterprise_id,
        application_id=given.application_id,
        objector_person_id=own,
        text=given.text,
        raised_on=day,
        answer_days=answer.days or 0,
        answer_due=answer.due,
        calendar_digest=answer.calendar,
        provisional=answer.provisional,
    )
    await call.store(row)
    personal = {"text": row.text, "objector": own}
    after = values_of(row, "text", "objector_person_id")
    await call.note(Tag.PERSON_OBJECTION_RAISE, row, reason, after=after, personal=personal)
    return row


async def _noticed(call: Call, found: Round, application_id: UUID) -> None:
    """What is objected to is in the notice: whoever reads that need not be able to read the application."""
    same = (col(NoticeRow.round_id) == found.id, col(NoticeRow.application_id) == application_id)
    if (await call.session.exec(select(NoticeRow.id).where(*same))).first() is None:
        raise not_found(APPLICATION)


async def _visible(call: Call, round_id: UUID) -> Round:
    query = select(Round).where(col(Round.id) == round_id, rounds_visible_to(call.actor, call.today))
    found = (await call.session.exec(query)).one_or_none()
    if found is None:
        raise not_found(ROUND)
    return found


@once(Objection)
async def answer_objection(call: Call, read: DocumentReader, given: Answer, reason: str) -> Objection:
    """Answer an objection. A late answer is one still, and the log says that it was late."""
    call.require(Permission.ENTERPRISE_ROUND_RUN)
    row = await fresh(call, Objection, given.objection_id, OBJECTION)
    docket = await open_round(call, read, row.round_id)
    row = await fresh(call, Objection, given.objection_id, OBJECTION)
    check_revision(row.revision, given.revision)
    if row.state is not ObjectionState.OPEN:
        raise duplicate("该异议已答复", "the objection is answered already")
    await not_own_case(call, await existing(call, Person, row.objector_person_id, PERSON), docket.round.id)
    if row.application_id is not None:
        about = await fresh(call, Application, row.application_id, OBJECTION)
        await not_own_case(call, await existing(call, Person, about.person_id, PERSON), docket.round.id)
    row.state = ObjectionState.UPHELD if given.upheld else ObjectionState.DISMISSED
    row.answer, row.answered_on, row.answered_by = given.answer, call.today, call.actor.name
    row.revision += 1
    await call.store(row)
    after = {"state": row.state, "answered_on": row.answered_on, "late": call.today > row.answer_due}
    personal = {"answer": row.answer}
    before = {"state": ObjectionState.OPEN}
    await call.note(Tag.PERSON_OBJECTION_ANSWER, row, reason, before=before, after=after, personal=personal)
    return row
