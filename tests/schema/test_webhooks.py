"""Telling other systems, as the graph shows it: a secret once, the log, and delivering again."""

from typing import Any

import pytest

from core.permissions import Actor, Role
from tests import builders
from tests.schema.conftest import AUDITOR, OFFICER, Graph
from tests.schema.round_world import document, key
from tests.schema.webhook_rows import webhook_rows

pytestmark = pytest.mark.anyio
LOG = """{ webhookSubscriptions { edges { node { id url revision events deliveries { totalCount edges { node {
  id state error isReplay message { message type about } attempts { number status millis error } } } } } } } }"""


async def deed(graph: Graph, name: str, actor: Actor, **given: Any) -> dict[str, Any]:
    answer = await graph.ask(document(name), actor, input={"key": key(), "reason": "示例理由"} | given)
    found: dict[str, Any] = answer[name]
    return found


async def test_it_is_subscribed_rotated_paused_and_ended(graph: Graph) -> None:
    given = {"url": "https://hooks.example/", "description": "示例系统", "events": ["RESULTS_FILED"], "key": key()}
    made = await deed(graph, "createWebhookSubscription", OFFICER, **given)
    assert made["secret"].startswith("whsec_")
    again = await deed(graph, "createWebhookSubscription", OFFICER, **given)
    assert (again["subscription"], again["secret"]) == (made["subscription"], None)
    seen = {"subscription": made["subscription"]["id"], "revision": 1}
    turned = await deed(graph, "rotateWebhookSecret", OFFICER, **seen)
    assert turned["secret"] not in (None, made["secret"])
    for name, state in (("pause", "PAUSED"), ("resume", "ACTIVE"), ("end", "ENDED")):
        seen["revision"] += 1
        done = await deed(graph, f"{name}WebhookSubscription", OFFICER, **seen)
        assert done["subscription"]["state"] == state, done
    inside = await deed(
        graph, "createWebhookSubscription", OFFICER, **given | {"url": "http://10.0.0.1/", "key": key()}
    )
    assert (inside["code"], inside["where"]) == ("BAD_ARGUMENT", "url")


async def test_the_log_shows_attempts_and_a_delivery_is_made_again(graph: Graph) -> None:
    owner = builders.enterprise()
    await graph.add(owner, *webhook_rows(owner))
    admin = Actor.of(Role.ENTERPRISE_ADMIN, "示例管理员", enterprise_id=owner.id)
    [shown] = await graph.listed(LOG, admin)
    [edge] = shown["deliveries"]["edges"]
    told = edge["node"]
    assert (told["state"], told["error"], told["message"]["type"]) == ("FAILED", "STATUS", "RESULTS_FILED")
    assert told["attempts"] == [{"number": 1, "status": 500, "millis": 12, "error": "STATUS"}]
    done = await deed(graph, "replayDelivery", admin, delivery=told["id"])
    assert (done["delivery"]["state"], done["delivery"]["isReplay"]) == ("WAITING", True)
    [seen] = await graph.listed(LOG, AUDITOR)
    first, second = (one["node"] for one in seen["deliveries"]["edges"])
    assert first["message"] == second["message"] and first["id"] != second["id"]
    other = Actor.of(Role.ENTERPRISE_ADMIN, "示例外厂", enterprise_id=builders.enterprise().id)
    assert await graph.listed(LOG, other) == []
