"""What stands out to supervision (监管预警)."""

from datetime import date

import strawberry

from core.services.supervision import Alert, AlertKind
from schema.context import Info
from schema.fields import computed, listed
from schema.types import enterprise, person, public_notice, round
from schema.types.citation import Citation
from schema.types.credential import Credential, credential_of
from schema.types.refs import EnterpriseRef, ObjectionRef, PersonRef, RoundRef
from schema.types.text import Text


@strawberry.type(description="Something that stands out and that somebody should look at. 监管预警")
class SupervisionAlert:
    """An alert; it decides nothing."""

    alert: strawberry.Private[Alert]
    kind: AlertKind = strawberry.field(description="What stands out. 预警类别")
    day: date = strawberry.field(description="Since when it does. 日期")
    text: Text = strawberry.field(description="In words. 说明")
    measured: float = strawberry.field(description="What was found, in the unit of the text. 实际值")
    limit: float = strawberry.field(description="From where on it is an alert. 预警值")
    citation: Citation = strawberry.field(description="The clause of the limit. 依据")
    assessor_name: str | None = strawberry.field(description="The assessor whom it is about. 考评人员")
    credentials: list[Credential] = listed("Certificates that it rests on. 所涉证书", 2)

    @classmethod
    def of(cls, alert: Alert) -> "SupervisionAlert":
        return cls(
            alert=alert,
            kind=alert.kind,
            day=alert.day,
            text=Text.of(alert.text),
            measured=alert.measured,
            limit=alert.limit,
            citation=Citation.of(alert.citation),
            assessor_name=alert.assessor,
            credentials=[credential_of(one) for one in alert.credentials],
        )

    @computed("The enterprise. 企业")
    async def enterprise(self, info: Info) -> EnterpriseRef | None:
        id_ = self.alert.enterprise_id
        row = await info.context.loaders.enterprises.load(id_) if id_ else None
        return enterprise.Enterprise.of(row) if row else None

    @computed("The round that it rests on. 评价批次")
    async def round(self, info: Info) -> RoundRef | None:
        id_ = self.alert.round_id
        row = await info.context.loaders.rounds.by_id.load(id_) if id_ else None
        return round.Round.of(row) if row else None

    @computed("The objection that waits or waited. 异议")
    async def objection(self, info: Info) -> ObjectionRef | None:
        id_ = self.alert.objection_id
        row = await info.context.loaders.rounds.objections_by_id.load(id_) if id_ else None
        return public_notice.Objection.of(row) if row else None

    @computed("The person whom it is about, if the reader may read them. 人员")
    async def person(self, info: Info) -> PersonRef | None:
        id_ = self.alert.person_id
        row = await info.context.loaders.people.load(id_) if id_ else None
        return person.Person.of(row) if row else None
