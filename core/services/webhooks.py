"""Use cases of telling other systems (事件通知): who is told, of what, with which secret; and telling again.

The bureau keeps subscriptions to what happens in the city, an enterprise's administrator those to what is its own.
"""

import secrets
from base64 import b64encode
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from pydantic import Field
from sqlmodel import col, select
from uuid_utils.compat import uuid7

from core.audit import Tag
from core.errors import ErrorCode, GuantongError
from core.models import WebhookDelivery, WebhookSubscription
from core.permissions import Permission
from core.secrets import Sealed
from core.services.call import Call, checked_reason
from core.services.form import LongName
from core.services.once import Keyed, once
from core.services.reach import not_found, own_side
from core.services.round_docket import check_revision
from core.services.webhook_ends import end_waiting
from core.storage.visibility import Predicate
from core.texts import Text
from core.webhooks import STATES, DeliveryState, WebhookCause, WebhookEvent, WebhookState, checked_url

KEEP = (Permission.CITY_WEBHOOK_RECORD, Permission.ENTERPRISE_WEBHOOK_RECORD)
SUBSCRIPTION, DELIVERY = Text("订阅", "subscription"), Text("投递", "delivery")
PREFIX: Final = "whsec_"
# As long as the hash, within the 24 to 64 bytes that the specification asks for.
_SECRET_BYTES: Final = 32
# For so long a rotated secret is signed with beside the new one. A default of the platform.
OVERLAP: Final = timedelta(hours=24)


class NewSubscription(Keyed):
    """Where to tell what."""

    url: str = Field(max_length=2000)
    description: LongName
    events: tuple[WebhookEvent, ...] = Field(min_length=1, max_length=len(WebhookEvent))


class SeenSubscription(Keyed):
    """A subscription as the actor read it."""

    subscription_id: UUID
    revision: int = Field(ge=1)


class Replay(Keyed):
    """A delivery to make again."""

    delivery_id: UUID


@dataclass(frozen=True, slots=True)
class WithSecret:
    """A subscription with the secret that was just made; None where the request was answered before."""

    subscription: WebhookSubscription
    secret: str | None

    def __repr__(self) -> str:
        return f"WithSecret({self.subscription.id})"


async def create_subscription(
    call: Call, given: NewSubscription, reason: str, *, may_be_loopback: bool = False
) -> WithSecret:
    """Subscribe to events of the city as the bureau, or of one's own enterprise; its secret is shown this once."""
    secret = _new_secret()
    return _shown(call, await _create(call, given, secret, reason, may_be_loopback), secret)


@once(WebhookSubscription)
async def _create(
    call: Call, given: NewSubscription, secret: str, reason: str, may_be_loopback: bool
) -> WebhookSubscription:
    call.require(*KEEP)
    id_ = uuid7()
    sealed = call.keyring.seal(secret, id_.bytes)
    row = WebhookSubscription(
        id=id_,
        enterprise_id=own_side(call, Permission.CITY_WEBHOOK_RECORD),
        url=checked_url(given.url, may_be_loopback=may_be_loopback),
        description=given.description,
        events=[event.value for event in WebhookEvent if event in given.events],
        reason=checked_reason(reason),
        secret_key=sealed.key_id,
        secret_data=sealed.data,
        created_at=call.now,
        created_by=call.actor.name,
    )
    await call.store(row)
    after = row.model_dump(include={"url", "description", "events", "enterprise_id"})
    await _note(call, row, "create", reason, after)
    return row


async def rotate_secret(call: Call, given: SeenSubscription, reason: str) -> WithSecret:
    """Give a subscription another secret, shown this once; the old one is signed with beside it for a day."""
    secret = _new_secret()
    return _shown(call, await _rotate(call, given, secret, reason), secret)


@once(WebhookSubscription)
async def _rotate(call: Call, given: SeenSubscription, secret: str, reason: str) -> WebhookSubscription:
    row = await _seen(call, given)
    _refuse_in(row, WebhookState.ENDED)
    row.old_secret_key, row.old_secret_data = row.secret_key, row.secret_data
    row.old_secret_until = call.now + OVERLAP
    sealed = call.keyring.seal(secret, row.id.bytes)
    row.secret_key, row.secret_data = sealed.key_id, sealed.data
    return await _changed(call, row, "rotate", reason, {"old_secret_until": row.old_secret_until})


@once(WebhookSubscription)
async def pause_subscription(call: Call, given: SeenSubscription, reason: str) -> WebhookSubscription:
    """Tell a subscription nothing for now; what happens meanwhile waits, as long as anything is tried."""
    row = await _seen(call, given)
    _refuse_in(row, WebhookState.PAUSED, WebhookState.ENDED)
    return await _put(call, row, WebhookState.PAUSED, "pause", reason)


