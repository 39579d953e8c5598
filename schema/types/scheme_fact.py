"""Facts that schemes add, one by one and untyped: for whoever does not know the schemes beforehand."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from core import models
from core.errors import ErrorCode, GuantongError
from core.redaction import shown
from core.storage.queries.enterprises import ENTERPRISE
from core.storage.queries.evaluations import EVALUATION
from core.storage.queries.kept_facts import FactOrigin, KeptFact, KeptRow
from core.storage.queries.people import PERSON
from core.texts import Text
from schema.compiled.declared import Known, One, by_values, shows
from schema.context import Info
from schema.fields import argument, computed, listed, stored
from schema.running import Running
from schema.types import enterprise, evaluation, person
from schema.types.refs import EnterpriseRef, EvaluationRef, PersonRef

FactValue = NewType("FactValue", object)


SchemeKey = Annotated[str | None, argument("Of one scheme, by its key. 方案标识")]


def parse_fact(value: Any) -> Any:
    """A value of one of the four types as JSON has it. Raises BAD_ARGUMENT for lists, objects and broken numbers."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool | int | str):
        return value
    quoted = shown(value)
    raise GuantongError(
        ErrorCode.BAD_ARGUMENT,
        Text(
            f"“{quoted}”不是事实的取值；应为整数、文字、true 或 false、日期（写作 YYYY-MM-DD）",
            f"'{quoted}' is no value of a fact: a whole number, a text, true or false, or a day as YYYY-MM-DD",
        ),
    )


def plain(value: Any) -> Any:
    """As JSON has it; a day is written as days are."""
    return value.isoformat() if isinstance(value, date) else value


FACT_VALUE: ScalarDefinition = strawberry.scalar(
    name="FactValue",
    description="A whole number, a text, true or false, or a day: of the type that the scheme declares. 扩展事实的值",
    specified_by_url="https://www.rfc-editor.org/rfc/rfc8259#section-3",
    serialize=plain,
    parse_value=parse_fact,
)


@strawberry.type(description="A fact that a scheme adds, as it is kept. 扩展事实的值")
class SchemeFact:
    """A kept fact."""

    row: strawberry.Private[KeptFact]
    scheme: str = strawberry.field(description="Key of the scheme. 方案标识")
    version: str = strawberry.field(description="Version that the value is from. 方案版本号")
    key: str = strawberry.field(description="Key of the fact. 事实标识")
    value: FactValue = strawberry.field(description="Its value. 取值")
    origin: FactOrigin = strawberry.field(description="Where the value is from. 来源")
    recorded_at: datetime = strawberry.field(description="When it was recorded, or computed and kept. 登记时间")
    computed_at: datetime | None = strawberry.field(
        description="When it was computed and kept; none where it was recorded. 计算时间"
    )
    revision: int | None = strawberry.field(description="Of its recording; none where it was computed. 登记次序")
    digest: str = strawberry.field(description="Digest of the content of that version. 方案内容摘要")

    @classmethod
    def of(cls, row: KeptFact) -> "SchemeFact":
        return cls(
            row=row,
            scheme=row.scheme_key,
            version=row.version,
            key=row.key,
            value=row.value,
            origin=row.origin,
            recorded_at=row.at,
            computed_at=row.at if row.origin is FactOrigin.COMPUTED else None,
            revision=row.revision,
            digest=row.digest,
        )

    @classmethod
    def of_running(
        cls, running: Running, kept: Iterable[KeptFact], scheme: str | None, *, what: str
    ) -> list["SchemeFact"]:
        """Those that a running version declares of people, or of evaluations."""
        return [cls.of(one) for one in kept if scheme in (None, one.scheme_key) and _is_declared(running, one, what)]

    @computed(
        "Whose scheme it is, where the reader may read the enterprise. 方案企业", reads=One(ENTERPRISE, "enterprise_id")
    )
    async def enterprise(self, info: Info) -> EnterpriseRef | None:
        row = await info.context.loaders.enterprises.load(self.row.enterprise_id)
        return enterprise.Enterprise.of(row) if row else None


def _is_declared(running: Running, one: KeptFact, what: str) -> bool:
    runs = running.scheme(one.uscc, one.scheme_key)
    return runs is not None and any((fact.key, fact.on) == (one.key, what) for fact in runs.facts)


@strawberry.type(description="A fact as one recording has it. 登记的事实")
class RecordedFact:
    """A value, or that it was withdrawn."""

    key: str = strawberry.field(description="Key of the fact. 事实标识")
    value: FactValue | None = strawberry.field(description="Its value; none where it was withdrawn. 取值")

    @classmethod
    def all(cls, facts: Mapping[str, Any]) -> list["RecordedFact"]:
        """Those of a recording, by key."""
        return [cls(key=key, value=facts[key]) for key in sorted(facts)]


@shows(models.RecordedFacts)
@strawberry.type(description="A recording of facts by the evaluation office; never changed. 扩展事实登记")
class SchemeFactRecord:
    """What was recorded at once, on what it rests and why."""

    row: strawberry.Private[models.RecordedFacts]
    scheme: str = stored("Key of the scheme. 方案标识", "scheme_key")
    version: str = stored("Version that ran and declared the facts. 方案版本号")
    digest: str = stored("Digest of the content of that version. 方案内容摘要", "wheel_digest")
    revision: int = stored(
        "Its place among the recordings of the same under the scheme; a correction names the newest. 登记次序"
    )
    facts: list[RecordedFact] = listed(
        "The facts, by key. 事实", size=3, reads=Known(("facts",), by_values(RecordedFact.all))
    )
    basis: str = stored("What shows it. 依据")
    reason: str = stored("Why; of a correction, what was wrong. 理由")
    recorded_at: datetime = stored("When. 登记时间")

    @classmethod
    def of(cls, row: models.RecordedFacts) -> "SchemeFactRecord":
        return cls(
            row=row,
            scheme=row.scheme_key,
            version=row.version,
            digest=row.wheel_digest,
            revision=row.revision,
            facts=RecordedFact.all(row.facts),
            basis=row.basis,
            reason=row.reason,
            recorded_at=row.recorded_at,
        )

    @classmethod
    def of_running(cls, running: Running, kept: Iterable[KeptRow], scheme: str | None) -> list["SchemeFactRecord"]:
        """Those under schemes that run."""
        asked = [one for one in kept if scheme in (None, one.row.scheme_key)]
        return [cls.of(one.row) for one in asked if running.scheme(one.uscc, one.row.scheme_key) is not None]

    @computed("Of whom, where the reader may read the person. 人员", reads=One(PERSON, "person_id"))
    async def person(self, info: Info) -> PersonRef | None:
        row = await info.context.loaders.people.load(self.row.person_id)
        return person.Person.of(row) if row else None

    @computed(
        "Of which evaluation; none where the facts are the person's. 评价", reads=One(EVALUATION, "evaluation_id")
    )
    async def evaluation(self, info: Info) -> EvaluationRef | None:
        if self.row.evaluation_id is None:
            return None
        row = await info.context.loaders.evaluations.load(self.row.evaluation_id)
        return evaluation.Evaluation.of(row) if row else None
