"""What ends deliveries that were not made: their subscription ended, or they are too old."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import WebhookDelivery
from core.webhooks import DeliveryError, DeliveryState


async def end_waiting(session: AsyncSession, subscription_id: UUID, now: datetime) -> None:
    """Give up whatever waits for a subscription that ends."""
    await _give_up(session, DeliveryError.ENDED, now, col(WebhookDelivery.subscription_id) == subscription_id)


async def end_old(session: AsyncSession, before: datetime, now: datetime) -> None:
    """Give up what waits since long ago, unless somebody has it in hand."""
    free = sa.or_(col(WebhookDelivery.held_until).is_(None), col(WebhookDelivery.held_until) <= now)
    await _give_up(session, DeliveryError.TOO_OLD, now, col(WebhookDelivery.created_at) < before, free)


async def _give_up(session: AsyncSession, error: DeliveryError, now: datetime, *which: Any) -> None:
    waiting = sa.update(WebhookDelivery).where(col(WebhookDelivery.state) == DeliveryState.WAITING, *which)
    given_up = waiting.values(state=DeliveryState.FAILED, error=error, ended_at=now, holder=None)
    await session.exec(given_up, execution_options={"synchronize_session": False})
