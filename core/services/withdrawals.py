"""Use cases of withdrawal (撤回): of a record or a retirement that has not begun, mistyped for one.

What it had taken from others they have again: the version before is on record with no end, and days go back to the
decisions that held them. Nothing that has begun is undone, and every step stays readable.
"""

from collections.abc import Callable, Iterator
from datetime import date
from uuid import UUID

from sqlmodel import col, delete, select

from core.audit import Tag
from core.dates import Period
from core.errors import ErrorCode, GuantongError
from core.models import (
    Activation,
    ActivationState,
    Application,
    CatalogRow,
    Evaluation,
    Filing,
    FilingState,
    SchemeVersion,
    Step,
)
from core.permissions import Permission
from core.services.artifacts import raise_epoch
from core.services.call import Call, use_case
from core.services.docket import Docket, Seen, open_docket, seen_docket
from core.services.filing_words import clause_on_review
from core.services.intervals import decision_of, give_back, interval_of, rows_of, standing
from core.services.machine import Outcome, check_step, take_step
from core.services.timeline import Interval, Timeline, put_back
from core.texts import Text

Rows = list[Activation]


@use_case
async def withdraw_record(call: Call, seen: Seen, reason: str) -> Filing:
    """Take a version whose first day has not come off the record again; its countersignature stands.

    Its planned activations go with it, and the version that it superseded is back on record.
    """
    call.require(Permission.CITY_SCHEME_RECORD)
    docket = await seen_docket(call, seen)
    await check_step(call, docket, Step.WITHDRAW)
    filing = docket.filing
    since, number, version_id = filing.effective_from, filing.record_number, filing.scheme_version_id
    assert since is not None and number is not None and version_id is not None  # it is on record
    _not_begun(call, docket, since)
    await _undecided(call, docket, version_id)
    rows = await rows_of(call, docket)
    await _take_back(call, docket, rows, lambda row: row.filing_id == filing.id, None, reason)
    await _reinstate(call, docket, since, reason)
    filing.effective_from = filing.record_number = filing.scheme_version_id = None
    await take_step(call, docket, Step.WITHDRAW, reason, Outcome(record_number=number, effective_from=since))
    for table, key in ((CatalogRow, CatalogRow.scheme_version_id), (SchemeVersion, SchemeVersion.id)):
        await call.session.exec(delete(table).where(col(key) == version_id))
    await raise_epoch(call.session)
    return filing


@use_case
async def withdraw_retirement(call: Call, filing_id: UUID, reason: str) -> Filing:
    """Take back a retirement whose first day has not come; the version has the days again that it had before."""
    call.require(Permission.CITY_SCHEME_ACTIVATE)
    docket = await open_docket(call, filing_id)
    rows = await rows_of(call, docket)
    retired = [row for row in standing(rows) if _retires(row, filing_id)]
    if not retired:
        raise _refused(docket, "未定停用，无从撤回", "is not to be retired, so there is nothing to withdraw")
    if retired[0].starts <= call.today:
        since = retired[0].starts
        raise _refused(docket, f"自 {since} 起已停用，不能撤回", f"is retired since {since}, which cannot be withdrawn")
    tag = Tag.ENTERPRISE_SCHEME_UNRETIRE
    await _take_back(call, docket, rows, lambda row: _retires(row, filing_id), tag, reason)
    return docket.filing


def _retires(row: Activation, filing_id: UUID) -> bool:
    return row.filing_id == filing_id and row.state is ActivationState.RETIRED


def _refused(docket: Docket, zh: str, en: str) -> GuantongError:
    return GuantongError(ErrorCode.STEP_REFUSED, Text(f"{docket.name.zh}{zh}", f"{docket.name.en} {en}"))


def _not_begun(call: Call, docket: Docket, since: date) -> None:
    if since <= call.today:
        error = _refused(
            docket,
            f"自 {since} 起已备案生效，不能撤回；可暂停、停用，或备案新版本",
            f"is on record since {since}, which cannot be withdrawn: suspend it, retire it, or record a newer version",
        )
        error.clause = clause_on_review(call)
        raise error


async def _undecided(call: Call, docket: Docket, version_id: UUID) -> None:
    """Nothing rests on the version yet."""
    for table in (Application, Evaluation):
        query = select(table.id).where(col(table.scheme_version_id) == version_id)
        if (await call.session.exec(query)).first() is not None:
            raise _refused(docket, "已有申报依据，不能撤回", "has applications that rest on it, so it stays on record")


async def _take_back(
    call: Call, docket: Docket, rows: Rows, gone: Callable[[Activation], bool], tag: Tag | None, reason: str
) -> None:
    """Withdraw the standing rows that are ``gone``, and give their days back."""
    old = tuple(interval_of(row) for row in standing(rows))
    kept = tuple(interval_of(row) for row in standing(rows) if not gone(row))
    freed = [one for row in standing(rows) if gone(row) for one in _held_before(rows, row, _period(row), gone)]
    new: Timeline = put_back(kept, freed)
    if new != old:
        await give_back(call, docket, old, new, tag, reason)


def _held_before(rows: Rows, row: Activation, days: Period, gone: Callable[[Activation], bool]) -> Iterator[Interval]:
    """What held ``days`` before the decision of ``row`` took them; further back where that is gone as well."""
    for before in rows:
        part = _period(before) & days if before.withdrawn_by == decision_of(row) else None
        if part is None:
            continue
        if gone(before):
            yield from _held_before(rows, before, part, gone)
        else:
            yield Interval(before.filing_id, before.state, part, decision_of(before))


def _period(row: Activation) -> Period:
    return Period(row.starts, row.ends)


async def _reinstate(call: Call, docket: Docket, since: date, reason: str) -> None:
    """The version that ended where the withdrawn one was to begin is on record with no end again."""
    ended = (col(Filing.scheme_id) == docket.scheme.id, col(Filing.state) == FilingState.SUPERSEDED)
    query = select(Filing).where(*ended, col(Filing.effective_until) == since, col(Filing.effective_from) < since)
    for old in (await call.session.exec(query)).all():
        old.effective_until = None
        versions = select(SchemeVersion).where(col(SchemeVersion.id) == old.scheme_version_id)
        version = (await call.session.exec(versions)).one()
        version.recorded_until = None
        await call.store(version)
        await take_step(call, Docket(old, docket.scheme, docket.owner), Step.RESTORE, reason)
