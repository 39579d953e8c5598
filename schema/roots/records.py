"""People, enterprises and what is on record of them: everything that takes a permission, and the pilot list."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import strawberry

from core.services.idle import idle_stays
from core.storage.pages import Slice
from core.storage.queries import credentials, enterprises, evaluations, people, schemes
from core.storage.queries.credentials import CREDENTIALS, CredentialOrder
from core.storage.queries.enterprises import ENTERPRISE, ENTERPRISES, PILOT_LIST
from core.storage.queries.evaluations import EVALUATIONS
from core.storage.queries.people import PEOPLE, PERSON, PeopleOrder
from core.storage.queries.schemes import SCHEME, SCHEMES
from schema import rights
from schema.access import EVERYBODY
from schema.arguments import AsOf, owner_asked
from schema.asking import Asking
from schema.compiled.declared import Found, Pages
from schema.connections import After, Before, Connection, Descending, First, Last, connection
from schema.context import Info
from schema.fields import argument, computed, paged
from schema.ids import not_found, row_key
from schema.inputs import CredentialFilter, EnterpriseFilter, EvaluationFilter, PeopleFilter
from schema.types.credential import Credential, credential_of
from schema.types.enterprise import Enterprise
from schema.types.evaluation import Evaluation
from schema.types.idle_pilot import IdlePilot
from schema.types.person import Person
from schema.types.pilot_listing import PilotListing
from schema.types.scheme import Scheme
from schema.types.viewer import Viewer

PeopleWanted = Annotated[PeopleFilter | None, argument("Which people. 筛选条件")]
PeopleBy = Annotated[PeopleOrder, argument("What they are sorted by. 排序")]
PersonId = Annotated[strawberry.ID, argument("Id of the person. 人员标识")]
CredentialsWanted = Annotated[CredentialFilter | None, argument("Which credentials. 筛选条件")]
CredentialsBy = Annotated[CredentialOrder, argument("What they are sorted by. 排序")]
EnterprisesWanted = Annotated[EnterpriseFilter | None, argument("Which enterprises. 筛选条件")]
EvaluationsWanted = Annotated[EvaluationFilter | None, argument("Which evaluations. 筛选条件")]
EnterpriseId = Annotated[strawberry.ID | None, argument("Only those of this enterprise. 企业标识")]
EnterpriseKey = Annotated[str, argument("Key of the enterprise. 企业代号")]
SchemeKey = Annotated[str, argument("Key of the scheme. 方案代码")]


def _day_asked(asking: Asking, given: Mapping[str, Any]) -> date | None:
    """The day of the argument ``asOf``; none: today."""
    return None if given.get("as_of") is None else asking.day(given["as_of"])


@strawberry.type
class RecordsRoot:
    """Root fields over the records."""

    @computed("Who asks. 当前使用者", requires=EVERYBODY)
    def viewer(self, info: Info) -> Viewer:
        return Viewer.of(info.context.actor)

    @paged("People whom the reader may read. 人员", requires=rights.PEOPLE, reads=Pages(PEOPLE))
    async def people(
        self,
        info: Info,
        filter: PeopleWanted = None,
        order_by: PeopleBy = PeopleOrder.NAME,
        descending: Descending = False,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Person]:
        run, who, part = info.context.run, info.context.who, Slice(first, after, last, before)
        wanted = filter.read(info.context.asking) if filter else people.NO_FILTER
        page = await run(people.people_page, *who, wanted, order_by, descending=descending, part=part)
        return connection(page, part, Person.of, lambda: run(people.count_people, *who, wanted))

    @computed(
        "One person; NOT_FOUND when unknown or not to be read. 人员",
        requires=rights.PEOPLE,
        reads=Found(PERSON, "Person"),
    )
    async def person(self, info: Info, id: PersonId) -> Person:
        row = await info.context.loaders.people.load(row_key(id, "Person"))
        if row is None:
            raise not_found("人员", "person", id)
        return Person.of(row)

    @paged(
        "Credentials whose holders the reader may read. 凭证",
        requires=rights.PEOPLE,
        reads=Pages(CREDENTIALS),
    )
    async def credentials(
        self,
        info: Info,
        filter: CredentialsWanted = None,
        order_by: CredentialsBy = CredentialOrder.AWARDED_ON,
        descending: Descending = False,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Credential]:
        run, who, part = info.context.run, info.context.who, Slice(first, after, last, before)
        wanted = filter.read(info.context.asking) if filter else credentials.NO_FILTER
        page = await run(credentials.credentials_page, *who, wanted, order_by, descending=descending, part=part)
        return connection(page, part, credential_of, lambda: run(credentials.count_credentials, *who, wanted))

    @paged(
        "Enterprises that the reader may read, by key. 企业",
        requires=rights.ENTERPRISES,
        reads=Pages(ENTERPRISES),
    )
    async def enterprises(
        self,
        info: Info,
        filter: EnterprisesWanted = None,
        descending: Descending = False,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Enterprise]:
        run, who, part = info.context.run, info.context.who, Slice(first, after, last, before)
        wanted = filter.read(info.context.asking) if filter else enterprises.NO_FILTER
        page = await run(enterprises.enterprises_page, *who, wanted, descending=descending, part=part)
        return connection(page, part, Enterprise.of, lambda: run(enterprises.count_enterprises, *who, wanted))

    @computed(
        "One enterprise by key; NOT_FOUND when unknown or not to be read. 企业",
        requires=rights.ENTERPRISES,
        reads=Found(ENTERPRISE, "Enterprise", by="key"),
    )
    async def enterprise(self, info: Info, key: EnterpriseKey) -> Enterprise:
        row = await info.context.loaders.enterprises_by_key.load(key)
        if row is None:
            raise not_found("企业", "enterprise", key)
        return Enterprise.of(row)

    @paged(
        "The pilot list as it stood on a day. 试点名单",
        requires=rights.PILOT_LIST,
        reads=Pages(PILOT_LIST, read=_day_asked),
    )
    async def pilot_list(
        self,
        info: Info,
        as_of: AsOf = None,
        descending: Descending = False,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[PilotListing]:
        run, actor, part = info.context.run, info.context.actor, Slice(first, after, last, before)
        day = info.context.day(as_of)
        page = await run(enterprises.listings_page, actor, day, descending=descending, part=part)
        return connection(page, part, PilotListing.of, lambda: run(enterprises.count_listings, actor, day))

    @computed(
        "Enterprises on the pilot list that evaluated nothing for the years after which the list loses them, the "
        "longest idle first; for the bureau, which decides. 未组织评价的试点企业",
        requires=rights.IDLE_PILOTS,
        weight=20,
        size=10,
    )
    async def idle_pilots(self, info: Info, as_of: AsOf = None) -> list[IdlePilot]:
        found = await info.context.run(idle_stays, info.context.policy, info.context.day(as_of))
        return [IdlePilot.of(one) for one in found]

    @paged(
        "Evaluations that the reader may read, by day of decision. 评价",
        requires=rights.EVALUATIONS,
        reads=Pages(EVALUATIONS),
    )
    async def evaluations(
        self,
        info: Info,
        filter: EvaluationsWanted = None,
        descending: Descending = False,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Evaluation]:
        run, actor, part = info.context.run, info.context.actor, Slice(first, after, last, before)
        wanted = filter.read(info.context.asking) if filter else evaluations.NO_FILTER
        page = await run(evaluations.evaluations_page, actor, wanted, descending=descending, part=part)
        return connection(page, part, Evaluation.of, lambda: run(evaluations.count_evaluations, actor, wanted))

    @paged(
        "Schemes that the reader may read, by key. 工作方案",
        requires=rights.SCHEMES,
        reads=Pages(SCHEMES, read=owner_asked),
    )
    async def schemes(
        self,
        info: Info,
        enterprise: EnterpriseId = None,
        descending: Descending = False,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Scheme]:
        run, who, part = info.context.run, info.context.who, Slice(first, after, last, before)
        owner = row_key(enterprise, "Enterprise") if enterprise else None
        page = await run(schemes.schemes_page, *who, owner, descending=descending, part=part)
        return connection(page, part, Scheme.of, lambda: run(schemes.count_schemes, *who, owner))

    @computed(
        "One scheme by key; NOT_FOUND when unknown or not to be read. 工作方案",
        requires=rights.SCHEMES,
        reads=Found(SCHEME, "Scheme", by="key"),
    )
    async def scheme(self, info: Info, key: SchemeKey) -> Scheme:
        row = await info.context.loaders.schemes_by_key.load(key)
        if row is None:
            raise not_found("工作方案", "scheme", key)
        return Scheme.of(row)
