"""Use cases of scoring (评分): assessors mark independently; nothing is overwritten, a correction is another mark."""

from uuid import UUID

from pydantic import Field
from sqlmodel import col, select

from core.audit import Tag
from core.errors import ErrorCode, GuantongError, Where, nearest_of
from core.models import Application, ApplicationStatus, Round, RoundAssessor, ScoreEntry
from core.permissions import Permission
from core.rounds.gates import PROCESS, Refusal, refused
from core.rounds.recusal import check_recusal
from core.rounds.steps import STATES, RoundState
from core.rounds.tally import scored_by_assessors
from core.schemes import Criterion, DocumentReader
from core.scoring import FULL
from core.services.call import Call, checked_reason
from core.services.form import Code, Form
from core.services.once import Keyed, once
from core.services.reach import not_found
from core.services.round_docket import APPLICATION, RoundDocket, docket_of, fresh, lock_round
from core.services.round_rows import ties_in
from core.services.rules import duplicate, values_of
from core.services.targets import sides_of
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
    docket, row, assessor = await _opened(call, read, given.application_id)
    _in_state(call, docket.round, (RoundState.SCORING,))
    if row.status is not ApplicationStatus.ADMITTED:
        raise not_found(APPLICATION)
    criteria = {one.key: one for one in scored_by_assessors(docket.scheme, sides_of(row))}
    marked = await _marked(call, row, assessor)
    entries: list[ScoreEntry] = []
    for mark in given.marks:
        criterion = _known(criteria, mark.criterion)
        if criterion.key in marked:
            raise duplicate(
                f"评价要素“{criterion.name.zh}”已评分；更正须另附理由",
                f"criterion '{criterion.name.en}' is marked already; a correction takes a reason of its own",
            )
        marked.add(criterion.key)
        entries.append(_entry(call, docket, row, assessor, criterion, mark.points, reason))
    await call.store(*entries)
    told = {entry.criterion: entry.points for entry in entries}
    await call.note(Tag.PERSON_SCORE_GIVE, row, reason, after={"marks": told, "assessor": assessor.id})
    return row


@once(ScoreEntry)
async def correct_mark(call: Call, read: DocumentReader, given: Correction, reason: str) -> ScoreEntry:
    """Put another mark in place of one's own; both stay, with the reason, for whoever reads the results."""
    call.require(Permission.OWN_SCORE_GIVE)
    wrong = await fresh(call, ScoreEntry, given.entry_id, MARK)
    if wrong.assessor_person_id != call.actor.person_id:
        raise not_found(MARK)
    docket, row, assessor = await _opened(call, read, wrong.application_id)
    _in_state(call, docket.round, _MAY_BE_CORRECTED)
    later = select(ScoreEntry.id).where(col(ScoreEntry.replaces_id) == wrong.id)
    if (await call.session.exec(later)).first() is not None:
        raise GuantongError(
            ErrorCode.OUT_OF_DATE,
            Text("此评分已更正过；请重新查看后再更正", "this mark was corrected already; read it again"),
            where=Where(entry="entry_id"),
        )
    criteria = {one.key: one for one in docket.scheme.criteria}
    entry = _entry(call, docket, row, assessor, criteria[wrong.criterion], given.points, reason)
    entry.replaces_id = wrong.id
    await call.store(entry)
    before = {"points": wrong.points, "entry": wrong.id}
    await call.note(Tag.PERSON_SCORE_CORRECT, entry, reason, before=before, after=values_of(entry, "reason"))
    return entry


async def _opened(
    call: Call, read: DocumentReader, application_id: UUID
) -> tuple[RoundDocket, Application, RoundAssessor]:
    """The case of an application that the actor scores; whoever does not finds none."""
    row = await fresh(call, Application, application_id, APPLICATION)
    if row.round_id is None:
        raise not_found(APPLICATION)
    docket = await docket_of(call, read, await lock_round(call, row.round_id))
    own = (col(RoundAssessor.round_id) == row.round_id, col(RoundAssessor.person_id) == call.actor.person_id)
    query = select(RoundAssessor).where(*own, col(RoundAssessor.released_on).is_(None))
    assessor = (await call.session.exec(query)).one_or_none()
    if assessor is None:
        raise not_found(APPLICATION)
    ties = await ties_in(call, row.round_id)
    check_recusal(call.policy, call.today, call.actor.person_id, row.person_id, ties)
    return docket, await fresh(call, Application, application_id, APPLICATION), assessor


def _in_state(call: Call, found: Round, states: tuple[RoundState, ...]) -> None:
    if found.state not in states:
        words = STATES[found.state]
        text = Text(f"本批次{words.zh}，不能评分或更正", f"the round is {words.en}: nothing is marked or corrected")
        raise refused(Refusal(text, PROCESS), call.policy, call.today)


async def _marked(call: Call, row: Application, assessor: RoundAssessor) -> set[str]:
    own = (col(ScoreEntry.application_id) == row.id, col(ScoreEntry.assessor_id) == assessor.id)
    return set((await call.session.exec(select(ScoreEntry.criterion).where(*own))).all())


def _known(criteria: dict[str, Criterion], key: str) -> Criterion:
    if key in criteria:
        return criteria[key]
    raise GuantongError(
        ErrorCode.UNKNOWN_CODE,
        Text(f"这份申报没有由考评人员评分的要素“{key}”", f"assessors mark no criterion '{key}' of this application"),
        where=Where(entry="criterion"),
        nearest=nearest_of(key, list(criteria)),
    )


def _entry(
    call: Call,
    docket: RoundDocket,
    row: Application,
    assessor: RoundAssessor,
    criterion: Criterion,
    points: int,
    reason: str,
) -> ScoreEntry:
    return ScoreEntry(
        application_id=row.id,
        round_id=docket.round.id,
        enterprise_id=docket.round.enterprise_id,
        assessor_id=assessor.id,
        assessor_person_id=assessor.person_id,
        criterion=criterion.key,
        side=criterion.side,
        points=points,
        weight=criterion.weight,
        at=call.now,
        reason=checked_reason(reason),
    )
