"""Occupations of the national classification."""

from datetime import date

import strawberry

from core import vocabulary
from schema.context import Info
from schema.fields import computed
from schema.types import title_series
from schema.types.citation import Citation
from schema.types.node import Node
from schema.types.refs import SpecialtyRef
from schema.types.text import Text


@strawberry.type(description="An occupation of the national classification. 职业")
class Occupation(Node):
    """One occupation, with what corresponds to it."""

    row: strawberry.Private[vocabulary.Occupation]
    code: str = strawberry.field(description="Code d-dd-dd-dd. 职业编码")
    name: Text = strawberry.field(description="Name. 职业名称")
    is_green: bool = strawberry.field(description="Green occupation (L). 绿色职业")
    is_digital: bool = strawberry.field(description="Digital occupation (S). 数字职业")
    minor_class: str = strawberry.field(description="Code of its minor class. 小类编码")
    minor_class_name: str | None = strawberry.field(description="Name of its minor class. 小类名称")
    citation: Citation | None = strawberry.field(description="Where the occupation is listed. 来源")
    correspondence: Citation | None = strawberry.field(
        description="What its correspondence with specialties rests on. 专业对应关系依据"
    )

    @classmethod
    def of(cls, row: vocabulary.Occupation) -> "Occupation":
        return cls(
            key=row.code,
            row=row,
            code=row.code,
            name=Text.of(row.name),
            is_green=row.green,
            is_digital=row.digital,
            minor_class=row.minor_class,
            minor_class_name=row.minor_class_name,
            citation=Citation.maybe(row.citation),
            correspondence=Citation.maybe(row.correspondence),
        )

    @classmethod
    def at(cls, info: Info, code: str | None) -> "Occupation | None":
        """The occupation of a stored code; None for one that the vocabulary has lost."""
        return cls.known(info.context.vocabulary, info.context.today, code)

    @classmethod
    def known(cls, vocabulary: vocabulary.Vocabulary, _day: date, code: str | None) -> "Occupation | None":
        """The same, for compiled reads."""
        row = vocabulary.occupations.get(code) if code else None
        return cls.of(row) if row else None

    @computed("Other occupations of the same minor class, whose work counts. 相关职业", size=8)
    def related(self, info: Info) -> list["Occupation"]:
        known = info.context.vocabulary
        return [Occupation.of(known.occupation(code)) for code in sorted(known.related(self.code)) if code != self.code]

    @computed("Specialties that correspond to it. 对应专业", size=3)
    def specialties(self, info: Info) -> list[SpecialtyRef]:
        known = info.context.vocabulary
        return [title_series.Specialty.of(known.specialty(*key), known) for key in sorted(self.row.specialties)]
