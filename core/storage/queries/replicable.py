"""Marks of what is replicable, for everybody who reads or registers schemes."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import Replicable
from core.permissions import Actor, Permission
from core.storage.pages import FIRST_PAGE, Order, Page, Slice, count_rows, fetch_page
from core.storage.queries.relations import Listing

READ = (Permission.CITY_SCHEME_READ, Permission.ENTERPRISE_SCHEME_READ)
_BY_DAY = (col(Replicable.marked_on), col(Replicable.id))


async def replicable_page(
    session: AsyncSession, actor: Actor, *, descending: bool = True, part: Slice = FIRST_PAGE
) -> Page[Replicable]:
    """One page of the marks that stand, the latest first unless told."""
    return await fetch_page(session, _standing(actor), Order("marked_on", _BY_DAY, descending), part)


async def count_replicable(session: AsyncSession, actor: Actor) -> int:
    """How many stand."""
    return await count_rows(session, _standing(actor))


def _standing(actor: Actor) -> Any:
    may = sa.true() if actor.may(*READ) else sa.false()
    return sa.select(Replicable).where(may, col(Replicable.withdrawn_on).is_(None))


def _listed(actor: Actor, _day: date, _filters: None) -> Any:
    return _standing(actor)


REPLICABLE = Listing(_listed, {"marked_on": _BY_DAY}, None, descending=True)
