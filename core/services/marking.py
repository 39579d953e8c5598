"""Use cases of scoring (评分): assessors mark independently; nothing is overwritten, a correction is another mark."""

from collections.abc import Sequence
from uuid import UUID

from pydantic import Field
from sqlmodel import col, select

from core.audit import Deed, Tag
from core.errors import ErrorCode, GuantongError, Where
from core.models import Application, ScoreEntry
from core.permissions import Permission
from core.rounds.steps import RoundState
from core.schemes import DocumentReader
from core.scoring import FULL
from core.services.call import Call, deed_on
from core.services.form import Code, Form
from core.services.marking_desk import Case, MarkingDesk, in_state
from core.services.once import Keyed, once
from core.services.reach import not_found
from core.services.round_docket import fresh
from core.services.rules import values_of
from core.texts import Text

MARK = Text("评分", "mark")
INDEPENDENT = "assessors.independent_scores"
_MAY_BE_CORRECTED = (
    RoundState.SCORING,
    RoundState.DELIBERATING,
    RoundState.CONCLUDED,
    RoundState.NOTICED,
    RoundState.RETURNED,
)


class Mark(Form):
    """Points on one criterion, 0 to 100."""

    criterion: Code
    points: int = Field(ge=0, le=FULL)


class NewMarks(Keyed):
    """An assessor's marks for one application."""

    application_id: UUID
    marks: tuple[Mark, ...] = Field(min_length=1, max_length=100)


class Correction(Keyed):
    """A mark in place of one that was wrong; ``entry_id`` is the one that counts now."""

    entry_id: UUID
    points: int = Field(ge=0, le=FULL)


@once(Application)
async def give_marks(call: Call, read: DocumentReader, given: NewMarks, reason: str) -> Application:
    """Mark an application on criteria that assessors score; each criterion once, also where it serves both."""
    call.require(Permission.OWN_SCORE_GIVE)
    case = await MarkingDesk(call, read).case(given.application_id)
    entries = [case.mark(call, mark.criterion, mark.points, reason) for mark in given.marks]
    await call.store(*entries)
    await call.note_all([marks_given(case, entries, reason)])
    return case.row


def marks_given(case: Case, entries: Sequence[ScoreEntry], reason: str) -> Deed:
    """The event of marks on one application. Part of other use cases."""
    told = {entry.criterion: entry.points for entry in entries}
    after = {"marks": told, "assessor": case.seat.assessor.id}
    return deed_on(Tag.PERSON_SCORE_GIVE, case.row, reason, after=after)


@once(ScoreEntry)
async def correct_mark(call: Call, read: DocumentReader, given: Correction, reason: str) -> ScoreEntry:
    """Put another mark in place of one's own; both stay, with the reason, for whoever reads the results."""
    call.require(Permission.OWN_SCORE_GIVE)
    wrong = await fresh(call, ScoreEntry, given.entry_id, MARK)
    if wrong.assessor_person_id != call.actor.person_id:
        raise not_found(MARK)
    seat, row = await MarkingDesk(call, read).opened(wrong.application_id)
    in_state(call, seat.docket.round, _MAY_BE_CORRECTED)
    later = select(ScoreEntry.id).where(col(ScoreEntry.replaces_id) == wrong.id)
    if (await call.session.exec(later)).first() is not None:
        raise GuantongError(
            ErrorCode.OUT_OF_DATE,
            Text("此评分已更正过；请重新查看后再更正", "this mark was corrected already; read it again"),
            where=Where(entry="entry_id"),
        )
    criteria = {one.key: one for one in seat.docket.scheme.criteria}
    entry = seat.entry(call, row, criteria[wrong.criterion], given.points, reason)
    entry.replaces_id = wrong.id
    await call.store(entry)
    before = {"points": wrong.points, "entry": wrong.id}
    await call.note(Tag.PERSON_SCORE_CORRECT, entry, reason, before=before, after=values_of(entry, "reason"))
    return entry
