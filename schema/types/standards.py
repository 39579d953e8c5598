"""The standards of a scheme version: evidence, criteria with their scoring, extra points."""

import strawberry

from core import schemes, scoring_tables
from core.schemes import CriterionKind, CriterionSide, EvidenceKind
from core.scoring_tables import Scoring, StepTable, TabulatedScore
from schema.fields import listed
from schema.types.text import Text


@strawberry.type(description="A kind of evidence that a scheme declares. 材料")
class DeclaredEvidence:
    """Evidence, counted or graded from 0."""

    key: str = strawberry.field(description="Its key. 代码")
    name: Text = strawberry.field(description="Name. 名称")
    kind: EvidenceKind = strawberry.field(description="What it is. 类别")
    most: int = strawberry.field(description="The most of it that counts. 上限")

    @classmethod
    def of(cls, field: schemes.EvidenceField) -> "DeclaredEvidence":
        return cls(key=field.key, name=Text.of(field.name), kind=field.kind, most=field.most)


@strawberry.type(description="Points from some amount on. 分档")
class ScoreStep:
    """One step."""

    at_least: int = strawberry.field(description="From this amount on. 起点")
    points: int = strawberry.field(description="Points. 得分")


@strawberry.type(description="Points in proportion. 线性计分")
class LinearScore:
    """A line with a cap."""

    base: int = strawberry.field(description="Points for nothing. 基础分")
    per: int = strawberry.field(description="Points for each unit. 单位得分")
    most: int = strawberry.field(description="At most. 最高分")


@strawberry.type(description="A field of a tabulated scorer: one kind of evidence, from worst to best. 计分字段")
class ScoringField:
    """A field."""

    evidence: str = strawberry.field(description="Key of the evidence. 材料代码")
    values: list[int] = strawberry.field(
        description="Its values; an amount counts as the highest that it reaches. 取值"
    )


@strawberry.type(description="Points by the scheme's own code, run once on every cell and looked up since. 制表评分")
class TabulatedScoring:
    """A frozen table."""

    hook: str = strawberry.field(description="The hook that gave the points. 挂钩")
    fields: list[ScoringField] = listed("The fields, the last running fastest. 计分字段", 6)
    cells: int = strawberry.field(description="The number of cells. 格数")
    frozen: bool = strawberry.field(description="Whether the table is frozen, as it is once on record. 是否冻结")

    @classmethod
    def of(cls, score: TabulatedScore) -> "TabulatedScoring":
        fields = [ScoringField(evidence=axis.evidence, values=list(axis.values)) for axis in score.axes]
        return cls(hook=score.hook, fields=fields, cells=score.size, frozen=score.is_frozen)


@strawberry.type(description="How points follow from evidence: by steps, in proportion, or by a frozen table. 计分规则")
class DeclaredScoring:
    """A table over the sum of some kinds of evidence, or over each of them."""

    evidence: list[str] = strawberry.field(description="Keys of the evidence that is read. 材料代码")
    steps: list[ScoreStep] | None = listed("By steps. 分档", 5)
    linear: LinearScore | None = strawberry.field(description="In proportion. 线性")
    tabulated: TabulatedScoring | None = strawberry.field(description="By a frozen table. 制表")

    @classmethod
    def maybe(cls, score: Scoring | None) -> "DeclaredScoring | None":
        if score is None:
            return None
        evidence = list(score.evidence)
        if isinstance(score, TabulatedScore):
            return cls(evidence=evidence, steps=None, linear=None, tabulated=TabulatedScoring.of(score))
        table = score.table
        if isinstance(table, StepTable):
            steps = [ScoreStep(at_least=step.at_least, points=step.points) for step in table.steps]
            return cls(evidence=evidence, steps=steps, linear=None, tabulated=None)
        linear = LinearScore(base=table.base, per=table.per, most=table.most)
        return cls(evidence=evidence, steps=None, linear=linear, tabulated=None)


@strawberry.type(description="One criterion of the standards. 评价标准")
class SchemeCriterion:
    """A criterion."""

    key: str = strawberry.field(description="Its key. 代码")
    name: Text = strawberry.field(description="Name. 名称")
    weight: int = strawberry.field(description="Weight in thousandths of its certificate's total. 权重（千分比）")
    side: CriterionSide = strawberry.field(description="Which certificate it serves. 适用证书")
    kind: CriterionKind = strawberry.field(description="What it measures. 类别")
    pass_mark: int | None = strawberry.field(description="Its own pass mark; none: the policy's. 合格分")
    scoring: DeclaredScoring | None = strawberry.field(
        description="Points from evidence; none: an assessor gives them. 计分规则"
    )

    @classmethod
    def of(cls, criterion: schemes.Criterion) -> "SchemeCriterion":
        return cls(
            key=criterion.key,
            name=Text.of(criterion.name),
            weight=criterion.weight,
            side=criterion.side,
            kind=criterion.kind,
            pass_mark=criterion.pass_mark,
            scoring=DeclaredScoring.maybe(criterion.table),
        )


@strawberry.type(description="Extra points on a certificate's total. 加分")
class SchemeBonus:
    """A bonus."""

    key: str = strawberry.field(description="Its key. 代码")
    name: Text = strawberry.field(description="Name. 名称")
    evidence: list[str] = strawberry.field(description="Keys of the evidence that is added up. 材料代码")
    at_least: int = strawberry.field(description="From this amount on. 起点")
    points: int = strawberry.field(description="Points. 加分")
    side: CriterionSide = strawberry.field(description="On which certificate. 适用证书")

    @classmethod
    def of(cls, bonus: scoring_tables.Bonus) -> "SchemeBonus":
        return cls(
            key=bonus.key,
            name=Text.of(bonus.name),
            evidence=list(bonus.evidence),
            at_least=bonus.at_least,
            points=bonus.points,
            side=bonus.side,
        )
