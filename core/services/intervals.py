"""Activations as rows: what stands for a scheme, and how one timeline takes the place of another."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from core.audit import Tag
from core.dates import Period
from core.models import Activation, Filing
from core.services.artifacts import raise_epoch
from core.services.call import Call, checked_reason
from core.services.docket import Docket
from core.services.timeline import Interval, Timeline


async def rows_of(call: Call, docket: Docket) -> list[Activation]:
    """Every row of the scheme, withdrawn or not, in order."""
    query = select(Activation).where(col(Activation.scheme_id) == docket.scheme.id)
    ordered = query.order_by(col(Activation.starts), col(Activation.id))
    return list((await call.session.exec(ordered.execution_options(populate_existing=True))).all())


def standing(rows: Iterable[Activation]) -> list[Activation]:
    """Those that nothing has replaced."""
    return [row for row in rows if row.withdrawn_at is None]


def interval_of(row: Activation) -> Interval:
    """A row as the timeline knows it."""
    return Interval(row.filing_id, row.state, Period(row.starts, row.ends), decision_of(row))


def decision_of(row: Activation) -> UUID:
    """The decision that a row is, or is left of."""
    return row.piece_of or row.id


async def decide(call: Call, docket: Docket, old: Timeline, new: Timeline, tag: Tag, reason: str) -> None:
    """Put the one new interval of ``new`` on record, in place of what it takes days from; noted for every version."""
    [one] = [one for one in new if one.decision is None]
    decided = _decided(call, docket, one, reason)
    rows = standing(await rows_of(call, docket))
    await call.store(decided)
    await _rewrite(call, rows, new, decided)
    await call.note(tag, docket.filing, reason, **_days(docket.filing.id, old, new))
    await _note_others(call, old, new, {docket.filing.id}, reason)


async def give_back(call: Call, docket: Docket, old: Timeline, new: Timeline, tag: Tag | None, reason: str) -> None:
    """Put ``new`` on record, which holds no decision that was not taken before: some of them have days again.

    ``tag`` says what was done to the docket's own filing; None when that is noted elsewhere.
    """
    await _rewrite(call, await rows_of(call, docket), new, None)
    if tag is not None:
        await call.note(tag, docket.filing, reason, **_days(docket.filing.id, old, new))
    await _note_others(call, old, new, {docket.filing.id} if tag else set(), reason)


async def _rewrite(call: Call, rows: list[Activation], new: Timeline, decided: Activation | None) -> None:
    """Withdraw what no longer holds, and add what is left of each decision."""
    stood = standing(rows)
    decisions = {decision_of(row): row for row in rows}
    gone = [row for row in stood if interval_of(row) not in new]
    for row in gone:
        row.withdrawn_at, row.withdrawn_by = call.now, decided.id if decided else None
    there = {interval_of(row) for row in stood}
    left = [one for one in new if one.decision is not None and one not in there]
    await call.store(*gone, *(_piece(call, decisions, one, decided) for one in left))
    await raise_epoch(call.session)


def _decided(call: Call, docket: Docket, one: Interval, reason: str) -> Activation:
    return Activation(
        scheme_id=docket.scheme.id,
        filing_id=one.filing_id,
        state=one.state,
        starts=one.period.start,
        ends=one.period.until,
        recorded_at=call.now,
        actor_role=call.actor.role,
        actor_name=call.actor.name,
        reason=checked_reason(reason),
    )


def _piece(call: Call, decisions: Mapping[UUID, Activation], one: Interval, decided: Activation | None) -> Activation:
    """The days that are left of a decision: still whose it was, and for the reason that was given."""
    assert one.decision is not None  # new decisions are rows of their own
    of = decisions[one.decision]
    return Activation(
        scheme_id=of.scheme_id,
        filing_id=of.filing_id,
        state=of.state,
        starts=one.period.start,
        ends=one.period.until,
        recorded_at=of.recorded_at,
        piece_of=one.decision,
        changed_at=call.now,
        changed_by=decided.id if decided else None,
        actor_role=of.actor_role,
        actor_name=of.actor_name,
        reason=of.reason,
    )


async def _note_others(call: Call, old: Timeline, new: Timeline, but: set[UUID], reason: str) -> None:
    for other in sorted({one.filing_id for one in set(old) ^ set(new)} - but, key=str):
        filing = (await call.session.exec(select(Filing).where(col(Filing.id) == other))).one()
        await call.note(Tag.ENTERPRISE_SCHEME_REPLACE, filing, reason, **_days(other, old, new))


def _days(filing_id: UUID, old: Iterable[Interval], new: Iterable[Interval]) -> dict[str, Any]:
    def shown(timeline: Iterable[Interval]) -> list[dict[str, Any]]:
        mine = (one for one in timeline if one.filing_id == filing_id)
        return [{"state": one.state, "starts": one.period.start, "ends": one.period.until} for one in mine]

    return {"before": {"days": shown(old)}, "after": {"days": shown(new)}}
