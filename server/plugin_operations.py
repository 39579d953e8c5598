"""What the commands about plugins do, apart from how they are called."""

import json
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from core.dates import SHANGHAI, today
from core.errors import ErrorCode, GuantongError, nearest_of
from core.models import Activation, Filing
from core.permissions import Actor, Role
from core.services.activations import Switch, activate, retire, suspend
from core.services.call import Call
from core.services.docket import Seen
from core.services.filings import (
    Comment,
    Record,
    Return,
    countersign_filing,
    record_filing,
    return_filing,
    submit_filing,
)
from core.services.quarantine import lift_quarantine
from core.services.wheels import verify_again
from core.services.withdrawals import withdraw_record, withdraw_retirement
from core.storage.queries.filings import filing_named, filings_of
from core.storage.queries.plugin_history import plugin_diff, plugin_history
from core.storage.queries.plugin_reasons import Why, gap_after_record, unknown_key, why
from core.storage.queries.plugin_records import activations_of, versions_filed
from core.storage.queries.plugins import plugins
from core.storage.row_scope import RowScope
from core.texts import Text
from server import plugin_views as views
from server.clock import SystemClock
from server.developer_mode import (
    Discovered,
    discovered,
    discovered_cells,
    discovered_json,
    discovered_why_cells,
    discovered_why_json,
)
from server.identity import identity_of
from server.settings import Settings
from server.tables import print_table
from server.wiring import Parts, open_parts

OPERATOR = Actor.of(Role.BUREAU_OFFICER, "command line")
SHORTEST_DIGEST = 12


def _moment(known_at: datetime | None) -> datetime | None:
    return None if known_at is None else known_at.replace(tzinfo=SHANGHAI)


def _day(day: date | None) -> date:
    return day or today(SystemClock())


def _print_json(content: Any) -> None:
    sys.stdout.write(f"{json.dumps(content, ensure_ascii=False, indent=2)}\n")


async def list_plugins(settings: Settings, day: date | None, known_at: datetime | None, as_json: bool) -> None:
    """Print the audit of a day; in developer mode also what is installed now."""
    day = _day(day)
    async with open_parts(settings) as parts, parts.database.read(RowScope.of(OPERATOR)) as session:
        rows = await plugins(session, OPERATOR, day, _moment(known_at))
        found = await discovered(settings, parts, session, day, known_at)
    if as_json:
        _print_json([*map(views.plugin_json, rows), *map(discovered_json, found)])
        return
    cells = [*map(views.plugin_cells, rows), *map(discovered_cells, found)]
    print_table(f"方案插件 Scheme plugins on {day}", views.LIST_HEADERS, cells)


async def explain_plugin(
    settings: Settings, key: str, day: date | None, known_at: datetime | None, as_json: bool
) -> None:
    """Print why a scheme runs on a day, or why not."""
    day = _day(day)
    async with open_parts(settings) as parts, parts.database.read(RowScope.of(OPERATOR)) as session:
        found = [one for one in await discovered(settings, parts, session, day, known_at) if one.key == key]
        answers = await _answers(session, key, day, _moment(known_at), found)
    if as_json:
        _print_json([*views.why_json(answers), *map(discovered_why_json, found)])
        return
    active = [answer.row.wheel.version for answer in answers if answer.active]
    told = f"运行版本 runs {active[0]}" if active else "不运行 does not run"
    cells = [*views.why_cells(answers), *discovered_why_cells(found)]
    print_table(f"{key} {day}：{told}", views.WHY_HEADERS, cells)


async def _answers(
    session: Any, key: str, day: date, known_at: datetime | None, found: Sequence[Discovered]
) -> list[Why]:
    """The registered versions of a scheme. That there are none is no fault where one is installed."""
    try:
        return await why(session, OPERATOR, key, day, known_at)
    except GuantongError as fault:
        if fault.code is not ErrorCode.NOT_FOUND or not found:
            raise
        return []


