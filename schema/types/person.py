"""People: their records over both ladders, and what they may apply for."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Annotated, TypeVar

import strawberry

from core import models
from core.eligibility import bridge, decide, pathways
from core.eligibility.decisions import Case
from core.facts import CredentialKind
from core.identifiers import IdentityKind
from core.published import ON_PERSON
from core.storage.pages import Slice
from core.storage.queries import credentials as queries
from core.storage.queries.contests import CONTEST_REQUESTS_OF_PERSON
from core.storage.queries.credentials import CREDENTIALS_IN_PAGES, CREDENTIALS_OF_PERSON, CredentialOrder
from core.storage.queries.evaluations import EVALUATIONS_OF_PERSON
from core.storage.queries.kept_facts import KEPT_OF, RECORDINGS
from core.storage.queries.person_records import AWARDS, EMPLOYMENTS, SCHOOLING
from schema import rights
from schema.arguments import AsOf
from schema.compiled.declared import KeptFacts, Latest, Many, Pages, UnderRunning, shows
from schema.connections import After, Before, Connection, Descending, First, Last, connection
from schema.context import Info
from schema.fields import STATEMENT, argument, computed, paged, stored
from schema.inputs import CredentialFilter
from schema.loaders import CredentialsAsked
from schema.types import coaching, contest_request
from schema.types.application import Application
from schema.types.award import CompetitionAward
from schema.types.bridge import Bridge
from schema.types.credential import Credential, ProfessionalTitle, SkillCertificate, credential_of
from schema.types.employment import Employment
from schema.types.evaluation import Evaluation
from schema.types.node import Node
from schema.types.opportunity import Opportunity
from schema.types.pathway import Pathway
from schema.types.preference import ClaimablePreference
from schema.types.refs import CoachingRef, ContestRequestRef
from schema.types.scheme_fact import SchemeFact, SchemeFactRecord, SchemeKey
from schema.types.schooling import Schooling
from schema.types.span import holds
from schema.types.target import TargetInput

R = TypeVar("R")
Everything = Annotated[
    bool, argument("Also what is held already, and what one has no origin for. 是否包括已取得和无来源条件的目标")
]
Filter = Annotated[CredentialFilter | None, argument("Which credentials. 筛选条件")]
OrderBy = Annotated[CredentialOrder, argument("What they are sorted by. 排序")]
Wanted = Annotated[TargetInput, argument("What one aims at. 申报目标")]


@shows(models.Person)
@strawberry.type(description="A person, with credentials of both ladders whoever issued them. 人员")
class Person(Node):
    """One person. The identity number is only ever shown masked."""

    row: strawberry.Private[models.Person]
    name: str = stored("Name. 姓名")
    born_on: date = stored("Day of birth. 出生日期")
    identity_kind: IdentityKind = stored("Kind of identity document. 证件类型")
    masked_identity_number: str = stored("Identity number, mostly stars. 证件号码（脱敏）", "identity_masked")
    is_example: bool = stored("Invented, for demonstration. 是否示例数据")

    @classmethod
    def of(cls, row: models.Person) -> "Person":
        return cls(
            key=str(row.id),
            row=row,
            name=row.name,
            born_on=row.born_on,
            identity_kind=row.identity_kind,
            masked_identity_number=row.identity_masked,
            is_example=row.is_example,
        )

    @computed("Employments, oldest first. 任职经历", size=4, reads=Many(EMPLOYMENTS))
    async def employments(self, info: Info) -> list[Employment]:
        return [Employment.of(row) for row in await info.context.loaders.employments.load(self.row.id)]

    @computed("The employment on a day; of several the one that began last. 现任职", reads=Latest(EMPLOYMENTS))
    async def current_employment(self, info: Info, as_of: AsOf = None) -> Employment | None:
        day = info.context.day(as_of)
        rows = await info.context.loaders.employments.load(self.row.id)
        return next((Employment.of(row) for row in reversed(rows) if holds(row, day)), None)

    @computed("Completed education, oldest first. 学历", size=3, reads=Many(SCHOOLING))
    async def schooling(self, info: Info) -> list[Schooling]:
        return [Schooling.of(row) for row in await info.context.loaders.schooling.load(self.row.id)]

    @paged("Credentials of both ladders, whoever issued them. 凭证", reads=Pages(CREDENTIALS_IN_PAGES))
    async def credentials(
        self,
        info: Info,
        filter: Filter = None,
        order_by: OrderBy = CredentialOrder.AWARDED_ON,
        descending: Descending = False,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Credential]:
        filters = filter.read(info.context.asking) if filter else queries.NO_FILTER
        loaders, part = info.context.loaders, Slice(first, after, last, before)
        asked = CredentialsAsked(filters, order_by, descending, part)
        page = await loaders.credentials_pages.load((self.row.id, asked))
        return connection(page, part, credential_of, lambda: loaders.credential_counts.load((self.row.id, filters)))

    @computed(
        "Certificates of skill levels, oldest first. 职业技能等级证书",
        size=4,
        reads=Many(CREDENTIALS_OF_PERSON, {"kind": CredentialKind.SKILL_CERTIFICATE}),
    )
    async def skill_certificates(self, info: Info) -> list[SkillCertificate]:
        shown = await self._of_kind(info, CredentialKind.SKILL_CERTIFICATE)
        return [one for one in shown if isinstance(one, SkillCertificate)]

    @computed(
        "Professional titles, oldest first. 职称",
        size=3,
        reads=Many(CREDENTIALS_OF_PERSON, {"kind": CredentialKind.PROFESSIONAL_TITLE}),
    )
    async def professional_titles(self, info: Info) -> list[ProfessionalTitle]:
        shown = await self._of_kind(info, CredentialKind.PROFESSIONAL_TITLE)
        return [one for one in shown if isinstance(one, ProfessionalTitle)]

    async def _of_kind(self, info: Info, kind: CredentialKind) -> list[Credential]:
        rows = await info.context.loaders.credentials_of.load(self.row.id)
        return [credential_of(row) for row in rows if row.kind is kind]

    @computed("Awards in competitions, oldest first. 竞赛获奖", size=3, reads=Many(AWARDS))
    async def awards(self, info: Info) -> list[CompetitionAward]:
        return [CompetitionAward.of(row) for row in await info.context.loaders.awards.load(self.row.id)]

    @computed("Evaluations that the reader may read, oldest first. 评价", size=3, reads=Many(EVALUATIONS_OF_PERSON))
    async def evaluations(self, info: Info) -> list[Evaluation]:
        return [Evaluation.of(row) for row in await info.context.loaders.evaluations_of.load(self.row.id)]

    @computed(
        "What the running schemes add, by scheme and key, each with where it is from. 扩展事实",
        requires=rights.EVALUATIONS,
        weight=STATEMENT,
        size=10,
        reads=KeptFacts(KEPT_OF[ON_PERSON], partial(SchemeFact.of_running, what=ON_PERSON)),
    )
    async def scheme_facts(self, info: Info, scheme: SchemeKey = None) -> list[SchemeFact]:
        kept = await info.context.loaders.facts_of_people.load(self.row.id)
        return SchemeFact.of_running(info.context.running, kept, scheme, what=ON_PERSON)

    @computed(
        "What was recorded of the facts that the running schemes declare, oldest first; corrections stand beside what "
        "they correct. 扩展事实登记记录",
        requires=rights.EVALUATIONS,
        weight=STATEMENT,
        size=3,
        reads=UnderRunning(RECORDINGS),
    )
    async def scheme_fact_records(self, info: Info, scheme: SchemeKey = None) -> list[SchemeFactRecord]:
        kept = await info.context.loaders.recordings.load(self.row.id)
        return SchemeFactRecord.of_running(info.context.running, kept, scheme)

    @paged("Applications that the reader may read, by day of filing. 申报", requires=rights.APPLICATIONS)
    async def applications(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[Application]:
        loaders, part = info.context.loaders.rounds, Slice(first, after, last, before)
        page = await loaders.applications_of_people.load((self.row.id, part))
        count = loaders.application_counts_of_people
        return connection(page, part, Application.of, lambda: count.load(self.row.id))

    @computed(
        "What was asked for on the strength of the person's awards, where the reader may read it. 以赛代评申请",
        requires=rights.EVALUATIONS,
        size=1,
        reads=Many(CONTEST_REQUESTS_OF_PERSON),
    )
    async def contest_requests(self, info: Info) -> list[ContestRequestRef]:
        rows = await info.context.loaders.contests.requests_of_people.load(self.row.id)
        return [contest_request.ContestRequest.of(row) for row in rows]

    @computed("What the person is on record as coach of. 技术指导", size=1)
    async def coachings(self, info: Info) -> list[CoachingRef]:
        return [coaching.Coaching.of(row) for row in await info.context.loaders.contests.coachings_of.load(self.row.id)]

    @computed(
        "Preferences that the person may claim under the schemes in force at the employer; they decide nothing. "
        "优先考虑",
        size=1,
        weight=50,
    )
    async def preferences(self, info: Info, as_of: AsOf = None) -> list[ClaimablePreference]:
        case = await info.context.cases.load(self.row.id, info.context.day(as_of))
        found = await info.context.preferences.of_person(self.row.id, case)
        return [ClaimablePreference.of(one, scheme.key, info.context.vocabulary) for scheme, one in found]

    @computed("What the person may apply for now, from a date, or lacks, by date. 申报机会", size=10, weight=200)
    async def opportunities(
        self, info: Info, as_of: AsOf = None, include_unreached: Everything = False
    ) -> list[Opportunity]:
        found = await self._worked_out(info, as_of, partial(decide.opportunities, everything=include_unreached))
        return [Opportunity.of(one) for one in found]

    @computed(
        "The answer for one target at every place that offers it, best first. 对某一目标的判定", size=3, weight=100
    )
    async def decision(self, info: Info, target: Wanted, as_of: AsOf = None) -> list[Opportunity]:
        wanted = target.read(info.context.vocabulary)
        found = await self._worked_out(info, as_of, lambda case: decide.decide(case, wanted))
        return [Opportunity.of(one) for one in found]

    @computed("The earliest way to a target; none when no way leads there or it is held. 成长通道", weight=400)
    async def pathway(self, info: Info, target: Wanted, as_of: AsOf = None) -> Pathway | None:
        wanted = target.read(info.context.vocabulary)
        found = await self._worked_out(info, as_of, lambda case: pathways.pathway(case, wanted))
        return Pathway.of(found) if found else None

    @computed("Both ladders and the ways between them. 职业融合立交桥", weight=500)
    async def bridge(self, info: Info, as_of: AsOf = None) -> Bridge:
        return Bridge.of(await self._worked_out(info, as_of, bridge.bridge))

    async def _worked_out(self, info: Info, as_of: date | None, work: Callable[[Case], R]) -> R:
        case = await info.context.cases.load(self.row.id, info.context.day(as_of))
        return await info.context.in_turn(lambda: work(case))
