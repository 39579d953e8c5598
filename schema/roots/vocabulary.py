"""What anyone may ask of the vocabulary."""

from typing import Annotated

import strawberry

from core import vocabulary
from core.ladders import SKILL_LEVELS, TITLE_LEVELS
from core.storage.pages import Slice, cut_page
from schema import rights
from schema.connections import After, Before, Connection, First, Last, connection
from schema.context import Info
from schema.fields import argument, computed, paged
from schema.types.ladder import SkillLevelInfo, TitleLevelInfo
from schema.types.occupation import Occupation
from schema.types.title_series import TitleSeries

Search = Annotated[str | None, argument("Start of the code, or part of a name. 编码开头或名称包含")]


@strawberry.type
class VocabularyRoot:
    """Root fields over ladders, series and occupations."""

    @computed("The eight skill levels, lowest first. 职业技能等级", size=8)
    def skill_levels(self, info: Info) -> list[SkillLevelInfo]:
        return [SkillLevelInfo.of(_vocabulary(info).levels[level]) for level in SKILL_LEVELS]

    @computed("The five levels of titles, lowest first. 职称层级", size=5)
    def title_levels(self, info: Info) -> list[TitleLevelInfo]:
        return [TitleLevelInfo.of(_vocabulary(info).levels[level]) for level in TITLE_LEVELS]

    @computed("The 27 series of professional titles, in their official order. 职称系列", size=27)
    async def title_series(self, info: Info) -> list[TitleSeries]:
        await info.context.turn()
        ordered = sorted(_vocabulary(info).series.values(), key=lambda one: one.number)
        return [TitleSeries.of(one) for one in ordered]

    @paged("Occupations of the classification, by code. 职业")
    async def occupations(
        self,
        info: Info,
        search: Search = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Occupation]:
        await info.context.turn()
        found = [one for one in _vocabulary(info).occupations.values() if search is None or _matches(one, search)]
        part = Slice(first, after, last, before)
        page = cut_page(found, "code", lambda one: one.code, part)

        async def count() -> int:
            return len(found)

        return connection(page, part, Occupation.of, count)


def _vocabulary(info: Info) -> vocabulary.Vocabulary:
    info.context.require(*rights.POLICY)
    return info.context.vocabulary


def _matches(occupation: vocabulary.Occupation, search: str) -> bool:
    wanted = search.strip().casefold()
    names = (occupation.name.zh.casefold(), occupation.name.en.casefold())
    return occupation.code.startswith(wanted) or any(wanted in name for name in names)