async def show_history(settings: Settings, key: str, known_at: datetime | None, as_json: bool) -> None:
    """Print everything done to a scheme."""
    async with open_parts(settings) as parts, parts.database.read(RowScope.of(OPERATOR)) as session:
        entries = await plugin_history(session, OPERATOR, key, _moment(known_at))
        if not entries and not await plugin_history(session, OPERATOR, key):
            raise await unknown_key(session, OPERATOR, key)
    if as_json:
        _print_json(views.history_json(entries))
        return
    print_table(f"{key} 历史 history", views.HISTORY_HEADERS, map(views.history_cells, entries))


async def show_difference(
    settings: Settings, before: date, after: date, known_at: datetime | None, as_json: bool
) -> None:
    """Print what stands differently on the later of two days."""
    if before > after:
        raise GuantongError(
            ErrorCode.PERIOD_REVERSED,
            Text(f"前一日 {before} 晚于后一日 {after}；请先写较早的一日", _reversed(before, after)),
        )
    async with open_parts(settings) as parts, parts.database.read(RowScope.of(OPERATOR)) as session:
        changes = await plugin_diff(session, OPERATOR, before, after, _moment(known_at))
    if as_json:
        _print_json([views.change_json(change) for change in changes])
        return
    print_table(f"{before} → {after}", views.DIFF_HEADERS, map(views.change_cells, changes))


async def inspect_plugins(settings: Settings, as_json: bool) -> bool:
    """Look at the stored bytes of what should run and print what is broken; whether all is sound."""
    async with open_parts(settings) as parts:
        look = await parts.inspect()
    if as_json:
        broken = [{"kind": one.kind.value, "zh": one.what.zh, "en": one.what.en} for one in look.broken]
        _print_json({"looked_at": len(look.wheels), "broken": broken})
        return not broken
    for one in look.broken:
        _say(f"{one.kind.value} {one.what}")
    count, sound = len(look.wheels), len(look.wheels) - len(look.broken)
    _say(f"检查 {count} 个方案包，{sound} 个完好 / looked at {count} wheels, {sound} sound")
    return not look.broken


def _reversed(before: date, after: date) -> str:
    return f"the earlier day {before} is after the later day {after}; give the earlier one first"


async def _actor(settings: Settings, parts: Parts, token: str) -> Actor:
    return await identity_of(settings, parts.database, parts.clock).authentication.bearer(token)


async def take_step(
    settings: Settings, token: str, step: str, named: tuple[str, str], reason: str, given: Mapping[str, Any]
) -> None:
    """Take one step of a version's filing or activation, and print where it stands."""
    async with open_parts(settings) as parts:
        actor = await _actor(settings, parts, token)
        async with parts.use_cases(actor, "command line") as call:
            # Looked up apart: a step that verifies begins to write at its very end.
            async with call.apart() as apart:
                filing = await _named(apart, *named)
                before = await _days(apart, filing)
            notice = await STEPS[step](parts, call, filing, reason, given)
            filing = await _named(call, *named)
            told = [] if step in SWITCHES else [_stands(named, filing)]
            told += views.switched_lines(named[0], before, await _days(call, filing))
    for line in [*told, *([str(notice)] if notice else [])]:
        _say(line)


async def _named(call: Call, key: str, version: str) -> Filing:
    """The filing of a version. Raises NOT_FOUND with the nearest key or version."""
    filing = await filing_named(call.session, call.actor, key, version)
    if filing is not None:
        return filing
    versions = await versions_filed(call.session, call.actor, key)
    if not versions:
        raise await unknown_key(call.session, call.actor, key)
    raise GuantongError(
        ErrorCode.NOT_FOUND,
        Text(f"方案“{key}”没有版本 {version} 的备案申请", f"scheme '{key}' has no filing of version {version}"),
        nearest=nearest_of(version, versions) or versions[-1],
    )


def _stands(named: tuple[str, str], filing: Filing) -> str:
    return f"{' '.join(named)} {views.STATES[filing.state]}，第 {filing.revision} 次办理，摘要 {filing.digest}"


