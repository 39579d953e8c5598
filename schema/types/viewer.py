"""Who asks."""

from datetime import datetime

import strawberry

from core.permissions import Actor, Role, Via
from core.storage.pages import Slice
from schema.access import EVERYBODY
from schema.connections import After, Before, Connection, First, Last, connection, counted
from schema.context import Info
from schema.fields import computed, paged
from schema.types import application, enterprise, person
from schema.types.refs import ApplicationRef, EnterpriseRef, PersonRef


@strawberry.type(description="Who asks, and with which rights. 当前使用者")
class Viewer:
    """The actor of the request."""

    actor: strawberry.Private[Actor]
    role: Role = strawberry.field(description="Role. 角色")
    name: str = strawberry.field(description="Name as audit events keep it. 名称")
    permissions: list[str] = strawberry.field(description="Permissions scope:resource:action, sorted. 权限")
    account: str | None = strawberry.field(description="Name of the account, where one acts by one. 账户名")
    via: Via | None = strawberry.field(description="By what this is known; none for anyone. 身份依据")
    expires_at: datetime | None = strawberry.field(description="When that ends by itself. 到期时间")

    @classmethod
    def of(cls, actor: Actor) -> "Viewer":
        proof = actor.proof
        return cls(
            actor=actor,
            role=actor.role,
            name=actor.name,
            permissions=sorted(actor.permissions),
            account=actor.name if proof and proof.account_id else None,
            via=proof.via if proof else None,
            expires_at=proof.until if proof else None,
        )

    @computed("The enterprise for which one acts. 所属企业")
    async def enterprise(self, info: Info) -> EnterpriseRef | None:
        if self.actor.enterprise_id is None:
            return None
        row = await info.context.loaders.enterprises.load(self.actor.enterprise_id)
        return enterprise.Enterprise.of(row) if row else None

    @computed("Oneself, as a person of the graph. 本人")
    async def person(self, info: Info) -> PersonRef | None:
        if self.actor.person_id is None:
            return None
        row = await info.context.loaders.people.load(self.actor.person_id)
        return person.Person.of(row) if row else None

    @paged("One's own applications, by day of filing. 本人申报", requires=EVERYBODY)
    async def applications(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[ApplicationRef]:
        loaders, part, own = info.context.loaders.rounds, Slice(first, after, last, before), self.actor.person_id
        if own is None:
            return connection(None, part, application.Application.of, counted(()))
        page = await loaders.applications_of_people.load((own, part))
        count = loaders.application_counts_of_people
        return connection(page, part, application.Application.of, lambda: count.load(own))
