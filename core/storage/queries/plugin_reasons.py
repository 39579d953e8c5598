"""Why a scheme runs on a day, or why it does not: one check after another, in words."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.dates import SHANGHAI
from core.errors import ErrorCode, GuantongError, nearest_of
from core.models import FOUND_IN_STORE, Activation, ActivationState, Fault, Filing, FilingState, Review, Step, Wheel
from core.permissions import Actor
from core.storage.queries.base import searchable
from core.storage.queries.plugins import PluginRow, plugins
from core.storage.visibility import wheels_visible_to
from core.texts import Text


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold for a version to run."""

    holds: bool
    text: Text


@dataclass(frozen=True, slots=True)
class Why:
    """The answer for one version: whether it runs, and every check."""

    row: PluginRow
    checks: tuple[Check, ...]

    @property
    def active(self) -> bool:
        return self.row.active


async def why(session: AsyncSession, actor: Actor, key: str, day: date, known_at: datetime | None = None) -> list[Why]:
    """The answer for each version of a scheme, newest first. Raises NOT_FOUND, with the nearest key there is."""
    rows = await plugins(session, actor, day, known_at, searchable(key))
    if not rows:
        raise await unknown_key(session, actor, key)
    return [Why(row, checks_of(row)) for row in reversed(rows)]


async def unknown_key(session: AsyncSession, actor: Actor, key: str) -> GuantongError:
    """The error for a key that the actor may read nothing of, with the nearest there is."""
    known = await session.exec(select(Wheel.key).where(wheels_visible_to(actor), col(Wheel.key).is_not(None)))
    return GuantongError(
        ErrorCode.NOT_FOUND,
        Text(f"没有方案“{key}”，或无权查看", f"there is no scheme '{key}' that you may read"),
        nearest=nearest_of(key, sorted({one for one in known if one})),
    )


def checks_of(row: PluginRow) -> tuple[Check, ...]:
    """Every check of one version, in the order in which its steps are taken."""
    return (
        _discovered(row),
        _verified(row),
        _approved(row, Step.COUNTERSIGN),
        _approved(row, Step.RECORD),
        _on_record(row),
        *_in_own_period(row),
        _switched_on(row),
        *_sound(row),
        _free(row),
    )


def _day(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).date().isoformat()


def _discovered(row: PluginRow) -> Check:
    wheel, since = row.wheel, _day(row.wheel.registered_at)
    return Check(
        row.discovered,
        Text(
            f"“{wheel.registered_by}”于 {since} 登记 {wheel.filename}，摘要 {wheel.digest}",
            f"{wheel.filename} with digest {wheel.digest} was registered by '{wheel.registered_by}' on {since}",
        ),
    )


def _verified(row: PluginRow) -> Check:
    found = row.verification
    codes = sorted({str(finding.get("code")) for finding in found.findings})
    listed = f"：{'、'.join(codes)}", f": {', '.join(codes)}"
    zh, en = listed if codes else ("", "")
    count, day = len(found.findings), _day(found.at)
    if row.recorded and not row.verified:
        return Check(True, _found_later(count, day, zh, en))
    if row.verified:
        text = Text(f"{day} 校验通过，{count} 项发现{zh}", f"verification on {day} passed it with {count} findings{en}")
    else:
        text = Text(
            f"{day} 校验未通过，{count} 项发现{zh}", f"verification on {day} rejected it with {count} findings{en}"
        )
    return Check(row.verified, text)


def _found_later(count: int, day: str, zh: str, en: str) -> Text:
    return Text(
        f"备案前校验通过；{day} 再次校验未通过，{count} 项发现{zh}。照常运行，是否暂停由人社部门决定",
        f"verification passed it before it went on record; that on {day} rejected it with {count} findings{en}. It "
        "runs on, and whether to suspend it is for the bureau to decide",
    )


_DONE = {Step.COUNTERSIGN: Text("会签", "countersigned"), Step.RECORD: Text("备案", "recorded")}


def _approved(row: PluginRow, step: Step) -> Check:
    approvals = row.filing.approvals if row.filing else row.voided
    given = [one for one in approvals if one.review.step is step]
    words = _DONE[step]
    if not given:
        who = _whose(row, step)
        return Check(False, Text(f"{who.zh}尚未{words.zh}", f"{who.en} has not {words.en} it"))
    last = given[-1]
    by, since = _by(last.review), _day(last.review.at)
    void = Text("", "") if last.stands else _VOID
    zh, en = f"{by.zh}于 {since} {words.zh}{void.zh}", f"{by.en} {words.en} it on {since}{void.en}"
    return Check(last.stands, Text(zh, en))


_VOID = Text("，后因退回或内容变更而失效", "; a return or another content has voided that")


def _by(review: Review) -> Text:
    name, body = review.actor_name, review.body
    return Text(f"“{name}”（{body}）", f"'{name}' ({body})") if body else Text(f"“{name}”", f"'{name}'")


