"""Whether what eligibility said, as snapshots keep it, lets somebody be admitted, and in words why not."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from core.dates import add_years
from core.eligibility.blocks import BlockCode
from core.eligibility.decisions import State
from core.errors import ErrorCode, GuantongError
from core.ladders import Target
from core.models import Person
from core.replay.contents import plain
from core.services.call import Call
from core.texts import Text, join

BAR = "block.fraud_bar_years"
_BLOCKS = {
    BlockCode.ALREADY_HELD: Text("已持有同级或更高级", "this or a higher level is held already"),
    BlockCode.FRAUD_BAR: Text("弄虚作假，尚在不得申报的年限内", "barred for deceit"),
    BlockCode.ONE_A_YEAR: Text("同一年度技能证书已达上限", "the skill certificates of the year are obtained"),
    BlockCode.NOT_EMPLOYED: Text("基准日不在本企业任职", "not employed here on the reference day"),
    BlockCode.OFF_LIST: Text("企业基准日不在试点名单", "the enterprise is off the pilot list on the reference day"),
    BlockCode.NO_AUTHORITY: Text("企业基准日无此评价权", "the enterprise has no authority for it on the reference day"),
    BlockCode.CLOSES_FIRST: Text("通道在条件满足前终止", "the route closes before its conditions are met"),
}


def decision_on(outcome: Mapping[str, Any], targets: Sequence[Target], scheme_key: str) -> Mapping[str, Any] | None:
    """What was decided of all targets together under the scheme; the open one first. None: it does not offer them."""
    wanted = plain(list(targets))
    found = [
        one
        for one in outcome.values()
        if one["targets"] == wanted and one["offer"] is not None and one["offer"]["scheme"] == scheme_key
    ]
    return min(found, key=lambda one: (not is_open(one), one["may_apply_from"] or "9999"), default=None)


def is_open(decision: Mapping[str, Any]) -> bool:
    """Whether one may apply on the day: every condition holds, and nothing stands against it."""
    return decision["state"] == State.NOW and not decision["blocks"]


def check_open(outcome: Mapping[str, Any], targets: Sequence[Target], scheme_key: str) -> None:
    """Raise NOT_ELIGIBLE, with the clause, unless one may apply for all targets together."""
    decision = decision_on(outcome, targets, scheme_key)
    if decision is None:
        raise _not_eligible(
            Text("方案没有这一目标或两者合评的对应行", "the scheme has no row for this target, or for both together")
        )
    if not is_open(decision):
        raise _not_eligible(*_why(decision))


def _why(decision: Mapping[str, Any]) -> tuple[Text, str | None]:
    blocks = decision["blocks"]
    if blocks:
        return join([_BLOCKS[BlockCode(one["code"])] for one in blocks]), blocks[0]["clause"]
    unmet = [one for one in decision["conditions"] if not one["is_met"]]
    since = decision["may_apply_from"]
    when = Text(f"；{since} 起可申报", f"; from {since} on one may apply") if since else Text("", "")
    count = len(unmet)
    text = Text(f"基准日尚有 {count} 项条件未满足{when.zh}", f"{count} condition(s) are not met on the day{when.en}")
    return text, next((one["clause"] for one in unmet if one["clause"]), None)


def _not_eligible(text: Text, clause: str | None = None) -> GuantongError:
    return GuantongError(ErrorCode.NOT_ELIGIBLE, text, clause=clause)


def check_not_barred(call: Call, person: Person) -> None:
    """Raise NOT_ELIGIBLE while somebody is barred for deceit: today, whatever the reference day is."""
    until = barred_until(call, person.fraud_found_on)
    if until is not None and call.today < until:
        clause = str(call.policy.value(BAR, call.today).citation)
        raise _not_eligible(Text(f"弄虚作假，{until} 前不得申报", f"barred for deceit until {until}"), clause)


def barred_until(call: Call, found_on: date | None) -> date | None:
    """The first day on which somebody may apply again."""
    return None if found_on is None else add_years(found_on, call.policy.integer(BAR, call.today))
