"""The columns of lists that leave the system (导出列)."""

import strawberry

from core.exporting.form import Column
from schema.types.citation import Citation
from schema.types.text import Text


@strawberry.type(description="A column of a list for export. 导出列")
class ExportColumn:
    """A column, and where it comes from."""

    key: str = strawberry.field(description="What one chooses it by. 列标识")
    header: Text = strawberry.field(description="Its header; files carry the Chinese one. 列名")
    is_guarded: bool = strawberry.field(
        description="Holds identity numbers in full: given on request, by who may read them. 是否含完整证件号码"
    )
    is_platform_default: bool = strawberry.field(description="No document prescribes it. 是否平台默认")
    citation: Citation | None = strawberry.field(description="What prescribes it. 依据")
    note: Text | None = strawberry.field(description="What one might otherwise take for prescribed. 说明")

    @classmethod
    def of(cls, column: Column) -> "ExportColumn":
        return cls(
            key=column.key,
            header=Text.of(column.header),
            is_guarded=column.is_guarded,
            is_platform_default=not column.is_prescribed,
            citation=Citation.maybe(column.citation),
            note=None if column.note is None else Text.of(column.note),
        )
