"""One mutation of each kind on a holding, as somebody with every right could do it."""

from collections.abc import Callable
from typing import Any

from core.services.artifacts import Upload
from tests.schema import plugin_world
from tests.schema.access.contest_deeds import CONTEST_DEEDS
from tests.schema.access.round_deeds import ROUND_DEEDS
from tests.schema.access.world import ACTIVE, COUNTERSIGNED, DRAFT, RECORDED, SECOND_DAY, SUBMITTED, Holding
from tests.schema.job_rows import CONTENT
from tests.schema.round_world import document, key

Deed = tuple[str, dict[str, Any]]
PROBLEM = "__typename ... on Problem { code message { en } }"


def _step(name: str, version: str) -> Callable[[Holding], Deed]:
    return lambda holding: (plugin_world.STEP % name, {"seen": holding.world.seen(version)})


def _switch(name: str, version: str, **given: Any) -> Callable[[Holding], Deed]:
    return lambda holding: (
        plugin_world.SWITCH % name,
        {"filing": holding.world.filings[version]["id"], **given},
    )


def _register(holding: Holding) -> Deed:
    upload = plugin_world.artifact(holding.owner, key=holding.key, version="9.0.0")
    return plugin_world.REGISTER, {"file": upload}


def _simple(name: str, argument: str, kind: str) -> str:
    given = f"input: {{{argument}: $it, reason: $reason}}"
    return f"mutation($it: {kind}!, $reason: String!) {{ {name}({given}) {{ {PROBLEM} }} }}"


def _verify(holding: Holding) -> Deed:
    return _simple("verifyWheel", "digest", "String"), {"it": holding.world.filings[DRAFT]["digest"]}


def _lift(holding: Holding) -> Deed:
    return _simple("liftQuarantine", "wheel", "ID"), {"it": holding.quarantined}


def _reveal(holding: Holding) -> Deed:
    return _simple("revealIdentityNumber", "person", "ID"), {"it": holding.ids["Person"]}


def _mint(holding: Holding) -> Deed:
    given = 'input: {name: "示例系统", permissions: ["public:policy:read"], enterprise: $it, reason: $reason}'
    mutation = f"mutation($it: ID!, $reason: String!) {{ mintServiceToken({given}) {{ {PROBLEM} }} }}"
    return mutation, {"it": holding.ids["Enterprise"]}


def _revoke(holding: Holding) -> Deed:
    return _simple("revokeServiceToken", "serviceToken", "ID"), {"it": holding.ids["ServiceToken"]}


def _return(holding: Holding) -> Deed:
    comments = [{"clause": "第六条", "comment": "年限请写明"}]
    return plugin_world.RETURN, {"seen": holding.world.seen(SUBMITTED), "comments": comments}


def _record(holding: Holding) -> Deed:
    return plugin_world.RECORD, {
        "seen": holding.world.seen(COUNTERSIGNED),
        "number": "示例备案九号",
        "day": "2026-09-01",
    }


def _keep(holding: Holding) -> Deed:
    return _simple("withdrawRetirement", "filing", "ID"), {"it": holding.world.filings[ACTIVE]["id"]}


def _import(holding: Holding) -> Deed:
    given = {"kind": "IMPORT_ROSTER", "enterprise": holding.ids["Enterprise"], "reason": "示例理由"}
    upload = Upload(filename="花名册.csv", media_type="text/csv", content=CONTENT)
    return document("importFile"), {"input": {**given, "key": key(), "file": upload}}


def _on_job(name: str) -> Callable[[Holding], Deed]:
    return lambda holding: (
        document(name),
        {"input": {"key": key(), "seen": {"job": holding.ids["Job"], "revision": 1}, "reason": "示例理由"}},
    )


def _facts(holding: Holding) -> Deed:
    given = {
        "person": holding.ids["Person"],
        "scheme": holding.key,
        "revision": 1,
        "facts": [{"key": "lamps", "value": 3}],
    }
    return document("recordSchemeFacts"), {"input": {**given, "key": key(), "basis": "示例依据", "reason": "示例理由"}}


def _export(holding: Holding) -> Deed:
    given = {"list": "RESULTS", "round": holding.ids["Round"], "reason": "示例理由"}
    return document("exportList"), {"input": {**given, "key": key()}}


def _report(_holding: Holding) -> Deed:
    return document("exportReport"), {"input": {"format": "WORD", "key": key(), "reason": "示例理由"}}


def _mark(holding: Holding) -> Deed:
    given = {"key": key(), "version": holding.ids["SchemeVersion"], "parts": ["PROCESS"], "reason": "示例理由"}
    return document("markReplicable"), {"input": given}


def _withdraw(holding: Holding) -> Deed:
    given = {"key": key(), "mark": holding.ids["ReplicableScheme"], "revision": 1, "reason": "示例理由"}
    return document("withdrawReplicable"), {"input": given}


def _clone(holding: Holding) -> Deed:
    given = {"key": key(), "mark": holding.ids["ReplicableScheme"], "schemeKey": "cloned_works", "reason": "示例理由"}
    return document("cloneScheme"), {"input": given}


def _subscribe(_holding: Holding) -> Deed:
    given = {"url": "https://hooks.example/", "description": "示例系统", "events": ["RESULTS_FILED"]}
    return document("createWebhookSubscription"), {"input": {**given, "key": key(), "reason": "示例理由"}}


def _on_subscription(name: str) -> Callable[[Holding], Deed]:
    return lambda holding: (
        document(name),
        {
            "input": {
                "key": key(),
                "subscription": holding.paused if name.startswith("resume") else holding.ids["WebhookSubscription"],
                "revision": 1,
                "reason": "示例理由",
            }
        },
    )


def _again(holding: Holding) -> Deed:
    given = {"key": key(), "delivery": holding.ids["WebhookDelivery"], "reason": "示例理由"}
    return document("replayDelivery"), {"input": given}


DEEDS: dict[str, Callable[[Holding], Deed]] = {
    "activateScheme": _switch("activateScheme", RECORDED, starts=SECOND_DAY),
    "cancelJob": _on_job("cancelJob"),
    "cloneScheme": _clone,
    "confirmJob": _on_job("confirmJob"),
    "createWebhookSubscription": _subscribe,
    "countersignFiling": _step("countersignFiling", SUBMITTED),
    "endWebhookSubscription": _on_subscription("endWebhookSubscription"),
    "exportList": _export,
    "exportReport": _report,
    "importFile": _import,
    "liftQuarantine": _lift,
    "markReplicable": _mark,
    "mintServiceToken": _mint,
    "pauseWebhookSubscription": _on_subscription("pauseWebhookSubscription"),
    "recordFiling": _record,
    "recordSchemeFacts": _facts,
    "registerScheme": _register,
    "replayDelivery": _again,
    "resumeWebhookSubscription": _on_subscription("resumeWebhookSubscription"),
    "retireScheme": _switch("retireScheme", ACTIVE),
    "returnFiling": _return,
    "revealIdentityNumber": _reveal,
    "revokeServiceToken": _revoke,
    "rotateWebhookSecret": _on_subscription("rotateWebhookSecret"),
    "submitFiling": _step("submitFiling", DRAFT),
    "suspendScheme": _switch("suspendScheme", ACTIVE),
    "verifyWheel": _verify,
    "withdrawRecord": _step("withdrawRecord", RECORDED),
    "withdrawReplicable": _withdraw,
    "withdrawRetirement": _keep,
    **ROUND_DEEDS,
    **CONTEST_DEEDS,
}
