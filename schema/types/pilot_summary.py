"""Summaries of the pilot (总结提升)."""

from typing import Any
from uuid import UUID

import strawberry

from core.services.summary import SummaryRow, gap, rate
from core.storage.queries.summary import Dimension, EvidenceGroup, Tried
from schema.context import Info
from schema.fields import computed, listed
from schema.types import enterprise, scheme
from schema.types.citation import Citation
from schema.types.occupation import Occupation
from schema.types.refs import EnterpriseRef, SchemeRef


@strawberry.type(description="How many were evaluated for something, and passed. 评价与通过")
class SummaryPasses:
    """A part of a group."""

    evaluated: int = strawberry.field(description="How many were evaluated. 评价人数")
    passed: int = strawberry.field(description="How many of them passed. 通过人数")
    rate: float | None = strawberry.field(description="The share that passed; none without anybody. 通过率")

    @classmethod
    def of(cls, tried: Tried | None) -> "SummaryPasses | None":
        return None if tried is None else cls(evaluated=tried.evaluated, passed=tried.passed, rate=rate(tried))


@strawberry.type(description="Those of an evidence group beside their like without it. 材料分组对比")
class SummaryDisparity:
    """Parts too small for the reader are null."""

    group: EvidenceGroup = strawberry.field(description="Which group. 材料分组")
    having: SummaryPasses | None = strawberry.field(description="Those who have it. 具备者")
    lacking: SummaryPasses | None = strawberry.field(description="Those who have not. 不具备者")
    gap: float | None = strawberry.field(description="Rate of those who have it, less that of the others. 通过率差")


@strawberry.type(description="What is counted of one group of a summary. 汇总数据")
class SummaryFigures:
    """Figures; of rounds alone, but for ``imported``."""

    applicants: int = strawberry.field(description="Who applied and did not take it back. 申报人数")
    admitted: int = strawberry.field(description="Whose qualification was reviewed and holds. 资格审核通过人数")
    refused: int = strawberry.field(description="Whose qualification does not hold. 资格审核未通过人数")
    skill: SummaryPasses | None = strawberry.field(description="Evaluations for a skill level. 技能等级评价")
    title: SummaryPasses | None = strawberry.field(description="Evaluations for a title. 职称评价")
    both: SummaryPasses | None = strawberry.field(
        description="Evaluations for both, and who passed both (一评双证). 一评双证"
    )
    track_gap: float | None = strawberry.field(
        description="Rate of titles less that of skill levels: the two tracks' balance. 两通道通过率差"
    )
    certified: int = strawberry.field(description="Who was given a certificate. 取得证书人数")
    median_days: float | None = strawberry.field(
        description="Days from filing to a certificate: half took no longer. 申报至取证天数（中位数）"
    )
    objections: int = strawberry.field(description="Objections to noticed results. 异议数")
    objections_upheld: int = strawberry.field(description="Of them, those upheld. 异议成立数")
    returns: int = strawberry.field(
        description="Results that the bureau returned, of rounds that the group is in. 结果退回次数"
    )
    imported: int = strawberry.field(
        description="Evaluations without an application, of the past or by contest; in no other figure. 补录与以赛代评"
    )
    disparities: list[SummaryDisparity] = listed("By evidence group; who passed anything has passed. 材料分组对比", 3)

    @classmethod
    def of(cls, row: SummaryRow) -> "SummaryFigures | None":
        found = row.figures
        if found is None:
            return None
        skill, title, both = (row.part(one) for one in (found.skill, found.title, found.both))
        return cls(
            applicants=found.applicants,
            admitted=found.admitted,
            refused=found.refused,
            skill=SummaryPasses.of(skill),
            title=SummaryPasses.of(title),
            both=SummaryPasses.of(both),
            track_gap=gap(title, skill),
            certified=found.certified,
            median_days=found.median_days,
            objections=found.objections,
            objections_upheld=found.upheld,
            returns=found.returns,
            imported=found.imported,
            disparities=[_disparity(row, group) for group in EvidenceGroup],
        )


def _disparity(row: SummaryRow, group: EvidenceGroup) -> SummaryDisparity:
    assert row.figures is not None, "asked of what is shown"
    having, lacking = (row.part(row.figures.groups.get((group, has), Tried())) for has in (True, False))
    return SummaryDisparity(
        group=group,
        having=SummaryPasses.of(having),
        lacking=SummaryPasses.of(lacking),
        gap=gap(having, lacking),
    )


@strawberry.type(description="One group of a summary. 汇总分组")
class PilotSummary:
    """A value for each dimension asked for; the others are null, as is what applicants did not aim at."""

    row: strawberry.Private[SummaryRow]
    is_hidden: bool = strawberry.field(
        description="Whether the figures are hidden: the group is too small for a reader who may not read persons, or "
        "would tell of one that is. 是否因人数过少而隐去"
    )
    small_group: Citation = strawberry.field(description="The rule by which small groups are hidden. 隐去依据")
    occupation_code: str | None = strawberry.field(description="Code of the occupation. 职业编码")
    series_code: str | None = strawberry.field(description="Code of the title series. 职称系列代码")
    year: int | None = strawberry.field(description="Year of filing. 申报年份")
    figures: SummaryFigures | None = strawberry.field(description="The figures, unless hidden. 数据")

    @classmethod
    def of(cls, row: SummaryRow) -> "PilotSummary":
        return cls(
            row=row,
            is_hidden=row.figures is None,
            small_group=Citation.of(row.citation),
            occupation_code=row.key.get(Dimension.OCCUPATION),
            series_code=row.key.get(Dimension.SERIES),
            year=row.key.get(Dimension.PERIOD),
            figures=SummaryFigures.of(row),
        )

    def _id(self, dimension: Dimension) -> UUID | None:
        found: Any = self.row.key.get(dimension)
        return found if isinstance(found, UUID) else None

    @computed("The enterprise. 企业")
    async def enterprise(self, info: Info) -> EnterpriseRef | None:
        id_ = self._id(Dimension.ENTERPRISE)
        row = await info.context.loaders.enterprises.load(id_) if id_ else None
        return enterprise.Enterprise.of(row) if row else None

    @computed("The scheme. 方案")
    async def scheme(self, info: Info) -> SchemeRef | None:
        id_ = self._id(Dimension.SCHEME)
        row = await info.context.loaders.schemes.load(id_) if id_ else None
        return scheme.Scheme.of(row) if row else None

    @computed("The occupation, while the vocabulary lists it. 职业")
    def occupation(self, info: Info) -> Occupation | None:
        return Occupation.at(info, self.occupation_code)
