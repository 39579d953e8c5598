"""The audit of plugins (插件审计): what was registered, on record and active on a day, as it was known at a moment.

A row a wheel, whatever became of it, so the list always renders and a broken plugin says why. ``as_of`` is the day that
is asked about; ``known_at`` the moment whose knowledge counts, so that what was put on record later changes no earlier
answer.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.dates import SHANGHAI, Period, span
from core.models import (
    FOUND_IN_STORE,
    Activation,
    ActivationState,
    Enterprise,
    Fault,
    Filing,
    Quarantine,
    Review,
    Scheme,
    SchemeVersion,
    Verification,
    Wheel,
    WheelState,
)
from core.permissions import Actor
from core.storage.queries.filing_views import Approval, FilingView, view_of
from core.storage.visibility import Predicate, wheels_visible_to

T = TypeVar("T")
Named = tuple[str | None, str | None, str]  # key, version, digest


@dataclass(frozen=True, slots=True)
class PluginRow:
    """One wheel on one day. The discovered, the recorded and the active are told apart.

    ``filing`` is None for content that was rejected or replaced; what approved it before and counts no longer is
    ``voided``. ``activation`` is the interval that holds the day.
    """

    day: date
    wheel: Wheel
    enterprise: Enterprise
    verification: Verification
    filing: FilingView | None
    activation: Activation | None
    faults: tuple[Fault, ...]
    quarantine: Quarantine | None
    known_at: datetime | None = None
    voided: tuple[Approval, ...] = ()

    @property
    def discovered(self) -> bool:
        """Whether it was registered by the day."""
        return self.wheel.registered_at.astimezone(SHANGHAI).date() <= self.day

    @property
    def recorded(self) -> bool:
        """Whether it is on record (备案) on the day."""
        return self.filing is not None and self.filing.on_record is not None and self.day in self.filing.on_record

    @property
    def state(self) -> ActivationState | None:
        """How it is switched on the day, None when it never was."""
        return self.activation.state if self.activation else None

    @property
    def active(self) -> bool:
        """Whether it runs on the day: everything that the registry asks for before it lets a version decide."""
        switched_on = self.state is ActivationState.ACTIVE
        sound = self.quarantine is None and self.unsound is None
        return switched_on and self.recorded and self.within_own_period and sound

    @property
    def within_own_period(self) -> bool:
        """Whether the day is one of those that the scheme itself names."""
        own = self.filing.own if self.filing else None
        return own is None or self.day in own

    @property
    def unsound(self) -> Fault | None:
        """The fault that the last look at the stored bytes found, and that no later look has closed."""
        return next((fault for fault in reversed(self.faults) if self._is_open(fault)), None)

    def _is_open(self, fault: Fault) -> bool:
        closed = fault.closed_at
        known = closed is not None and (self.known_at is None or closed <= self.known_at)
        return fault.kind in FOUND_IN_STORE and not known

    @property
    def verified(self) -> bool:
        """What the newest verification says; of content on record it is a finding for the bureau, no switch."""
        return self.verification.state is WheelState.VERIFIED


async def plugins(
    session: AsyncSession, actor: Actor, as_of: date, known_at: datetime | None = None, key: str | None = None
) -> list[PluginRow]:
    """Every wheel that the actor may read, or those of one scheme, by key, version and registration."""
    wheels = await _wheels(session, actor, known_at, key)
    ids = [wheel.id for wheel, _ in wheels]
    verifications = await _newest(session, ids, known_at)
    views, voided = await _filings(session, [wheel for wheel, _ in wheels], known_at)
    switched = await _activations(session, [view.id for view in views.values()], as_of, known_at)
    faults = _by(await _all(session, Fault, ids, col(Fault.at), known_at), "wheel_id")
    held = _by(await _quarantines(session, ids, known_at), "wheel_id")
    rows = [
        PluginRow(
            day=as_of,
            wheel=wheel,
            enterprise=enterprise,
            verification=verifications[wheel.id],
            filing=(view := views.get((wheel.key, wheel.version, wheel.digest))),
            activation=switched.get(view.id) if view else None,
            faults=tuple(faults[wheel.id]),
            quarantine=next(iter(held[wheel.id]), None),
            known_at=known_at,
            voided=() if view else voided.get((wheel.key, wheel.version, wheel.digest), ()),
        )
        for wheel, enterprise in wheels
    ]
    return sorted(rows, key=place_of)


def place_of(row: PluginRow) -> str:
    """Where a row stands in every list of them: by key, version and moment; last what could not be read."""
    wheel = row.wheel
    numbers = ".".join(f"{number:010}" for number in numbers_of(wheel.version or ""))
    return " ".join((wheel.key or "~", numbers, wheel.registered_at.isoformat(), str(wheel.id)))


def numbers_of(version: str) -> list[int]:
    """A version's numbers, to sort by."""
    return [int(part) for part in version.split(".") if part.isdecimal()]


