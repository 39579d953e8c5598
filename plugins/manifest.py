"""The form of a scheme: ``scheme.toml`` with its five elements, read as data. The catalog's is in ``catalog_form``."""

from typing import Annotated, Literal

from pydantic import Field

from core.fact_values import LARGEST_INTEGER, LONGEST_TEXT
from core.facts import ContestRank, ContestTier
from core.schemes import FactType, LinkKind, PreferenceMatter, PreferredPerson
from plugins.form import (
    Clause,
    Day,
    Flag,
    Form,
    Key,
    Named,
    Occupation,
    OwnKey,
    Series,
    SkillLevelName,
    Specialty,
    TitleLevelName,
    Whole,
    told,
)
from plugins.need_forms import Need, Rank, Tiers
from plugins.standards_forms import BonusForm, CriterionForm, EvidenceForm

CONTRACT = "1.0"
VERSION = r"^[0-9]+\.[0-9]+\.[0-9]+$"


Starts = Annotated[Day | None, told("施行日期", "Its first day; left out: the scheme's."), Field(alias="from")]
Ends = Annotated[Day | None, told("失效日期", "The first day no longer in force; left out: the scheme's.")]


class SchemeHeader(Named):
    """Whose scheme it is and when it is in force, ``[from, until)``. 方案基本信息"""

    key: Annotated[Key, told("方案标识", "Its key, which belongs to one enterprise.")]
    version: Annotated[
        str,
        told(
            "版本号",
            "Its version, such as 1.0.0; a changed scheme takes a new one.",
            pattern=VERSION,
        ),
    ]
    enterprise: Annotated[str, told("统一社会信用代码", "Unified social credit code of the enterprise.")]
    document: Annotated[str, told("工作方案名称", "Title of the scheme document that clauses point into.")]
    issued_on: Annotated[Day, told("印发日期", "When that document was issued.")]
    industry_authority: Annotated[str, told("行业主管部门", "The authority that countersigns.")]
    from_: Annotated[Day, told("施行日期", "Its first day."), Field(alias="from")]
    until: Annotated[Day | None, told("失效日期", "The first day no longer in force; left out: open-ended.")] = None
    example: Annotated[Flag, told("示例", "Whether it is an example, of an enterprise that does not exist.")] = False


class GroupForm(Named):
    """A group of people. 具体人群"""

    key: OwnKey
    requires: Annotated[list[Need], told("条件", "What makes somebody one of it; all of them.", min_length=1)]


class LinkForm(Named):
    """What holding a level leads to: training, use on posts, or treatment. 与培养、使用、待遇衔接"""

    key: OwnKey
    kind: Annotated[LinkKind, told("衔接类别", "What it is linked with.")]
    clause: Clause
    level: Annotated[str | None, told("适用层级", "The level that it is for; left out: every level that is given.")] = (
        None
    )
    like: Annotated[str | None, told("比照层级", "A level of the other ladder whose holders are treated the same.")] = (
        None
    )
    from_: Starts = None
    until: Ends = None


class PreferenceForm(Named):
    """Who comes first among equals: winners of contests, and their coaches. It gives no certificate. 优先考虑"""

    key: OwnKey
    for_: Annotated[list[PreferredPerson], told("优先对象", "Whom it is for.", min_length=1), Field(alias="for")]
    contest_tiers: Tiers
    contest_rank: Rank
    in_: Annotated[
        list[PreferenceMatter], told("优先事项", "In what they come first.", min_length=1), Field(alias="in")
    ]
    clause: Clause
    from_: Starts = None
    until: Ends = None


class StepOfProcess(Named):
    """A step of the process; the five of the plan keep the policy's keys. 评价流程

    Further steps hold a round up until they are done; ``public_notice`` with ``days`` lengthens the public notice.
    """

    key: OwnKey
    days: Annotated[Whole | None, told("天数", "The working days that it lasts.", ge=1, le=250)] = None


Bound = Annotated[int, Field(strict=True, ge=-LARGEST_INTEGER, le=LARGEST_INTEGER)]
Choice = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]


class FactForm(Named):
    """A typed fact that the scheme adds to the graph. 扩展事实"""

    key: OwnKey
    type: Annotated[FactType, told("类型", "Its type.")]
    on: Annotated[Literal["person", "evaluation"], told("所属对象", "What it is a fact of.")]
    computed: Annotated[
        Flag, told("计算事实", "Whether the hook guantong_facts computes it from evidence; only of a person.")
    ] = False
    at_least: Annotated[Bound | None, told("下限", "The least value of a whole number.")] = None
    at_most: Annotated[Bound | None, told("上限", "The greatest value of a whole number.")] = None
    choices: Annotated[list[Choice], told("可选值", "What a text may be; left out: any.", max_length=100)] = []


class ContestForm(Named):
    """A contest of the enterprise that stands in for an evaluation; with both targets 一赛双证. 以赛代评"""

    key: OwnKey
    tier: Annotated[ContestTier, told("竞赛级别", "Its tier.")]
    rank: Annotated[ContestRank, told("名次", "The least result that counts.")]
    clause: Annotated[str, told("条款", "The clause of the scheme document that says so.")]
    occupation: Occupation
    skill_level: SkillLevelName | None = None
    series: Series | None = None
    specialty: Specialty | None = None
    title_level: TitleLevelName | None = None


class Manifest(Form):
    """All of ``scheme.toml``: the scheme of a pilot enterprise. 职业融合发展工作方案"""

    contract: Annotated[str, told("契约版本", "Version of the contract that it is written for, such as 1.0.")]
    scheme: Annotated[SchemeHeader, told("方案", "Whose it is and when it is in force.")]
    evidence: Annotated[list[EvidenceForm], told("材料", "The kinds of evidence that it counts.")] = []
    group: Annotated[list[GroupForm], told("具体人群", "The groups of people that it is for.")] = []
    criterion: Annotated[list[CriterionForm], told("评价标准", "The criteria of the standards.")] = []
    bonus: Annotated[list[BonusForm], told("加分", "Extra points.")] = []
    title_pass_mark: Annotated[Whole | None, told("职称合格总分", "The least total for a title.")] = None
    contest: Annotated[list[ContestForm], told("以赛代评", "Contests in place of an evaluation.")] = []
    process: Annotated[list[StepOfProcess], told("评价流程", "The steps of the process, in order.")] = []
    preference: Annotated[list[PreferenceForm], told("优先考虑", "Preferences for winners and their coaches.")] = []
    link: Annotated[list[LinkForm], told("衔接", "Links with training, use and treatment.")] = []
    fact: Annotated[list[FactForm], told("扩展事实", "Facts that it adds to the graph.")] = []
