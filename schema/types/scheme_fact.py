"""Facts that schemes add, one by one and untyped: for whoever does not know the schemes beforehand."""

from datetime import date, datetime
from typing import Any, NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from core.storage.queries.kept_facts import KeptFact
from schema.context import Info
from schema.fields import computed
from schema.types import enterprise
from schema.types.refs import EnterpriseRef

FactValue = NewType("FactValue", object)


def _never_asked(value: object) -> Any:
    raise TypeError(f"no question holds the value of a fact: {value!r}")


def plain(value: Any) -> Any:
    """As JSON has it; a day is written as days are."""
    return value.isoformat() if isinstance(value, date) else value


FACT_VALUE: ScalarDefinition = strawberry.scalar(
    name="FactValue",
    description="A whole number, a text, true or false, or a day: of the type that the scheme declares. 扩展事实的值",
    serialize=plain,
    parse_value=_never_asked,
)


@strawberry.type(description="A fact that a scheme adds, as it is kept. 扩展事实的值")
class SchemeFact:
    """A kept fact."""

    row: strawberry.Private[KeptFact]
    scheme: str = strawberry.field(description="Key of the scheme. 方案标识")
    version: str = strawberry.field(description="Version that the value is from. 方案版本号")
    key: str = strawberry.field(description="Key of the fact. 事实标识")
    value: FactValue = strawberry.field(description="Its value. 取值")
    computed_at: datetime = strawberry.field(description="When it was computed and kept. 计算时间")
    digest: str = strawberry.field(description="Digest of the content of that version. 方案内容摘要")

    @classmethod
    def of(cls, row: KeptFact) -> "SchemeFact":
        return cls(
            row=row,
            scheme=row.scheme_key,
            version=row.version,
            key=row.key,
            value=row.value,
            computed_at=row.at,
            digest=row.digest,
        )

    @computed("Whose scheme it is, where the reader may read the enterprise. 方案企业")
    async def enterprise(self, info: Info) -> EnterpriseRef | None:
        row = await info.context.loaders.enterprises.load(self.row.enterprise_id)
        return enterprise.Enterprise.of(row) if row else None
