"""The form of the standards (评价标准): declared evidence, criteria with their scoring, bonuses."""

from typing import Annotated, Literal

from pydantic import Field

from core.schemes import CriterionKind, EvidenceKind
from core.scoring_tables import CriterionSide
from plugins.form import EvidenceKeys, Form, Key, Named, OwnKey, Whole, told

Side = Annotated[CriterionSide, told("适用证书", "Which certificate it counts towards.")]


class EvidenceForm(Named):
    """A kind of evidence, counted or graded in rising order from 0 to ``most``; all else names its key. 材料"""

    key: OwnKey
    kind: Annotated[EvidenceKind, told("材料类别", "What it is.")]
    most: Annotated[Whole, told("计入上限", "The most that counts.", ge=1, le=1_000_000)]


class StepForm(Form):
    """One step of a table. 一档"""

    at_least: Annotated[Whole, told("数量", "From this amount on.", ge=0)]
    points: Annotated[Whole, told("得分", "The points, 0 to 100.")]


class StepsForm(Form):
    """Points by steps over the sum of some evidence: those of the highest step reached. 分档"""

    evidence: EvidenceKeys
    steps: Annotated[list[StepForm], told("分档", "The steps.", min_length=1)]


class LinearForm(Form):
    """Points in proportion to the sum of some evidence. 线性"""

    evidence: EvidenceKeys
    per: Annotated[Whole, told("每单位得分", "Points for every unit.")]
    base: Annotated[Whole, told("基础分", "Points without any.")] = 0
    most: Annotated[Whole, told("最高分", "The most points, 100 at most.")] = 100


class FieldForm(Form):
    """A field of a tabulated scorer: one kind of evidence, from worst to best. 计分字段"""

    evidence: Annotated[Key, told("材料", "Key of declared evidence; its name is the field's title.")]
    values: Annotated[
        list[Annotated[int, Field(strict=True, ge=0)]] | None,
        told(
            "取值",
            "Its values from worst to best, beginning with 0; an amount counts as the highest that it reaches. "
            "Left out: every number up to the most that counts.",
            min_length=2,
        ),
    ] = None


class TabulatedForm(Form):
    """Points by the scheme's own Python: run once on every cell at registration, then looked up. 制表评分"""

    tabulated: Annotated[Literal["guantong_score"], told("挂钩", "The hook that gives the points.")]
    fields: Annotated[list[FieldForm], told("计分字段", "The fields that it reads.", min_length=1)]

    @property
    def evidence(self) -> list[str]:
        """The keys of the evidence that it reads."""
        return [one.evidence for one in self.fields]


class CriterionForm(Named):
    """A criterion of the standards. 评价要素"""

    key: OwnKey
    weight: Annotated[Whole, told("权重（千分）", "Its weight in thousandths; those of one certificate sum to 1000.")]
    side: Side
    kind: Annotated[CriterionKind, told("要素类别", "What it measures.")]
    pass_mark: Annotated[
        Whole | None,
        told("单项合格线", "The least points of this criterion; without it the policy's for skill subjects."),
    ] = None
    scoring: Annotated[
        StepsForm | LinearForm | TabulatedForm | None,
        told("评分办法", "How it is scored from evidence; without it an assessor gives 0 to 100 points."),
    ] = None


class BonusForm(Named):
    """Extra points on a certificate's total for some evidence. 加分"""

    key: OwnKey
    evidence: EvidenceKeys
    at_least: Annotated[Whole, told("数量", "The least amount that earns it.", ge=1)]
    points: Annotated[Whole, told("加分", "The points that it adds.")]
    side: Side
