"""Credentials: one interface, two sides, four kinds."""

from datetime import date
from typing import Any
from uuid import UUID

import strawberry

from core import models
from core.facts import CredentialKind, ObtainedBy
from core.ladders import Level
from core.storage.queries.enterprises import ENTERPRISE
from core.storage.queries.evaluations import EVALUATION
from core.storage.queries.people import PERSON
from core.vocabulary import Vocabulary
from schema.arguments import AsOf
from schema.compiled.declared import Inner, Known, One, shows
from schema.context import Info
from schema.enums import CredentialStatus, SkillLevel, TitleLevel
from schema.fields import computed, stored, within
from schema.relations import loaded
from schema.types import enterprise, evaluation, person
from schema.types.node import Node
from schema.types.occupation import Occupation
from schema.types.refs import EnterpriseRef, EvaluationRef, PersonRef
from schema.types.text import Text
from schema.types.title_series import Specialty, TitleSeries

_NAMES = {
    CredentialKind.SKILL_CERTIFICATE: "SkillCertificate",
    CredentialKind.VOCATIONAL_QUALIFICATION: "VocationalQualification",
    CredentialKind.PROFESSIONAL_TITLE: "ProfessionalTitle",
    CredentialKind.PROFESSIONAL_QUALIFICATION: "ProfessionalQualification",
}


def _status_by(day: date, awarded_on: date, revoked_on: date | None, valid_until: date | None) -> CredentialStatus:
    if day < awarded_on:
        return CredentialStatus.AWARDED_LATER
    if revoked_on is not None and revoked_on <= day:
        return CredentialStatus.REVOKED
    if valid_until is not None and valid_until <= day:
        return CredentialStatus.EXPIRED
    return CredentialStatus.VALID


def _status(_known: Vocabulary, day: date, *days: str | None) -> CredentialStatus:
    return _status_by(day, *(None if one is None else date.fromisoformat(one) for one in days))  # type: ignore[arg-type]


def _level_name(known: Vocabulary, _day: date, level: str) -> Text:
    return Text.of(known.level_text(Level(level)))


@strawberry.type(description="Who issued a credential. 发证单位")
class Issuer:
    """An issuer by name; an enterprise where it is one on record."""

    enterprise_id: strawberry.Private[UUID | None]
    name: str = stored("Name on the certificate. 发证单位名称", "issuer_name")

    @computed("The enterprise, where the issuer is one. 发证企业", reads=One(ENTERPRISE, "issuer_enterprise_id"))
    async def enterprise(self, info: Info) -> EnterpriseRef | None:
        if self.enterprise_id is None:
            return None
        row = await info.context.loaders.enterprises.load(self.enterprise_id)
        return enterprise.Enterprise.of(row) if row else None


@strawberry.type(description="The post to which one was appointed with the credential. 评聘")
class Appointment:
    """An appointment."""

    post: str = stored("Post. 聘任岗位", "appointed_post")
    on: date | None = stored("Day of the appointment. 聘任日期", "appointed_on")


@shows(models.Credential, "kind", {kind.value: name for kind, name in _NAMES.items()})
@strawberry.interface(description="A credential of a person, on either ladder. 凭证")
class Credential(Node):
    """What every credential has, whichever ladder it stands on and whoever issued it."""

    row: strawberry.Private[models.Credential]
    kind: CredentialKind = stored("Kind of credential. 凭证类别")
    number: str | None = stored("Certificate number. 证书编号")
    issuer: Issuer = within("Who issued it. 发证单位")
    legal_basis: str = stored("What the issuer was entitled by. 法律或政策依据")
    route: ObtainedBy = stored("How it was obtained. 取得途径", "obtained_by")
    awarded_on: date = stored("Day of award. 取得日期")
    valid_until: date | None = stored("First day that no longer counts. 有效期截止（不含）")
    revoked_on: date | None = stored("Day of revocation. 撤销日期")
    revoked_reason: str | None = stored("Why it was revoked. 撤销理由")
    is_example: bool = stored("Invented, for demonstration. 是否示例数据")

    @computed("Whether it counts on a day. 凭证状态", reads=Known(("awarded_on", "revoked_on", "valid_until"), _status))
    def status(self, info: Info, as_of: AsOf = None) -> CredentialStatus:
        return status_on(self.row, info.context.day(as_of))

    @computed("The level in words, such as 技师（二级）. 等级或层级名称", reads=Known(("level",), _level_name))
    def level_name(self, info: Info) -> Text:
        return Text.of(info.context.vocabulary.level_text(self.row.level))

    @computed("Who holds it. 持证人", reads=One(PERSON, "person_id"))
    async def holder(self, info: Info) -> PersonRef:
        return person.Person.of(await loaded(info.context.loaders.people, self.row.person_id))

    @computed("The post to which one was appointed with it. 评聘", reads=Inner("appointed_post"))
    def appointment(self) -> Appointment | None:
        post = self.row.appointed_post
        return Appointment(post=post, on=self.row.appointed_on) if post else None

    @computed("The other certificate of the same evaluation. 一评双证的另一证书")
    async def linked_credential(self, info: Info) -> "Credential | None":
        row = await info.context.loaders.pairs.load((self.row.id, self.row.linked_credential_id))
        return credential_of(row) if row else None

    @computed("The evaluation it came from, where the reader may read it. 评价", reads=One(EVALUATION, "evaluation_id"))
    async def evaluation(self, info: Info) -> EvaluationRef | None:
        if self.row.evaluation_id is None:
            return None
        row = await info.context.loaders.evaluations.load(self.row.evaluation_id)
        return evaluation.Evaluation.of(row) if row else None


