"""Applications (申报) in rounds: what was claimed, decided, marked and worked out."""

from datetime import date
from typing import Annotated

import strawberry

from core import models
from core.eligibility.warnings import WarningCode
from core.errors import GuantongError
from core.models import ApplicationStatus, ClaimState
from core.services.explained import Asked
from core.services.targets import targets_of
from core.storage.queries.enterprises import ENTERPRISE
from core.storage.queries.people import PERSON
from core.storage.queries.rounds import ROUND_BY_ID
from core.storage.queries.schemes import VERSION
from schema import rights
from schema.compiled.declared import One, shows
from schema.context import Info
from schema.fields import computed, listed, stored
from schema.types import certificate, enterprise, person, round, scheme
from schema.types.evidence_file import EvidenceFile
from schema.types.node import Node
from schema.types.opportunity import Opportunity
from schema.types.preference import ClaimablePreference
from schema.types.problem import Problem
from schema.types.refs import CertificateRef, EnterpriseRef, PersonRef, RoundRef, SchemeVersionRef
from schema.types.score_entry import ScoreEntry, Tally, TitleBallot
from schema.types.target import Target, target_of

ApplicationDecision = Annotated[
    Opportunity | Problem,
    strawberry.union("ApplicationDecision", description="A decision, or why it cannot be told any more. 资格判定"),
]


@shows(models.EvidenceClaim)
@strawberry.type(description="Evidence that an applicant put forward, of a kind that the scheme declares. 业绩材料")
class EvidenceClaim:
    """A claim, until the office has looked at it and after."""

    row: strawberry.Private[models.EvidenceClaim]
    evidence: str = stored("Key of the kind. 材料代码", "key")
    amount: int = stored("How much, counted or graded as the scheme says. 数量或等次")
    since: date = stored("First day on which it may be used. 取得日期")
    state: ClaimState = stored("What became of it. 审核状态")
    reason: str | None = stored("Why it was refused. 不予认可的理由")
    is_repeated: bool = strawberry.field(
        description="A file of it stands in an earlier application; it does not count once more. 是否重复材料"
    )

    @classmethod
    def of(cls, row: models.EvidenceClaim) -> "EvidenceClaim":
        return cls(
            row=row,
            evidence=row.key,
            amount=row.amount,
            since=row.since,
            state=row.state,
            reason=row.reason,
            is_repeated=row.repeats_id is not None,
        )

    @computed("Its files, as far as the reader may read them: those who mark, once it is accepted. 附件", size=2)
    async def files(self, info: Info) -> list[EvidenceFile]:
        names = [(self.row.person_id, digest) for digest in self.row.files]
        rows = await info.context.loaders.rounds.evidence.load_many(names)
        return [EvidenceFile.of(row) for row in rows if row is not None]


