"""The two authorities of an enterprise to evaluate."""

from datetime import date

import strawberry

from core import models
from core.models import AuthorityKind
from schema.arguments import AsOf
from schema.compiled.declared import Known, shows
from schema.context import Info
from schema.fields import computed, stored
from schema.types.node import Node
from schema.types.occupation import Occupation
from schema.types.rung import Rung
from schema.types.span import holds
from schema.types.title_series import TitleSeries


@shows(models.Authority)
@strawberry.type(description="What an enterprise may evaluate, as dated evidence. 评价权限")
class Authority(Node):
    """An authority: a title series or an occupation, up to a level."""

    row: strawberry.Private[models.Authority]
    kind: AuthorityKind = stored("Which of the two. 权限类别")
    highest: Rung = strawberry.field(description="Up to which level. 最高等级或层级")
    document: str = stored("The document that grants it. 依据文件")
    starts: date = stored("First day. 起始日期")
    ends: date | None = stored("First day no longer in force. 截止日期（不含）")

    @classmethod
    def of(cls, row: models.Authority) -> "Authority":
        return cls(
            key=str(row.id),
            row=row,
            kind=row.kind,
            highest=Rung.of(row.highest),
            document=row.document,
            starts=row.starts,
            ends=row.ends,
        )

    @computed(
        "The title series, of an authority to review titles; none: every series. 职称系列",
        reads=Known(("series",), TitleSeries.known),
    )
    def series(self, info: Info) -> TitleSeries | None:
        known = info.context.vocabulary.series.get(self.row.series or "")
        return TitleSeries.of(known) if known else None

    @computed(
        "The occupation, of an authority to recognise skill levels; none: every occupation. 职业",
        reads=Known(("occupation",), Occupation.known),
    )
    def occupation(self, info: Info) -> Occupation | None:
        return Occupation.at(info, self.row.occupation)

    @computed("Whether it is in force on a day. 当日是否有效")
    def is_in_force(self, info: Info, as_of: AsOf = None) -> bool:
        return holds(self.row, info.context.day(as_of))