async def _days(call: Call, filing: Filing) -> dict[str, list[Activation]]:
    """How each version of the scheme is switched, as things stand."""
    filings = (await filings_of(call.session, call.actor, [filing.scheme_id]))[filing.scheme_id]
    found = await activations_of(call.session, call.actor, [one.id for one in filings])
    return {one.version: found.get(one.id, []) for one in filings}


Taken = Callable[[Parts, Call, Filing, str, Mapping[str, Any]], Awaitable[Text | None]]


def _seen(filing: Filing, digest: str | None = None) -> dict[str, Any]:
    """The filing as it stands; an approval says which content it is for."""
    if digest is not None and (len(digest) < SHORTEST_DIGEST or not filing.digest.startswith(digest)):
        raise GuantongError(
            ErrorCode.OUT_OF_DATE,
            Text(
                f"所审内容的摘要为 {digest}，现为 {filing.digest}；请重新查看，至少写明前 {SHORTEST_DIGEST} 位",
                f"you reviewed digest {digest}, and it is {filing.digest}; read it again, and give at least its first "
                f"{SHORTEST_DIGEST} characters",
            ),
        )
    return {"filing_id": filing.id, "revision": filing.revision, "digest": filing.digest}


async def _submit(_parts: Parts, call: Call, filing: Filing, reason: str, _given: Mapping[str, Any]) -> None:
    await submit_filing(call, Seen(**_seen(filing)), reason)


async def _countersign(_parts: Parts, call: Call, filing: Filing, reason: str, given: Mapping[str, Any]) -> None:
    await countersign_filing(call, Seen(**_seen(filing, given["digest"])), reason)


async def _record(parts: Parts, call: Call, filing: Filing, reason: str, given: Mapping[str, Any]) -> Text | None:
    record = Record(**given | _seen(filing, given["digest"]))  # type: ignore[operator]
    return await gap_after_record(call.session, await record_filing(call, parts.verifier.read, record, reason))


async def _withdraw(_parts: Parts, call: Call, filing: Filing, reason: str, given: Mapping[str, Any]) -> None:
    await withdraw_record(call, Seen(**_seen(filing, given["digest"])), reason)


async def _unretire(_parts: Parts, call: Call, filing: Filing, reason: str, _given: Mapping[str, Any]) -> None:
    await withdraw_retirement(call, filing.id, reason)


async def _return(_parts: Parts, call: Call, filing: Filing, reason: str, given: Mapping[str, Any]) -> None:
    comments = tuple(_comment(one) for one in given["comments"])
    await return_filing(call, Return(**_seen(filing), comments=comments), reason)


def _comment(text: str) -> Comment:
    clause, _, comment = text.partition("=")
    return Comment(clause=clause, comment=comment)


def _switch(use_case: Callable[[Call, Switch, str], Awaitable[Any]]) -> Taken:
    async def switched(_parts: Parts, call: Call, filing: Filing, reason: str, given: Mapping[str, Any]) -> None:
        await use_case(call, Switch(filing_id=filing.id, **given), reason)

    return switched


async def _release(_parts: Parts, call: Call, filing: Filing, reason: str, _given: Mapping[str, Any]) -> None:
    await lift_quarantine(call, filing.wheel_id, reason)


async def _verify(parts: Parts, call: Call, filing: Filing, reason: str, _given: Mapping[str, Any]) -> None:
    await verify_again(call, parts.verifier, filing.digest, reason)


STEPS: Mapping[str, Taken] = {
    "verify": _verify,
    "submit": _submit,
    "countersign": _countersign,
    "record": _record,
    "return": _return,
    "activate": _switch(activate),
    "suspend": _switch(suspend),
    "retire": _switch(retire),
    "unretire": _unretire,
    "withdraw": _withdraw,
    "release": _release,
}
SWITCHES = ("activate", "suspend", "retire", "unretire")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
