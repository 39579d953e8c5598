"""People, enterprises and what is on record of them: everything that takes a permission, and the pilot list."""

from typing import Annotated, NoReturn

import strawberry

from core.errors import ErrorCode, GuantongError
from core.storage.pages import Slice
from core.storage.queries import credentials, enterprises, evaluations, people, person_records, schemes
from core.storage.queries.credentials import CredentialOrder
from core.storage.queries.people import PeopleOrder
from core.texts import Text
from schema import rights
from schema.arguments import AsOf
from schema.connections import Connection, Descending, connection, paged
from schema.context import Info
from schema.fields import argument, computed
from schema.ids import row_key
from schema.inputs import CredentialFilter, EnterpriseFilter, EvaluationFilter, PeopleFilter
from schema.types.award import Competition
from schema.types.credential import Credential, credential_of
from schema.types.enterprise import Enterprise
from schema.types.evaluation import Evaluation
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


@strawberry.type
class RecordsRoot:
    """Root fields over the records."""

    @computed("Who asks. 当前使用者")
    def viewer(self, info: Info) -> Viewer:
        return Viewer.of(info.context.actor)

    @computed("People whom the reader may read. 人员")
    @paged
    async def people(
        self,
        info: Info,
        part: Slice,
        filter: PeopleWanted = None,
        order_by: PeopleBy = PeopleOrder.NAME,
        descending: Descending = False,
    ) -> Connection[Person]:
        run, who = info.context.run, info.context.who
        info.context.require(*rights.PEOPLE)
        wanted = filter.read(info.context) if filter else people.NO_FILTER
        page = await run(people.people_page, *who, wanted, order_by, descending=descending, part=part)
        return connection(page, part, Person.of, lambda: run(people.count_people, *who, wanted))

    @computed("One person; NOT_FOUND when unknown or not to be read. 人员")
    async def person(self, info: Info, id: PersonId) -> Person:
        info.context.require(*rights.PEOPLE)
        row = await info.context.loaders.people.load(row_key(id, "Person"))
        return Person.of(row) if row else _not_found("人员", "person", id)

    @computed("Credentials whose holders the reader may read. 凭证")
    @paged
    async def credentials(
        self,
        info: Info,
        part: Slice,
        filter: CredentialsWanted = None,
        order_by: CredentialsBy = CredentialOrder.AWARDED_ON,
        descending: Descending = False,
    ) -> Connection[Credential]:
        run, who = info.context.run, info.context.who
        info.context.require(*rights.PEOPLE)
        wanted = filter.read(info.context) if filter else credentials.NO_FILTER
        page = await run(credentials.credentials_page, *who, wanted, order_by, descending=descending, part=part)
        return connection(page, part, credential_of, lambda: run(credentials.count_credentials, *who, wanted))

    @computed("Enterprises that the reader may read, by key. 企业")
    @paged
    async def enterprises(
        self, info: Info, part: Slice, filter: EnterprisesWanted = None, descending: Descending = False
    ) -> Connection[Enterprise]:
        run, who = info.context.run, info.context.who
        info.context.require(*rights.ENTERPRISES)
        wanted = filter.read() if filter else enterprises.NO_FILTER
        page = await run(enterprises.enterprises_page, *who, wanted, descending=descending, part=part)
        return connection(page, part, Enterprise.of, lambda: run(enterprises.count_enterprises, *who, wanted))

    @computed("One enterprise by key; NOT_FOUND when unknown or not to be read. 企业")
    async def enterprise(self, info: Info, key: EnterpriseKey) -> Enterprise:
        info.context.require(*rights.ENTERPRISES)
        row = await info.context.loaders.enterprises_by_key.load(key)
        return Enterprise.of(row) if row else _not_found("企业", "enterprise", key)

    @computed("The pilot list as it stood on a day. 试点名单")
    @paged
    async def pilot_list(
        self, info: Info, part: Slice, as_of: AsOf = None, descending: Descending = False
    ) -> Connection[PilotListing]:
        run, actor = info.context.run, info.context.actor
        info.context.require(*rights.PILOT_LIST)
        day = info.context.day(as_of)
        page = await run(enterprises.listings_page, actor, day, descending=descending, part=part)
        return connection(page, part, PilotListing.of, lambda: run(enterprises.count_listings, actor, day))

    @computed("Competitions, the newest first unless told. 竞赛")
    @paged
    async def competitions(self, info: Info, part: Slice, descending: Descending = True) -> Connection[Competition]:
        run, actor = info.context.run, info.context.actor
        info.context.require(*rights.PEOPLE)
        page = await run(person_records.competitions_page, actor, descending=descending, part=part)
        return connection(page, part, Competition.of, lambda: run(person_records.count_competitions, actor))

    @computed("Evaluations that the reader may read, by day of decision. 评价")
    @paged
    async def evaluations(
        self, info: Info, part: Slice, filter: EvaluationsWanted = None, descending: Descending = False
    ) -> Connection[Evaluation]:
        run, actor = info.context.run, info.context.actor
        info.context.require(*rights.EVALUATIONS)
        wanted = filter.read() if filter else evaluations.NO_FILTER
        page = await run(evaluations.evaluations_page, actor, wanted, descending=descending, part=part)
        return connection(page, part, Evaluation.of, lambda: run(evaluations.count_evaluations, actor, wanted))

    @computed("Schemes that the reader may read, by key. 工作方案")
    @paged
    async def schemes(
        self, info: Info, part: Slice, enterprise: EnterpriseId = None, descending: Descending = False
    ) -> Connection[Scheme]:
        run, who = info.context.run, info.context.who
        info.context.require(*rights.SCHEMES)
        owner = row_key(enterprise, "Enterprise") if enterprise else None
        page = await run(schemes.schemes_page, *who, owner, descending=descending, part=part)
        return connection(page, part, Scheme.of, lambda: run(schemes.count_schemes, *who, owner))

    @computed("One scheme by key; NOT_FOUND when unknown or not to be read. 工作方案")
    async def scheme(self, info: Info, key: SchemeKey) -> Scheme:
        info.context.require(*rights.SCHEMES)
        row = await info.context.loaders.schemes_by_key.load(key)
        return Scheme.of(row) if row else _not_found("工作方案", "scheme", key)


def _not_found(zh: str, en: str, what: str) -> NoReturn:
    raise GuantongError(
        ErrorCode.NOT_FOUND, Text(f"{zh} {what} 不存在，或无权查看", f"no {en} {what}, or not visible to this reader")
    )
