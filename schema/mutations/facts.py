"""Facts that a scheme declares, recorded by the evaluation office; a correction is another recording."""

from typing import Annotated, Any

import strawberry

from core.services import recorded_facts
from core.services.recorded_facts import MOST_FACTS
from schema import rights
from schema.context import Info
from schema.fields import argument, mutation
from schema.ids import row_key
from schema.mutations.attempt import attempt
from schema.mutations.seen import KEY, REASON
from schema.types.problem import Problem
from schema.types.scheme_fact import FactValue, SchemeFactRecord


@strawberry.input(description="A fact to record. 登记的事实")
class FactInput:
    """Of the type that the running version declares."""

    key: str = strawberry.field(description="Key of the fact. 事实标识")
    value: FactValue | None = strawberry.field(
        description="Its value, of the type that the scheme declares; null withdraws what is on record. 取值"
    )

    def read(self) -> dict[str, Any]:
        return {"key": self.key, "value": self.value}


@strawberry.input(description="Facts of a person or of an evaluation. 扩展事实登记")
class RecordSchemeFactsInput:
    """Either the one or the other, under a scheme of one's own enterprise that runs."""

    key: str = strawberry.field(description=KEY)
    person: strawberry.ID | None = strawberry.field(description="Id of the person. 人员标识", default=None)
    evaluation: strawberry.ID | None = strawberry.field(description="Id of the evaluation. 评价标识", default=None)
    scheme: str = strawberry.field(description="Key of the scheme. 方案标识")
    facts: list[FactInput] = strawberry.field(description=f"The facts, at most {MOST_FACTS}. 事实")
    revision: int = strawberry.field(
        description="Of the newest recording of the same under the scheme, as one read it; 0 for none. 登记次序",
        default=0,
    )
    basis: str = strawberry.field(description="What shows it. 依据")
    reason: str = strawberry.field(description=REASON)

    def read(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "person_id": row_key(self.person, "Person") if self.person else None,
            "evaluation_id": row_key(self.evaluation, "Evaluation") if self.evaluation else None,
            "scheme": self.scheme,
            "facts": tuple(one.read() for one in self.facts),
            "revision": self.revision,
            "basis": self.basis,
        }


@strawberry.type(description="Facts that were recorded. 扩展事实登记结果")
class RecordedSchemeFacts:
    """The recording."""

    record: SchemeFactRecord = strawberry.field(description="The recording. 登记")


SchemeFactsResult = Annotated[
    RecordedSchemeFacts | Problem,
    strawberry.union("SchemeFactsResult", description="What came of it. 扩展事实登记结果"),
]
Record = Annotated[RecordSchemeFactsInput, argument("The facts. 登记内容")]


@strawberry.type
class FactMutations:
    """Mutations about facts that schemes add."""

    @mutation(
        "Record facts that a running scheme of one's own declares; a correction is another recording. 登记扩展事实",
        requires=rights.RECORD_FACTS,
    )
    async def record_scheme_facts(self, info: Info, input: Record) -> SchemeFactsResult:
        async def step() -> RecordedSchemeFacts:
            given = recorded_facts.NewFacts(**input.read())
            row = await info.context.do(recorded_facts.record_scheme_facts, given, input.reason)
            return RecordedSchemeFacts(record=SchemeFactRecord.of(row))

        return await attempt(step)
