"""Service tokens, as their keepers see them: never the token itself."""

from datetime import datetime

import strawberry

from core import models
from core.permissions import Role
from core.storage.queries.accounts import SERVICE_TOKEN_BY_ID
from core.storage.queries.enterprises import ENTERPRISE
from schema.compiled.declared import One, shows
from schema.context import Info
from schema.fields import computed, stored
from schema.types import enterprise
from schema.types.node import Node
from schema.types.refs import EnterpriseRef


@shows(models.ServiceToken)
@strawberry.type(description="With what another system acts; the token itself is shown once, when minted. 服务令牌")
class ServiceToken(Node):
    """A service token."""

    row: strawberry.Private[models.ServiceToken]
    name: str = stored("Name, as audit events keep it. 名称")
    permissions: list[str] = stored("What it was minted for, scope:resource:action, sorted. 权限")
    role: Role = stored("It never does more than this role may. 所依角色")
    starts_at: datetime = stored("From when it holds. 生效时间")
    ends_at: datetime = stored("Until when it holds. 到期时间")
    minted_at: datetime = stored("When it was minted. 签发时间")
    minted_by: str = stored("Who minted it. 签发人")
    last_used_at: datetime | None = stored("When it was last used, to a minute. 最近使用时间")
    revoked_at: datetime | None = stored("When it was revoked. 撤销时间")
    revoked_by: str | None = stored("Who revoked it. 撤销人")

    @classmethod
    def of(cls, row: models.ServiceToken) -> "ServiceToken":
        return cls(
            key=str(row.id),
            row=row,
            name=row.name,
            permissions=row.permissions,
            role=row.role,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            minted_at=row.minted_at,
            minted_by=row.minted_by,
            last_used_at=row.last_used_at,
            revoked_at=row.revoked_at,
            revoked_by=row.revoked_by,
        )

    @computed("The one enterprise that it is for, if it is for one. 所限企业", reads=One(ENTERPRISE, "enterprise_id"))
    async def enterprise(self, info: Info) -> EnterpriseRef | None:
        if self.row.enterprise_id is None:
            return None
        row = await info.context.loaders.enterprises.load(self.row.enterprise_id)
        return enterprise.Enterprise.of(row) if row else None

    @computed(
        "The service token by which it was minted, if the reader may read it. 由何令牌签发",
        reads=One(SERVICE_TOKEN_BY_ID, "parent_id"),
    )
    async def minted_with(self, info: Info) -> "ServiceToken | None":
        if self.row.parent_id is None:
            return None
        row = await info.context.loaders.service_tokens.load(self.row.parent_id)
        return ServiceToken.of(row) if row else None

    @computed("Whether it holds now. 现在是否有效")
    def is_in_force(self, info: Info) -> bool:
        return self.row.revoked_at is None and self.starts_at <= info.context.deps.clock.now() < self.ends_at
