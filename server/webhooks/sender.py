"""Sends what is due: spreads what happened, takes deliveries, posts them side by side, writes down what came of it.

Like the look-out for jobs it looks at what is so. One transaction settles what is done and takes what is next; when the
process ends before it, the delivery is made again with the same id.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from core.services.webhook_deliveries import (
    Patience,
    Result,
    Taken,
    anything_due,
    clean,
    let_go,
    settle,
    spread,
    take,
)
from core.storage.row_scope import EVERY_ROW
from core.unbroken import unbroken
from core.webhooks import DeliveryError
from server.meanwhile import Rhythm, meanwhile
from server.settings import Settings
from server.webhooks.guard import Guard
from server.webhooks.message import body_of, headers_of
from server.webhooks.posting import Poster
from server.wiring import PLATFORM, Parts

log = logging.getLogger("guantong.webhooks")
SIDE_BY_SIDE: Final = 16
# No receiver that takes its time has more of them in hand, so that others are told meanwhile.
EACH: Final = 4
CLEANED_EVERY: Final = timedelta(minutes=10)
LEAST_SECONDS: Final = 0.02
Done = tuple[Taken, Result]


@dataclass
class Sender:
    """``lease`` is longer than an attempt may take; ``kept`` is how long the log is."""

    parts: Parts
    poster: Poster
    patience: Patience
    lease: timedelta
    kept: timedelta
    holder: str = field(default_factory=lambda: uuid4().hex)
    rhythm: Rhythm = field(default_factory=lambda: Rhythm(log, "telling other systems", LEAST_SECONDS))
    _running: dict["asyncio.Task[Done]", UUID] = field(default_factory=dict, init=False)
    _cleaned_at: datetime | None = field(default=None, init=False)

    def wake(self) -> None:
        """Something may have happened."""
        self.rhythm.wake()

    async def look(self) -> None:
        """Settle what is done, then begin what is due."""
        now = self.parts.clock.now()
        done = self._done()
        room = SIDE_BY_SIDE - len(self._running)
        async with self.parts.database.read(EVERY_ROW) as session:
            unspread, due = await anything_due(session, now)
        if done or unspread or (due and room):
            await self._write(done, now, unspread, room)
        if self._cleaned_at is None or now - self._cleaned_at >= CLEANED_EVERY:
            async with self.parts.database.write(EVERY_ROW) as session:
                await clean(session, now, self.patience.oldest, self.kept)
            self._cleaned_at = now

    def _done(self) -> list[Done]:
        over = [task for task in self._running if task.done()]
        for task in over:
            del self._running[task]
        return [task.result() for task in over if not task.cancelled()]

    async def _write(self, done: list[Done], now: datetime, unspread: bool, room: int) -> None:
        busy = {id_ for id_, count in Counter(self._running.values()).items() if count >= EACH}
        async with self.parts.use_cases(PLATFORM, "webhooks", EVERY_ROW) as call:
            for taken, result in done:
                await settle(call, taken, result, self.patience)
            if unspread:
                await spread(call.session, now)
            found = await take(call.session, self.holder, now, self.lease, room, busy) if room else []
        for one in found:
            task = asyncio.create_task(self._post(one))
            task.add_done_callback(lambda _: self.wake())
            self._running[task] = one.subscription.id
        if unspread:  # there may be more of it
            self.wake()

    async def _post(self, taken: Taken) -> Done:
        body = body_of(taken.event)
        try:
            now = self.parts.clock.now()
            headers = headers_of(self.parts.keyring, taken.subscription, taken.event, body, now)
        except (LookupError, ValueError):
            log.exception("the secret of subscription %s cannot be opened", taken.subscription.id)
            return taken, Result(None, 0, DeliveryError.UNSIGNED)
        try:
            return taken, await self.poster.post(taken.subscription.url, body, headers)
        except Exception:  # whatever a receiver does must not end the sending
            log.exception("delivery %s failed", taken.delivery.id)
            return taken, Result(None, 0, DeliveryError.NOT_CONNECTED)

    async def idle(self) -> None:
        """Wait for everything that was begun."""
        if self._running:
            await asyncio.wait(self._running)

    async def close(self) -> None:
        """Stop what runs, and give it back."""
        was_busy = bool(self._running)
        for task in self._running:
            task.cancel()
        await self.idle()
        if was_busy:
            async with self.parts.use_cases(PLATFORM, "webhooks", EVERY_ROW) as call:
                for taken, result in self._done():
                    await settle(call, taken, result, self.patience)
                await let_go(call.session, self.holder)
        await self.poster.close()


@asynccontextmanager
async def sending(sender: Sender, seconds: float) -> AsyncIterator[None]:
    """Meanwhile, send."""
    try:
        async with meanwhile(sender.rhythm.forever(sender.look, seconds)):
            yield
    finally:
        await unbroken(sender.close())


def sender_of(settings: Settings, parts: Parts) -> Sender:
    """The sender of this process."""
    guard = Guard(frozenset(settings.webhook_hosts), settings.is_demonstration)
    patience = Patience(
        tuple(settings.webhook_waits),
        timedelta(hours=settings.webhook_hours),
        timedelta(hours=settings.webhook_pause_hours),
    )
    poster = Poster(guard, settings.webhook_timeout, SIDE_BY_SIDE)
    lease = timedelta(seconds=3 * settings.webhook_timeout)
    return Sender(parts, poster, patience, lease, timedelta(days=settings.webhook_log_days))
