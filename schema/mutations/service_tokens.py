"""Minting service tokens, and revoking them."""

from datetime import date
from typing import Annotated

import strawberry

from core.services.service_tokens import mint_service_token, revoke_service_token
from core.services.token_form import NewToken
from schema import rights
from schema.context import Info
from schema.fields import argument, mutation
from schema.ids import row_key
from schema.mutations.attempt import attempt
from schema.types.problem import Problem
from schema.types.service_token import ServiceToken


@strawberry.input(description="A service token to mint; it reaches no further than whoever mints it. 签发服务令牌")
class MintServiceTokenInput:
    """What it may do, where, and until when."""

    name: str = strawberry.field(description="Name of the system that will use it. 名称")
    permissions: list[str] = strawberry.field(description="Permissions scope:resource:action. 权限")
    enterprise: strawberry.ID | None = strawberry.field(
        description="The one enterprise that it is for; permissions of an enterprise need it. 所限企业", default=None
    )
    starts: date | None = strawberry.field(
        description="First day; now unless told, never earlier. 起始日期", default=None
    )
    ends: date | None = strawberry.field(
        description="First day no longer so; unless told after 90 days, or with what mints it. 截止日期（不含）",
        default=None,
    )
    reason: str = strawberry.field(description="Why, for the audit. 理由")

    def read(self) -> NewToken:
        return NewToken(
            name=self.name,
            permissions=tuple(self.permissions),
            enterprise_id=row_key(self.enterprise, "Enterprise") if self.enterprise else None,
            starts=self.starts,
            ends=self.ends,
        )


@strawberry.input(description="A service token to revoke, with all that it minted. 撤销服务令牌")
class RevokeServiceTokenInput:
    """Which token."""

    service_token: strawberry.ID = strawberry.field(description="Id of the service token. 服务令牌标识")
    reason: str = strawberry.field(description="Why, for the audit. 理由")


@strawberry.type(description="A service token that was minted. 签发结果")
class MintedServiceToken:
    """The only answer that ever holds the token itself."""

    service_token: ServiceToken = strawberry.field(description="What it may do, and until when. 服务令牌")
    secret: str = strawberry.field(
        description="The token itself, for the header Authorization: Bearer …; shown this once. 令牌内容"
    )


@strawberry.type(description="A service token that was revoked. 撤销结果")
class RevokedServiceToken:
    """The token as it stands now."""

    service_token: ServiceToken = strawberry.field(description="The token; it acts no longer. 服务令牌")


MintingResult = Annotated[
    MintedServiceToken | Problem, strawberry.union("MintingResult", description="What came of it. 签发结果")
]
RevocationResult = Annotated[
    RevokedServiceToken | Problem, strawberry.union("RevocationResult", description="What came of it. 撤销结果")
]
Mint = Annotated[MintServiceTokenInput, argument("What to mint. 签发内容")]
Revoke = Annotated[RevokeServiceTokenInput, argument("What to revoke. 撤销内容")]


@strawberry.type
class ServiceTokenMutations:
    """Mutations over service tokens."""

    @mutation(
        "Mint a service token for another system; what it holds is within one's own. 签发服务令牌",
        requires=rights.MINT,
    )
    async def mint_service_token(self, info: Info, input: Mint) -> MintingResult:
        async def step() -> MintedServiceToken:
            minted = await info.context.do(mint_service_token, input.read(), input.reason)
            return MintedServiceToken(service_token=ServiceToken.of(minted.token), secret=minted.text)

        return await attempt(step)

    @mutation(
        "Revoke a service token with all that it minted, from the next request on. 撤销服务令牌", requires=rights.MINT
    )
    async def revoke_service_token(self, info: Info, input: Revoke) -> RevocationResult:
        async def step() -> RevokedServiceToken:
            token_id = row_key(input.service_token, "ServiceToken")
            row = await info.context.do(revoke_service_token, token_id, input.reason)
            return RevokedServiceToken(service_token=ServiceToken.of(row))

        return await attempt(step)
