"""Requests on the strength of an award (以赛代评), and what was decided of each certificate by whoever issues it."""

from datetime import date

import strawberry

from core import models
from core.errors import GuantongError
from core.models import ContestPath, ContestState
from core.rounds.steps import Party
from core.schemes import CriterionSide
from core.services.contest_case import issuing_party
from core.services.targets import sides_of, targets_of
from core.storage.queries.contests import CONTEST_REQUEST_BY_ID
from core.storage.queries.enterprises import ENTERPRISE
from core.storage.queries.evaluations import EVALUATION
from core.storage.queries.people import PERSON
from core.storage.queries.person_records import AWARD
from core.storage.queries.schemes import VERSION
from schema import rights
from schema.compiled.declared import One, shows
from schema.context import Info
from schema.fields import computed, stored
from schema.types import award, credential, enterprise, evaluation, person, scheme
from schema.types.node import Node
from schema.types.problem import Problem
from schema.types.refs import (
    CompetitionAwardRef,
    ContestDecisionRef,
    CredentialRef,
    EnterpriseRef,
    EvaluationRef,
    PersonRef,
    SchemeVersionRef,
)
from schema.types.replay import Replay, ReplayResult
from schema.types.target import Target, target_of


@shows(models.ContestRequest)
@strawberry.type(
    description="What is asked for on the strength of one award: a skill level, a title, or both (一赛双证). "
    "以赛代评申请"
)
class ContestRequest(Node):
    """A request as it stands."""

    row: strawberry.Private[models.ContestRequest]
    path: ContestPath = stored("By whose rule. 途径")
    state: ContestState = stored("How far it has come. 申请状态")
    revision: int = stored("A decision names it. 办理次序")
    asked_on: date = stored("Day of asking. 申请日期")
    is_by_applicant: bool = stored("Asked by the winner, not by the office. 是否本人申请", "by_applicant")
    is_example: bool = stored("Invented, for demonstration. 是否示例数据")

    @classmethod
    def of(cls, row: models.ContestRequest) -> "ContestRequest":
        return cls(
            key=str(row.id),
            row=row,
            path=row.path,
            state=row.state,
            revision=row.revision,
            asked_on=row.asked_on,
            is_by_applicant=row.by_applicant,
            is_example=row.is_example,
        )

    @computed("One target, or the two of 一赛双证. 申请目标", size=2)
    def targets(self) -> list[Target]:
        return [target_of(one) for one in targets_of(self.row)]

    @computed("The award, where the reader may read it. 获奖", reads=One(AWARD, "award_id"))
    async def award(self, info: Info) -> CompetitionAwardRef | None:
        row = await info.context.loaders.awards_by_id.load(self.row.award_id)
        return award.CompetitionAward.of(row) if row else None

    @computed("Who won, where the reader may read the person. 获奖人", reads=One(PERSON, "person_id"))
    async def person(self, info: Info) -> PersonRef | None:
        row = await info.context.loaders.people.load(self.row.person_id)
        return person.Person.of(row) if row else None

    @computed(
        "Where the winner works, where the reader may read the enterprise. 所在企业",
        reads=One(ENTERPRISE, "enterprise_id"),
    )
    async def enterprise(self, info: Info) -> EnterpriseRef | None:
        row = await info.context.loaders.enterprises.load(self.row.enterprise_id)
        return enterprise.Enterprise.of(row) if row else None

    @computed(
        "The version with the contest; none by the policy's own rule. 方案版本", reads=One(VERSION, "scheme_version_id")
    )
    async def scheme_version(self, info: Info) -> SchemeVersionRef | None:
        if self.row.scheme_version_id is None:
            return None
        row = await info.context.loaders.versions.load(self.row.scheme_version_id)
        return scheme.SchemeVersion.of(row) if row else None

    @computed("What was decided of each certificate, in the order it was. 决定", size=2)
    async def decisions(self, info: Info) -> list[ContestDecisionRef]:
        rows = await info.context.loaders.contests.decisions_of.load(self.row.id)
        return [ContestDecision.of(row) for row in rows]

    @computed("Whose decision it waits for; nobody's once it is settled. 待决定方", size=2)
    async def waits_for(self, info: Info) -> list[Party]:
        if self.row.state is not ContestState.ASKED:
            return []
        decided = {one.side for one in await info.context.loaders.contests.decisions_of.load(self.row.id)}
        waiting = {issuing_party(self.row.path, side) for side in sides_of(self.row) if side not in decided}
        return [party for party in Party if party in waiting]


@shows(models.ContestDecision)
@strawberry.type(description="What was decided of one certificate of a request; never changed. 以赛代评的决定")
class ContestDecision(Node):
    """A decision by whoever issues the certificate."""

    row: strawberry.Private[models.ContestDecision]
    side: CriterionSide = stored("Which certificate. 证书类别")
    granted: bool = stored("Whether it was granted. 是否同意")
    decided_on: date = stored("Day of the decision. 决定日期")
    reason: str = stored("Why. 理由")
    policy_digest: str | None = stored("Digest of the policy packs. 政策摘要")
    facts_digest: str | None = stored("Digest of the facts. 事实摘要")
    decision_digest: str | None = stored("Digest of the kept decision. 判定快照摘要")
    engine_version: str | None = stored("Version of the engine. 引擎版本")

    @classmethod
    def of(cls, row: models.ContestDecision) -> "ContestDecision":
        return cls(
            key=str(row.id),
            row=row,
            side=row.side,
            granted=row.granted,
            decided_on=row.decided_on,
            reason=row.reason,
            policy_digest=row.policy_digest,
            facts_digest=row.facts_digest,
            decision_digest=row.decision_digest,
            engine_version=row.engine_version,
        )

    @computed("Who decided, by the name of the account. 决定人", requires=rights.ROUND_STAFF)
    def decided_by(self) -> str:
        return self.row.decided_by

    @computed("What was asked. 所据申请", reads=One(CONTEST_REQUEST_BY_ID, "request_id"))
    async def request(self, info: Info) -> ContestRequest | None:
        row = await info.context.loaders.contests.requests.load(self.row.request_id)
        return ContestRequest.of(row) if row else None

    @computed("The certificate that was issued, where the reader may read it; two name each other. 证书")
    async def credential(self, info: Info) -> CredentialRef | None:
        if self.row.credential_id is None:
            return None
        row = await info.context.loaders.credentials.load(self.row.credential_id)
        return credential.credential_of(row) if row else None

    @computed(
        "The evaluation that the contest stands for; none by the policy's own rule. 评价",
        reads=One(EVALUATION, "evaluation_id"),
    )
    async def evaluation(self, info: Info) -> EvaluationRef | None:
        if self.row.evaluation_id is None:
            return None
        row = await info.context.loaders.evaluations.load(self.row.evaluation_id)
        return evaluation.Evaluation.of(row) if row else None

    @computed(
        "Recomputed from what it rested on, and compared; none of what was refused. Heavy: at most 100 a request, "
        "beyond that a Problem. 重放",
        weight=1000,
    )
    async def replay(self, info: Info) -> ReplayResult | None:
        if not self.row.granted:
            return None
        try:
            return Replay.of(await info.context.replays.of_contest(self.row))
        except GuantongError as refused:
            return Problem.of(refused)
