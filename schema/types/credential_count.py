"""How many credentials there are, group by group."""

import strawberry

from core.facts import CredentialKind
from core.ladders import Ladder
from core.storage.queries import credential_counts
from core.storage.queries.enterprises import ENTERPRISE
from schema.enums import SkillLevel, TitleLevel
from schema.fields import related, stored
from schema.types.refs import EnterpriseRef


@strawberry.type(description="How many credentials there are of one group; dimensions not asked for are null. 凭证数量")
class CredentialCount:
    """A group. Its enterprise is loaded with those of all others."""

    enterprise: EnterpriseRef | None = related(
        "The issuing enterprise; null where the issuer is none on record. 发证企业", ENTERPRISE, "enterprise_id"
    )
    kind: CredentialKind | None = stored("Kind of credential. 凭证类别")
    skill_level: SkillLevel | None = stored("The level, on the skill ladder. 职业技能等级", "level", strangers=True)
    title_level: TitleLevel | None = stored("The level, on the ladder of titles. 职称层级", "level", strangers=True)
    year: int | None = stored("Calendar year of award. 取得年份")
    count: int = stored("How many credentials, whether or not they count today. 凭证数量")

    @classmethod
    def of(cls, found: credential_counts.CredentialCount, enterprise: EnterpriseRef | None) -> "CredentialCount":
        level = found.level
        is_skill = level is not None and level.ladder is Ladder.SKILL
        return cls(
            enterprise=enterprise,
            kind=found.kind,
            skill_level=SkillLevel(level.value) if level and is_skill else None,
            title_level=TitleLevel(level.value) if level and not is_skill else None,
            year=found.year,
            count=found.count,
        )
