"""Rounds and what hangs on them: steps, deadlines, applications, marks, results, committees, notices, certificates."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import (
    Application,
    Committee,
    CommitteeMember,
    EvidenceClaim,
    Expert,
    NoticeRow,
    Objection,
    PublicNotice,
    ResultFiling,
    ResultRow,
    Round,
    RoundAssessor,
    RoundDeadline,
    RoundStep,
    ScoreEntry,
    Tally,
    TitleBallot,
)
from core.models.base import Record
from core.permissions import Actor
from core.rounds.steps import OPEN_STATES, RoundState
from core.storage.pages import FIRST_PAGE, Order, Page, Slice, count_rows, count_rows_by, fetch_page, fetch_pages
from core.storage.queries.base import children_of, conditions
from core.storage.queries.relations import ANY_DAY, ById, Children, Listing, on_any_day
from core.storage.round_visibility import (
    ballots_visible_to,
    claims_visible_to,
    marks_visible_to,
    notices_visible_to,
    objections_visible_to,
    round_records_visible_to,
    rounds_visible_to,
    tallies_visible_to,
)
from core.storage.visibility import applications_visible_to

R = TypeVar("R", bound=Record)
_BY_DAY = (col(Round.announced_on), col(Round.id))
_BY_FILING = Order("filed_on", (col(Application.filed_on), col(Application.id)))
_BY_NUMBER = Order("number", (col(Expert.number), col(Expert.id)))
_OF_ROUND = col(Application.round_id)


@dataclass(frozen=True, slots=True)
class RoundFilter:
    """All given parts must hold."""

    enterprise_id: UUID | None = None
    scheme_version_id: UUID | None = None
    states: frozenset[RoundState] | None = None


NO_FILTER = RoundFilter()


async def rounds_page(
    session: AsyncSession,
    actor: Actor,
    day: date,
    filters: RoundFilter = NO_FILTER,
    *,
    descending: bool = True,
    part: Slice = FIRST_PAGE,
) -> Page[Round]:
    """One page of the rounds that the actor may read, by the day of their announcement, the latest first."""
    query = _rounds(actor, day, filters)
    return await fetch_page(session, query, Order("announced_on", _BY_DAY, descending), part)


async def count_rounds(session: AsyncSession, actor: Actor, day: date, filters: RoundFilter = NO_FILTER) -> int:
    """How many rounds the actor may read."""
    return await count_rows(session, _rounds(actor, day, filters))


def _rounds(actor: Actor, day: date, filters: RoundFilter) -> "sa.Select[Any]":
    return sa.select(Round).where(
        rounds_visible_to(actor, day),
        *conditions(
            (filters.enterprise_id, lambda one: col(Round.enterprise_id) == one),
            (filters.scheme_version_id, lambda one: col(Round.scheme_version_id) == one),
            (filters.states, lambda states: col(Round.state).in_(sorted(states))),
        ),
    )


async def rounds_by_id(session: AsyncSession, actor: Actor, day: date, ids: Collection[UUID]) -> dict[UUID, Round]:
    """The rounds among ``ids`` that the actor may read."""
    return await ROUND_BY_ID.load(session, actor, day, ids)


async def open_rounds(session: AsyncSession, actor: Actor, day: date) -> list[Round]:
    """The rounds under way that the actor may read, the earliest first."""
    query: Any = _rounds(actor, day, RoundFilter(states=OPEN_STATES)).order_by(*_BY_DAY)
    return list((await session.exec(query)).scalars().all())


async def applications_pages(
    session: AsyncSession, actor: Actor, round_ids: Collection[UUID], part: Slice = FIRST_PAGE
) -> dict[UUID, Page[Application]]:
    """The same page of the applications of each round, by the day of their filing."""
    return await fetch_pages(session, _applications(actor, round_ids), _OF_ROUND, _BY_FILING, part)


async def count_applications(session: AsyncSession, actor: Actor, round_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many applications of each round the actor may read."""
    return await count_rows_by(session, _applications(actor, round_ids), _OF_ROUND)


def _applications(actor: Actor, round_ids: Collection[UUID]) -> "sa.Select[Any]":
    return sa.select(Application).where(_OF_ROUND.in_(round_ids), applications_visible_to(actor))


async def experts_page(session: AsyncSession, actor: Actor, part: Slice = FIRST_PAGE) -> Page[Expert]:
    """One page of the expert pools that the actor may read, by number."""
    return await fetch_page(session, _experts(actor), _BY_NUMBER, part)


