"""Telling other systems (事件通知): who is told, of what, and how each delivery went."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, Index

from core.models.base import JSON_LIST, Record, UtcDateTime, by_value
from core.webhooks import DeliveryError, DeliveryState, WebhookCause, WebhookEvent, WebhookState

_FIRST = sa.text("replay_of IS NULL")
_UNSPREAD = sa.text("spread_at IS NULL")


class WebhookSubscription(Record, table=True):
    """An address and the events that it is told of: all of the city's, or those of one enterprise.

    Its secret is sealed; the one before is still signed with until ``old_secret_until``. Nothing is sent before
    ``rests_until``. ``failing_since`` is when the first of an unbroken row of failures was.
    """

    __table_args__ = (Index(None, "enterprise_id", "id"),)

    enterprise_id: UUID | None = Field(default=None, foreign_key="enterprise.id")
    url: str = Field(max_length=500)
    description: str = Field(max_length=200)
    events: list[str] = Field(default_factory=list, sa_type=JSON_LIST)
    state: WebhookState = Field(default=WebhookState.ACTIVE, sa_type=by_value(WebhookState))
    cause: WebhookCause | None = Field(default=None, sa_type=by_value(WebhookCause))
    reason: str = Field(max_length=500)
    revision: int = 1
    secret_key: str = Field(max_length=40)
    secret_data: bytes = Field(sa_type=sa.LargeBinary)
    old_secret_key: str | None = Field(default=None, max_length=40)
    old_secret_data: bytes | None = Field(default=None, sa_type=sa.LargeBinary)
    old_secret_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: str = Field(max_length=200)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failing_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    rests_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class WebhookOutbox(Record, table=True):
    """What happened, written in the transaction in which it did; its id is what receivers know it by.

    ``about`` is what it happened to: ``[{"type", "key"}]``, never a person. ``spread_at`` is when a delivery was made
    of it for each subscription.
    """

    __table_args__ = (Index("ix_webhook_outbox_unspread", "id", sqlite_where=_UNSPREAD, postgresql_where=_UNSPREAD),)

    enterprise_id: UUID | None = Field(default=None, foreign_key="enterprise.id", index=True)
    event: WebhookEvent = Field(sa_type=by_value(WebhookEvent))
    about: list[dict[str, str]] = Field(default_factory=list, sa_type=JSON_LIST)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    spread_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class WebhookDelivery(Record, table=True):
    """One event on its way to one subscription; ``enterprise_id`` is the subscription's.

    Whoever has it in hand is ``holder``, until ``held_until``. Of an event there is one for each subscription, and
    those that replay it.
    """

    __table_args__ = (
        Index(None, "subscription_id", "id"),
        Index(None, "state", "due_at"),
        Index(
            "uq_webhook_delivery_event_id_subscription_id",
            "event_id",
            "subscription_id",
            unique=True,
            sqlite_where=_FIRST,
            postgresql_where=_FIRST,
        ),
    )

    event_id: UUID = Field(foreign_key="webhook_outbox.id", index=True)
    subscription_id: UUID = Field(foreign_key="webhook_subscription.id")
    enterprise_id: UUID | None = Field(default=None, foreign_key="enterprise.id", index=True)
    replay_of: UUID | None = Field(default=None, foreign_key="webhook_delivery.id", index=True)
    state: DeliveryState = Field(default=DeliveryState.WAITING, sa_type=by_value(DeliveryState))
    attempts: int = 0
    created_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error: DeliveryError | None = Field(default=None, sa_type=by_value(DeliveryError))
    holder: str | None = Field(default=None, max_length=100)
    held_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class WebhookAttempt(Record, table=True):
    """One attempt of a delivery, written before it is made; without ``millis`` its process ended over it."""

    __table_args__ = (Index(None, "delivery_id", "number", unique=True),)

    delivery_id: UUID = Field(foreign_key="webhook_delivery.id")
    enterprise_id: UUID | None = Field(default=None, foreign_key="enterprise.id", index=True)
    number: int
    at: datetime = Field(sa_type=UtcDateTime)
    status: int | None = None
    millis: int | None = None
    error: DeliveryError | None = Field(default=None, sa_type=by_value(DeliveryError))
