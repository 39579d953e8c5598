"""Use cases of activation (启用): switching a recorded version on, holding it (暂停), retiring it (停用) for good.

Days, never moments: what happened on a day that is over is history and stays. A suspension from today holds from the
next request on.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from core.audit import Tag
from core.dates import Period
from core.errors import ErrorCode, GuantongError, Where
from core.models import Activation, ActivationState, Filing, FilingState
from core.permissions import Permission
from core.services.artifacts import raise_epoch
from core.services.call import Call, checked_reason, use_case
from core.services.docket import Docket, open_docket
from core.services.filing_guards import intact, verified
from core.services.filing_words import NEXT, STATES, clause_on_review
from core.services.form import Form
from core.services.rules import in_order
from core.services.timeline import Interval, Timeline, activated, retired, retired_from, state_on, suspended
from core.texts import Text

ON_RECORD = (FilingState.RECORDED, FilingState.SUPERSEDED)


class Switch(Form):
    """Which version, from which day (today unless told), until which day (open unless told)."""

    filing_id: UUID
    starts: date | None = None
    ends: date | None = None


@use_case
async def activate(call: Call, given: Switch, reason: str) -> Filing:
    """Switch a version on from a day on which it is on record; whichever version held that day gives way."""
    docket, day, timeline = await _opened(call, given)
    await _may_run(call, docket, day)
    _not_retired(docket, timeline, day)
    found = state_on(timeline, docket.filing.id, day)
    if found is not None and found.state is ActivationState.ACTIVE:
        raise _refused(docket, f"在 {day} 已启用", f"is active on {day} already")
    new = activated(timeline, docket.filing.id, day, given.ends)
    await _replace(call, docket, timeline, new, Tag.ENTERPRISE_SCHEME_ACTIVATE, reason)
    return docket.filing


@use_case
async def suspend(call: Call, given: Switch, reason: str) -> Filing:
    """Hold an active version from a day; with an end it is active again from then on."""
    docket, day, timeline = await _opened(call, given)
    found = state_on(timeline, docket.filing.id, day)
    if found is None or found.state is not ActivationState.ACTIVE:
        raise _refused(docket, f"在 {day} 未启用，无从暂停", f"is not active on {day}, so it cannot be suspended")
    new = suspended(timeline, docket.filing.id, day, given.ends)
    await _replace(call, docket, timeline, new, Tag.ENTERPRISE_SCHEME_SUSPEND, reason)
    return docket.filing


@use_case
async def retire(call: Call, given: Switch, reason: str) -> Filing:
    """Retire a version from a day, for good."""
    docket, day, timeline = await _opened(call, given)
    if given.ends is not None:
        raise _refused(docket, "停用是最终的，没有截止日期", "is retired for good: there is no last day")
    _not_retired(docket, timeline, day)
    if docket.filing.state not in ON_RECORD:
        raise _not_on_record(call, docket)
    new = retired(timeline, docket.filing.id, day)
    await _replace(call, docket, timeline, new, Tag.ENTERPRISE_SCHEME_RETIRE, reason)
    return docket.filing


async def _opened(call: Call, given: Switch) -> tuple[Docket, date, Timeline]:
    call.require(Permission.CITY_SCHEME_ACTIVATE)
    docket = await open_docket(call, given.filing_id)
    day = given.starts or call.today
    in_order(day, given.ends)
    if day < call.today:
        raise GuantongError(
            ErrorCode.BAD_DATE,
            Text(
                f"“starts”为 {day}，早于今天 {call.today}；已过去的日子不能改动",
                f"'starts' is {day}, before today {call.today}; days that are over cannot be changed",
            ),
            where=Where(entry="starts"),
        )
    rows = await _standing(call, docket)
    return docket, day, tuple(_interval(row) for row in rows)


async def _may_run(call: Call, docket: Docket, day: date) -> None:
    filing = docket.filing
    if filing.state not in ON_RECORD:
        raise _not_on_record(call, docket)
    assert filing.effective_from is not None
    on_record = Period(filing.effective_from, filing.effective_until)
    if day not in on_record:
        raise GuantongError(
            ErrorCode.NOT_IN_FORCE,
            Text(
                f"{docket.name.zh}的备案期间为 {on_record}，不含 {day}；请选其中的日期启用",
                f"{docket.name.en} is on record on {on_record}, which does not hold {day}; activate it on one of "
                "those days",
            ),
            clause=clause_on_review(call),
        )
    await verified(call, docket)
    await intact(call, docket)


def _not_on_record(call: Call, docket: Docket) -> GuantongError:
    state, missing = STATES[docket.filing.state], NEXT[docket.filing.state]
    authority = docket.filing.industry_authority
    return GuantongError(
        ErrorCode.STEP_REFUSED,
        Text(
            f"{docket.name.zh}{state.zh}，未备案不能启用或停用：{missing.zh.format(authority=authority)}",
            f"{docket.name.en} is {state.en} and not on record, so it is neither activated nor retired: "
            f"{missing.en.format(authority=authority)}",
        ),
        clause=clause_on_review(call),
    )


def _not_retired(docket: Docket, timeline: Timeline, day: date) -> None:
    since = retired_from(timeline, docket.filing.id)
    if since is not None and since <= day:
        raise _refused(docket, f"自 {since} 起停用，不能再改动", f"is retired from {since} for good")


def _refused(docket: Docket, zh: str, en: str) -> GuantongError:
    return GuantongError(ErrorCode.STEP_REFUSED, Text(f"{docket.name.zh}{zh}", f"{docket.name.en} {en}"))


async def _standing(call: Call, docket: Docket) -> list[Activation]:
    query = select(Activation).where(
        col(Activation.scheme_id) == docket.scheme.id, col(Activation.withdrawn_at).is_(None)
    )
    ordered = query.order_by(col(Activation.starts), col(Activation.id))
    return list((await call.session.exec(ordered.execution_options(populate_existing=True))).all())


def _interval(row: Activation) -> Interval:
    return Interval(row.filing_id, row.state, Period(row.starts, row.ends), _decision(row))


def _decision(row: Activation) -> UUID:
    return row.piece_of or row.id


async def _replace(call: Call, docket: Docket, old: Timeline, new: Timeline, tag: Tag, reason: str) -> None:
    """Withdraw what no longer holds, add what does, and note it for every version whose days change."""
    [decided] = [_row(call, docket, one, reason) for one in new if one.decision is None]
    await call.store(decided)
    gone = [row for row in await _standing(call, docket) if row.id != decided.id and _interval(row) not in new]
    for row in gone:
        row.withdrawn_at, row.withdrawn_by = call.now, decided.id
    decisions = {_decision(row): row for row in gone}
    left = [one for one in new if one.decision is not None and one not in old]
    await call.store(*gone, *(_piece(call, decisions[one.decision], one, decided) for one in left if one.decision))
    await call.note(tag, docket.filing, reason, **_days(docket.filing.id, old, new))
    for other in _changed(old, new, docket.filing.id):
        filing = (await call.session.exec(select(Filing).where(col(Filing.id) == other))).one()
        await call.note(Tag.ENTERPRISE_SCHEME_REPLACE, filing, reason, **_days(other, old, new))
    await raise_epoch(call.session)


def _row(call: Call, docket: Docket, one: Interval, reason: str) -> Activation:
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


def _piece(call: Call, of: Activation, one: Interval, decided: Activation | None) -> Activation:
    """The days that are left of a decision: still whose it was, and for the reason that was given."""
    kept = of.model_dump(include={"scheme_id", "filing_id", "state", "actor_role", "actor_name", "reason"})
    return Activation(
        **kept,
        starts=one.period.start,
        ends=one.period.until,
        recorded_at=of.recorded_at,
        piece_of=_decision(of),
        changed_at=call.now,
        changed_by=decided.id if decided else None,
    )


def _changed(old: Timeline, new: Timeline, but: UUID) -> list[UUID]:
    touched = {one.filing_id for one in set(old) ^ set(new)}
    return sorted(touched - {but}, key=str)


def _days(filing_id: UUID, old: Iterable[Interval], new: Iterable[Interval]) -> dict[str, Any]:
    def shown(timeline: Iterable[Interval]) -> list[dict[str, Any]]:
        mine = (one for one in timeline if one.filing_id == filing_id)
        return [{"state": one.state, "starts": one.period.start, "ends": one.period.until} for one in mine]

    return {"before": {"days": shown(old)}, "after": {"days": shown(new)}}
