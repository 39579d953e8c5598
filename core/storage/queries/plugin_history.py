"""The history of one plugin from its audit events, and what differs between two days."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import ActivationState, AuditEvent, Filing, Wheel
from core.permissions import Actor
from core.storage.queries.plugins import PluginRow, plugins
from core.storage.visibility import filings_visible_to, wheels_visible_to

WHEEL, FILING = "wheel", "filing"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One thing done to a plugin, as its audit event says."""

    seq: int
    at: datetime
    tag: str
    version: str | None
    digest: str
    actor_role: str
    actor_name: str
    reason: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


async def plugin_history(
    session: AsyncSession, actor: Actor, key: str, known_at: datetime | None = None
) -> list[HistoryEntry]:
    """Everything done to the versions of a scheme that the actor may read, oldest first."""
    subjects = await _subjects(session, actor, key)
    by_kind = [sa.and_(col(AuditEvent.subject_kind) == kind, _of(subjects, kind)) for kind in (WHEEL, FILING)]
    query = select(AuditEvent).where(sa.or_(*by_kind)).order_by(col(AuditEvent.seq))
    if known_at is not None:
        query = query.where(col(AuditEvent.at) <= known_at)
    return [_entry(event, subjects) for event in await session.exec(query)]


Subjects = dict[tuple[str, str], tuple[str | None, str]]


async def _subjects(session: AsyncSession, actor: Actor, key: str) -> Subjects:
    """Version and digest of each subject of events, by kind and id."""
    wheels = await session.exec(select(Wheel).where(col(Wheel.key) == key, wheels_visible_to(actor)))
    found: Subjects = {(WHEEL, str(wheel.id)): (wheel.version, wheel.digest) for wheel in wheels}
    ids = [UUID(id_) for _, id_ in found]
    filings = await session.exec(select(Filing).where(col(Filing.wheel_id).in_(ids), filings_visible_to(actor)))
    return found | {(FILING, str(filing.id)): (filing.version, filing.digest) for filing in filings}


def _of(subjects: Collection[tuple[str, str]], kind: str) -> Any:
    return col(AuditEvent.subject_id).in_([id_ for one, id_ in subjects if one == kind])


def _entry(event: AuditEvent, subjects: Subjects) -> HistoryEntry:
    body = json.loads(event.body)
    version, digest = subjects[event.subject_kind, event.subject_id]
    after = body.get("after") or {}
    return HistoryEntry(
        seq=event.seq or 0,
        at=event.at,
        tag=event.tag,
        version=version,
        digest=after.get("digest", digest),  # the content at that time, not the one of today
        actor_role=event.actor_role,
        actor_name=event.actor_name,
        reason=event.reason,
        before=body.get("before"),
        after=body.get("after"),
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How a wheel stands on a day: the three columns of the audit, and how it is switched."""

    discovered: bool = False
    recorded: bool = False
    active: bool = False
    state: ActivationState | None = None


NOWHERE = Standing()


@dataclass(frozen=True, slots=True)
class PluginChange:
    """A wheel that stands differently on two days."""

    row: PluginRow
    before: Standing
    after: Standing


async def plugin_diff(
    session: AsyncSession, actor: Actor, before: date, after: date, known_at: datetime | None = None
) -> list[PluginChange]:
    """What stands differently on ``after`` than on ``before``."""
    old = {row.wheel.id: row for row in await plugins(session, actor, before, known_at)}
    new = await plugins(session, actor, after, known_at)
    changes = [PluginChange(row, standing_of(old[row.wheel.id]), standing_of(row)) for row in new]
    return [change for change in changes if change.before != change.after]


def standing_of(row: PluginRow) -> Standing:
    """The three columns of a row."""
    return Standing(row.discovered, row.recorded, row.active, row.state)
