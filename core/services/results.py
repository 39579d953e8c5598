"""Use cases of results: formed, noticed, filed with the bureau (结果报备), reviewed, returned and corrected."""

from collections.abc import Mapping
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlmodel import col, select

from core.audit import Tag
from core.models import (
    Application,
    NoticeRow,
    Person,
    PublicNotice,
    ResultFiling,
    ResultFilingState,
    ResultRow,
    Round,
    ScoreEntry,
    Tally,
)
from core.rounds.notice import noticed_name
from core.rounds.steps import RoundStepKind
from core.schemes import DocumentReader
from core.services.call import Call, checked_reason
from core.services.form import Basis, Code, Form
from core.services.once import once
from core.services.reach import PERSON, existing
from core.services.round_board import boards_of
from core.services.round_docket import RoundDocket, SeenRound
from core.services.round_machine import Extra, ready_for, take_round_step
from core.services.round_rows import (
    admitted,
    applications_in,
    marks_digest,
    marks_in,
    results_digest,
    tallies_in,
    ties_in,
)
from core.services.tallying import check_authority, work_out
from core.services.targets import Targets

K = RoundStepKind


class RowComment(Form):
    """What is wrong with a row of a filing: the application's id, or what else is meant."""

    row: Code
    comment: Basis


class ResultReturn(SeenRound):
    """A return with its comments, row by row."""

    comments: tuple[RowComment, ...] = Field(min_length=1, max_length=200)


@once(Round)
async def conclude_round(call: Call, read: DocumentReader, seen: SeenRound, reason: str) -> Round:
    """Form the results: totals by core, titles by the vote. The enterprise needs its authority today."""
    docket = await ready_for(call, read, seen, K.CONCLUDE)
    applications = admitted(await applications_in(call, docket.round.id))
    await check_authority(call, docket, applications)
    await _note(call, await work_out(call, docket, applications, reason), reason)
    return await take_round_step(call, docket, K.CONCLUDE, reason)


@once(Round)
async def rework_results(call: Call, read: DocumentReader, seen: SeenRound, reason: str) -> Round:
    """Work out anew the results whose marks were corrected, or to which an objection was upheld; those before stay."""
    docket = await ready_for(call, read, seen, K.REWORK)
    await _note(call, await work_out(call, docket, await _stale(call, docket), reason), reason)
    return await take_round_step(call, docket, K.REWORK, reason)


async def _stale(call: Call, docket: RoundDocket) -> list[Application]:
    taken, known = admitted(await applications_in(call, docket.round.id)), await tallies_in(call, docket.round.id)
    marks = await marks_in(call, docket.round.id, taken, await ties_in(call, docket.round.id))
    board = (await boards_of(call.session, [docket.round], call.today))[docket.round.id]
    corrected = {id_ for id_, row in known.items() if row.marks_digest != marks_digest(marks.get(id_, ()))}
    return [one for one in taken if one.id in corrected | board.upheld]


async def _note(call: Call, rows: Mapping[UUID, Tally], reason: str) -> None:
    for row in rows.values():
        told = row.model_dump(exclude={"id", "at", "reason", "person_id", "enterprise_id", "round_id"})
        await call.note(Tag.PERSON_TALLY_WORK, row, reason, after=told)


@once(Round)
async def notice_results(call: Call, read: DocumentReader, seen: SeenRound, reason: str) -> Round:
    """Give public notice of the results (公示), or of those that changed since the last notice."""
    docket = await ready_for(call, read, seen, K.NOTICE)
    found = docket.round
    counted = select(sa.func.count()).select_from(PublicNotice).where(col(PublicNotice.round_id) == found.id)
    notice = PublicNotice(
        round_id=found.id,
        enterprise_id=found.enterprise_id,
        number=int((await call.session.exec(counted)).one()) + 1,
        posted_on=call.today,
        results_digest=results_digest(await tallies_in(call, found.id)),
    )
    await call.store(notice)
    await call.store(*(await _notice_rows(call, notice)))
    return await take_round_step(call, docket, K.NOTICE, reason)