def _experts(actor: Actor, _day: date = ANY_DAY, _filters: None = None) -> "sa.Select[Any]":
    return sa.select(Expert).where(round_records_visible_to(actor, Expert))


async def _of(
    session: AsyncSession, actor: Actor, table: type[R], parent: str, ids: Collection[UUID], *order: Any
) -> dict[UUID, list[R]]:
    """What an enterprise and the bureau read of rounds, by parent."""
    return await children_of(session, table, parent, ids, round_records_visible_to(actor, table), order)


async def steps_of(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, list[RoundStep]]:
    """Steps by round, in order."""
    return await _of(session, actor, RoundStep, "round_id", ids, col(RoundStep.number))


async def deadlines_of_rounds(
    session: AsyncSession, actor: Actor, day: date, ids: Collection[UUID]
) -> dict[UUID, list[RoundDeadline]]:
    """Deadlines by round as they were put on record, in order; whoever reads the round reads them."""
    visible = col(RoundDeadline.round_id).in_(sa.select(col(Round.id)).where(rounds_visible_to(actor, day)))
    order = [col(RoundDeadline.term), col(RoundDeadline.number)]
    return await children_of(session, RoundDeadline, "round_id", ids, visible, order)


async def assessors_of(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, list[RoundAssessor]]:
    """Assessors by round."""
    return await _of(session, actor, RoundAssessor, "round_id", ids)


async def committees_of(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, list[Committee]]:
    """Committees by round."""
    return await _of(session, actor, Committee, "round_id", ids)


async def members_of(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, list[CommitteeMember]]:
    """Members by committee, those who stepped down as well."""
    return await _of(session, actor, CommitteeMember, "committee_id", ids)


async def notices_of(
    session: AsyncSession, actor: Actor, day: date, ids: Collection[UUID]
) -> dict[UUID, list[PublicNotice]]:
    """Public notices by round, in order."""
    visible = notices_visible_to(actor, PublicNotice, day)
    return await children_of(session, PublicNotice, "round_id", ids, visible, [col(PublicNotice.number)])


async def rows_of_notices(
    session: AsyncSession, actor: Actor, day: date, ids: Collection[UUID]
) -> dict[UUID, list[NoticeRow]]:
    """Rows by notice, by name."""
    visible = notices_visible_to(actor, NoticeRow, day)
    return await children_of(session, NoticeRow, "notice_id", ids, visible, [col(NoticeRow.name)])


async def filings_of(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, list[ResultFiling]]:
    """Filings of results by round, in order."""
    return await RESULT_FILINGS_OF_ROUND.load(session, actor, ANY_DAY, ids)


async def rows_of_filings(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, list[ResultRow]]:
    """Rows by filing."""
    return await ROWS_OF_RESULT_FILING.load(session, actor, ANY_DAY, ids)


async def objections_of(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, list[Objection]]:
    """Objections by round."""
    return await children_of(session, Objection, "round_id", ids, objections_visible_to(actor), ())


async def claims_of_applications(
    session: AsyncSession, actor: Actor, ids: Collection[UUID]
) -> dict[UUID, list[EvidenceClaim]]:
    """Evidence by application, by kind."""
    order = [col(EvidenceClaim.key)]
    return await children_of(session, EvidenceClaim, "application_id", ids, claims_visible_to(actor), order)


async def marks_of(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, list[ScoreEntry]]:
    """Marks by application, corrected ones before what replaces them."""
    order = [col(ScoreEntry.criterion), col(ScoreEntry.assessor_id), col(ScoreEntry.at)]
    return await children_of(session, ScoreEntry, "application_id", ids, marks_visible_to(actor), order)


async def tallies_of(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, list[Tally]]:
    """Results by application, the one that counts last."""
    return await children_of(session, Tally, "application_id", ids, tallies_visible_to(actor), [col(Tally.number)])


async def ballots_of(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, list[TitleBallot]]:
    """Votes by application, once voting is over: before, nobody sees how it stands."""
    return await children_of(session, TitleBallot, "application_id", ids, ballots_visible_to(actor), ())


RESULT_FILINGS_OF_ROUND = Children(
    ResultFiling,
    "round_id",
    on_any_day(round_records_visible_to, ResultFiling),
    (col(ResultFiling.number),),
)
ROWS_OF_RESULT_FILING = Children(ResultRow, "filing_id", on_any_day(round_records_visible_to, ResultRow), ())
ROUND_BY_ID = ById(Round, rounds_visible_to)
ROUNDS = Listing(_rounds, {"announced_on": _BY_DAY}, NO_FILTER, descending=True)
EXPERTS = Listing(_experts, {"number": _BY_NUMBER.keys}, None)
