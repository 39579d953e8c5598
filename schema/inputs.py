"""Filters and sort orders of lists, read into those of the storage."""

from datetime import date

import strawberry

from core.facts import CredentialKind
from core.identifiers import parse_identity_number
from core.ladders import Level
from core.models import FilingState
from core.permissions import Permission
from core.storage.queries import credentials, enterprises, evaluations, filings, people
from core.storage.queries.credentials import CredentialOrder
from core.storage.queries.people import PeopleOrder
from schema.asking import Asking
from schema.enums import SkillLevel, TitleLevel, describe
from schema.ids import row_key

describe(
    PeopleOrder,
    "What people are sorted by. 人员排序",
    {PeopleOrder.NAME: "By name. 姓名", PeopleOrder.CREATED: "By when they were recorded. 登记先后"},
)
describe(
    CredentialOrder,
    "What credentials are sorted by. 凭证排序",
    {
        CredentialOrder.AWARDED_ON: "By day of award. 取得日期",
        CredentialOrder.NUMBER: "By certificate number. 证书编号",
    },
)


@strawberry.input(one_of=True, description="A level of exactly one ladder. 等级或层级")
class LevelInput:
    """Either side."""

    skill: SkillLevel | None = strawberry.field(description="A skill level. 职业技能等级", default=strawberry.UNSET)
    title: TitleLevel | None = strawberry.field(description="A title level. 职称层级", default=strawberry.UNSET)

    def read(self) -> Level:
        given = self.skill or self.title
        if not given:
            raise AssertionError("exactly one is given: the schema says so")
        return Level(given.value)


@strawberry.input(description="Which people; all given parts must hold. 人员筛选条件")
class PeopleFilter:
    """Filter of people."""

    name_contains: str | None = strawberry.field(description="Part of the name. 姓名包含", default=None)
    employer: strawberry.ID | None = strawberry.field(description="Id of the present employer. 现任企业", default=None)
    holds_level: LevelInput | None = strawberry.field(
        description="Level of a credential that counts today. 现持等级或层级", default=None
    )
    occupation: str | None = strawberry.field(description="Occupation of the present post. 现岗位职业", default=None)
    identity_number: str | None = strawberry.field(
        description="The whole identity number; takes city:identity:read. 证件号码", default=None
    )

    def read(self, asking: Asking) -> people.PeopleFilter:
        index = None
        if self.identity_number is not None:
            # Before anything is said of the number: a check digit is an answer too.
            asking.require(Permission.CITY_IDENTITY_READ)
            index = asking.keyring.index(parse_identity_number(self.identity_number).number)
        return people.PeopleFilter(
            name_contains=self.name_contains,
            employer_id=row_key(self.employer, "Enterprise") if self.employer else None,
            holds_level=self.holds_level.read() if self.holds_level else None,
            occupation=asking.vocabulary.occupation(self.occupation).code if self.occupation else None,
            identity_index=index,
        )


@strawberry.input(description="Which credentials; all given parts must hold. 凭证筛选条件")
class CredentialFilter:
    """Filter of credentials."""

    kind: CredentialKind | None = strawberry.field(description="Kind. 凭证类别", default=None)
    level: LevelInput | None = strawberry.field(description="Level. 等级或层级", default=None)
    occupation: str | None = strawberry.field(description="Code of the occupation. 职业编码", default=None)
    series: str | None = strawberry.field(description="Code of the title series. 系列代码", default=None)
    issuer_contains: str | None = strawberry.field(description="Part of the issuer's name. 发证单位包含", default=None)
    awarded_from: date | None = strawberry.field(description="First day of award. 取得日期起", default=None)
    awarded_to: date | None = strawberry.field(description="Last day of award. 取得日期止", default=None)

    def read(self, asking: Asking) -> credentials.CredentialFilter:
        known = asking.vocabulary
        return credentials.CredentialFilter(
            kind=self.kind,
            level=self.level.read() if self.level else None,
            occupation=known.occupation(self.occupation).code if self.occupation else None,
            series=known.series_of(self.series).code if self.series else None,
            issuer_contains=self.issuer_contains,
            awarded_from=self.awarded_from,
            awarded_to=self.awarded_to,
        )


@strawberry.input(description="Which enterprises; all given parts must hold. 企业筛选条件")
class EnterpriseFilter:
    """Filter of enterprises."""

    name_contains: str | None = strawberry.field(description="Part of a name or of the key. 名称包含", default=None)
    listed_on: date | None = strawberry.field(description="On the pilot list that day. 当日在试点名单", default=None)
    uscc: str | None = strawberry.field(description="Unified social credit code. 统一社会信用代码", default=None)

    def read(self, _asking: Asking) -> enterprises.EnterpriseFilter:
        return enterprises.EnterpriseFilter(name_contains=self.name_contains, listed_on=self.listed_on, uscc=self.uscc)


@strawberry.input(description="Which evaluations; all given parts must hold. 评价筛选条件")
class EvaluationFilter:
    """Filter of evaluations."""

    enterprise: strawberry.ID | None = strawberry.field(description="Id of the enterprise. 评价企业", default=None)
    scheme_version: strawberry.ID | None = strawberry.field(
        description="Id of the scheme's version. 方案版本", default=None
    )
    decided_from: date | None = strawberry.field(description="First day of decision. 评定日期起", default=None)
    decided_to: date | None = strawberry.field(description="Last day of decision. 评定日期止", default=None)

    def read(self, _asking: Asking) -> evaluations.EvaluationFilter:
        return evaluations.EvaluationFilter(
            enterprise_id=row_key(self.enterprise, "Enterprise") if self.enterprise else None,
            scheme_version_id=row_key(self.scheme_version, "SchemeVersion") if self.scheme_version else None,
            decided_from=self.decided_from,
            decided_to=self.decided_to,
        )


@strawberry.input(description="Which filings; all given parts must hold. 备案申请筛选条件")
class FilingFilter:
    """Filter of filings."""

    state: FilingState | None = strawberry.field(description="How far it has come. 状态", default=None)
    scheme: strawberry.ID | None = strawberry.field(description="Id of the scheme. 工作方案", default=None)
    industry_authority: str | None = strawberry.field(
        description="The authority that countersigns. 行业主管部门", default=None
    )

    def read(self, _asking: Asking) -> filings.FilingFilter:
        return filings.FilingFilter(
            state=self.state,
            scheme_id=row_key(self.scheme, "Scheme") if self.scheme else None,
            industry_authority=self.industry_authority,
        )
