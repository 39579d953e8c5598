"""What a receiver gets: a small body of ids, and its signatures by the Standard Webhooks specification."""

from datetime import datetime
from typing import Final
from uuid import UUID

import orjson
from standardwebhooks import Webhook

from core.models import WebhookOutbox, WebhookSubscription
from core.secrets import Keyring, Sealed
from core.services.webhook_outbox import names_of
from core.webhooks import PAYLOAD_VERSION, WebhookEvent
from schema.ids import encode_id

_AGENT: Final = "Guantong-Webhooks/1"


def message_id(event_id: UUID) -> str:
    """By what a receiver knows an event again, however often it comes."""
    return f"evt_{event_id.hex}"


def data_of(event: WebhookEvent) -> list[str]:
    """Under which names the ids of what an event is about come."""
    return [_name(one) for one in names_of(event)]


def _name(type_name: str) -> str:
    return f"{type_name[0].lower()}{type_name[1:]}"


def body_of(event: WebhookOutbox) -> bytes:
    """The same bytes at every attempt: what happened, when, and the ids of what to ask the graph for."""
    about = {_name(one["type"]): encode_id(one["type"], one["key"]) for one in event.about}
    return orjson.dumps(
        {
            "version": PAYLOAD_VERSION,
            "id": message_id(event.id),
            "type": event.event.value,
            "timestamp": event.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
            "data": about,
        }
    )


def headers_of(
    keyring: Keyring, subscription: WebhookSubscription, event: WebhookOutbox, body: bytes, now: datetime
) -> dict[str, str]:
    """The headers, signed now with every secret that stands. Raises LookupError and ValueError for one that is lost."""
    secrets = [Sealed(subscription.secret_key, subscription.secret_data)]
    until = subscription.old_secret_until
    if subscription.old_secret_key and subscription.old_secret_data and until is not None and now < until:
        secrets.append(Sealed(subscription.old_secret_key, subscription.old_secret_data))
    id_, text = message_id(event.id), body.decode()
    opened = (keyring.open(one, subscription.id.bytes) for one in secrets)
    return {
        "content-type": "application/json",
        "user-agent": _AGENT,
        "webhook-id": id_,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(Webhook(one).sign(msg_id=id_, timestamp=now, data=text) for one in opened),
    }