async def _notice_rows(call: Call, notice: PublicNotice) -> list[NoticeRow]:
    """What is noticed of each application."""
    tallies, corrected = await tallies_in(call, notice.round_id), await _corrections(call, notice.round_id)
    rows: list[NoticeRow] = []
    for application in admitted(await applications_in(call, notice.round_id)):
        tally, person = tallies[application.id], await existing(call, Person, application.person_id, PERSON)
        row = NoticeRow(
            notice_id=notice.id,
            application_id=application.id,
            tally_id=tally.id,
            name=noticed_name(call.policy, call.today, person.name),
            corrections=corrected.get(application.id, 0),
            **tally.model_dump(include={"round_id", "enterprise_id", "skill_outcome", "title_outcome"}),
            **application.model_dump(include=set(Targets.model_fields)),
        )
        rows.append(row)
    return rows


async def _corrections(call: Call, round_id: UUID) -> dict[UUID, int]:
    """How many marks of each application were put right."""
    replacing = (col(ScoreEntry.round_id) == round_id, col(ScoreEntry.replaces_id).is_not(None))
    counted = select(ScoreEntry.application_id, sa.func.count()).where(*replacing)
    return dict((await call.session.exec(counted.group_by(col(ScoreEntry.application_id)))).all())


@once(Round)
async def file_results(call: Call, read: DocumentReader, seen: SeenRound, reason: str) -> Round:
    """File the noticed results with the bureau, row by row."""
    docket = await ready_for(call, read, seen, K.FILE)
    found, tallies = docket.round, await tallies_in(call, docket.round.id)
    counted = select(sa.func.count()).select_from(ResultFiling).where(col(ResultFiling.round_id) == found.id)
    filing = ResultFiling(
        round_id=found.id,
        enterprise_id=found.enterprise_id,
        number=int((await call.session.exec(counted)).one()) + 1,
        results_digest=results_digest(tallies),
        filed_on=call.today,
    )
    await call.store(filing)
    same = {"filing_id": filing.id, "enterprise_id": found.enterprise_id}
    await call.store(*(ResultRow(application_id=id_, tally_id=row.id, **same) for id_, row in tallies.items()))
    return await take_round_step(call, docket, K.FILE, reason)


@once(Round)
async def return_results(call: Call, read: DocumentReader, given: ResultReturn, reason: str) -> Round:
    """The bureau returns results with comments by row; they are corrected and filed anew within the term."""
    docket = await ready_for(call, read, given, K.RETURN)
    comments = tuple(comment.model_dump() for comment in given.comments)
    await _decide(call, docket, ResultFilingState.RETURNED, reason, comments)
    return await take_round_step(call, docket, K.RETURN, reason, Extra(comments=comments))


@once(Round)
async def accept_results(call: Call, read: DocumentReader, seen: SeenRound, reason: str) -> Round:
    """The bureau accepts the results; certificates may be issued."""
    docket = await ready_for(call, read, seen, K.ACCEPT)
    await _decide(call, docket, ResultFilingState.ACCEPTED, reason)
    return await take_round_step(call, docket, K.ACCEPT, reason)


async def _decide(
    call: Call,
    docket: RoundDocket,
    state: ResultFilingState,
    reason: str,
    comments: tuple[Mapping[str, str], ...] = (),
) -> None:
    newest = select(ResultFiling).where(col(ResultFiling.round_id) == docket.round.id)
    filing = (await call.session.exec(newest.order_by(col(ResultFiling.number).desc()).limit(1))).one()
    filing.state, filing.decided_on, filing.decided_by = state, call.today, call.actor.name
    filing.reason, filing.comments = checked_reason(reason), [dict(one) for one in comments]
    await call.store(filing)
