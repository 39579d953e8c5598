"""What hangs on rounds by its own id, and rounds by whose they are; rows are seen as their lists show them."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import (
    Committee,
    CommitteeMember,
    Expert,
    Objection,
    PublicNotice,
    ResultFiling,
    Round,
    RoundAssessor,
    ScoreEntry,
    Tally,
    TieDeclaration,
)
from core.permissions import Actor
from core.storage.pages import FIRST_PAGE, Order, Page, Slice, count_rows, count_rows_by, fetch_pages
from core.storage.queries.base import children_of
from core.storage.queries.relations import ANY_DAY, ById, Listing, on_any_day
from core.storage.round_visibility import (
    marks_visible_to,
    notices_visible_to,
    objections_visible_to,
    round_records_visible_to,
    rounds_visible_to,
    tallies_visible_to,
)

_LATEST = Order("announced_on", (col(Round.announced_on), col(Round.id)), descending=True)
_ENTERPRISE, _VERSION = col(Round.enterprise_id), col(Round.scheme_version_id)


async def rounds_pages_of_enterprises(
    session: AsyncSession, actor: Actor, day: date, ids: Collection[UUID], part: Slice = FIRST_PAGE
) -> dict[UUID, Page[Round]]:
    """The same page of the rounds of each enterprise, the latest first."""
    return await fetch_pages(session, _rounds(actor, day, _ENTERPRISE, ids), _ENTERPRISE, _LATEST, part)


async def count_rounds_of_enterprises(
    session: AsyncSession, actor: Actor, day: date, ids: Collection[UUID]
) -> dict[UUID, int]:
    """How many rounds of each enterprise the actor may read."""
    return await count_rows_by(session, _rounds(actor, day, _ENTERPRISE, ids), _ENTERPRISE)


async def rounds_pages_of_versions(
    session: AsyncSession, actor: Actor, day: date, ids: Collection[UUID], part: Slice = FIRST_PAGE
) -> dict[UUID, Page[Round]]:
    """The same page of the rounds under each scheme version, the latest first."""
    return await fetch_pages(session, _rounds(actor, day, _VERSION, ids), _VERSION, _LATEST, part)


async def count_rounds_of_versions(
    session: AsyncSession, actor: Actor, day: date, ids: Collection[UUID]
) -> dict[UUID, int]:
    """How many rounds under each scheme version the actor may read."""
    return await count_rows_by(session, _rounds(actor, day, _VERSION, ids), _VERSION)


def _rounds(actor: Actor, day: date, parent: Any, ids: Collection[UUID]) -> "sa.Select[Any]":
    return sa.select(Round).where(parent.in_(ids), rounds_visible_to(actor, day))


async def count_experts(session: AsyncSession, actor: Actor) -> int:
    """How many experts the actor may read."""
    return await count_rows(session, sa.select(Expert).where(round_records_visible_to(actor, Expert)))


async def committees_by_id(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, Committee]:
    """The committees among ``ids`` that the actor may read."""
    return await COMMITTEE_BY_ID.load(session, actor, ANY_DAY, ids)


async def members_by_id(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, CommitteeMember]:
    """The members of committees among ``ids`` that the actor may read."""
    return await COMMITTEE_MEMBER_BY_ID.load(session, actor, ANY_DAY, ids)


async def assessors_by_id(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, RoundAssessor]:
    """The assessors among ``ids`` that the actor may read."""
    return await ROUND_ASSESSOR_BY_ID.load(session, actor, ANY_DAY, ids)


async def experts_by_id(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, Expert]:
    """The experts among ``ids`` that the actor may read."""
    return await EXPERT_BY_ID.load(session, actor, ANY_DAY, ids)


async def filings_by_id(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, ResultFiling]:
    """The filings of results among ``ids`` that the actor may read."""
    return await RESULT_FILING_BY_ID.load(session, actor, ANY_DAY, ids)


async def marks_by_id(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, ScoreEntry]:
    """The marks among ``ids`` that the actor may read."""
    return await SCORE_ENTRY_BY_ID.load(session, actor, ANY_DAY, ids)


async def tallies_by_id(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, Tally]:
    """The results among ``ids`` that the actor may read."""
    return await TALLY_BY_ID.load(session, actor, ANY_DAY, ids)


async def objections_by_id(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, Objection]:
    """The objections among ``ids`` that the actor may read."""
    return await OBJECTION_BY_ID.load(session, actor, ANY_DAY, ids)


async def notices_by_id(
    session: AsyncSession, actor: Actor, day: date, ids: Collection[UUID]
) -> dict[UUID, PublicNotice]:
    """The public notices among ``ids`` that the actor may read."""
    return await PUBLIC_NOTICE_BY_ID.load(session, actor, day, ids)


async def ties_of_rounds(
    session: AsyncSession, actor: Actor, ids: Collection[UUID]
) -> dict[UUID, list[TieDeclaration]]:
    """Declared ties by round, in the order of their days."""
    visible = round_records_visible_to(actor, TieDeclaration)
    return await children_of(session, TieDeclaration, "round_id", ids, visible, [col(TieDeclaration.declared_on)])


async def revisions_of_rounds(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, int]:
    """How often each round was moved. Nobody's right to read is checked: whoever waits for it was shown the round."""
    query = select(Round.id, Round.revision).where(col(Round.id).in_(ids))
    return dict((await session.exec(query)).all())


async def pulses_of_rounds(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, int]:
    """How often something was done in each round; as above, for those who were shown its records."""
    query = select(Round.id, Round.pulse).where(col(Round.id).in_(ids))
    return dict((await session.exec(query)).all())


def _of_enterprise(actor: Actor, day: date, _filters: None, enterprise_id: Any) -> "sa.Select[Any]":
    return _rounds(actor, day, _ENTERPRISE, [enterprise_id])


def _of_version(actor: Actor, day: date, _filters: None, version_id: Any) -> "sa.Select[Any]":
    return _rounds(actor, day, _VERSION, [version_id])


ROUNDS_OF_ENTERPRISE = Listing(_of_enterprise, {"announced_on": _LATEST.keys}, None, descending=True)
ROUNDS_OF_VERSION = Listing(_of_version, {"announced_on": _LATEST.keys}, None, descending=True)
COMMITTEE_BY_ID = ById(Committee, on_any_day(round_records_visible_to, Committee))
COMMITTEE_MEMBER_BY_ID = ById(CommitteeMember, on_any_day(round_records_visible_to, CommitteeMember))
ROUND_ASSESSOR_BY_ID = ById(RoundAssessor, on_any_day(round_records_visible_to, RoundAssessor))
EXPERT_BY_ID = ById(Expert, on_any_day(round_records_visible_to, Expert))
RESULT_FILING_BY_ID = ById(ResultFiling, on_any_day(round_records_visible_to, ResultFiling))
SCORE_ENTRY_BY_ID = ById(ScoreEntry, on_any_day(marks_visible_to))
TALLY_BY_ID = ById(Tally, on_any_day(tallies_visible_to))
OBJECTION_BY_ID = ById(Objection, on_any_day(objections_visible_to))
PUBLIC_NOTICE_BY_ID = ById(PublicNotice, lambda actor, day: notices_visible_to(actor, PublicNotice, day))
