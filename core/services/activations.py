"""Use cases of activation (启用): switching a recorded version on, holding it (暂停), retiring it (停用) for good.

Days, never moments: what happened on a day that is over is history and stays. A suspension from today holds from the
next request on.
"""

from datetime import date
from uuid import UUID

from core.audit import Tag
from core.dates import span
from core.errors import ErrorCode, GuantongError, Where
from core.models import ActivationState, Filing, FilingState
from core.permissions import Permission
from core.services.call import Call, use_case
from core.services.docket import Docket, open_docket
from core.services.filing_guards import intact, verified
from core.services.filing_words import NEXT, STATES, clause_on_review
from core.services.form import Form
from core.services.intervals import decide, interval_of, rows_of, standing
from core.services.publishing import check_published
from core.services.rules import in_order
from core.services.timeline import Timeline, activated, retired, retired_from, state_on, suspended
from core.storage.queries.published import facts_of_version
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
    await decide(call, docket, timeline, new, Tag.ENTERPRISE_SCHEME_ACTIVATE, reason)
    return docket.filing


@use_case
async def suspend(call: Call, given: Switch, reason: str) -> Filing:
    """Hold an active version from a day; with an end it is active again from then on."""
    docket, day, timeline = await _opened(call, given)
    found = state_on(timeline, docket.filing.id, day)
    if found is None or found.state is not ActivationState.ACTIVE:
        raise _refused(docket, f"在 {day} 未启用，无从暂停", f"is not active on {day}, so it cannot be suspended")
    new = suspended(timeline, docket.filing.id, day, given.ends)
    await decide(call, docket, timeline, new, Tag.ENTERPRISE_SCHEME_SUSPEND, reason)
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
    await decide(call, docket, timeline, new, Tag.ENTERPRISE_SCHEME_RETIRE, reason)
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
    return docket, day, tuple(interval_of(row) for row in standing(await rows_of(call, docket)))


async def _may_run(call: Call, docket: Docket, day: date) -> None:
    filing = docket.filing
    if filing.state not in ON_RECORD:
        raise _not_on_record(call, docket)
    on_record = span(filing.effective_from, filing.effective_until)
    if on_record is None or day not in on_record:
        raise GuantongError(
            ErrorCode.NOT_IN_FORCE,
            Text(
                f"{docket.name.zh}的备案期间为 {on_record or '空'}，不含 {day}；请选其中的日期启用",
                f"{docket.name.en} is on record on {on_record or 'no day'}, which does not hold {day}; activate it on "
                "one of those days",
            ),
            clause=clause_on_review(call),
        )
    await verified(call, docket)
    await intact(call, docket)
    await check_published(call, docket, await facts_of_version(call.session, docket.filing.scheme_version_id))


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
