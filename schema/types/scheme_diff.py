"""What one version of a scheme changes against another."""

import strawberry

from core import scheme_diff, schemes
from core.scheme_diff import Change
from schema.context import Info
from schema.fields import computed
from schema.types.content import SchemeContent
from schema.types.margin import FloorMargin, margins_of
from schema.types.text import Text


@strawberry.type(description="One difference between two versions. 变更")
class SchemeChange:
    """A difference in one element."""

    found: strawberry.Private[scheme_diff.Difference]
    kind: Change = strawberry.field(description="How it differs. 变更类别")
    part: str = strawberry.field(description="The element: scheme, row, groups, criteria and so on. 要素")
    key: str = strawberry.field(description="Which of them. 代码")
    field: str | None = strawberry.field(description="What in it differs; none: all of it. 字段")
    before: str | None = strawberry.field(description="What it was; of a row that is gone, the whole row. 原值")
    after: str | None = strawberry.field(description="What it is; of a row that is new, the whole row. 新值")
    row: int | None = strawberry.field(description="Number of the row, the newer one's where it is there. 行号")

    @classmethod
    def of(cls, one: scheme_diff.Difference) -> "SchemeChange":
        return cls(
            found=one,
            kind=one.change,
            part=one.part,
            key=one.key,
            field=one.field,
            before=one.before,
            after=one.after,
            row=one.row,
        )

    @computed("The two sides of the row, in words; none of other elements. 条目")
    def label(self, info: Info) -> Text | None:
        if self.found.sides is None:
            return None
        skill, title = map(info.context.vocabulary.target_text, self.found.sides)
        return Text(zh=f"{skill.zh} ↔ {title.zh}", en=f"{skill.en} ↔ {title.en}")


@strawberry.type(description="What changes from one version to another. 版本差异")
class SchemeDiff:
    """Two contents beside each other."""

    before: strawberry.Private[schemes.Scheme]
    after: strawberry.Private[schemes.Scheme]

    def __post_init__(self) -> None:
        scheme_diff.same_scheme(self.before, self.after)

    @computed("What it was. 原版本")
    def older(self) -> SchemeContent:
        return SchemeContent.of(self.before)

    @computed("What it is. 新版本")
    def newer(self) -> SchemeContent:
        return SchemeContent.of(self.after)

    @computed("Every difference: header, rows by their two sides, the other elements. 变更", size=50)
    def changes(self, info: Info) -> list[SchemeChange]:
        return [SchemeChange.of(one) for one in scheme_diff.diff(self.before, self.after, info.context.policy)]

    @computed(
        "How far each direction of the newer stands above the policy's floor. 高于政策底线的年限", size=100, weight=200
    )
    def margins(self, info: Info) -> list[FloorMargin]:
        return margins_of(self.after, info.context.policy)
