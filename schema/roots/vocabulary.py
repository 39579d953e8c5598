"""What anyone may ask of the vocabulary."""

from typing import Annotated

import strawberry

from core import vocabulary
from core.ladders import SKILL_LEVELS, TITLE_LEVELS
from core.storage.pages import Slice, cut_page
from schema import rights
from schema.connections import After, Before, Connection, First, Last, connection, counted
from schema.context import Info
from schema.fields import argument, computed, paged
from schema.types.ladder import SkillLevelInfo, TitleLevelInfo
from schema.types.occupation import Occupation
from schema.types.title_series import TitleSeries

Search = Annotated[str | None, argument("Start of the code, or part of a name. 编码开头或名称包含")]


@strawberry.type
class VocabularyRoot:
    """Root fields over ladders, series and occupations."""

    @computed("The eight skill levels, lowest first. 职业技能等级", requires=rights.POLICY, size=8)
    def skill_levels(self, info: Info) -> list[SkillLevelInfo]:
        return [SkillLevelInfo.of(info.context.vocabulary.levels[level]) for level in SKILL_LEVELS]

    @computed("The five levels of titles, lowest first. 职称层级", requires=rights.POLICY, size=5)
    def title_levels(self, info: Info) -> list[TitleLevelInfo]:
        return [TitleLevelInfo.of(info.context.vocabulary.levels[level]) for level in TITLE_LEVELS]

    @computed(
        "The 27 series of professional titles, in their official order. 职称系列", requires=rights.POLICY, size=27
    )
    def title_series(self, info: Info) -> list[TitleSeries]:
        ordered = sorted(info.context.vocabulary.series.values(), key=lambda one: one.number)
        return [TitleSeries.of(one) for one in ordered]

    @paged("Occupations of the classification, by code. 职业", requires=rights.POLICY)
    async def occupations(
        self,
        info: Info,
        search: Search = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Occupation]:
        known = info.context.vocabulary.occupations
        found = await info.context.in_turn(
            lambda: [known[code] for code in sorted(known) if search is None or _matches(known[code], search)]
        )
        part = Slice(first, after, last, before)
        return connection(cut_page(found, "code", lambda one: one.code, part), part, Occupation.of, counted(found))


def _matches(occupation: vocabulary.Occupation, search: str) -> bool:
    wanted = search.strip().casefold()
    names = (occupation.name.zh.casefold(), occupation.name.en.casefold())
    return occupation.code.startswith(wanted) or any(wanted in name for name in names)
