"""Certificates (证书) that rounds issued."""

from datetime import date

import strawberry

from core import models
from core.schemes import CriterionSide
from core.storage.queries.applications import APPLICATION_BY_ID, CERTIFICATE_BY_ID
from core.storage.queries.evaluations import EVALUATION
from core.storage.queries.people import PERSON
from core.storage.queries.rounds import ROUND_BY_ID
from schema.compiled.declared import One, shows
from schema.context import Info
from schema.fields import computed, stored
from schema.types import application, credential, evaluation, person, round
from schema.types.node import Node
from schema.types.refs import ApplicationRef, CredentialRef, EvaluationRef, PersonRef, RoundRef


@shows(models.Certificate)
@strawberry.type(
    description="A certificate of a round; whether it stands, the credential says that it is in the person's graph. "
    "证书"
)
class Certificate(Node):
    """A certificate."""

    row: strawberry.Private[models.Certificate]
    number: str = stored("Certificate number; never changed or given again. 证书编号")
    side: CriterionSide = stored("Of the skill level, or of the title. 证书类别")
    issued_on: date = stored("Day of issue. 发证日期")
    reported_on: date | None = stored("Day on which its data went to the bureau. 数据报送日期")

    @classmethod
    def of(cls, row: models.Certificate) -> "Certificate":
        return cls(
            key=str(row.id),
            row=row,
            number=row.number,
            side=row.side,
            issued_on=row.issued_on,
            reported_on=row.reported_on,
        )

    @computed(
        "The other certificate of the same evaluation. 一评双证的另一证书", reads=One(CERTIFICATE_BY_ID, "pair_id")
    )
    async def pair(self, info: Info) -> "Certificate | None":
        if self.row.pair_id is None:
            return None
        row = await info.context.loaders.rounds.certificates_by_id.load(self.row.pair_id)
        return Certificate.of(row) if row else None

    @computed("What it is in the person's graph, where the reader may read that. 凭证")
    async def credential(self, info: Info) -> CredentialRef | None:
        row = await info.context.loaders.credentials.load(self.row.credential_id)
        return credential.credential_of(row) if row else None

    @computed("Day of its revocation, where the reader may read that. 撤销日期")
    async def revoked_on(self, info: Info) -> date | None:
        row = await info.context.loaders.credentials.load(self.row.credential_id)
        return row.revoked_on if row else None

    @computed("Why it was revoked, where the reader may read that. 撤销理由")
    async def revoked_reason(self, info: Info) -> str | None:
        row = await info.context.loaders.credentials.load(self.row.credential_id)
        return row.revoked_reason if row else None

    @computed("Who holds it, where the reader may read the person. 持证人", reads=One(PERSON, "person_id"))
    async def holder(self, info: Info) -> PersonRef | None:
        row = await info.context.loaders.people.load(self.row.person_id)
        return person.Person.of(row) if row else None

    @computed("The round. 评价批次", reads=One(ROUND_BY_ID, "round_id"))
    async def round(self, info: Info) -> RoundRef | None:
        row = await info.context.loaders.rounds.by_id.load(self.row.round_id)
        return round.Round.of(row) if row else None

    @computed("The application. 申报", reads=One(APPLICATION_BY_ID, "application_id"))
    async def application(self, info: Info) -> ApplicationRef | None:
        row = await info.context.loaders.rounds.applications_by_id.load(self.row.application_id)
        return application.Application.of(row) if row else None

    @computed("The evaluation. 评价", reads=One(EVALUATION, "evaluation_id"))
    async def evaluation(self, info: Info) -> EvaluationRef | None:
        row = await info.context.loaders.evaluations.load(self.row.evaluation_id)
        return evaluation.Evaluation.of(row) if row else None
