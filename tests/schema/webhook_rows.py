"""Subscriptions for the tests of the graph: one with a delivery that failed once, and what its lists cost."""

from typing import Any

from core.models import Enterprise, WebhookAttempt, WebhookDelivery, WebhookOutbox, WebhookSubscription
from core.webhooks import DeliveryError, DeliveryState, WebhookEvent
from tests import builders

SUBSCRIPTIONS = "{ webhookSubscriptions(first: 100) { edges { node { %s } } } }"
DELIVERIES = SUBSCRIPTIONS % "deliveries(first: 1) { edges { node { %s } } }"
COUNTS: list[tuple[str, int]] = [
    (SUBSCRIPTIONS % "url description events state cause reason revision failingSince", 1),
    ("{ webhookSubscriptions { totalCount } }", 2),
    (SUBSCRIPTIONS % "enterprise { name { zh } }", 2),
    (SUBSCRIPTIONS % "deliveries { totalCount }", 3),
    (DELIVERIES % "state isReplay createdAt error", 2),
    (DELIVERIES % "message { message type about }", 3),
    (DELIVERIES % "attempts { number at status millis error }", 3),
]


def webhook_rows(
    owner: Enterprise | None, **given: Any
) -> tuple[WebhookSubscription, WebhookOutbox, WebhookDelivery, WebhookAttempt]:
    """A subscription, and what hangs on it; of the city without an owner."""
    id_ = owner.id if owner else None
    subscription = WebhookSubscription(
        **{
            "enterprise_id": id_,
            "url": "https://hooks.example/guantong",
            "description": "示例系统",
            "events": [event.value for event in WebhookEvent],
            "reason": "示例订阅",
            "secret_key": "test",
            "secret_data": b"",
            "created_at": builders.NOON,
            "created_by": "示例管理员",
        }
        | given
    )
    about = [{"type": "Enterprise", "key": str(id_)}]
    event = WebhookOutbox(
        enterprise_id=id_, event=WebhookEvent.RESULTS_FILED, about=about, at=builders.NOON, spread_at=builders.NOON
    )
    delivery = WebhookDelivery(
        event_id=event.id,
        subscription_id=subscription.id,
        enterprise_id=id_,
        state=DeliveryState.FAILED,
        attempts=1,
        created_at=builders.NOON,
        due_at=builders.NOON,
        ended_at=builders.NOON,
        error=DeliveryError.STATUS,
    )
    attempt = WebhookAttempt(
        delivery_id=delivery.id,
        enterprise_id=id_,
        number=1,
        at=builders.NOON,
        status=500,
        millis=12,
        error=DeliveryError.STATUS,
    )
    return subscription, event, delivery, attempt
