"""The form of ``tests/cases.toml``: golden cases (示例案例) that say in numbers and days what a scheme is meant to do.

They lie beside ``scheme.toml``, travel with it, and are run wherever it is verified.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from core.eligibility.blocks import BlockCode
from core.eligibility.routes import Mode
from core.facts import ContestRank, ContestTier, CredentialKind, EducationLevel, ObtainedBy
from plugins.form import (
    Day,
    Flag,
    Form,
    Key,
    Occupation,
    Series,
    SkillLevelName,
    Specialty,
    TitleLevelName,
    Whole,
    Words,
    told,
)

MOST_CASES = 200
MOST_OF_A_KIND = 40
FIRST, LAST = date(1900, 1, 1), date(2100, 12, 31)

# A day in a case; further ones would leave the calendar once years are added.
CaseDay = Annotated[Day, Field(ge=FIRST, le=LAST)]
Amount = Annotated[Whole, Field(ge=0, le=1_000_000)]
Points = Annotated[Whole, Field(ge=0, le=100)]
Total = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=100)]
CaseName = Annotated[Words, told("案例名称", "Its name, used once.", max_length=120)]
Why = Annotated[Words, told("依据", "Why it should come out so: the clause, in words.", max_length=400)]
Amounts = Annotated[dict[Key, Amount], told("材料数量", "Amounts of declared evidence by key.", max_length=200)]


class CertificateExpect(Form):
    """What should come out for one certificate. 单证结果"""

    total: Annotated[Total, told("总分", "The total in points, to a thousandth.")]
    passes: Annotated[Flag, told("是否合格", "Every subject reaches its mark and, for a title, the total its own.")]
    failed: Annotated[list[Key], told("未达标要素", "Keys of the criteria below their mark.")] = []
    bonus: Annotated[Whole | None, told("加分", "The extra points; left out: not looked at.")] = None


class ScoringExpect(Form):
    """What should come out of a scoring. 评分结果"""

    points: Annotated[dict[Key, Points], told("要素得分", "Points of criteria that are scored from evidence.")] = {}
    skill: Annotated[CertificateExpect | None, told("技能等级", "For the skill certificate, if evaluated.")] = None
    title: Annotated[CertificateExpect | None, told("职称", "For the title, if evaluated.")] = None


class ScoringCase(Form):
    """A case of the standards: evidence and assessors' points, and the results that they come to. 评分案例"""

    name: CaseName
    why: Why
    day: Annotated[CaseDay | None, told("日期", "The day whose policy counts; left out: the scheme's first.")] = None
    evidence: Amounts = {}
    points: Annotated[dict[Key, Points], told("考评得分", "Points by assessors, of criteria without scoring.")] = {}
    expect: Annotated[ScoringExpect, told("预期", "What should come out.")]


class HeldForm(Form):
    """A credential: a skill level of an occupation, or a title of a specialty. 凭证"""

    occupation: Occupation | None = None
    trade: Annotated[str | None, told("工种", "The trade within the occupation.")] = None
    skill_level: SkillLevelName | None = None
    series: Series | None = None
    specialty: Specialty | None = None
    title_level: TitleLevelName | None = None
    on: Annotated[CaseDay, told("取得日期", "The day it was obtained.")]
    kind: Annotated[
        CredentialKind | None, told("凭证类别", "Its kind; left out: a skill certificate, or a professional title.")
    ] = None
    by: Annotated[
        ObtainedBy | None, told("取得途径", "How it was obtained; left out: by assessment, or a title by review.")
    ] = None
    review_year: Annotated[
        Whole | None, told("评审年度", "The review year of a title, from which years count.", ge=1950, le=2100)
    ] = None
    ends: Annotated[CaseDay | None, told("失效日期", "The day from which it no longer counts.")] = None


