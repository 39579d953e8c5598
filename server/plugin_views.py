"""The audit of plugins as tables for people and as JSON for programs."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from core.audit import plain
from core.dates import SHANGHAI
from core.models import ActivationState, FilingState, Step
from core.storage.queries.plugin_history import HistoryEntry, PluginChange, Standing
from core.storage.queries.plugin_reasons import Why
from core.storage.queries.plugins import FilingView, PluginRow

LIST_HEADERS = (
    "方案 scheme",
    "版本 version",
    "摘要 digest",
    "发现 discovered",
    "备案 recorded",
    "启用 active",
    "审批 approvals",
    "校验 findings",
    "故障 faults",
)
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
            {"kind": fault.kind.value, "at": plain(fault.at), "zh": fault.zh, "en": fault.en} for fault in row.faults
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
    """A row of the list, short. Whatever could not be read is a dash, never a gap."""
    return (
        row.wheel.key or f"— {row.wheel.filename}",
        row.wheel.version or "—",
        row.wheel.digest[:SHORT],
        f"{row.wheel.registered_at.astimezone(SHANGHAI):%Y-%m-%d}" if row.discovered else "—",
        _recorded(row),
        _active(row),
        "\n".join(_approval(row)) or "—",
        _findings(row),
        f"{len(row.faults)}{' 隔离 quarantined' if row.quarantine else ''}",
    )


def _recorded(row: PluginRow) -> str:
    filing = row.filing
    if filing is None:
        return "—"
    state = STATES[filing.state]
    return f"{state}\n{filing.record_number} {filing.on_record}" if filing.on_record else state


def _active(row: PluginRow) -> str:
    if row.state is None:
        return "—"
    held = "" if row.active or row.state is not ActivationState.ACTIVE else "（不运行 does not run）"
    return f"{SWITCHED[row.state]}{held}"


def _approval(row: PluginRow) -> Iterable[str]:
    for one in row.filing.approvals if row.filing else ():
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


def history_json(entries: Iterable[HistoryEntry]) -> list[dict[str, Any]]:
    """The history, whole."""
    return [plain(asdict(entry)) for entry in entries]


def history_cells(entry: HistoryEntry) -> tuple[object, ...]:
    """A line of the history."""
    at = f"{entry.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
    by = f"{entry.actor_name}（{entry.actor_role}）"
    return at, entry.tag, entry.version, entry.digest[:SHORT], by, entry.reason


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
