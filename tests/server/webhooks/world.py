"""The parts of an installation with one subscription to a receiver, and what there is to tell it of."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import sqlalchemy as sa
from sqlmodel import col, select

from core.models import Enterprise, WebhookAttempt, WebhookDelivery, WebhookOutbox, WebhookSubscription
from core.permissions import Actor, Role
from core.services import webhooks
from core.storage.row_scope import EVERY_ROW
from core.webhooks import DeliveryState, WebhookEvent
from server.settings import Settings, load_settings
from server.webhooks.sender import Sender, sender_of
from server.wiring import Parts, open_parts
from tests import builders as make

OFFICER = Actor.of(Role.BUREAU_OFFICER, "示例经办")
LONGEST = 60


@dataclass
class Turning:
    """A clock that stands until it is turned."""

    moment: datetime = make.NOON

    def now(self) -> datetime:
        return self.moment

    def turn(self, **by: float) -> None:
        self.moment += timedelta(**by)


@dataclass
class World:
    parts: Parts
    settings: Settings
    enterprise: Enterprise
    clock: Turning
    subscription: WebhookSubscription
    secret: str

    def sender(self) -> Sender:
        return sender_of(self.settings, self.parts)

    async def do(self, use_case: Any, *given: Any, **more: Any) -> Any:
        async with self.parts.use_cases(OFFICER, "test") as call:
            return await use_case(call, *given, "示例理由", **more)

    async def happen(self, count: int = 1) -> list[str]:
        """Events put out; their ids as receivers know them."""
        about = [{"type": "Enterprise", "key": str(self.enterprise.id)}]
        rows = [
            WebhookOutbox(
                enterprise_id=self.enterprise.id,
                event=WebhookEvent.RESULTS_FILED,
                about=about,
                at=self.parts.clock.now(),
            )
            for _ in range(count)
        ]
        ids = [f"evt_{row.id.hex}" for row in rows]
        async with self.parts.database.write(EVERY_ROW) as session:
            session.add_all(rows)
        return ids

    async def seen(self) -> webhooks.SeenSubscription:
        row = await self.now()
        return webhooks.SeenSubscription(key=uuid4().hex, subscription_id=row.id, revision=row.revision)

    async def now(self) -> WebhookSubscription:
        async with self.parts.database.read(EVERY_ROW) as session:
            return await session.get_one(WebhookSubscription, self.subscription.id)

    async def deliveries(self) -> list[WebhookDelivery]:
        async with self.parts.database.read(EVERY_ROW) as session:
            return list((await session.exec(select(WebhookDelivery).order_by(col(WebhookDelivery.id)))).all())

    async def attempts(self) -> list[WebhookAttempt]:
        async with self.parts.database.read(EVERY_ROW) as session:
            return list((await session.exec(select(WebhookAttempt).order_by(col(WebhookAttempt.id)))).all())

    async def waiting(self) -> int:
        """How much is yet to be told."""
        waits = col(WebhookDelivery.state) == DeliveryState.WAITING
        unspread = col(WebhookOutbox.spread_at).is_(None)
        async with self.parts.database.read(EVERY_ROW) as session:
            found = [
                (await session.exec(select(sa.func.count()).select_from(table).where(which))).one()
                for table, which in ((WebhookDelivery, waits), (WebhookOutbox, unspread))
            ]
        return sum(map(int, found))


async def look(sender: Sender) -> None:
    """Spread, take, post, settle: all that is due now."""
    await sender.look()
    await sender.idle()
    await sender.look()


@asynccontextmanager
async def opened(database_url: str, home: Path, url: str, **given: Any) -> AsyncIterator[World]:
    """The parts of a migrated database, with an enterprise and the bureau's subscription."""
    settings = load_settings(database_url=database_url, home=home, **given)
    async with open_parts(settings) as real:
        clock = Turning()
        parts = Parts(real.database, real.vocabulary, real.policy, real.schemes, cast(Any, clock), real.keyring)
        enterprise = make.enterprise()
        async with parts.database.write(EVERY_ROW) as session:
            session.add(enterprise)
        new = webhooks.NewSubscription(key=uuid4().hex, url=url, description="示例系统", events=tuple(WebhookEvent))
        async with parts.use_cases(OFFICER, "test") as call:
            made = await webhooks.create_subscription(call, new, "示例理由", may_be_loopback=True)
        assert made.secret is not None
        yield World(parts, settings, enterprise, clock, made.subscription, made.secret)


async def until(world: World) -> None:
    """Wait until everything was told."""
    async with asyncio.timeout(LONGEST):
        while await world.waiting():
            await asyncio.sleep(0.02)
