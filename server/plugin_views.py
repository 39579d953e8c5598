"""The audit of plugins as tables for people and as JSON for programs."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from core.audit import Tag, plain
from core.dates import SHANGHAI, Period, merge
from core.models import Activation, ActivationState, FilingState, Step
from core.storage.queries.filing_views import FilingView
from core.storage.queries.plugin_history import HistoryEntry, PluginChange, Standing
from core.storage.queries.plugin_reasons import Why
from core.storage.queries.plugins import PluginRow

LIST_HEADERS = ("方案 scheme", "备案 recorded", "启用 active", "审批 approvals", "校验、故障 findings, faults")
WHY_HEADERS = ("版本 version", "", "说明 what", "")
HISTORY_HEADERS = ("时间 at", "事项 what", "版本 version", "摘要 digest", "经办 by", "理由 reason")
DIFF_HEADERS = ("方案 scheme", "版本 version", "摘要 digest", "之前 before", "之后 after")
SHORT = 12

STATES = {
    FilingState.DRAFT: "草稿 draft",
    FilingState.SUBMITTED: "已提交 submitted",
    FilingState.COUNTERSIGNED: "已会签 countersigned",
    FilingState.RETURNED: "已退回 returned",
    FilingState.RECORDED: "已备案 recorded",
    FilingState.SUPERSEDED: "已取代 superseded",
}
SWITCHED = {
    ActivationState.ACTIVE: "启用 active",
    ActivationState.SUSPENDED: "暂停 suspended",
    ActivationState.RETIRED: "停用 retired",
}
TAGS: Mapping[str, str] = {
    Tag.ENTERPRISE_SCHEME_ACTIVATE: "启用",
    Tag.ENTERPRISE_SCHEME_AMEND: "更换内容",
    Tag.ENTERPRISE_SCHEME_CLONE: "复制",
    Tag.ENTERPRISE_SCHEME_COUNTERSIGN: "会签",
    Tag.ENTERPRISE_SCHEME_DRAFT: "起草",
    Tag.ENTERPRISE_SCHEME_RECORD: "备案",
    Tag.ENTERPRISE_SCHEME_REPLACE: "启用区间变动",
    Tag.ENTERPRISE_SCHEME_REPLICABLE: "标记可复制",
    Tag.ENTERPRISE_SCHEME_RESTORE: "恢复备案",
    Tag.ENTERPRISE_SCHEME_RETIRE: "停用",
    Tag.ENTERPRISE_SCHEME_RETURN: "退回",
    Tag.ENTERPRISE_SCHEME_SUBMIT: "提交",
    Tag.ENTERPRISE_SCHEME_SUPERSEDE: "被取代",
    Tag.ENTERPRISE_SCHEME_SUSPEND: "暂停",
    Tag.ENTERPRISE_SCHEME_UNREPLICABLE: "撤销可复制标记",
    Tag.ENTERPRISE_SCHEME_UNRETIRE: "撤回停用",
    Tag.ENTERPRISE_SCHEME_WITHDRAW: "撤回备案",
    Tag.ENTERPRISE_WHEEL_FAULT: "故障",
    Tag.ENTERPRISE_WHEEL_MEND: "故障恢复",
    Tag.ENTERPRISE_WHEEL_QUARANTINE: "隔离",
    Tag.ENTERPRISE_WHEEL_REGISTER: "登记",
    Tag.ENTERPRISE_WHEEL_RELEASE: "解除隔离",
    Tag.ENTERPRISE_WHEEL_VERIFY: "校验",
}
APPROVED = {Step.COUNTERSIGN: "会签", Step.RECORD: "备案"}


def plugin_json(row: PluginRow) -> dict[str, Any]:
    """A row of the list, whole."""
    wheel, found = row.wheel, row.verification
    return {
        "key": wheel.key,
        "version": wheel.version,
        "enterprise": row.enterprise.key,
        "distribution": wheel.distribution,
        "digest": wheel.digest,
        "artifact_digest": wheel.artifact_digest,
        "filename": wheel.filename,
        "registered_at": plain(wheel.registered_at),
        "registered_by": wheel.registered_by,
        "discovered": row.discovered,
        "recorded": row.recorded,
        "active": row.active,
        "verification": {
            "state": found.state.value,
            "at": plain(found.at),
            "contract": found.contract,
            "policy_digest": found.policy_digest,
            "findings": found.findings,
        },
        "filing": _filing_json(row.filing) if row.filing else None,
        "state": row.state.value if row.state else None,
        "faults": [
            {
                "kind": fault.kind.value,
                "at": plain(fault.at),
                "closed_at": plain(fault.closed_at),
                "zh": fault.zh,
                "en": fault.en,
            }
            for fault in row.faults
        ],
        "quarantined_since": plain(row.quarantine.imposed_at) if row.quarantine else None,
    }


def _filing_json(filing: FilingView) -> dict[str, Any]:
    return {
        "state": filing.state.value,
        "revision": filing.last.number,
        "round": filing.last.round,
        "industry_authority": filing.last.industry_authority,
        "record_number": filing.record_number,
        "on_record": [plain(filing.on_record.start), plain(filing.on_record.until)] if filing.on_record else None,
        "approvals": [
            {
                "step": one.review.step.value,
                "by": one.review.actor_name,
                "role": one.review.actor_role,
                "body": one.review.body,
                "at": plain(one.review.at),
                "digest": one.review.digest,
                "stands": one.stands,
            }
            for one in filing.approvals
        ],
    }


def plugin_cells(row: PluginRow) -> tuple[object, ...]:
    """A row of the list, in few columns so that each is wide. Whatever could not be read is a dash, never a gap."""
    return (
        "\n".join(_which(row)),
        _recorded(row),
        _active(row),
        "\n".join(_approval(row)) or "—",
        f"{_findings(row)}\n{_faults(row)}",
    )


def _which(row: PluginRow) -> Iterable[str]:
    yield f"{row.wheel.key or f'— {row.wheel.filename}'} {row.wheel.version or '—'}"
    yield row.enterprise.zh
    yield row.wheel.digest[:SHORT]
    yield f"{row.wheel.registered_at.astimezone(SHANGHAI):%Y-%m-%d} 发现 discovered" if row.discovered else "—"


def _recorded(row: PluginRow) -> str:
    filing = row.filing
    if filing is None:
        return "—"
    if filing.on_record is None:
        return STATES[filing.state]
    return f"{_on_the_day(row, filing.on_record)}\n{filing.record_number} {filing.on_record}"


def _on_the_day(row: PluginRow, on_record: Period) -> str:
    """The state of the record on the day asked about, which may be before or after that of today."""
    if row.day < on_record.start:
        return "已备案，未生效 recorded, not yet in effect"
    return STATES[FilingState.RECORDED if row.day in on_record else FilingState.SUPERSEDED]


def _faults(row: PluginRow) -> str:
    broken = " 存储内容有误 stored bytes changed" if row.unsound else ""
    return f"故障 faults {len(row.faults)}{' 隔离 quarantined' if row.quarantine else ''}{broken}"


def _active(row: PluginRow) -> str:
    if row.state is None:
        return "—"
    held = "" if row.active or row.state is not ActivationState.ACTIVE else "（不运行 does not run）"
    return f"{SWITCHED[row.state]}{held}"


def _approval(row: PluginRow) -> Iterable[str]:
    for one in row.filing.approvals if row.filing else row.voided:
        void = "" if one.stands else "（失效 void）"
        day = one.review.at.astimezone(SHANGHAI).date()
        yield f"{APPROVED[one.review.step]} {one.review.actor_name} {day}{void}"


def _findings(row: PluginRow) -> str:
    verdict = "通过 verified" if row.verified else "未通过 rejected"
    codes = sorted({str(finding.get("code")) for finding in row.verification.findings})
    return f"{verdict} {' '.join(codes)}".strip()


def why_json(answers: Iterable[Why]) -> list[dict[str, Any]]:
    """The answers of ``why``, with the whole row of each version."""
    return [
        {
            "active": answer.active,
            "checks": [{"holds": one.holds, "zh": one.text.zh, "en": one.text.en} for one in answer.checks],
            "plugin": plugin_json(answer.row),
        }
        for answer in answers
    ]


def why_cells(answers: Iterable[Why]) -> Iterable[tuple[object, ...]]:
    """A line a check."""
    for answer in answers:
        for check in answer.checks:
            yield answer.row.wheel.version, "✓" if check.holds else "✗", check.text.zh, check.text.en


def switched_lines(
    key: str, before: Mapping[str, Iterable[Activation]], after: Mapping[str, Iterable[Activation]]
) -> list[str]:
    """A line for each version whose days differ: what they were, and what they are."""
    told = {version: (days_told(before.get(version, ())), days_told(rows)) for version, rows in after.items()}
    return [f"{key} {version}：{old} → {new}" for version, (old, new) in told.items() if old != new]


def days_told(rows: Iterable[Activation]) -> str:
    """On which days a version is in which state; days that follow one another as one, whoever decided them."""
    spans: dict[ActivationState, list[Period]] = {}
    for row in rows:
        spans.setdefault(row.state, []).append(Period(row.starts, row.ends))
    told = [(period, state) for state, periods in spans.items() for period in merge(periods)]
    return (
        "，".join(f"{SWITCHED[state]} {period}" for period, state in sorted(told, key=lambda one: one[0].start)) or "—"
    )


def history_json(entries: Iterable[HistoryEntry]) -> list[dict[str, Any]]:
    """The history, whole."""
    return [plain(asdict(entry)) for entry in entries]


def history_cells(entry: HistoryEntry) -> tuple[object, ...]:
    """A line of the history."""
    at = f"{entry.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
    by = f"{entry.actor_name}（{entry.actor_role}）"
    what = f"{TAGS[entry.tag]}\n{entry.tag}"
    return at, what, entry.version, entry.digest[:SHORT], by, entry.reason


def change_json(change: PluginChange) -> dict[str, Any]:
    """A difference, whole."""
    wheel = change.row.wheel
    named = {"key": wheel.key, "version": wheel.version, "digest": wheel.digest}
    return named | {"before": plain(asdict(change.before)), "after": plain(asdict(change.after))}


def change_cells(change: PluginChange) -> tuple[object, ...]:
    """A line a difference."""
    wheel = change.row.wheel
    return wheel.key, wheel.version, wheel.digest[:SHORT], _standing(change.before), _standing(change.after)


def _standing(standing: Standing) -> str:
    told = (
        ("发现 discovered", standing.discovered),
        ("备案 recorded", standing.recorded),
        ("启用 active", standing.active),
    )
    words = [word for word, holds in told if holds]
    held = standing.state in (ActivationState.SUSPENDED, ActivationState.RETIRED)
    return "，".join([*words, SWITCHED[standing.state]] if held and standing.state else words) or "—"
