"""What the commands about plugins do, apart from how they are called."""

import json
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from core.dates import SHANGHAI, today
from core.errors import ErrorCode, GuantongError
from core.models import Filing
from core.permissions import Actor, Role
from core.services.activations import Switch, activate, retire, suspend
from core.services.call import Call
from core.services.docket import FILING, Seen
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
from core.services.reach import not_found
from core.services.wheels import verify_again
from core.storage.queries.filings import filing_named
from core.storage.queries.plugin_history import plugin_diff, plugin_history
from core.storage.queries.plugin_reasons import Why, why
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
    if as_json:
        _print_json(views.history_json(entries))
        return
    print_table(f"{key} 历史 history", views.HISTORY_HEADERS, map(views.history_cells, entries))


async def show_difference(
    settings: Settings, before: date, after: date, known_at: datetime | None, as_json: bool
) -> None:
    """Print what stands differently on two days."""
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


async def _actor(settings: Settings, parts: Parts, token: str) -> Actor:
    return await identity_of(settings, parts.database, parts.clock).authentication.bearer(token)


async def take_step(
    settings: Settings, token: str, step: str, named: tuple[str, str], reason: str, given: Mapping[str, Any]
) -> None:
    """Take one step of a version's filing or activation, and print where it stands."""
    async with open_parts(settings) as parts:
        actor = await _actor(settings, parts, token)
        # Looked up apart: a step that verifies begins to write at its very end.
        filing = await _named(parts, actor, named)
        async with parts.use_cases(actor, "command line") as call:
            await STEPS[step](parts, call, filing, reason, given)
        filing = await _named(parts, actor, named)
    _say(f"{' '.join(named)} {views.STATES[filing.state]}，第 {filing.revision} 次办理，摘要 {filing.digest}")


async def _named(parts: Parts, actor: Actor, named: tuple[str, str]) -> Filing:
    async with parts.database.read(RowScope.of(actor)) as session:
        filing = await filing_named(session, actor, *named)
    if filing is None:
        raise not_found(FILING)
    return filing


Taken = Callable[[Parts, Call, Filing, str, Mapping[str, Any]], Awaitable[Any]]


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


async def _record(parts: Parts, call: Call, filing: Filing, reason: str, given: Mapping[str, Any]) -> None:
    record = Record(**given | _seen(filing, given["digest"]))  # type: ignore[operator]
    await record_filing(call, parts.verifier.read, record, reason)


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
    "release": _release,
}


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