class WorkForm(Form):
    """An employment on one post, ``[from, until)``. 任职"""

    occupation: Occupation | None = None
    series: Series | None = None
    specialty: Specialty | None = None
    from_: Annotated[CaseDay, told("起始日期", "Its first day."), Field(alias="from")]
    until: Annotated[CaseDay | None, told("截止日期", "The first day after it; left out: it goes on.")] = None
    elsewhere: Annotated[Flag, told("在其他单位", "Whether it is at another employer than the scheme's.")] = False
    in_city: Annotated[Flag, told("在本市", "Whether it is in the city.")] = True
    municipal: Annotated[Flag, told("市（区）属企业", "Whether the employer belongs to the city or a district.")] = (
        False
    )
    frontline: Annotated[Flag, told("一线", "Whether the post is on the front line.")] = True


class AwardForm(Form):
    """A result in a competition. 竞赛获奖"""

    tier: Annotated[ContestTier, told("竞赛级别", "Its tier.")]
    rank: Annotated[ContestRank, told("名次", "The result.")]
    occupation: Occupation
    on: Annotated[CaseDay, told("获奖日期", "The day of the award.")]


class SchoolForm(Form):
    """A completed education. 学历"""

    level: Annotated[EducationLevel, told("学历", "Its level.")]
    on: Annotated[CaseDay, told("毕业日期", "The day it was completed.")]
    occupations: Annotated[list[str], told("对应职业", "Codes of the occupations that its field serves.")] = []


class PersonForm(Form):
    """What is known of an invented person. 人员情况"""

    born: Annotated[CaseDay, told("出生日期", "The day of birth.")] = date(1985, 1, 1)
    credentials: Annotated[list[HeldForm], told("凭证", "What is held.", max_length=MOST_OF_A_KIND)] = []
    work: Annotated[list[WorkForm], told("任职", "Employments.", max_length=MOST_OF_A_KIND)] = []
    awards: Annotated[list[AwardForm], told("获奖", "Results in competitions.", max_length=MOST_OF_A_KIND)] = []
    schooling: Annotated[list[SchoolForm], told("学历", "Completed education.", max_length=MOST_OF_A_KIND)] = []
    evidence: Amounts = {}


class TargetForm(Form):
    """What is applied for: a skill level, a title, or both in one evaluation. 申报目标"""

    occupation: Occupation | None = None
    trade: Annotated[str | None, told("工种", "The trade within the occupation.")] = None
    skill_level: SkillLevelName | None = None
    series: Series | None = None
    specialty: Specialty | None = None
    title_level: TitleLevelName | None = None


class EligibilityExpect(Form):
    """What should come out for the target on the day. 资格结果"""

    state: Annotated[
        Literal["now", "on_date", "missing", "absent"],
        told("申报状态", "Open now, from a known day, something missing, or nothing that the scheme offers."),
    ]
    from_: Annotated[
        CaseDay | None, told("可申报日期", "The day from which one may apply, with on_date."), Field(alias="from")
    ] = None
    lacks: Annotated[
        list[Words], told("尚缺条件", "Words of each condition that no time will bring, with missing.")
    ] = []
    blocks: Annotated[list[BlockCode], told("不得申报情形", "Reasons for which the way is closed all the same.")] = []
    mode: Annotated[Mode | None, told("取得方式", "How it is come by; left out: not looked at.")] = None
    row: Annotated[Whole | None, told("目录行号", "The catalog row that serves; left out: not looked at.", ge=1)] = None


class EligibilityCase(Form):
    """A case of who may apply for what from when, the enterprise listed and with every authority. 资格案例"""

    name: CaseName
    why: Why
    day: Annotated[CaseDay, told("日期", "The day that is asked about.")]
    person: Annotated[Words, told("人员", "The name of a person that the file tells of.")]
    target: Annotated[TargetForm, told("申报目标", "What is applied for.")]
    expect: Annotated[EligibilityExpect, told("预期", "What should come out.")]


class CasesForm(Form):
    """All of ``tests/cases.toml``: the golden cases of a scheme. 示例案例"""

    person: Annotated[
        dict[str, PersonForm], told("人员", "The people of the cases, by name.", max_length=MOST_CASES)
    ] = {}
    scoring: Annotated[list[ScoringCase], told("评分案例", "Cases of the standards.", max_length=MOST_CASES)] = []
    eligibility: Annotated[
        list[EligibilityCase], told("资格案例", "Cases of who may apply.", max_length=MOST_CASES)
    ] = []
