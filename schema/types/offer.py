"""Under which scheme a route is open."""

import strawberry

from core.eligibility.routes import Offer
from schema.context import Info
from schema.fields import computed
from schema.types import enterprise, scheme
from schema.types.refs import EnterpriseRef, SchemeRef


@strawberry.type(description="The scheme under which a route is open. 适用方案")
class SchemeOffer:
    """An enterprise's scheme, as it offers a route."""

    offer: strawberry.Private[Offer]
    scheme_key: str = strawberry.field(description="Key of the scheme. 方案代码")
    version: str = strawberry.field(description="Version on record. 方案版本")
    row: int | None = strawberry.field(description="Number of the catalog row. 目录行号")

    @classmethod
    def maybe(cls, offer: Offer | None, row: int | None = None) -> "SchemeOffer | None":
        return None if offer is None else cls(offer=offer, scheme_key=offer.scheme, version=offer.version, row=row)

    @computed("The enterprise that offers it. 企业")
    async def enterprise(self, info: Info) -> EnterpriseRef | None:
        found = await info.context.loaders.enterprises_by_uscc.load(self.offer.enterprise)
        return enterprise.Enterprise.of(found) if found else None

    @computed("The scheme, where the reader may read it. 工作方案")
    async def scheme(self, info: Info) -> SchemeRef | None:
        found = await info.context.loaders.schemes_by_key.load(self.offer.scheme)
        return scheme.Scheme.of(found) if found else None
