"""Telling other systems: which subscriptions there are."""

from typing import Annotated

import strawberry

from core.storage.pages import Slice
from core.storage.queries.webhooks import SUBSCRIPTIONS, count_subscriptions, subscriptions_page
from schema import rights
from schema.arguments import owner_asked
from schema.compiled.declared import Pages
from schema.connections import After, Before, Connection, First, Last, connection
from schema.context import Info
from schema.fields import argument, paged
from schema.ids import row_key
from schema.types.webhook import WebhookSubscription

EnterpriseId = Annotated[strawberry.ID | None, argument("Only those of this enterprise. 企业标识")]


@strawberry.type
class WebhooksRoot:
    """Root fields over telling other systems."""

    @paged(
        "Who is told of what, the newest first. 事件订阅",
        requires=rights.WEBHOOKS,
        reads=Pages(SUBSCRIPTIONS, read=owner_asked),
    )
    async def webhook_subscriptions(
        self,
        info: Info,
        enterprise: EnterpriseId = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[WebhookSubscription]:
        run, actor, part = info.context.run, info.context.actor, Slice(first, after, last, before)
        wanted = row_key(enterprise, "Enterprise") if enterprise else None
        page = await run(subscriptions_page, actor, wanted, part=part)
        return connection(page, part, WebhookSubscription.of, lambda: run(count_subscriptions, actor, wanted))
