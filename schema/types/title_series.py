"""Series and specialties of professional titles."""

from datetime import date

import strawberry

from core import vocabulary
from core.ladders import TITLE_LEVELS
from core.vocabulary import Series, Vocabulary
from schema.context import Info
from schema.enums import TitleLevel
from schema.fields import computed
from schema.types import occupation
from schema.types.citation import Citation
from schema.types.node import Node
from schema.types.refs import OccupationRef
from schema.types.text import Text


@strawberry.type(description="The name of the title at one level of a series. 职称名称")
class TitleName:
    """A title as its series calls it at one level."""

    level: TitleLevel = strawberry.field(description="The level. 层级")
    name: Text = strawberry.field(description="The title. 职称名称")
    branch: Text | None = strawberry.field(description="The branch of the series, where it has several. 系列分支")


@strawberry.type(description="One of the 27 series of professional titles. 职称系列")
class TitleSeries(Node):
    """A series, with its titles and specialties."""

    row: strawberry.Private[Series]
    code: str = strawberry.field(description="Code on this platform. 系列代码")
    number: int = strawberry.field(description="Place in the official table. 序号")
    name: Text = strawberry.field(description="Name. 系列名称")
    citation: Citation = strawberry.field(description="Where the series is listed. 来源")

    @classmethod
    def of(cls, row: Series) -> "TitleSeries":
        return cls(
            key=row.code,
            row=row,
            code=row.code,
            number=row.number,
            name=Text.of(row.name),
            citation=Citation.of(row.citation),
        )

    @classmethod
    def known(cls, known: Vocabulary, _day: date, code: str | None) -> "TitleSeries | None":
        """The series of a stored code; None for one that the vocabulary has lost."""
        row = known.series.get(code or "")
        return cls.of(row) if row else None

    @computed("The title at each level, of each branch, lowest first. 各层级职称名称", size=8)
    def titles(self) -> list[TitleName]:
        return [
            TitleName(level=TitleLevel(level.value), name=Text.of(branch.titles[level]), branch=Text.maybe(branch.name))
            for branch in self.row.branches
            for level in TITLE_LEVELS
            if level in branch.titles
        ]

    @computed("Its lowest level; not every series has the staff level. 最低层级")
    def lowest_level(self, info: Info) -> TitleLevel:
        return TitleLevel(info.context.vocabulary.lowest_title(self.code).value)

    @computed("Its specialties. 专业", size=15)
    def specialties(self, info: Info) -> list["Specialty"]:
        known = info.context.vocabulary
        return [Specialty.of(one, known) for one in known.specialties.values() if one.series == self.code]


@strawberry.type(description="A specialty within a series of titles. 职称专业")
class Specialty(Node):
    """A specialty, with the occupations that correspond to it."""

    row: strawberry.Private[vocabulary.Specialty]
    code: str = strawberry.field(description="Code within the series. 专业代码")
    name: Text = strawberry.field(description="Name. 专业名称")
    domain: str | None = strawberry.field(description="Field that a province groups it under. 领域")
    series: TitleSeries = strawberry.field(description="Its series. 所属系列")
    citation: Citation = strawberry.field(description="Where the specialty is listed. 来源")

    @classmethod
    def of(cls, row: vocabulary.Specialty, known: Vocabulary) -> "Specialty":
        return cls(
            key=f"{row.series}:{row.code}",
            row=row,
            code=row.code,
            name=Text.of(row.name),
            domain=row.domain,
            series=TitleSeries.of(known.series_of(row.series)),
            citation=Citation.of(row.citation),
        )

    @classmethod
    def at(cls, info: Info, series: str | None, code: str | None) -> "Specialty | None":
        """The specialty of stored codes; None for one that the vocabulary has lost."""
        return cls.known(info.context.vocabulary, info.context.today, series, code)

    @classmethod
    def known(cls, known: Vocabulary, _day: date, series: str | None, code: str | None) -> "Specialty | None":
        """The same, for compiled reads."""
        row = known.specialties.get((series, code)) if series and code else None
        return cls.of(row, known) if row else None

    @computed("Occupations that correspond to it. 对应职业", size=5)
    def occupations(self, info: Info) -> list[OccupationRef]:
        known = info.context.vocabulary
        return [
            occupation.Occupation.of(known.occupation(code)) for code in sorted(known.occupations_of(*self.row.key))
        ]
