"""Telling other systems (事件通知): subscriptions, and the log of their deliveries; never a secret."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from core import models
from core.storage.pages import Slice
from core.storage.queries.enterprises import ENTERPRISE
from core.storage.queries.webhooks import ATTEMPTS_OF_DELIVERY, DELIVERIES, EVENT_BY_ID
from core.webhooks import DeliveryError, DeliveryState, WebhookCause, WebhookEvent, WebhookState
from schema.asking import Asking
from schema.compiled.declared import Known, Many, One, Pages, by_values, shows
from schema.connections import After, Before, Connection, First, Last, connection
from schema.context import Info
from schema.fields import argument, computed, known, listed, paged, stored
from schema.ids import encode_id
from schema.types import enterprise
from schema.types.node import Node
from schema.types.refs import EnterpriseRef

State = Annotated[DeliveryState | None, argument("Only in this state. 仅此状态")]


def _state(_asking: Asking, given: Mapping[str, Any]) -> DeliveryState | None:
    return given.get("state")


def _message(id_: UUID) -> str:
    return f"evt_{id_.hex}"


def _about(kept: Sequence[Mapping[str, str]]) -> list[strawberry.ID]:
    return [strawberry.ID(encode_id(one["type"], one["key"])) for one in kept]


def _events(kept: Sequence[str]) -> list[WebhookEvent]:
    return [WebhookEvent(one) for one in kept]


def _next_attempt(state: DeliveryState, due_at: datetime) -> datetime | None:
    return due_at if state is DeliveryState.WAITING else None


@shows(models.WebhookAttempt)
@strawberry.type(description="One attempt to deliver. 投递尝试")
class WebhookAttempt:
    """An attempt; what was answered is not kept."""

    number: int = stored("Which attempt it was, from 1. 第几次")
    at: datetime = stored("When it was begun. 时间")
    status: int | None = stored("HTTP status of the answer, if there was one. HTTP 状态")
    millis: int | None = stored(
        "How long it took; none while it goes on, or when its process ended over it. 耗时（毫秒）"
    )
    error: DeliveryError | None = stored("Why it came to nothing. 失败原因")

    @classmethod
    def of(cls, row: models.WebhookAttempt) -> "WebhookAttempt":
        return cls(number=row.number, at=row.at, status=row.status, millis=row.millis, error=row.error)


@shows(models.WebhookOutbox)
@strawberry.type(description="What happened, as other systems are told of it. 通知事件")
class WebhookMessage:
    """An event; its data are ids of the graph alone."""

    message: str = known(
        "Its webhook-id, the same at every attempt and replay. 事件编号",
        ("id",),
        by_values(lambda id_: _message(UUID(id_))),
    )
    type: WebhookEvent = stored("What happened. 事件类型", "event")
    at: datetime = stored("When. 发生时间")
    about: list[strawberry.ID] = listed(
        "Ids of what it happened to. 相关对象标识", 3, Known(("about",), by_values(_about))
    )

    @classmethod
    def of(cls, row: models.WebhookOutbox) -> "WebhookMessage":
        return cls(message=_message(row.id), type=row.event, at=row.at, about=_about(row.about))


@shows(models.WebhookDelivery)
@strawberry.type(description="One event on its way to one subscription. 投递记录")
class WebhookDelivery(Node):
    """A delivery."""

    row: strawberry.Private[models.WebhookDelivery]
    state: DeliveryState = stored("How far it has come. 投递状态")
    is_replay: bool = known(
        "Whether somebody asked for it again. 是否重新投递",
        ("replay_of",),
        by_values(lambda replay_of: replay_of is not None),
    )
    created_at: datetime = stored("When it was made. 创建时间")
    next_attempt_at: datetime | None = known(
        "Not tried before; none when over. 下次尝试时间",
        ("state", "due_at"),
        by_values(lambda state, due_at: _next_attempt(DeliveryState(state), datetime.fromisoformat(due_at))),
    )
    ended_at: datetime | None = stored("When it was over. 结束时间")
    error: DeliveryError | None = stored("Why it was not delivered yet, or never. 失败原因")

    @classmethod
    def of(cls, row: models.WebhookDelivery) -> "WebhookDelivery":
        return cls(
            key=str(row.id),
            row=row,
            state=row.state,
            is_replay=row.replay_of is not None,
            created_at=row.created_at,
            next_attempt_at=_next_attempt(row.state, row.due_at),
            ended_at=row.ended_at,
            error=row.error,
        )

    @computed("What it tells of. 事件", reads=One(EVENT_BY_ID, "event_id"))
    async def message(self, info: Info) -> WebhookMessage:
        row = await info.context.loaders.webhook_events.load(self.row.event_id)
        assert row is not None, "an event is kept as long as a delivery of it"
        return WebhookMessage.of(row)

    @computed("Its attempts, in their order. 各次尝试", size=3, reads=Many(ATTEMPTS_OF_DELIVERY))
    async def attempts(self, info: Info) -> list[WebhookAttempt]:
        return [WebhookAttempt.of(row) for row in await info.context.loaders.webhook_attempts.load(self.row.id)]


@shows(models.WebhookSubscription)
@strawberry.type(description="An address and the events that it is told of. 事件订阅")
class WebhookSubscription(Node):
    """A subscription; its secret is shown when it is made and nowhere else."""

    row: strawberry.Private[models.WebhookSubscription]
    url: str = stored("Where events are posted to. 接收地址")
    description: str = stored("What it is for. 说明")
    events: list[WebhookEvent] = listed("What it is told of. 订阅的事件", 5, Known(("events",), by_values(_events)))
    state: WebhookState = stored("Whether it is told. 订阅状态")
    cause: WebhookCause | None = stored("Why it is paused or ended. 暂停或终止原因")
    reason: str = stored("The same in words: the last decision on it. 理由")
    revision: int = stored("Moves with every change: a decision names it. 办理次序")
    created_at: datetime = stored("When it was made. 创建时间")
    created_by: str = stored("Who made it. 创建人")
    ended_at: datetime | None = stored("When it ended. 终止时间")
    failing_since: datetime | None = stored(
        "Since when nothing reaches it; none while something does. 持续失败起始时间"
    )
    both_secrets_until: datetime | None = stored(
        "Until when the secret before the last is signed with as well. 新旧密钥并用截止时间", "old_secret_until"
    )

    @classmethod
    def of(cls, row: models.WebhookSubscription) -> "WebhookSubscription":
        return cls(
            key=str(row.id),
            row=row,
            url=row.url,
            description=row.description,
            events=_events(row.events),
            state=row.state,
            cause=row.cause,
            reason=row.reason,
            revision=row.revision,
            created_at=row.created_at,
            created_by=row.created_by,
            ended_at=row.ended_at,
            failing_since=row.failing_since,
            both_secrets_until=row.old_secret_until,
        )

    @computed("Of whose events it is told; none: of the whole city's. 所限企业", reads=One(ENTERPRISE, "enterprise_id"))
    async def enterprise(self, info: Info) -> EnterpriseRef | None:
        if self.row.enterprise_id is None:
            return None
        row = await info.context.loaders.enterprises.load(self.row.enterprise_id)
        return enterprise.Enterprise.of(row) if row else None

    @paged(
        "The log of its deliveries, the latest first, for as long as it is kept. 投递记录",
        reads=Pages(DELIVERIES, read=_state),
    )
    async def deliveries(
        self,
        info: Info,
        state: State = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[WebhookDelivery]:
        loaders, part = info.context.loaders, Slice(first, after, last, before)
        page = await loaders.webhook_deliveries.load((self.row.id, (state, part)))
        return connection(
            page, part, WebhookDelivery.of, lambda: loaders.webhook_delivery_counts.load((self.row.id, state))
        )
