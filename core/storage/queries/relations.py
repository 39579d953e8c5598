"""Which rows there are to read, as data: how they are found, who may read them, in which order they come.

Queries and compiled reads both go by these, so that neither can know another rule than the other.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models.base import Record
from core.permissions import Actor
from core.storage.pages import Order
from core.storage.queries.base import by_ids, children_of

R = TypeVar("R", bound=Record)
F = TypeVar("F")
T = TypeVar("T")
Visible = Callable[[Actor, date], sa.ColumnElement[bool]]
# For rows of which the day does not decide who reads them.
ANY_DAY = date.max


def on_any_day(found: Callable[..., T], *given: Any) -> Callable[..., T]:
    """What is found for an actor whatever the day, and by what stands behind it; ``given`` is always the same."""
    return lambda actor, _day, *asked: found(actor, *given, *asked)


@dataclass(frozen=True, slots=True)
class ById(Generic[R]):
    """Rows that are named by their id."""

    table: type[R]
    visible: Visible

    async def load(self, session: AsyncSession, actor: Actor, day: date, ids: Collection[UUID]) -> dict[UUID, R]:
        """The rows among ``ids`` that the actor may read."""
        return await by_ids(session, self.table, ids, self.visible(actor, day))


@dataclass(frozen=True, slots=True)
class Children(Generic[R]):
    """Rows that name another in their column ``parent``, in an order that their id makes complete."""

    table: type[R]
    parent: str
    visible: Visible
    order: tuple[Any, ...]

    async def load(self, session: AsyncSession, actor: Actor, day: date, ids: Collection[UUID]) -> dict[UUID, list[R]]:
        """The rows that the actor may read, by what they name; every id has a list."""
        return await children_of(session, self.table, self.parent, ids, self.visible(actor, day), self.order)

    @property
    def sorting(self) -> tuple[Any, ...]:
        return (*self.order, col(self.table.id))


@dataclass(frozen=True, slots=True)
class Listing(Generic[F]):
    """Rows that are read in pages: ``select(actor, day, filters)``, sorted by one of ``orders``, the first unless told.

    Of a list that hangs on other rows the select takes the key of one of them besides.
    """

    select: Callable[..., "sa.Select[Any]"]
    orders: Mapping[Any, tuple[Any, ...]]
    no_filter: F
    descending: bool = False
    # Another way to their number than counting them.
    count: Callable[..., Any] | None = None

    def order(self, name: str | None = None, *, descending: bool | None = None) -> Order:
        """The order of that name."""
        wanted = next(iter(self.orders)) if name is None else name
        return Order(wanted, self.orders[wanted], self.descending if descending is None else descending)
