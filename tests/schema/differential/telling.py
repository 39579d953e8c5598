"""Who acts for other systems and who is told of what, in every state, and what is held up to others."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from core.models import (
    Enterprise,
    Replicable,
    ReplicablePart,
    ServiceToken,
    WebhookAttempt,
    WebhookDelivery,
    WebhookOutbox,
    WebhookSubscription,
)
from core.permissions import Role
from core.webhooks import DeliveryError, DeliveryState, WebhookCause, WebhookEvent, WebhookState
from tests import builders
from tests.builders import NOON
from tests.schema.round_rows import real_document
from tests.schema.webhook_rows import webhook_rows

LATER = NOON + timedelta(days=1, microseconds=70)


def webhook_batches(owners: Sequence[Enterprise | None], texts: Sequence[str]) -> Iterator[list[Any]]:
    """Subscriptions of each owner with deliveries of events about none to two things."""
    made = [webhook_rows(owners[place % len(owners)], **_odd(place, texts[place])) for place in range(9)]
    told = [one[0] for one in made]
    yield told
    events = [_event(one[1], place) for place, one in enumerate(made)]
    yield events
    # An enterprise is told of its own events, the city of everybody's.
    heard = [(one, event) for one in told for event in events if one.enterprise_id in (None, event.enterprise_id)]
    deliveries = [_delivery(event, one, place % len(DeliveryState)) for place, (one, event) in enumerate(heard)]
    yield deliveries
    yield [_replay(one) for one in deliveries if one.state is DeliveryState.FAILED]
    yield [_attempt(one, nth) for place, one in enumerate(deliveries) for nth in range(place % 4)]


def _odd(place: int, text: str) -> dict[str, Any]:
    state = list(WebhookState)[place % len(WebhookState)]
    return {
        "description": text[:200],
        "reason": text * 2,
        "created_by": text[:200],
        "events": [one.value for one in list(WebhookEvent)[: place % 4]],
        "state": state,
        "cause": None if state is WebhookState.ACTIVE else list(WebhookCause)[place % len(WebhookCause)],
        "revision": 2**31 - 1,
        "ended_at": LATER if state is not WebhookState.ACTIVE else None,
        "failing_since": LATER if place % 3 == 1 else None,
        "old_secret_until": NOON if place % 2 else None,
    }


def _event(event: WebhookOutbox, place: int) -> WebhookOutbox:
    event.event = list(WebhookEvent)[place % len(WebhookEvent)]
    event.about = [{"type": "Enterprise", "key": str(event.id)}, {"type": "Round", "key": "1"}][: place % 3]
    return event


def _delivery(event: WebhookOutbox, told: WebhookSubscription, place: int) -> WebhookDelivery:
    state = list(DeliveryState)[place]
    return WebhookDelivery(
        event_id=event.id,
        subscription_id=told.id,
        enterprise_id=told.enterprise_id,
        state=state,
        created_at=NOON,
        due_at=LATER if place % 2 else NOON,
        ended_at=None if state is DeliveryState.WAITING else LATER,
        error=list(DeliveryError)[place % len(DeliveryError)] if place % 2 else None,
    )


def _replay(one: WebhookDelivery) -> WebhookDelivery:
    same = {"event_id": one.event_id, "subscription_id": one.subscription_id, "enterprise_id": one.enterprise_id}
    return WebhookDelivery(**same, replay_of=one.id, created_at=LATER, due_at=LATER)


def _attempt(delivery: WebhookDelivery, place: int) -> WebhookAttempt:
    return WebhookAttempt(
        delivery_id=delivery.id,
        enterprise_id=delivery.enterprise_id,
        number=3 - place,
        at=NOON + timedelta(milliseconds=place),
        status=(None, 500, 204)[place % 3],
        millis=None if place == 2 else place,
        error=None if place % 2 else list(DeliveryError)[place % len(DeliveryError)],
    )


def token_batches(owners: Sequence[Enterprise | None], texts: Sequence[str]) -> Iterator[list[Any]]:
    """Tokens of each owner, some minted with one of another, some revoked, some for nothing."""
    parents = [_token(place, owners[place % len(owners)], texts[place]) for place in range(6)]
    yield parents
    children = [_token(place, owners[place % len(owners)], texts[place]) for place in range(6)]
    for place, (child, parent) in enumerate(zip(children, reversed(parents), strict=True)):
        child.parent_id = parent.id if place % 2 else parents[place].id
    yield children


def _token(place: int, owner: Enterprise | None, text: str) -> ServiceToken:
    return builders.service_token(
        enterprise_id=owner.id if owner else None,
        name=text[:100],
        permissions=["city:person:read", "public:policy:read"][: place % 3],
        role=list(Role)[place],
        starts_at=LATER if place % 4 == 3 else NOON,
        minted_by=text[:200],
        last_used_at=LATER if place % 2 else None,
        revoked_at=NOON if place % 3 == 1 else None,
        revoked_by=text[:200] if place % 3 == 1 else None,
    )


def mark_batches(owners: Sequence[Enterprise], texts: Sequence[str]) -> Iterator[list[Any]]:
    """Marks of the same day and of others, two of them withdrawn."""
    schemes = [builders.scheme(owners[place % len(owners)], key=f"held_{place}") for place in range(6)]
    versions = [builders.scheme_version(scheme, **real_document()) for scheme in schemes]
    yield schemes
    yield versions
    yield [
        Replicable(
            scheme_version_id=version.id,
            owner_id=scheme.enterprise_id,
            scheme_key=scheme.key,
            version=texts[place][:40],
            zh=texts[place][:200],
            en=texts[place][:200],
            parts=[one.value for one in list(ReplicablePart)[: place % 5]],
            marked_on=date(2026, 3, 1 + place // 3),
            marked_by=texts[place][:200],
            reason=texts[place] * 2,
            withdrawn_on=date(2026, 3, 2) if place % 3 == 2 else None,
        )
        for place, (scheme, version) in enumerate(zip(schemes, versions, strict=True))
    ]
