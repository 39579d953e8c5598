"""Enterprises with their authorities, listings, schemes and people."""

import strawberry

from core import models
from core.storage.pages import Slice
from core.storage.queries.contests import CONTEST_REQUESTS_AT
from core.storage.queries.enterprises import AUTHORITIES, LISTINGS
from core.storage.queries.nested import EMPLOYEES
from core.storage.queries.person_records import CONTESTS_OF_ENTERPRISE
from core.storage.queries.round_lookups import ROUNDS_OF_ENTERPRISE
from core.storage.queries.schemes import SCHEMES_OF_ENTERPRISE
from schema import rights
from schema.arguments import AsOf
from schema.compiled.declared import AnyOn, Many, Pages, Stored, shows
from schema.connections import After, Before, Connection, First, Last, connection
from schema.context import Info
from schema.fields import computed, paged, stored, within
from schema.types import award, contest_request, person, pilot_listing, round, scheme
from schema.types.authority import Authority
from schema.types.node import Node
from schema.types.refs import CompetitionRef, ContestRequestRef, PersonRef, PilotListingRef, RoundRef, SchemeRef
from schema.types.span import holds
from schema.types.text import Text


@shows(models.Enterprise)
@strawberry.type(description="An enterprise. 企业")
class Enterprise(Node):
    """An enterprise, whether on the pilot list or not."""

    row: strawberry.Private[models.Enterprise]
    code: str = stored("Short name in commands and addresses. 企业代号", "key", name="key")
    uscc: str = stored("Unified social credit code. 统一社会信用代码")
    name: Text = within("Name; without an English one the Chinese twice. 名称", zh=Stored("zh"), en=Stored("en", "zh"))
    industry: str | None = stored("Industry. 行业")
    is_municipal: bool = stored("Owned by the city or a district. 是否市（区）属企业")
    in_city: bool = stored("Whether it is in the city. 是否在本市")
    is_example: bool = stored("Invented, for demonstration. 是否示例数据")

    @classmethod
    def of(cls, row: models.Enterprise) -> "Enterprise":
        return cls(
            key=str(row.id),
            row=row,
            code=row.key,
            uscc=row.uscc,
            name=Text(zh=row.zh, en=row.en or row.zh),
            industry=row.industry,
            is_municipal=row.is_municipal,
            in_city=row.in_city,
            is_example=row.is_example,
        )

    @computed(
        "Its authorities to evaluate, of both kinds, oldest first. 评价权限",
        requires=rights.ENTERPRISES,
        size=2,
        reads=Many(AUTHORITIES),
    )
    async def authorities(self, info: Info) -> list[Authority]:
        return [Authority.of(row) for row in await info.context.loaders.authorities.load(self.row.id)]

    @computed("Its stays on the pilot list, oldest first. 试点名单记录", size=3, reads=Many(LISTINGS))
    async def pilot_listings(self, info: Info) -> list[PilotListingRef]:
        rows = await info.context.loaders.listings.load(self.row.id)
        return [pilot_listing.PilotListing.of(row) for row in rows]

    @computed("Whether it is on the pilot list on a day. 当日是否试点企业", reads=AnyOn(LISTINGS))
    async def is_pilot(self, info: Info, as_of: AsOf = None) -> bool:
        day = info.context.day(as_of)
        return any(holds(row, day) for row in await info.context.loaders.listings.load(self.row.id))

    @computed(
        "Its schemes that the reader may read, by key. 工作方案",
        requires=rights.SCHEMES,
        size=2,
        reads=Many(SCHEMES_OF_ENTERPRISE),
    )
    async def schemes(self, info: Info) -> list[SchemeRef]:
        return [scheme.Scheme.of(row) for row in await info.context.loaders.schemes_of.load(self.row.id)]

    @paged(
        "People employed there today whom the reader may read, by name. 在职人员",
        requires=rights.PEOPLE,
        reads=Pages(EMPLOYEES),
    )
    async def people(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[PersonRef]:
        loaders, part = info.context.loaders, Slice(first, after, last, before)
        page = await loaders.employees_pages.load((self.row.id, part))
        return connection(page, part, person.Person.of, lambda: loaders.employee_counts.load(self.row.id))

    @paged(
        "Contests (岗位竞赛、技能比武) that it held, the newest first. 本企业竞赛",
        requires=rights.PEOPLE,
        reads=Pages(CONTESTS_OF_ENTERPRISE),
    )
    async def competitions(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[CompetitionRef]:
        loaders, part = info.context.loaders.contests, Slice(first, after, last, before)
        page = await loaders.held_pages.load((self.row.id, part))
        return connection(page, part, award.Competition.of, lambda: loaders.held_counts.load(self.row.id))

    @paged(
        "What its workers asked for on the strength of awards, the latest first. 以赛代评申请",
        requires=rights.EVALUATIONS,
        reads=Pages(CONTEST_REQUESTS_AT),
    )
    async def contest_requests(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[ContestRequestRef]:
        loaders, part = info.context.loaders.contests, Slice(first, after, last, before)
        page = await loaders.pages_of_enterprises.load((self.row.id, part))
        count = loaders.counts_of_enterprises
        return connection(page, part, contest_request.ContestRequest.of, lambda: count.load(self.row.id))

    @paged(
        "Its rounds that the reader may read, the latest first. 评价批次",
        requires=rights.ROUNDS,
        reads=Pages(ROUNDS_OF_ENTERPRISE),
    )
    async def rounds(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[RoundRef]:
        loaders, part = info.context.loaders.rounds, Slice(first, after, last, before)
        page = await loaders.pages_of_enterprises.load((self.row.id, part))
        return connection(page, part, round.Round.of, lambda: loaders.counts_of_enterprises.load(self.row.id))
