"""Service tokens: which there are."""

from typing import Annotated

import strawberry

from core.storage.pages import Slice
from core.storage.queries.accounts import SERVICE_TOKENS, count_service_tokens, service_tokens_page
from schema import rights
from schema.arguments import owner_asked
from schema.compiled.declared import Pages
from schema.connections import After, Before, Connection, First, Last, connection
from schema.context import Info
from schema.fields import argument, paged
from schema.ids import row_key
from schema.types.service_token import ServiceToken

EnterpriseId = Annotated[strawberry.ID | None, argument("Only those for this enterprise. 企业标识")]


@strawberry.type
class TokensRoot:
    """Root fields over tokens."""

    @paged(
        "Service tokens that the reader may read, the newest first. 服务令牌",
        requires=rights.TOKENS,
        reads=Pages(SERVICE_TOKENS, read=owner_asked),
    )
    async def service_tokens(
        self,
        info: Info,
        enterprise: EnterpriseId = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[ServiceToken]:
        run, actor, part = info.context.run, info.context.actor, Slice(first, after, last, before)
        wanted = row_key(enterprise, "Enterprise") if enterprise else None
        page = await run(service_tokens_page, actor, wanted, part=part)
        return connection(page, part, ServiceToken.of, lambda: run(count_service_tokens, actor, wanted))
