"""Use cases of faults (故障) and quarantine (隔离): technical, unlike suspension, which the bureau decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from core.audit import Tag
from core.errors import ErrorCode, GuantongError
from core.models import Fault, FaultKind, Quarantine, Verification, Wheel
from core.permissions import Permission
from core.services.artifacts import raise_epoch
from core.services.call import LONGEST_REASON, Call, checked_reason, use_case
from core.services.reach import existing
from core.services.wheels import WHEEL
from core.texts import Text

FAULTS_TO_QUARANTINE = 3  # technical: how often a wheel may fail before it is kept from running


@dataclass(frozen=True, slots=True)
class Breakage:
    """A fault as it was met, before it is on record."""

    wheel_id: UUID
    kind: FaultKind
    what: Text


@use_case
async def report_fault(call: Call, met: Breakage) -> Quarantine | None:
    """Put a fault on record; the quarantine of its wheel, if it is in one or this fault led to one."""
    call.require(Permission.CITY_FAULT_REPORT)
    wheel = await _locked(call, met.wheel_id)
    fault = await _store(call, wheel, met)
    quarantine = await _open(call, wheel)
    if quarantine is None:
        waiting = await _since_release(call, wheel)
        if len(waiting) < FAULTS_TO_QUARANTINE:
            return None
        return await _impose(call, wheel, waiting)
    fault.quarantine_id = quarantine.id
    await call.store(fault)
    return quarantine


@use_case
async def note_breakages(call: Call, found: Iterable[Breakage]) -> int:
    """Put on record what a look at the store found, each once however often it is looked at; how many were new."""
    call.require(Permission.CITY_FAULT_REPORT)
    new = [one for one in found if not await _known(call, one)]
    for one in new:
        await _store(call, await existing(call, Wheel, one.wheel_id, WHEEL), one)
    if new:
        await raise_epoch(call.session)
    return len(new)


@use_case
async def lift_quarantine(call: Call, wheel_id: UUID, reason: str) -> Quarantine:
    """Let a wheel run again; its faults start to count anew."""
    call.require(Permission.CITY_SCHEME_RELEASE)
    wheel = await _locked(call, wheel_id)
    quarantine = await _open(call, wheel)
    if quarantine is None:
        raise GuantongError(
            ErrorCode.STEP_REFUSED,
            Text(f"方案包 {wheel.digest} 未被隔离", f"wheel {wheel.digest} is not in quarantine"),
        )
    quarantine.lifted_at, quarantine.lifted_by = call.now, call.actor.name
    quarantine.lifted_reason = checked_reason(reason)
    await call.store(quarantine)
    await raise_epoch(call.session)
    imposed = {"imposed_at": quarantine.imposed_at}
    await call.note(Tag.ENTERPRISE_WHEEL_RELEASE, wheel, reason, before=imposed, after={"lifted_at": call.now})
    return quarantine


async def _locked(call: Call, wheel_id: UUID) -> Wheel:
    """The wheel, locked, so that faults met at once are counted one after another."""
    await existing(call, Wheel, wheel_id, WHEEL)
    return (await call.session.exec(select(Wheel).where(col(Wheel.id) == wheel_id).with_for_update())).one()


async def _store(call: Call, wheel: Wheel, met: Breakage) -> Fault:
    fault = Fault(
        wheel_id=wheel.id, kind=met.kind, zh=met.what.zh, en=met.what.en, at=call.now, request_id=call.request_id
    )
    await call.store(fault)
    after = {"kind": met.kind, "zh": met.what.zh, "en": met.what.en}
    await call.note(Tag.ENTERPRISE_WHEEL_FAULT, wheel, str(met.what)[:LONGEST_REASON], after=after)
    return fault


async def _known(call: Call, met: Breakage) -> bool:
    """Whether it is on record since the wheel was verified last."""
    verified = select(sa.func.max(col(Verification.at))).where(col(Verification.wheel_id) == met.wheel_id)
    same = (col(Fault.wheel_id) == met.wheel_id, col(Fault.kind) == met.kind, col(Fault.zh) == met.what.zh)
    found = select(Fault.id).where(*same, col(Fault.at) >= verified.scalar_subquery())
    return (await call.session.exec(found)).first() is not None


async def _open(call: Call, wheel: Wheel) -> Quarantine | None:
    query = select(Quarantine).where(col(Quarantine.wheel_id) == wheel.id, col(Quarantine.lifted_at).is_(None))
    return (await call.session.exec(query)).one_or_none()


async def _since_release(call: Call, wheel: Wheel) -> list[Fault]:
    """The faults that led to no quarantine yet."""
    query = select(Fault).where(col(Fault.wheel_id) == wheel.id, col(Fault.quarantine_id).is_(None))
    return list((await call.session.exec(query.order_by(col(Fault.at), col(Fault.id)))).all())


async def _impose(call: Call, wheel: Wheel, faults: list[Fault]) -> Quarantine:
    reason = f"{len(faults)} 次故障后自动隔离 quarantined after {len(faults)} faults"
    quarantine = Quarantine(wheel_id=wheel.id, imposed_at=call.now, reason=reason)
    await call.store(quarantine)
    for fault in faults:
        fault.quarantine_id = quarantine.id
    await call.store(*faults)
    await raise_epoch(call.session)
    await call.note(Tag.ENTERPRISE_WHEEL_QUARANTINE, wheel, reason, after={"faults": [fault.id for fault in faults]})
    return quarantine
