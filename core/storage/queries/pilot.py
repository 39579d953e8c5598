"""The pilot list (试点名单) as it changed: decisions, and the difference between two days. Public, as the list is."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.dates import Period
from core.errors import ErrorCode, GuantongError
from core.models import PilotDecision, PilotListing
from core.permissions import Actor, Permission
from core.storage.pages import FIRST_PAGE, Order, Page, Slice, count_rows, fetch_page
from core.storage.queries.relations import ANY_DAY, ById, Children, Listing, on_any_day
from core.storage.visibility import Predicate, listings_visible_to
from core.texts import Text

_BY_DAY = (col(PilotDecision.effective_on), col(PilotDecision.id))


@dataclass(frozen=True, slots=True)
class ListMove:
    """One enterprise that came or left: by which listing, by which decision, why; ``before`` it was on by another.

    Without a ``decision`` a listing ended as it was announced from the start, or is older than kept decisions.
    """

    enterprise_id: UUID
    listing: PilotListing
    decision: PilotDecision | None
    before: PilotListing | None = None

    @property
    def basis(self) -> str:
        """The document that it rests on: that of the decision, else that of the listing."""
        return self.listing.basis if self.decision is None else self.decision.basis

    @property
    def reason(self) -> str:
        """Why, as it was put on record with the move."""
        if self.decision is not None:
            return self.decision.reason
        return self.listing.ended_reason or self.listing.reason


@dataclass(frozen=True, slots=True)
class ListDifference:
    """Who is on the list on the later day and was not on the earlier one, who the other way about.

    ``renewed`` are on it on both, by another listing.
    """

    joined: tuple[ListMove, ...]
    left: tuple[ListMove, ...]
    renewed: tuple[ListMove, ...]


async def pilot_difference(session: AsyncSession, actor: Actor, earlier: date, later: date) -> ListDifference:
    """The difference of the pilot list between two days, each kind by the day of the move.

    Raises PERIOD_REVERSED where the later day is the earlier one.
    """
    if later < earlier:
        raise GuantongError(
            ErrorCode.PERIOD_REVERSED,
            Text(f"{later} 早于 {earlier}；请先给较早的一天", f"{later} is before {earlier}; give that day first"),
        )
    query = select(PilotListing).where(listings_visible_to(actor))
    in_order = query.order_by(col(PilotListing.starts), col(PilotListing.id))
    rows = list((await session.exec(in_order)).all())
    before, after = _standing(rows, earlier), _standing(rows, later)
    decisions = await _decisions(session, rows)
    ended = {row.enterprise_id: row for row in rows if row.ends is not None and row.ends <= later}
    return ListDifference(
        joined=tuple(_came(row, decisions) for id_, row in after.items() if id_ not in before),
        left=_by_day(_went(ended[id_], decisions) for id_ in before if id_ not in after),
        renewed=tuple(
            _came(row, decisions, before[id_])
            for id_, row in after.items()
            if id_ in before and before[id_].id != row.id
        ),
    )


def _standing(rows: Iterable[PilotListing], day: date) -> dict[UUID, PilotListing]:
    return {row.enterprise_id: row for row in rows if day in Period(row.starts, row.ends)}


def _came(row: PilotListing, decisions: dict[UUID, PilotDecision], before: PilotListing | None = None) -> ListMove:
    return ListMove(row.enterprise_id, row, decisions.get(row.decision_id) if row.decision_id else None, before)


def _went(row: PilotListing, decisions: dict[UUID, PilotDecision]) -> ListMove:
    return ListMove(row.enterprise_id, row, decisions.get(row.ended_decision_id) if row.ended_decision_id else None)


def _by_day(moves: Iterable[ListMove]) -> tuple[ListMove, ...]:
    return tuple(sorted(moves, key=lambda move: (move.listing.ends or date.max, move.listing.id)))


async def _decisions(session: AsyncSession, rows: Iterable[PilotListing]) -> dict[UUID, PilotDecision]:
    named = {id_ for row in rows for id_ in (row.decision_id, row.ended_decision_id) if id_ is not None}
    found = await session.exec(select(PilotDecision).where(col(PilotDecision.id).in_(named)))
    return {row.id: row for row in found.all()}


async def pilot_decisions_page(
    session: AsyncSession, actor: Actor, *, descending: bool = True, part: Slice = FIRST_PAGE
) -> Page[PilotDecision]:
    """One page of the decisions on the list by the day they hold from, the latest first unless told."""
    return await fetch_page(session, _query(actor), Order("effective_on", _BY_DAY, descending), part)


async def count_pilot_decisions(session: AsyncSession, actor: Actor) -> int:
    """How many decisions on the list there are."""
    return await count_rows(session, _query(actor))


def _query(actor: Actor) -> "sa.Select[Any]":
    return sa.select(PilotDecision).where(_public(actor))


def _public(actor: Actor) -> Predicate:
    return sa.true() if actor.may(Permission.PUBLIC_PILOT_READ) else sa.false()


async def pilot_decisions_by_id(
    session: AsyncSession, actor: Actor, ids: Collection[UUID]
) -> dict[UUID, PilotDecision]:
    """The decisions among ``ids``."""
    return await DECISION.load(session, actor, ANY_DAY, ids)


async def listings_begun_by(
    session: AsyncSession, actor: Actor, ids: Collection[UUID]
) -> dict[UUID, list[PilotListing]]:
    """The listings that each decision made."""
    return await LISTINGS_BEGUN.load(session, actor, ANY_DAY, ids)


async def listings_ended_by(
    session: AsyncSession, actor: Actor, ids: Collection[UUID]
) -> dict[UUID, list[PilotListing]]:
    """The listings that each decision ended."""
    return await LISTINGS_ENDED.load(session, actor, ANY_DAY, ids)


DECISION = ById(PilotDecision, on_any_day(_public))
LISTINGS_BEGUN = Children(PilotListing, "decision_id", on_any_day(listings_visible_to), ())
LISTINGS_ENDED = Children(PilotListing, "ended_decision_id", on_any_day(listings_visible_to), ())


def _listed(actor: Actor, _day: date, _filters: None) -> "sa.Select[Any]":
    return _query(actor)


DECISIONS = Listing(_listed, {"effective_on": _BY_DAY}, None, descending=True)
