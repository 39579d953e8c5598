"""Telling other systems: subscriptions that one may read, and how their deliveries went."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import WebhookAttempt, WebhookDelivery, WebhookOutbox, WebhookSubscription
from core.permissions import Actor
from core.storage.pages import FIRST_PAGE, Order, Page, Slice, count_rows, count_rows_by, fetch_page, fetch_pages
from core.storage.queries.base import conditions
from core.storage.queries.relations import ANY_DAY, ById, Children, Listing, on_any_day
from core.storage.webhook_visibility import webhooks_visible_to
from core.webhooks import DeliveryState

_NEWEST = Order("created", (col(WebhookSubscription.id),), descending=True)
_LATEST = Order("created", (col(WebhookDelivery.id),), descending=True)
_OF = col(WebhookDelivery.subscription_id)


async def subscriptions_page(
    session: AsyncSession, actor: Actor, enterprise_id: UUID | None = None, *, part: Slice = FIRST_PAGE
) -> Page[WebhookSubscription]:
    """One page of the subscriptions that the actor may read, newest first."""
    return await fetch_page(session, _subscriptions(actor, enterprise_id), _NEWEST, part)


async def count_subscriptions(session: AsyncSession, actor: Actor, enterprise_id: UUID | None = None) -> int:
    """How many subscriptions the actor may read."""
    return await count_rows(session, _subscriptions(actor, enterprise_id))


def _subscriptions(actor: Actor, enterprise_id: UUID | None) -> Any:
    wanted = conditions((enterprise_id, lambda id_: col(WebhookSubscription.enterprise_id) == id_))
    return sa.select(WebhookSubscription).where(webhooks_visible_to(actor, WebhookSubscription), *wanted)


async def subscriptions_by_id(
    session: AsyncSession, actor: Actor, ids: Collection[UUID]
) -> dict[UUID, WebhookSubscription]:
    """The subscriptions among ``ids`` that the actor may read."""
    return await WEBHOOK_SUBSCRIPTION_BY_ID.load(session, actor, ANY_DAY, ids)


async def deliveries_by_id(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, WebhookDelivery]:
    """The deliveries among ``ids`` that the actor may read."""
    return await WEBHOOK_DELIVERY_BY_ID.load(session, actor, ANY_DAY, ids)


async def deliveries_pages(
    session: AsyncSession,
    actor: Actor,
    ids: Collection[UUID],
    asked: tuple[DeliveryState | None, Slice] = (None, FIRST_PAGE),
) -> dict[UUID, Page[WebhookDelivery]]:
    """The same page of the deliveries of each subscription, the latest first; in one state, if one is named."""
    state, part = asked
    return await fetch_pages(session, _deliveries(actor, ids, state), _OF, _LATEST, part)


async def count_deliveries(
    session: AsyncSession, actor: Actor, ids: Collection[UUID], state: DeliveryState | None = None
) -> dict[UUID, int]:
    """How many deliveries of each subscription are kept."""
    return await count_rows_by(session, _deliveries(actor, ids, state), _OF)


def _deliveries(actor: Actor, ids: Collection[UUID], state: DeliveryState | None) -> Any:
    wanted = conditions((state, lambda one: col(WebhookDelivery.state) == one))
    return sa.select(WebhookDelivery).where(_OF.in_(ids), webhooks_visible_to(actor, WebhookDelivery), *wanted)


async def attempts_of(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, list[WebhookAttempt]]:
    """The attempts of each delivery, in their order."""
    return await ATTEMPTS_OF_DELIVERY.load(session, actor, ANY_DAY, ids)


async def events_by_id(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, WebhookOutbox]:
    """What happened, of deliveries that the reader was given."""
    rows = await session.exec(select(WebhookOutbox).where(col(WebhookOutbox.id).in_(ids)))
    return {row.id: row for row in rows}


def _of_subscription(actor: Actor, _day: date, state: DeliveryState | None, subscription_id: Any) -> Any:
    return _deliveries(actor, [subscription_id], state)


SUBSCRIPTIONS = Listing(on_any_day(_subscriptions), {"created": _NEWEST.keys}, None, descending=True)
DELIVERIES = Listing(_of_subscription, {"created": _LATEST.keys}, None, descending=True)
ATTEMPTS_OF_DELIVERY = Children(
    WebhookAttempt,
    "delivery_id",
    on_any_day(webhooks_visible_to, WebhookAttempt),
    (col(WebhookAttempt.number),),
)
# Of deliveries that the reader was given.
EVENT_BY_ID = ById(WebhookOutbox, lambda _actor, _day: sa.true())
WEBHOOK_SUBSCRIPTION_BY_ID = ById(WebhookSubscription, on_any_day(webhooks_visible_to, WebhookSubscription))
WEBHOOK_DELIVERY_BY_ID = ById(WebhookDelivery, on_any_day(webhooks_visible_to, WebhookDelivery))
