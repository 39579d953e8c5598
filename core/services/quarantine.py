"""Use cases of faults (故障) and quarantine (隔离): technical, unlike suspension, which the bureau decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from core.audit import Tag
from core.errors import ErrorCode, GuantongError
from core.models import Fault, FaultKind, Quarantine, Wheel
from core.permissions import Permission
from core.services.artifacts import raise_epoch
from core.services.call import LONGEST_REASON, Call, checked_reason, use_case
from core.services.reach import existing
from core.services.wheels import WHEEL
from core.storage.queries.runnable import open_breakages
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
async def report_violation(call: Call, digest: str, kind: FaultKind, what: Text) -> tuple[Quarantine, ...]:
    """Put on record what the code of a content did when it ran: a fault of every wheel that holds it.

    Gives the quarantines they are in. Content that is no wheel's, because its author only tries it out, has no record.
    """
    call.require(Permission.CITY_FAULT_REPORT)
    query = select(Wheel.id).where(col(Wheel.digest) == digest).order_by(col(Wheel.id))
    found = [
        await report_fault(call, Breakage(wheel_id, kind, what)) for wheel_id in (await call.session.exec(query)).all()
    ]
    return tuple(one for one in found if one is not None)


@dataclass(frozen=True, slots=True)
class Look:
    """A look at the stored bytes: at those of which wheels, and what was broken."""

    wheels: frozenset[UUID] = frozenset()
    broken: tuple[Breakage, ...] = ()

    def new(self, still_open: Iterable[Fault]) -> list[Breakage]:
        """What is not on record as a fault that is open."""
        known = {_same(fault) for fault in still_open}
        return [one for one in self.broken if (one.wheel_id, one.kind, one.what.zh) not in known]

    def over(self, still_open: Iterable[Fault]) -> list[Fault]:
        """The open faults that it did not meet again, where it looked."""
        met = {(one.wheel_id, one.kind, one.what.zh) for one in self.broken}
        return [fault for fault in still_open if fault.wheel_id in self.wheels and _same(fault) not in met]


def _same(fault: Fault) -> tuple[UUID, FaultKind, str]:
    return fault.wheel_id, fault.kind, fault.zh


@use_case
async def note_look(call: Call, look: Look) -> None:
    """Put on record what a look at the store found: new faults, and the end of those that are mended.

    A fault that is still there is on record already, however often it is looked at.
    """
    call.require(Permission.CITY_FAULT_REPORT)
    still_open = await open_breakages(call.session)
    new, over = look.new(still_open), look.over(still_open)
    for one in new:
        await _store(call, await existing(call, Wheel, one.wheel_id, WHEEL), one)
    for fault in over:
        await _close(call, fault)
    if new or over:
        await raise_epoch(call.session)  # every replica looks for itself


async def _close(call: Call, fault: Fault) -> None:
    wheel = await existing(call, Wheel, fault.wheel_id, WHEEL)
    fault.closed_at = call.now
    await call.store(fault)
    reason = "重新检查未再发现此故障 another look no longer found this fault"
    met = {"kind": fault.kind, "zh": fault.zh, "en": fault.en, "at": fault.at}
    await call.note(Tag.ENTERPRISE_WHEEL_MEND, wheel, reason, before=met, after={"closed_at": call.now})


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