@once(WebhookSubscription)
async def resume_subscription(call: Call, given: SeenSubscription, reason: str) -> WebhookSubscription:
    """Tell it again, what waits first."""
    row = await _seen(call, given)
    _refuse_in(row, WebhookState.ACTIVE, WebhookState.ENDED)
    row.failing_since, row.rests_until = None, None
    return await _put(call, row, WebhookState.ACTIVE, "resume", reason)


@once(WebhookSubscription)
async def end_subscription(call: Call, given: SeenSubscription, reason: str) -> WebhookSubscription:
    """Tell it nothing any more. What was told stays in its log."""
    row = await _seen(call, given)
    _refuse_in(row, WebhookState.ENDED)
    row.ended_at = call.now
    await end_waiting(call.session, row.id, call.now)
    return await _put(call, row, WebhookState.ENDED, "end", reason)


@once(WebhookDelivery)
async def replay_delivery(call: Call, given: Replay, reason: str) -> WebhookDelivery:
    """Deliver the same event once more, whatever became of the delivery; it is another one, marked as a replay."""
    call.require(*KEEP)
    query = select(WebhookDelivery).where(col(WebhookDelivery.id) == given.delivery_id, _mine(call, WebhookDelivery))
    found = (await call.session.exec(query)).one_or_none()
    if found is None:
        raise not_found(DELIVERY)
    subscription = await _kept(call, found.subscription_id)
    _refuse_in(subscription, WebhookState.ENDED)
    if found.state is DeliveryState.WAITING:
        raise GuantongError(
            ErrorCode.STEP_REFUSED,
            Text("此投递尚未结束，会自动重试", "this delivery is not over: it is tried again by itself"),
        )
    row = WebhookDelivery(
        event_id=found.event_id,
        subscription_id=found.subscription_id,
        enterprise_id=found.enterprise_id,
        replay_of=found.id,
        created_at=call.now,
        due_at=call.now,
    )
    await call.store(row)
    await _note(call, subscription, "replay", reason, {"delivery": found.id, "event": found.event_id})
    return row


def _new_secret() -> str:
    return PREFIX + b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def _shown(call: Call, row: WebhookSubscription, secret: str) -> WithSecret:
    """The secret with it, if it is the one that was just made: a repeated request gets none."""
    kept = call.keyring.open(Sealed(row.secret_key, row.secret_data), row.id.bytes)
    return WithSecret(row, secret if secrets.compare_digest(kept, secret) else None)


def _mine(call: Call, table: type[WebhookSubscription] | type[WebhookDelivery]) -> Predicate:
    mine: Predicate = col(table.enterprise_id).is_not_distinct_from(own_side(call, Permission.CITY_WEBHOOK_RECORD))
    return mine


async def _seen(call: Call, given: SeenSubscription) -> WebhookSubscription:
    call.require(*KEEP)
    row = await _kept(call, given.subscription_id)
    check_revision(row.revision, given.revision)
    return row


async def _kept(call: Call, id_: UUID) -> WebhookSubscription:
    """A subscription that the actor keeps, locked."""
    query = select(WebhookSubscription).where(col(WebhookSubscription.id) == id_, _mine(call, WebhookSubscription))
    locked = query.with_for_update().execution_options(populate_existing=True)
    row = (await call.session.exec(locked)).one_or_none()
    if row is None:
        raise not_found(SUBSCRIPTION)
    return row


def _refuse_in(row: WebhookSubscription, *states: WebhookState) -> None:
    if row.state not in states:
        return
    words = STATES[row.state]
    raise GuantongError(
        ErrorCode.STEP_REFUSED,
        Text(f"该订阅{words.zh}，不能如此办理", f"the subscription {words.en}, so this cannot be done"),
    )


async def _put(call: Call, row: WebhookSubscription, state: WebhookState, act: str, reason: str) -> WebhookSubscription:
    row.state, row.cause = state, None if state is WebhookState.ACTIVE else WebhookCause.ASKED
    row.reason = checked_reason(reason)
    return await _changed(call, row, act, reason, {"state": state})


async def _changed(
    call: Call, row: WebhookSubscription, act: str, reason: str, after: dict[str, object]
) -> WebhookSubscription:
    row.revision += 1
    await call.store(row)
    await _note(call, row, act, reason, after)
    return row


async def _note(call: Call, row: WebhookSubscription, act: str, reason: str, after: dict[str, object]) -> None:
    await call.note(tag_of(row, act), row, reason, after=after)


def tag_of(row: WebhookSubscription, act: str) -> Tag:
    """The tag of what is done to a subscription: of the city or of an enterprise."""
    return Tag(f"{'city' if row.enterprise_id is None else 'enterprise'}:webhook:{act}")