@strawberry.interface(description="A credential on the skill ladder. 技能类凭证")
class SkillCredential(Credential):
    """An occupation at a skill level."""

    skill_level: SkillLevel = stored("Skill level. 职业技能等级", "level")
    occupation_code: str | None = stored("Code of the occupation. 职业编码", "occupation")
    trade: str | None = stored("Trade within the occupation. 工种")

    @computed("The occupation, while the vocabulary lists it. 职业", reads=Known(("occupation",), Occupation.known))
    def occupation(self, info: Info) -> Occupation | None:
        return Occupation.at(info, self.occupation_code)


@strawberry.interface(description="A credential on the ladder of titles. 职称类凭证")
class TitleCredential(Credential):
    """A specialty of a series at a title level."""

    title_level: TitleLevel = stored("Level of the title. 职称层级", "level")
    title_name: str | None = stored("The title as certified. 职称名称")
    review_year: int | None = stored("Review year, not the year of award. 评审年度")

    @computed("The series. 职称系列", reads=Known(("series",), TitleSeries.known))
    def series(self, info: Info) -> TitleSeries | None:
        known = info.context.vocabulary.series.get(self.row.series or "")
        return TitleSeries.of(known) if known else None

    @computed("The specialty. 职称专业", reads=Known(("series", "specialty"), Specialty.known))
    def specialty(self, info: Info) -> Specialty | None:
        return Specialty.at(info, self.row.series, self.row.specialty)


@strawberry.type(description="A certificate of a skill level. 职业技能等级证书")
class SkillCertificate(SkillCredential):
    """Issued by an enterprise or an assessment organisation."""


@strawberry.type(description="A vocational qualification of skilled workers. 技能人员职业资格证书")
class VocationalQualification(SkillCredential):
    """Issued by the state."""


@strawberry.type(description="A professional title. 职称证书")
class ProfessionalTitle(TitleCredential):
    """Reviewed by a committee, or obtained by examination or recognition."""


@strawberry.type(description="A professional qualification of technical staff. 专业技术人员职业资格证书")
class ProfessionalQualification(TitleCredential):
    """Obtained by examination; it may count as a title."""


_SKILL: dict[CredentialKind, type[SkillCertificate | VocationalQualification]] = {
    CredentialKind.SKILL_CERTIFICATE: SkillCertificate,
    CredentialKind.VOCATIONAL_QUALIFICATION: VocationalQualification,
}
_TITLE: dict[CredentialKind, type[ProfessionalTitle | ProfessionalQualification]] = {
    CredentialKind.PROFESSIONAL_TITLE: ProfessionalTitle,
    CredentialKind.PROFESSIONAL_QUALIFICATION: ProfessionalQualification,
}
CONCRETE = (*_SKILL.values(), *_TITLE.values())


def credential_of(row: models.Credential) -> Credential:
    """The credential as its kind shows it, whatever its name: a 技师 of the health series is a title."""
    if row.kind in _SKILL:
        level = SkillLevel(row.level.value)
        return _SKILL[row.kind](**_shared(row), skill_level=level, occupation_code=row.occupation, trade=row.trade)
    return _TITLE[row.kind](
        **_shared(row), title_level=TitleLevel(row.level.value), title_name=row.title_name, review_year=row.review_year
    )


def _shared(row: models.Credential) -> dict[str, Any]:
    return {
        "key": str(row.id),
        "row": row,
        "kind": row.kind,
        "number": row.number,
        "issuer": Issuer(enterprise_id=row.issuer_enterprise_id, name=row.issuer_name),
        "legal_basis": row.legal_basis,
        "route": row.obtained_by,
        "awarded_on": row.awarded_on,
        "valid_until": row.valid_until,
        "revoked_on": row.revoked_on,
        "revoked_reason": row.revoked_reason,
        "is_example": row.is_example,
    }


def status_on(row: models.Credential, day: date) -> CredentialStatus:
    """Whether a credential counts on a day; revocation is told before expiry."""
    return _status_by(day, row.awarded_on, row.revoked_on, row.valid_until)
