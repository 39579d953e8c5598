"""Why a scheme runs on a day, or why it does not: one check after another, in words."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.dates import SHANGHAI
from core.errors import ErrorCode, GuantongError, nearest_of
from core.models import ActivationState, FilingState, Review, Step, Wheel
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
        raise await _unknown(session, actor, key)
    return [Why(row, checks_of(row)) for row in reversed(rows)]


async def _unknown(session: AsyncSession, actor: Actor, key: str) -> GuantongError:
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
        _intact(row),
        _approved(row, Step.COUNTERSIGN),
        _approved(row, Step.RECORD),
        _on_record(row),
        _switched_on(row),
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
    if row.verified:
        text = Text(f"{day} 校验通过，{count} 项发现{zh}", f"verification on {day} passed it with {count} findings{en}")
    else:
        text = Text(
            f"{day} 校验未通过，{count} 项发现{zh}", f"verification on {day} rejected it with {count} findings{en}"
        )
    return Check(row.verified, text)


def _intact(row: PluginRow) -> Check:
    if row.drift is None:
        return Check(True, Text("存储内容自校验以来未变", "its stored content is what was verified"))
    since = _day(row.drift.at)
    return Check(
        False,
        Text(
            f"{since} 发现存储内容有变：{row.drift.zh}；恢复后请重新校验",
            f"its stored content was found changed on {since}: {row.drift.en}; verify it again once it is restored",
        ),
    )


_DONE = {Step.COUNTERSIGN: Text("会签", "countersigned"), Step.RECORD: Text("备案", "recorded")}


def _approved(row: PluginRow, step: Step) -> Check:
    given = [one for one in row.filing.approvals if one.review.step is step] if row.filing else []
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


def _on_record(row: PluginRow) -> Check:
    filing, day = row.filing, row.day
    if filing is None or filing.on_record is None:
        return Check(False, Text(f"在 {day} 未备案", f"it is not on record on {day}"))
    number, period = filing.record_number, filing.on_record
    ended = filing.state is FilingState.SUPERSEDED
    newer = Text("，其后由新版本取代", ", then superseded by a newer version") if ended else Text("", "")
    return Check(
        row.recorded,
        Text(f"备案编号 {number}，期间 {period}{newer.zh}", f"it is on record as {number} on {period}{newer.en}"),
    )


_SWITCHED = {
    ActivationState.ACTIVE: Text("启用", "active"),
    ActivationState.SUSPENDED: Text("暂停", "suspended"),
    ActivationState.RETIRED: Text("停用", "retired"),
}


def _switched_on(row: PluginRow) -> Check:
    found, day = row.activation, row.day
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


def _free(row: PluginRow) -> Check:
    held, count = row.quarantine, len(row.faults)
    if held is None:
        last = row.faults[-1] if row.faults else None
        shown = Text(f"，最近一次：{last.zh}", f", the last: {last.en}") if last else Text("", "")
        return Check(
            True, Text(f"未被隔离，{count} 次故障{shown.zh}", f"it is not in quarantine; {count} faults{shown.en}")
        )
    since = _day(held.imposed_at)
    return Check(
        False, Text(f"自 {since} 起被隔离：{held.reason}", f"it has been in quarantine since {since}: {held.reason}")
    )