@shows(models.Application)
@strawberry.type(
    description="An application for a skill level, a title, or both at once; whose it is, is told to those who may "
    "read the person. 申报"
)
class Application(Node):
    """An application as it stands."""

    row: strawberry.Private[models.Application]
    status: ApplicationStatus = stored("How far it has come. 申报状态")
    revision: int = stored("A decision names it. 办理次序")
    filed_on: date = stored("Day of filing. 申报日期")
    is_by_applicant: bool = stored("Filed by the applicant, not by the office. 是否本人申报", "by_applicant")
    reviewed_on: date | None = stored("Day of the qualification review. 资格审核日期")
    warnings: list[WarningCode] = listed("Of what the applicant was warned before filing. 申报前提示", 1)

    @classmethod
    def of(cls, row: models.Application) -> "Application":
        return cls(
            key=str(row.id),
            row=row,
            status=row.status,
            revision=row.revision,
            filed_on=row.filed_on,
            is_by_applicant=row.by_applicant,
            reviewed_on=row.reviewed_on,
            warnings=[WarningCode(code) for code in row.warnings],
        )

    @computed("One target, or the two of 一评双证. 申报目标", size=2)
    def targets(self) -> list[Target]:
        return [target_of(one) for one in targets_of(self.row)]

    @computed("Why the review came out so. 资格审核意见", requires=rights.EVALUATIONS)
    def review_reason(self) -> str | None:
        return self.row.review_reason

    @computed("Who applies, where the reader may read the person. 申报人", reads=One(PERSON, "person_id"))
    async def person(self, info: Info) -> PersonRef | None:
        row = await info.context.loaders.people.load(self.row.person_id)
        return person.Person.of(row) if row else None

    @computed("To which enterprise, where the reader may read it. 评价企业", reads=One(ENTERPRISE, "enterprise_id"))
    async def enterprise(self, info: Info) -> EnterpriseRef | None:
        row = await info.context.loaders.enterprises.load(self.row.enterprise_id)
        return enterprise.Enterprise.of(row) if row else None

    @computed("In which round; none of applications outside rounds. 评价批次", reads=One(ROUND_BY_ID, "round_id"))
    async def round(self, info: Info) -> RoundRef | None:
        if self.row.round_id is None:
            return None
        row = await info.context.loaders.rounds.by_id.load(self.row.round_id)
        return round.Round.of(row) if row else None

    @computed(
        "Under which version of the scheme, where the reader may read it. 方案版本",
        reads=One(VERSION, "scheme_version_id"),
    )
    async def scheme_version(self, info: Info) -> SchemeVersionRef | None:
        row = await info.context.loaders.versions.load(self.row.scheme_version_id)
        return scheme.SchemeVersion.of(row) if row else None

    @computed("Evidence that was put forward, by kind. 业绩材料", size=3)
    async def claims(self, info: Info) -> list[EvidenceClaim]:
        return [EvidenceClaim.of(row) for row in await info.context.loaders.rounds.claims.load(self.row.id)]

    @computed(
        "What was decided when it was filed, as need, have and gap: decided again from what is kept, in words. None "
        "where the scheme does not offer the target. Heavy: at most 100 a request. 申报时的资格判定",
        requires=rights.EVALUATIONS,
        weight=300,
    )
    async def decision(self, info: Info) -> ApplicationDecision | None:
        return await self._explained(info, self.row.decision_digest)

    @computed(
        "The same of its qualification review; none before it. 资格审核时的判定",
        requires=rights.EVALUATIONS,
        weight=300,
    )
    async def review_decision(self, info: Info) -> ApplicationDecision | None:
        return await self._explained(info, self.row.review_decision_digest)

    async def _explained(self, info: Info, digest: str | None) -> Opportunity | Problem | None:
        if digest is None:
            return None
        try:
            found = await info.context.explanations.of(Asked(digest, targets_of(self.row)))
        except GuantongError as refused:
            return Problem.of(refused)
        return Opportunity.of(found) if found else None

    @computed(
        "Preferences that the applicant may claim under the version, on the day that conditions are judged: they hold "
        "among equals and decide nothing. Null where the reader may not read the version, and, with an error, "
        "where its content cannot be read. 优先考虑",
        requires=rights.EVALUATIONS,
        size=1,
        weight=20,
    )
    async def preferences(self, info: Info) -> list[ClaimablePreference] | None:
        found = await info.context.preferences.of_application(self.row)
        if found is None:
            return None
        key, preferred = found
        return [ClaimablePreference.of(one, key, info.context.vocabulary) for one in preferred]

    @computed(
        "Marks that the reader may read, corrected ones before what replaces them. 评分",
        requires=rights.MARKS,
        size=15,
    )
    async def marks(self, info: Info) -> list[ScoreEntry]:
        return [ScoreEntry.of(row) for row in await info.context.loaders.rounds.marks.load(self.row.id)]

    @computed(
        "Its results, the one that counts last; its applicant reads them from the public notice on. 评价结果",
        requires=rights.EVALUATIONS,
        size=1,
    )
    async def results(self, info: Info) -> list[Tally]:
        return [Tally.of(row) for row in await info.context.loaders.rounds.tallies.load(self.row.id)]

    @computed("How the vote on the title ended; none before that. 表决结果", requires=rights.ROUND_STAFF)
    async def ballot(self, info: Info) -> TitleBallot | None:
        rows = await info.context.loaders.rounds.ballots.load(self.row.id)
        return TitleBallot.of(rows[0]) if rows else None

    @computed("Certificates that came of it; two name each other. 证书", requires=rights.EVALUATIONS, size=2)
    async def certificates(self, info: Info) -> list[CertificateRef]:
        rows = await info.context.loaders.rounds.certificates_of.load(self.row.id)
        return [certificate.Certificate.of(row) for row in rows]