def _whose(row: PluginRow, step: Step) -> Text:
    if step is Step.RECORD:
        return Text("人社部门", "the bureau")
    if row.filing is None:
        return Text("行业主管部门", "the industry authority")
    authority = row.filing.last.industry_authority
    return Text(f"行业主管部门“{authority}”", f"the industry authority '{authority}'")


_SUPERSEDED = Text(
    "，其后由新版本取代，新版本须另行启用",
    ", then superseded by a newer version, which is activated apart",
)


def _on_record(row: PluginRow) -> Check:
    filing, day = row.filing, row.day
    if filing is None or filing.on_record is None:
        return Check(False, Text(f"在 {day} 未备案", f"it is not on record on {day}"))
    number, period = filing.record_number, filing.on_record
    ended = filing.state is FilingState.SUPERSEDED
    newer = _SUPERSEDED if ended else Text("", "")
    return Check(
        row.recorded,
        Text(f"备案编号 {number}，期间 {period}{newer.zh}", f"it is on record as {number} on {period}{newer.en}"),
    )


def _in_own_period(row: PluginRow) -> list[Check]:
    """Only where it decides something: a period that holds the day is that of nearly every row."""
    own = row.filing.own if row.filing else None
    if own is None or row.within_own_period:
        return []
    return [
        Check(
            False,
            Text(
                f"方案自身的期间为 {own}，不含 {row.day}；须登记期间含该日的新版本",
                f"the scheme's own period is {own}, which does not hold {row.day}; it takes a new version whose period "
                "does",
            ),
        )
    ]


async def gap_after_record(session: AsyncSession, filing: Filing) -> Text | None:
    """What putting a version on record switches off: the version that is active on its first day, unless it is itself.

    None when nothing stops.
    """
    day = filing.effective_from
    assert day is not None  # it is on record
    query = select(Activation.filing_id, Filing.version).join(Filing, col(Activation.filing_id) == col(Filing.id))
    active = (
        col(Activation.scheme_id) == filing.scheme_id,
        col(Activation.state) == ActivationState.ACTIVE,
        col(Activation.withdrawn_at).is_(None),
        col(Activation.starts) <= day,
        sa.or_(col(Activation.ends).is_(None), col(Activation.ends) > day),
    )
    found = dict((await session.exec(query.where(*active))).all())
    if not found or filing.id in found:
        return None
    [old], new = found.values(), filing.version
    return Text(
        f"版本 {old} 自 {day} 起不再备案，随之停止运行；版本 {new} 尚未启用，该日起没有方案运行。"
        f"请自该日起启用版本 {new}",
        f"version {old} is no longer on record from {day} and stops running then; version {new} is not activated, so "
        f"nothing runs from that day. Activate version {new} from {day}",
    )


_SWITCHED = {
    ActivationState.ACTIVE: Text("启用", "active"),
    ActivationState.SUSPENDED: Text("暂停", "suspended"),
    ActivationState.RETIRED: Text("停用", "retired"),
}


def _switched_on(row: PluginRow) -> Check:
    found, day = row.activation, row.day
    if found is None and row.recorded:
        return Check(
            False,
            Text(
                f"已备案，但在 {day} 未启用；人社部门启用后才运行",
                f"it is on record but not activated on {day}; it runs once the bureau activates it",
            ),
        )
    if found is None:
        return Check(False, Text(f"在 {day} 未启用", f"it is not activated on {day}"))
    words, span = _SWITCHED[found.state], f"[{found.starts}, {found.ends or '…'})"
    return Check(
        found.state is ActivationState.ACTIVE,
        Text(
            f"“{found.actor_name}”将其在 {span} {words.zh}：{found.reason}",
            f"'{found.actor_name}' made it {words.en} on {span}: {found.reason}",
        ),
    )


def _sound(row: PluginRow) -> list[Check]:
    """Only what an open look at the store found: its text says what to do."""
    found = row.unsound
    return [] if found is None else [Check(False, Text(f"自 {_day(found.at)} 起：{found.zh}", _since(found)))]


def _since(found: Fault) -> str:
    return f"since {_day(found.at)}: {found.en}"


def _last_fault(row: PluginRow) -> Text:
    """The newest fault, unless a check of its own names it."""
    last = row.faults[-1] if row.faults else None
    if last is None or last is row.unsound:
        return Text("", "")
    if last.kind in FOUND_IN_STORE and last.closed_at is not None:
        day = _day(last.closed_at)
        return Text(f"，最近一次已于 {day} 恢复", f", the last mended on {day}")
    return Text(f"，最近一次：{last.zh}", f", the last: {last.en}")


def _free(row: PluginRow) -> Check:
    held, count = row.quarantine, len(row.faults)
    if held is None:
        shown = _last_fault(row)
        return Check(
            True, Text(f"未被隔离，{count} 次故障{shown.zh}", f"it is not in quarantine; {count} faults{shown.en}")
        )
    since = _day(held.imposed_at)
    return Check(
        False, Text(f"自 {since} 起被隔离：{held.reason}", f"it has been in quarantine since {since}: {held.reason}")
    )
