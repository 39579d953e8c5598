"""Preferences (优先考虑) that somebody may claim: shown, and deciding nothing."""

from datetime import date

import strawberry

from core.eligibility.preferences import Preferred
from core.facts import ContestRank, ContestTier
from core.schemes import PreferenceMatter, PreferredPerson
from core.vocabulary import Vocabulary
from schema.fields import listed
from schema.types.content import SchemePreference
from schema.types.occupation import Occupation


@strawberry.type(
    description="A preference of a scheme with the award that it rests on. It holds among equals and decides nothing. "
    "优先考虑"
)
class ClaimablePreference:
    """A preference that holds; of a coach the award is that of whom they coached."""

    scheme_key: str = strawberry.field(description="Key of the scheme. 方案代码")
    preference: SchemePreference = strawberry.field(description="What the scheme says. 方案规定")
    person: PreferredPerson = strawberry.field(description="As winner or as coach. 优先对象")
    matters: list[PreferenceMatter] = listed("In what it holds here. 优先事项", 2)
    tier: ContestTier = strawberry.field(description="Tier of the competition. 竞赛级别")
    rank: ContestRank = strawberry.field(description="Result. 名次")
    occupation: Occupation | None = strawberry.field(description="The occupation competed in. 竞赛职业")
    awarded_on: date = strawberry.field(description="Day of the award. 获奖日期")

    @classmethod
    def of(cls, found: Preferred, scheme_key: str, known: Vocabulary) -> "ClaimablePreference":
        occupation = known.occupations.get(found.award.occupation)
        return cls(
            scheme_key=scheme_key,
            preference=SchemePreference.of(found.preference),
            person=found.person,
            matters=[one for one in PreferenceMatter if one in found.matters],
            tier=found.award.tier,
            rank=found.award.rank,
            occupation=Occupation.of(occupation) if occupation else None,
            awarded_on=found.award.awarded_on,
        )
