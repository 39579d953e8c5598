"""What hangs on a person: employments, schooling, awards and competitions."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import Award, Competition, Employment, Schooling
from core.permissions import Actor
from core.storage.pages import FIRST_PAGE, Order, Page, Slice, count_rows, fetch_page
from core.storage.queries.base import by_ids, children_of
from core.storage.visibility import competitions_visible_to, records_visible_to

_COMPETITIONS = (col(Competition.held_on), col(Competition.id))


async def employments_of(
    session: AsyncSession, actor: Actor, day: date, person_ids: Collection[UUID]
) -> dict[UUID, list[Employment]]:
    """Employments by person, oldest first."""
    visible = records_visible_to(actor, Employment, day)
    return await children_of(session, Employment, "person_id", person_ids, visible, [col(Employment.starts)])


async def schooling_of(
    session: AsyncSession, actor: Actor, day: date, person_ids: Collection[UUID]
) -> dict[UUID, list[Schooling]]:
    """Completed education by person, oldest first."""
    visible = records_visible_to(actor, Schooling, day)
    return await children_of(session, Schooling, "person_id", person_ids, visible, [col(Schooling.graduated_on)])


async def awards_of(
    session: AsyncSession, actor: Actor, day: date, person_ids: Collection[UUID]
) -> dict[UUID, list[Award]]:
    """Awards by person, oldest first."""
    visible = records_visible_to(actor, Award, day)
    return await children_of(session, Award, "person_id", person_ids, visible, [col(Award.awarded_on)])


async def awards_of_competitions(
    session: AsyncSession, actor: Actor, day: date, competition_ids: Collection[UUID]
) -> dict[UUID, list[Award]]:
    """Awards by competition, of the people whom the actor may read, by position."""
    visible = records_visible_to(actor, Award, day)
    return await children_of(
        session, Award, "competition_id", competition_ids, visible, [col(Award.position).nulls_last()]
    )


async def competitions_page(
    session: AsyncSession, actor: Actor, *, descending: bool = True, part: Slice = FIRST_PAGE
) -> Page[Competition]:
    """One page of competitions by the day they were held, newest first unless told."""
    query = sa.select(Competition).where(competitions_visible_to(actor))
    return await fetch_page(session, query, Order("held_on", _COMPETITIONS, descending), part)


async def count_competitions(session: AsyncSession, actor: Actor) -> int:
    """How many competitions the actor may read."""
    return await count_rows(session, sa.select(Competition).where(competitions_visible_to(actor)))


async def competitions_by_id(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, Competition]:
    """The competitions among ``ids`` that the actor may read."""
    return await by_ids(session, Competition, ids, competitions_visible_to(actor))