async def active_schemes(
    session: AsyncSession, actor: Actor, day: date, known_at: datetime | None = None
) -> list[PluginRow]:
    """The versions that run on a day."""
    return [row for row in await plugins(session, actor, day, known_at) if row.active]


def _by(rows: Iterable[T], column: str) -> dict[Any, list[T]]:
    found: dict[Any, list[T]] = defaultdict(list)
    for row in rows:
        found[getattr(row, column)].append(row)
    return found


def _known(column: Any, known_at: datetime | None) -> Predicate:
    """What had happened by the moment, which counts itself."""
    return sa.true() if known_at is None else column <= known_at


def _not_yet(column: Any, known_at: datetime | None) -> Predicate:
    """What had not happened by the moment."""
    return column.is_(None) if known_at is None else sa.or_(column.is_(None), column > known_at)


async def _wheels(
    session: AsyncSession, actor: Actor, known_at: datetime | None, key: str | None
) -> list[tuple[Wheel, Enterprise]]:
    query = (
        select(Wheel, Enterprise)
        .join(Enterprise, col(Wheel.enterprise_id) == col(Enterprise.id))
        .where(wheels_visible_to(actor), _known(col(Wheel.registered_at), known_at))
    )
    found = await session.exec(query if key is None else query.where(col(Wheel.key) == key))
    return list(found.all())


async def _newest(session: AsyncSession, ids: Collection[UUID], known_at: datetime | None) -> dict[UUID, Verification]:
    order = (col(Verification.at).desc(), col(Verification.id).desc())
    place = sa.func.row_number().over(partition_by=col(Verification.wheel_id), order_by=order).label("place")
    of_wheels = (col(Verification.wheel_id).in_(ids), _known(col(Verification.at), known_at))
    numbered = sa.select(Verification, place).where(*of_wheels).subquery()
    newest: Any = sa.select(aliased(Verification, numbered)).where(numbered.c.place == 1)
    return {row.wheel_id: row for row in (await session.exec(newest)).scalars()}


async def _filings(
    session: AsyncSession, wheels: Collection[Wheel], known_at: datetime | None
) -> tuple[dict[Named, FilingView], dict[Named, tuple[Approval, ...]]]:
    """Filings by key, version and the content that was under review at the moment; approvals by any content."""
    keys = {wheel.key for wheel in wheels if wheel.key is not None}
    query: Any = (
        sa.select(Review, col(Scheme.key), col(Filing.version), col(SchemeVersion.starts), col(SchemeVersion.ends))
        .join(Filing, col(Review.filing_id) == col(Filing.id))
        .join(Scheme, col(Filing.scheme_id) == col(Scheme.id))
        .outerjoin(SchemeVersion, col(Filing.scheme_version_id) == col(SchemeVersion.id))
        .where(col(Scheme.key).in_(keys), _known(col(Review.at), known_at))
        .order_by(col(Review.number))
    )
    steps: dict[tuple[str, str], list[Review]] = defaultdict(list)
    own: dict[tuple[str, str], Period | None] = {}
    for review, key, version, starts, ends in await session.exec(query):
        steps[key, version].append(review)
        own[key, version] = span(starts, ends)
    views = {named: view_of(taken, own[named]) for named, taken in steps.items()}
    given: dict[Named, tuple[Approval, ...]] = {}
    for named, view in views.items():
        for one in view.approvals:
            content = (*named, one.review.digest)
            given[content] = (*given.get(content, ()), one)
    return {(*named, view.last.digest): view for named, view in views.items()}, given


async def _activations(
    session: AsyncSession, filing_ids: Collection[UUID], day: date, known_at: datetime | None
) -> dict[UUID, Activation]:
    query = select(Activation).where(
        col(Activation.filing_id).in_(filing_ids),
        col(Activation.starts) <= day,
        sa.or_(col(Activation.ends).is_(None), col(Activation.ends) > day),
        _known(sa.func.coalesce(col(Activation.changed_at), col(Activation.recorded_at)), known_at),
        _not_yet(col(Activation.withdrawn_at), known_at),
    )
    return {row.filing_id: row for row in await session.exec(query)}


async def _all(
    session: AsyncSession, table: type[T], ids: Collection[UUID], moment: Any, known_at: datetime | None
) -> list[T]:
    of_wheels = (col(table.wheel_id).in_(ids), _known(moment, known_at))  # type: ignore[attr-defined]
    query = select(table).where(*of_wheels).order_by(moment, col(table.id))  # type: ignore[attr-defined]
    return list((await session.exec(query)).all())


async def _quarantines(session: AsyncSession, ids: Collection[UUID], known_at: datetime | None) -> list[Quarantine]:
    query = select(Quarantine).where(
        col(Quarantine.wheel_id).in_(ids),
        _known(col(Quarantine.imposed_at), known_at),
        _not_yet(col(Quarantine.lifted_at), known_at),
    )
    return list((await session.exec(query)).all())
