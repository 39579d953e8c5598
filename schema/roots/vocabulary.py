"""What anyone may ask of the vocabulary."""

from typing import Annotated

import strawberry

from core import vocabulary
from core.ladders import SKILL_LEVELS, TITLE_LEVELS
from core.storage.pages import Slice, cut_page
from schema import rights
from schema.connections import Connection, connection, counted, paged
from schema.context import Info
from schema.fields import argument, computed
from schema.types.ladder import SkillLevelInfo, TitleLevelInfo
from schema.types.occupation import Occupation
from schema.types.title_series import TitleSeries

Search = Annotated[str | None, argument("Start of the code, or part of a name. 编码开头或名称包含")]


@strawberry.type
class VocabularyRoot:
    """Root fields over ladders, series and occupations."""

    @computed("The eight skill levels, lowest first. 职业技能等级")
    def skill_levels(self, info: Info) -> list[SkillLevelInfo]:
        return [SkillLevelInfo.of(_vocabulary(info).levels[level]) for level in SKILL_LEVELS]

    @computed("The five levels of titles, lowest first. 职称层级")
    def title_levels(self, info: Info) -> list[TitleLevelInfo]:
        return [TitleLevelInfo.of(_vocabulary(info).levels[level]) for level in TITLE_LEVELS]

    @computed("The 27 series of professional titles, in their official order. 职称系列")
    def title_series(self, info: Info) -> list[TitleSeries]:
        ordered = sorted(_vocabulary(info).series.values(), key=lambda one: one.number)
        return [TitleSeries.of(one) for one in ordered]

    @computed("Occupations of the classification, by code. 职业")
    @paged
    async def occupations(self, info: Info, part: Slice, search: Search = None) -> Connection[Occupation]:
        known = _vocabulary(info).occupations
        found = [known[code] for code in sorted(known) if search is None or _matches(known[code], search)]
        return connection(cut_page(found, "code", lambda one: one.code, part), part, Occupation.of, counted(found))


def _vocabulary(info: Info) -> vocabulary.Vocabulary:
    info.context.require(*rights.POLICY)
    return info.context.vocabulary


def _matches(occupation: vocabulary.Occupation, search: str) -> bool:
    wanted = search.strip().casefold()
    names = (occupation.name.zh.casefold(), occupation.name.en.casefold())
    return occupation.code.startswith(wanted) or any(wanted in name for name in names)
