"""Telling other systems: subscribing, pausing, secrets, ending, and delivering again."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import strawberry

from core.services import webhooks
from core.webhooks import WebhookEvent
from schema import rights
from schema.context import Info
from schema.fields import argument, mutation
from schema.ids import row_key
from schema.mutations.attempt import attempt
from schema.mutations.seen import KEY, REASON
from schema.types.problem import Problem
from schema.types.webhook import WebhookDelivery, WebhookSubscription


@strawberry.input(description="An address to tell of events. 新建订阅")
class CreateWebhookSubscriptionInput:
    """Of the whole city as the bureau, of the own enterprise as its administrator."""

    key: str = strawberry.field(description=KEY)
    url: str = strawberry.field(description="Where events are posted to, by https. 接收地址")
    description: str = strawberry.field(description="What it is for. 说明")
    events: list[WebhookEvent] = strawberry.field(description="At least one. 订阅的事件")
    reason: str = strawberry.field(description=REASON)


@strawberry.input(description="A subscription as one read it. 所据订阅")
class SeenWebhookSubscriptionInput:
    """Id, revision, and why."""

    key: str = strawberry.field(description=KEY)
    subscription: strawberry.ID = strawberry.field(description="Id of the subscription. 订阅标识")
    revision: int = strawberry.field(description="Its revision, as one read it. 办理次序")
    reason: str = strawberry.field(description=REASON)

    def read(self) -> webhooks.SeenSubscription:
        id_ = row_key(self.subscription, "WebhookSubscription")
        return webhooks.SeenSubscription(key=self.key, subscription_id=id_, revision=self.revision)


@strawberry.input(description="A delivery to make once more. 重新投递")
class ReplayDeliveryInput:
    """Which, and why."""

    key: str = strawberry.field(description=KEY)
    delivery: strawberry.ID = strawberry.field(description="Id of the delivery. 投递标识")
    reason: str = strawberry.field(description=REASON)


@strawberry.type(description="A subscription with the secret that was just made. 订阅与密钥")
class WebhookSubscriptionWithSecret:
    """The only answer that ever holds the secret."""

    subscription: WebhookSubscription = strawberry.field(description="The subscription. 订阅")
    secret: str | None = strawberry.field(
        description="What signatures are verified with (whsec_…); shown this once, and not to a repeated request. 密钥"
    )


@strawberry.type(description="A subscription that was changed. 订阅办理结果")
class ChangedWebhookSubscription:
    """As it stands now."""

    subscription: WebhookSubscription = strawberry.field(description="The subscription. 订阅")


@strawberry.type(description="A delivery that is made once more. 重新投递结果")
class ReplayedDelivery:
    """The new one; the event keeps its id."""

    delivery: WebhookDelivery = strawberry.field(description="The delivery. 投递")


WebhookSecretResult = Annotated[
    WebhookSubscriptionWithSecret | Problem,
    strawberry.union("WebhookSecretResult", description="What came of it. 结果"),
]
WebhookSubscriptionResult = Annotated[
    ChangedWebhookSubscription | Problem,
    strawberry.union("WebhookSubscriptionResult", description="What came of it. 结果"),
]
ReplayDeliveryResult = Annotated[
    ReplayedDelivery | Problem, strawberry.union("ReplayDeliveryResult", description="What came of it. 结果")
]
Create = Annotated[CreateWebhookSubscriptionInput, argument("What to subscribe to. 订阅内容")]
Seen = Annotated[SeenWebhookSubscriptionInput, argument("Which subscription. 所据订阅")]
Again = Annotated[ReplayDeliveryInput, argument("Which delivery. 重新投递内容")]


async def _change(
    info: Info, use_case: Callable[..., Awaitable[Any]], given: SeenWebhookSubscriptionInput
) -> ChangedWebhookSubscription | Problem:
    async def step() -> ChangedWebhookSubscription:
        row = await info.context.do(use_case, given.read(), given.reason)
        return ChangedWebhookSubscription(subscription=WebhookSubscription.of(row))

    return await attempt(step)


def _with_secret(made: webhooks.WithSecret) -> WebhookSubscriptionWithSecret:
    return WebhookSubscriptionWithSecret(subscription=WebhookSubscription.of(made.subscription), secret=made.secret)


@strawberry.type
class WebhookMutations:
    """Mutations over telling other systems."""

    @mutation("Tell an address of events from now on. 新建事件订阅", requires=rights.KEEP_WEBHOOKS)
    async def create_webhook_subscription(self, info: Info, input: Create) -> WebhookSecretResult:
        async def step() -> WebhookSubscriptionWithSecret:
            given = webhooks.NewSubscription(
                key=input.key, url=input.url, description=input.description, events=tuple(input.events)
            )
            may_be_loopback = info.context.deps.tells_loopback
            made = await info.context.do(
                webhooks.create_subscription, given, input.reason, may_be_loopback=may_be_loopback
            )
            return _with_secret(made)

        return await attempt(step)

    @mutation(
        "Give a subscription another secret; for a day both are signed with. 更换订阅密钥",
        requires=rights.KEEP_WEBHOOKS,
    )
    async def rotate_webhook_secret(self, info: Info, input: Seen) -> WebhookSecretResult:
        async def step() -> WebhookSubscriptionWithSecret:
            return _with_secret(await info.context.do(webhooks.rotate_secret, input.read(), input.reason))

        return await attempt(step)

    @mutation("Tell it nothing for now; what happens waits. 暂停订阅", requires=rights.KEEP_WEBHOOKS)
    async def pause_webhook_subscription(self, info: Info, input: Seen) -> WebhookSubscriptionResult:
        return await _change(info, webhooks.pause_subscription, input)

    @mutation("Tell it again, what waits first. 恢复订阅", requires=rights.KEEP_WEBHOOKS)
    async def resume_webhook_subscription(self, info: Info, input: Seen) -> WebhookSubscriptionResult:
        return await _change(info, webhooks.resume_subscription, input)

    @mutation("Tell it nothing any more. 终止订阅", requires=rights.KEEP_WEBHOOKS)
    async def end_webhook_subscription(self, info: Info, input: Seen) -> WebhookSubscriptionResult:
        return await _change(info, webhooks.end_subscription, input)

    @mutation("Deliver the same event once more, under the same id. 重新投递", requires=rights.KEEP_WEBHOOKS)
    async def replay_delivery(self, info: Info, input: Again) -> ReplayDeliveryResult:
        async def step() -> ReplayedDelivery:
            given = webhooks.Replay(key=input.key, delivery_id=row_key(input.delivery, "WebhookDelivery"))
            row = await info.context.do(webhooks.replay_delivery, given, input.reason)
            return ReplayedDelivery(delivery=WebhookDelivery.of(row))

        return await attempt(step)
