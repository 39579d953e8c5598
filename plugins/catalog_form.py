"""The form of ``catalog.toml``: the correspondence catalog (对应关系目录), which ``catalog.xlsx`` says as well."""

from typing import Annotated

from pydantic import Field

from plugins.form import (
    Clause,
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
    told,
)
from plugins.need_forms import Need


class RuleForm(Form):
    """One direction of a row. 单向规则"""

    clause: Clause
    years: Annotated[Whole | None, told("年限", "Years after the credential; left out: the policy's.", ge=0)] = None
    requires: Annotated[list[Need], told("条件", "What it asks for besides; all of them.")] = []


class RowForm(Form):
    """One row of the catalog: a skill level and a title that correspond. 对应关系"""

    number: Annotated[Whole, told("序号", "Its number, used once.", ge=1)]
    occupation: Occupation
    trade: Annotated[str | None, told("工种", "The trade within the occupation.")] = None
    skill_level: SkillLevelName
    series: Series
    specialty: Specialty
    title_level: TitleLevelName
    from_: Annotated[Day | None, told("施行日期", "Its first day; left out: the scheme's."), Field(alias="from")] = None
    until: Annotated[Day | None, told("失效日期", "The first day no longer in force; left out: the scheme's.")] = None
    related: Annotated[list[str], told("相关职业", "Codes of further occupations whose work counts.")] = []
    groups: Annotated[list[Key], told("适用人群", "Keys of the groups it is for; none: everybody.")] = []
    dual_certificate: Annotated[Flag, told("一评双证", "Whether one evaluation gives both certificates.")] = False
    dual_track: Annotated[Flag, told("双线晋升", "Whether reaching one side opens the other on the same evidence.")] = (
        False
    )
    skill_to_title: Annotated[
        RuleForm | None, told("技能到职称", "The way from the skill level to the title; left out: closed.")
    ] = None
    title_to_skill: Annotated[
        RuleForm | None, told("职称到技能", "The way from the title to the skill level; left out: closed.")
    ] = None


class CatalogForm(Form):
    """All of ``catalog.toml``: the correspondence catalog of a scheme. 对应关系目录"""

    row: Annotated[list[RowForm], told("对应关系", "The rows.", min_length=1)]
