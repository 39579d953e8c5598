"""What may run: versions with every approval in place, with their bytes, and the number that says whether that changed.

Nobody's right to read is checked: this feeds decisions, not answers.
"""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.dates import Period, span
from core.models import (
    FOUND_IN_STORE,
    Activation,
    ActivationState,
    Artifact,
    Enterprise,
    Fault,
    Filing,
    FilingState,
    PluginEpoch,
    Quarantine,
    Review,
    Scheme,
    Step,
    Wheel,
)
from core.storage.database import Database
from core.storage.quick import Quick
from core.storage.visibility import Predicate


class Runnable(NamedTuple):
    """A version that is approved and switched on, with the bytes it was read from; nothing of it is believed yet.

    ``digest`` is the approved content's, ``artifact_digest`` that of the bytes. ``days`` are those on which it is on
    record and active. ``tables`` are its frozen tables by criterion: what each should have as its digest, and what is
    kept there, None where nothing is.
    """

    wheel_id: UUID
    key: str
    version: str
    enterprise: str
    digest: str
    artifact_digest: str
    filename: str
    content: bytes
    days: tuple[Period, ...]
    tables: Mapping[str, tuple[str, bytes | None]] = {}


async def current_epoch(session: AsyncSession) -> int:
    """The number that rises with every change in what may run."""
    return (await session.exec(select(PluginEpoch.number))).first() or 0


_EPOCH = Quick(sa.select(col(PluginEpoch.number)))


async def newest_epoch(database: Database) -> int:
    """The same, now, apart from any session."""
    row = await _EPOCH.row(database)
    return 0 if row is None else int(row[0])


async def open_breakages(session: AsyncSession) -> list[Fault]:
    """What looks at the store found and no later look has closed."""
    still = (col(Fault.kind).in_(FOUND_IN_STORE), col(Fault.closed_at).is_(None))
    query = select(Fault).where(*still).order_by(col(Fault.at), col(Fault.id))
    return list((await session.exec(query.execution_options(populate_existing=True))).all())


async def runnable_versions(session: AsyncSession) -> list[Runnable]:
    """Every version that is on record with both approvals for its very content, active, not in quarantine.

    It was verified before each approval. What it finds later is for the bureau to act on and switches nothing.
    """
    days = await _days(session)
    query: Any = (
        sa.select(Filing, Wheel, col(Artifact.content), col(Scheme.key), col(Enterprise.uscc))
        .join(Wheel, col(Filing.wheel_id) == col(Wheel.id))
        .join(Artifact, col(Wheel.artifact_digest) == col(Artifact.digest))
        .join(Scheme, col(Filing.scheme_id) == col(Scheme.id))
        .join(Enterprise, col(Scheme.enterprise_id) == col(Enterprise.id))
        .where(
            col(Filing.state).in_((FilingState.RECORDED, FilingState.SUPERSEDED)),
            col(Filing.digest) == col(Wheel.digest),
            _approved(Step.COUNTERSIGN),
            _approved(Step.RECORD),
            ~_quarantined(),
            col(Filing.id).in_(days),
        )
        .order_by(col(Filing.id))
        .execution_options(populate_existing=True)
    )
    rows = list(await session.exec(query))
    kept = await _kept(session, {digest for _, wheel, *_ in rows for digest in wheel.tables.values()})
    return [
        Runnable(
            wheel_id=wheel.id,
            key=key,
            version=filing.version,
            enterprise=uscc,
            digest=wheel.digest,
            artifact_digest=wheel.artifact_digest,
            filename=wheel.filename,
            content=content,
            days=_on_record(filing, days[filing.id]),
            tables={criterion: (digest, kept.get(digest)) for criterion, digest in wheel.tables.items()},
        )
        for filing, wheel, content, key, uscc in rows
    ]


async def _kept(session: AsyncSession, digests: Collection[str]) -> dict[str, bytes]:
    """What is kept under some digests; nothing of it is believed yet."""
    if not digests:
        return {}
    query = select(Artifact.digest, Artifact.content).where(col(Artifact.digest).in_(digests))
    return dict((await session.exec(query.execution_options(populate_existing=True))).all())


async def _days(session: AsyncSession) -> dict[UUID, list[Period]]:
    active = (col(Activation.withdrawn_at).is_(None), col(Activation.state) == ActivationState.ACTIVE)
    found: dict[UUID, list[Period]] = {}
    for row in await session.exec(select(Activation).where(*active).order_by(col(Activation.starts))):
        found.setdefault(row.filing_id, []).append(Period(row.starts, row.ends))
    return found


def _on_record(filing: Filing, days: list[Period]) -> tuple[Period, ...]:
    on_record = span(filing.effective_from, filing.effective_until)
    if on_record is None:
        return ()
    return tuple(part for part in (period & on_record for period in days) if part is not None)


def _approved(step: Step) -> Predicate:
    """An approval of this round and of this very content."""
    given: Any = aliased(Review)
    bound = (given.round == col(Filing.round), given.digest == col(Wheel.digest))
    return sa.exists().where(given.filing_id == col(Filing.id), given.step == step, *bound)


def _quarantined() -> Predicate:
    return sa.exists().where(col(Quarantine.wheel_id) == col(Wheel.id), col(Quarantine.lifted_at).is_(None))
