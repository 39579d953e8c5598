"""Filters of rounds, applications and certificates, and what is applied for, read into those of core."""

from datetime import date
from typing import Any

import strawberry

from core.models import ApplicationStatus
from core.rounds.steps import RoundState
from core.schemes import CriterionSide
from core.services.claims import NewClaim
from core.storage.queries import applications, rounds
from schema.asking import Asking
from schema.ids import row_key
from schema.types.target import SkillTargetInput, TitleTargetInput


@strawberry.input(description="Which rounds; all given parts must hold. 批次筛选条件")
class RoundFilter:
    """Filter of rounds."""

    enterprise: strawberry.ID | None = strawberry.field(description="Id of the enterprise. 评价企业", default=None)
    scheme_version: strawberry.ID | None = strawberry.field(
        description="Id of the scheme's version. 方案版本", default=None
    )
    states: list[RoundState] | None = strawberry.field(description="One of these states. 批次状态", default=None)

    def read(self, _asking: Asking) -> rounds.RoundFilter:
        return rounds.RoundFilter(
            enterprise_id=row_key(self.enterprise, "Enterprise") if self.enterprise else None,
            scheme_version_id=row_key(self.scheme_version, "SchemeVersion") if self.scheme_version else None,
            states=None if self.states is None else frozenset(self.states),
        )


@strawberry.input(description="Which applications; all given parts must hold. 申报筛选条件")
class ApplicationFilter:
    """Filter of applications."""

    round: strawberry.ID | None = strawberry.field(description="Id of the round. 评价批次", default=None)
    enterprise: strawberry.ID | None = strawberry.field(description="Id of the enterprise. 评价企业", default=None)
    person: strawberry.ID | None = strawberry.field(description="Id of the applicant. 申报人", default=None)
    status: ApplicationStatus | None = strawberry.field(description="How far it has come. 申报状态", default=None)

    def read(self, _asking: Asking) -> applications.ApplicationFilter:
        return applications.ApplicationFilter(
            round_id=row_key(self.round, "Round") if self.round else None,
            enterprise_id=row_key(self.enterprise, "Enterprise") if self.enterprise else None,
            person_id=row_key(self.person, "Person") if self.person else None,
            status=self.status,
        )


@strawberry.input(description="Which certificates; all given parts must hold. 证书筛选条件")
class CertificateFilter:
    """Filter of certificates."""

    round: strawberry.ID | None = strawberry.field(description="Id of the round. 评价批次", default=None)
    enterprise: strawberry.ID | None = strawberry.field(description="Id of the enterprise. 评价企业", default=None)
    number_contains: str | None = strawberry.field(description="Part of the number. 证书编号包含", default=None)
    side: CriterionSide | None = strawberry.field(description="Of skill levels, or of titles. 证书类别", default=None)
    stands: bool | None = strawberry.field(
        description="Whether it counts today; false: revoked or expired. 当日是否有效", default=None
    )

    def read(self, _asking: Asking) -> applications.CertificateFilter:
        return applications.CertificateFilter(
            round_id=row_key(self.round, "Round") if self.round else None,
            enterprise_id=row_key(self.enterprise, "Enterprise") if self.enterprise else None,
            number_contains=self.number_contains,
            side=self.side,
            stands=self.stands,
        )


@strawberry.input(description="What is applied for: a skill level, a title, or both at once (一评双证). 申报目标")
class TargetsInput:
    """At least one of the two."""

    skill: SkillTargetInput | None = strawberry.field(description="A skill level. 技能等级", default=None)
    title: TitleTargetInput | None = strawberry.field(description="A title. 职称", default=None)

    def read(self) -> dict[str, Any]:
        """The columns of what is applied for; whether the codes are known is for the use case to say."""
        found: dict[str, Any] = {}
        if self.skill is not None:
            skill = self.skill
            found |= {"occupation": skill.occupation, "trade": skill.trade, "skill_level": skill.level.value}
        if self.title is not None:
            title = self.title
            found |= {"series": title.series, "specialty": title.specialty, "title_level": title.level.value}
        return found


@strawberry.input(description="Evidence that is put forward, of a kind that the scheme declares. 业绩材料")
class EvidenceClaimInput:
    """One kind."""

    evidence: str = strawberry.field(description="Key of the kind. 材料代码")
    amount: int = strawberry.field(description="How much, counted or graded as the scheme says. 数量或等次")
    since: date = strawberry.field(description="First day on which it may be used. 取得日期")
    files: list[str] = strawberry.field(description="Files by their SHA-256. 附件摘要", default_factory=list)

    def read(self) -> NewClaim:
        return NewClaim(evidence=self.evidence, amount=self.amount, since=self.since, files=tuple(self.files))


@strawberry.input(description="An application that is not filed yet. 申报前检查")
class ApplicationDraftInput:
    """What would be filed, by whom."""

    round: strawberry.ID = strawberry.field(description="Id of the round. 评价批次")
    targets: TargetsInput = strawberry.field(description="What would be applied for. 申报目标")
    person: strawberry.ID | None = strawberry.field(
        description="Id of the applicant; oneself unless told. 申报人", default=None
    )
    evidence: list[EvidenceClaimInput] = strawberry.field(description="Evidence. 业绩材料", default_factory=list)

    def read(self) -> dict[str, Any]:
        return {
            "round_id": row_key(self.round, "Round"),
            "person_id": row_key(self.person, "Person") if self.person else None,
            "evidence": tuple(one.read() for one in self.evidence),
            **self.targets.read(),
        }
