"""What may run: versions that are switched on, with their bytes, and the number that says whether that changed.

Nobody's right to read is checked: this feeds decisions, not answers.
"""

from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.dates import Period
from core.models import (
    Activation,
    ActivationState,
    Artifact,
    Enterprise,
    Fault,
    FaultKind,
    Filing,
    FilingState,
    PluginEpoch,
    Quarantine,
    Review,
    Scheme,
    SchemeVersion,
    Step,
    Verification,
    Wheel,
    WheelState,
)
from core.storage.visibility import Predicate


class Runnable(NamedTuple):
    """A version that is on record and switched on, with the bytes it was read from; nothing of it is believed yet.

    ``digest`` is the content's, ``artifact_digest`` that of the bytes, ``document_digest`` that of ``document``, which
    is what was put on record. ``is_approved`` is whether the filing and both approvals are of this very content.
    ``days`` are those on which it is on record and active. What is not in the store is None.
    """

    wheel_id: UUID
    key: str
    version: str
    enterprise: str
    digest: str
    artifact_digest: str
    filename: str
    content: bytes | None
    document: str | None
    document_digest: str | None
    is_approved: bool
    days: tuple[Period, ...]


async def current_epoch(session: AsyncSession) -> int:
    """The number that rises with every change in what may run."""
    return (await session.exec(select(PluginEpoch.number))).first() or 0


async def runnable_versions(session: AsyncSession) -> list[Runnable]:
    """Every version that is switched on, with both approvals for its very content."""
    return [one for one in await switched_on_versions(session) if one.is_approved]


async def switched_on_versions(session: AsyncSession) -> list[Runnable]:
    """Every version that is on record, verified since it last broke, active, and not in quarantine."""
    days = await _days(session)
    approved = sa.and_(
        col(Filing.digest) == col(Wheel.digest), _approved(Step.COUNTERSIGN), _approved(Step.RECORD)
    )
    kept = (col(Artifact.content), col(SchemeVersion.document), col(SchemeVersion.digest), approved)
    query: Any = (
        sa.select(Filing, Wheel, col(Scheme.key), col(Enterprise.uscc), *kept)
        .join(Wheel, col(Filing.wheel_id) == col(Wheel.id))
        .outerjoin(Artifact, col(Wheel.artifact_digest) == col(Artifact.digest))
        .outerjoin(SchemeVersion, col(Filing.scheme_version_id) == col(SchemeVersion.id))
        .join(Scheme, col(Filing.scheme_id) == col(Scheme.id))
        .join(Enterprise, col(Scheme.enterprise_id) == col(Enterprise.id))
        .where(
            col(Filing.state).in_((FilingState.RECORDED, FilingState.SUPERSEDED)),
            col(Wheel.state) == WheelState.VERIFIED,
            ~_quarantined(),
            ~_drifted(),
            col(Filing.id).in_(days),
        )
        .order_by(col(Filing.id))
        .execution_options(populate_existing=True)
    )
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
            document=document,
            document_digest=document_digest,
            is_approved=bool(is_approved),
            days=_on_record(filing, days[filing.id]),
        )
        for filing, wheel, key, uscc, content, document, document_digest, is_approved in await session.exec(query)
    ]


async def _days(session: AsyncSession) -> dict[UUID, list[Period]]:
    active = (col(Activation.withdrawn_at).is_(None), col(Activation.state) == ActivationState.ACTIVE)
    found: dict[UUID, list[Period]] = {}
    for row in await session.exec(select(Activation).where(*active).order_by(col(Activation.starts))):
        found.setdefault(row.filing_id, []).append(Period(row.starts, row.ends))
    return found


def _on_record(filing: Filing, days: list[Period]) -> tuple[Period, ...]:
    if filing.effective_from is None:
        return ()
    on_record = Period(filing.effective_from, filing.effective_until)
    return tuple(part for part in (period & on_record for period in days) if part is not None)


def _approved(step: Step) -> Predicate:
    """An approval of this round and of this very content."""
    given: Any = aliased(Review)
    bound = (given.round == col(Filing.round), given.digest == col(Wheel.digest))
    return sa.exists().where(given.filing_id == col(Filing.id), given.step == step, *bound)


def _drifted() -> Predicate:
    """Whether its stored content was found to be another since it was verified last."""
    verified = sa.select(sa.func.max(col(Verification.at))).where(col(Verification.wheel_id) == col(Wheel.id))
    found = (col(Fault.kind) == FaultKind.DRIFT, col(Fault.at) >= verified.scalar_subquery())
    return sa.exists().where(col(Fault.wheel_id) == col(Wheel.id), *found)


def _quarantined() -> Predicate:
    return sa.exists().where(col(Quarantine.wheel_id) == col(Wheel.id), col(Quarantine.lifted_at).is_(None))
