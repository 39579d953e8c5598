"""Deliveries as leased rows: spread out, taken, settled, given up, forgotten. Only the sender calls these.

A delivery is locked and taken in one transaction, for as long as an attempt may take at most; what a killed process had
in hand is free again after that. Its attempt is written when it is taken, so the log shows one nobody saw the end of.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import SystemRandom
from typing import Final, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import WebhookAttempt, WebhookDelivery, WebhookOutbox, WebhookSubscription
from core.services.call import Call, use_case
from core.services.webhook_ends import end_old, end_waiting
from core.services.webhooks import tag_of
from core.storage.visibility import Predicate
from core.webhooks import CAUSES, DeliveryError, DeliveryState, WebhookCause, WebhookState

SPREAD_AT_ONCE: Final = 100
CLEARED_AT_ONCE: Final = 500
# A failure is waited for longer or shorter by up to a fifth, so that what failed together does not come together.
_JITTER: Final = 0.2
# A subscription rests after a failure for a quarter of the time that it has been failing, within these bounds.
_LEAST_REST, _MOST_REST = timedelta(seconds=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long what fails is tried: the waits between attempts, the age at most, and when a subscription is paused."""

    waits: tuple[float, ...]
    oldest: timedelta
    paused_after: timedelta


class Taken(NamedTuple):
    """A delivery in hand, with what it says and whom it is for."""

    delivery: WebhookDelivery
    event: WebhookOutbox
    subscription: WebhookSubscription


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an attempt; without an error it was delivered."""

    status: int | None
    millis: int
    error: DeliveryError | None


async def anything_due(session: AsyncSession, now: datetime) -> tuple[bool, bool]:
    """Whether something happened that is not spread yet, and whether a delivery is due."""
    unspread = select(WebhookOutbox.id).where(col(WebhookOutbox.spread_at).is_(None)).limit(1)
    due = select(WebhookDelivery.id).join(WebhookSubscription, _OF).where(*_due(now)).limit(1)
    return (await session.exec(unspread)).first() is not None, (await session.exec(due)).first() is not None


async def spread(session: AsyncSession, now: datetime) -> None:
    """Make a delivery of what happened for each subscription to it that was there by then."""
    waiting = select(WebhookOutbox).where(col(WebhookOutbox.spread_at).is_(None))
    locked = waiting.order_by(col(WebhookOutbox.id)).limit(SPREAD_AT_ONCE).with_for_update(skip_locked=True)
    events = (await session.exec(locked)).all()
    listening = select(WebhookSubscription).where(col(WebhookSubscription.state) != WebhookState.ENDED)
    subscriptions = (await session.exec(listening)).all()
    for event in events:
        event.spread_at = now
        session.add_all(
            WebhookDelivery(
                event_id=event.id,
                subscription_id=one.id,
                enterprise_id=one.enterprise_id,
                created_at=now,
                due_at=now,
            )
            for one in subscriptions
            if _hears(one, event)
        )
    await session.flush()


def _hears(one: WebhookSubscription, event: WebhookOutbox) -> bool:
    of_city_or_own = one.enterprise_id is None or one.enterprise_id == event.enterprise_id
    return of_city_or_own and event.event.value in one.events and one.created_at <= event.at


async def take(
    session: AsyncSession, holder: str, now: datetime, lease: timedelta, most: int, busy: Collection[UUID]
) -> Sequence[Taken]:
    """Take up to ``most`` deliveries that are due, none for those in ``busy``, and begin an attempt of each."""
    free = select(WebhookDelivery.id).join(WebhookSubscription, _OF).where(*_due(now))
    free = free.where(col(WebhookDelivery.subscription_id).not_in(busy)).order_by(col(WebhookDelivery.due_at))
    # Two statements: as a subquery of the update PostgreSQL may look several times, and take more than ``most``.
    ids = (await session.exec(free.limit(most).with_for_update(skip_locked=True, of=WebhookDelivery))).all()
    if not ids:
        return []
    held = {"holder": holder, "held_until": now + lease, "attempts": WebhookDelivery.attempts + 1}
    update = sa.update(WebhookDelivery).where(_id.in_(ids)).values(**held)
    await session.exec(update, execution_options={"synchronize_session": False})
    rows = select(WebhookDelivery, WebhookOutbox, WebhookSubscription).join(WebhookSubscription, _OF)
    of_event = col(WebhookOutbox.id) == col(WebhookDelivery.event_id)
    held_now = rows.join(WebhookOutbox, of_event).where(_id.in_(ids)).execution_options(populate_existing=True)
    taken = [Taken(*row) for row in (await session.exec(held_now)).all()]
    session.add_all(
        WebhookAttempt(
            delivery_id=one.delivery.id, enterprise_id=one.delivery.enterprise_id, number=one.delivery.attempts, at=now
        )
        for one in taken
    )
    await session.flush()
    return taken


_id = col(WebhookDelivery.id)
_OF = col(WebhookSubscription.id) == col(WebhookDelivery.subscription_id)


def _due(now: datetime) -> list[Predicate]:
    rested = sa.or_(col(WebhookSubscription.rests_until).is_(None), col(WebhookSubscription.rests_until) <= now)
    return [*_free(now), col(WebhookSubscription.state) == WebhookState.ACTIVE, rested]


def _free(now: datetime) -> list[Predicate]:
    held = col(WebhookDelivery.held_until)
    due = col(WebhookDelivery.due_at) <= now
    return [col(WebhookDelivery.state) == DeliveryState.WAITING, due, sa.or_(held.is_(None), held <= now)]


@use_case
async def settle(call: Call, taken: Taken, result: Result, patience: Patience) -> None:
    """Write down what came of an attempt, if it still is in the hand that made it."""
    query = select(WebhookDelivery).where(_id == taken.delivery.id).with_for_update()
    row = (await call.session.exec(query.execution_options(populate_existing=True))).one()
    number = taken.delivery.attempts
    await _log(call, row.id, number, result)
    if row.state is not DeliveryState.WAITING or (row.holder, row.attempts) != (taken.delivery.holder, number):
        return
    row.holder, row.held_until = None, None
    if result.error is None:
        row.state, row.ended_at, row.error = DeliveryState.DELIVERED, call.now, None
    elif number > len(patience.waits) or result.error is DeliveryError.GONE:
        row.state, row.ended_at, row.error = DeliveryState.FAILED, call.now, result.error
    else:
        row.error = result.error
        row.due_at = call.now + _wait(patience, number)
    await call.store(row)
    await _felt(call, row.subscription_id, result, patience)


def _wait(patience: Patience, number: int) -> timedelta:
    return timedelta(seconds=patience.waits[number - 1] * SystemRandom().uniform(1 - _JITTER, 1 + _JITTER))


async def _log(call: Call, delivery_id: UUID, number: int, result: Result) -> None:
    mine = (col(WebhookAttempt.delivery_id) == delivery_id, col(WebhookAttempt.number) == number)
    told = {"status": result.status, "millis": result.millis, "error": result.error}
    await call.session.exec(
        sa.update(WebhookAttempt).where(*mine).values(**told), execution_options={"synchronize_session": False}
    )


async def _felt(call: Call, id_: UUID, result: Result, patience: Patience) -> None:
    """What an attempt says of the subscription: that it can be reached, or for how long it cannot."""
    query = select(WebhookSubscription).where(col(WebhookSubscription.id) == id_)
    if result.error is None:  # most are reached all the time, and then there is nothing to write
        query = query.where(col(WebhookSubscription.failing_since).is_not(None))
    locked = query.with_for_update().execution_options(populate_existing=True)
    row = (await call.session.exec(locked)).one_or_none()
    if row is None or row.state is WebhookState.ENDED:
        return
    if result.error is None:
        row.failing_since, row.rests_until = None, None
        await call.store(row)
        return
    row.failing_since = row.failing_since or call.now
    failing = call.now - row.failing_since
    row.rests_until = call.now + min(max(failing / 4, _LEAST_REST), _MOST_REST)
    await call.store(row)
    if result.error is DeliveryError.GONE:
        row.ended_at = call.now
        await end_waiting(call.session, row.id, call.now)
        await _stop(call, row, WebhookState.ENDED, WebhookCause.GONE, "end")
    elif row.state is WebhookState.ACTIVE and failing >= patience.paused_after:
        await _stop(call, row, WebhookState.PAUSED, WebhookCause.FAILING, "pause")


async def _stop(call: Call, row: WebhookSubscription, state: WebhookState, cause: WebhookCause, act: str) -> None:
    words = CAUSES[cause]
    row.state, row.cause, row.revision = state, cause, row.revision + 1
    row.reason = f"{words.zh} / {words.en}"
    await call.store(row)
    await call.note(tag_of(row, act), row, row.reason, after={"state": state, "cause": cause})


async def let_go(session: AsyncSession, holder: str) -> None:
    """Give everything back: the process ends in order."""
    mine = sa.update(WebhookDelivery).where(col(WebhookDelivery.holder) == holder)
    await session.exec(mine.values(holder=None, held_until=None), execution_options={"synchronize_session": False})


async def clean(session: AsyncSession, now: datetime, oldest: timedelta, kept: timedelta) -> None:
    """Give up what is too old to be tried again, and forget what was kept long enough."""
    await end_old(session, now - oldest, now)
    before = now - kept
    ended = (col(WebhookDelivery.state) != DeliveryState.WAITING, col(WebhookDelivery.ended_at) < before)
    replayed = sa.select(col(WebhookDelivery.replay_of)).where(col(WebhookDelivery.replay_of).is_not(None))
    old = select(WebhookDelivery.id).where(*ended, _id.not_in(replayed)).limit(CLEARED_AT_ONCE)
    ids = (await session.exec(old)).all()
    await session.exec(sa.delete(WebhookAttempt).where(col(WebhookAttempt.delivery_id).in_(ids)))
    await session.exec(sa.delete(WebhookDelivery).where(_id.in_(ids)))
    unused = sa.select(col(WebhookDelivery.event_id))
    gone = (col(WebhookOutbox.spread_at) < before, col(WebhookOutbox.id).not_in(unused))
    events = (await session.exec(select(WebhookOutbox.id).where(*gone).limit(CLEARED_AT_ONCE))).all()
    await session.exec(sa.delete(WebhookOutbox).where(col(WebhookOutbox.id).in_(events)))
