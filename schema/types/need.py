"""What a scheme asks for besides the policy: conditions as they were filed, apart from any person."""

import strawberry

from core.conditions import All, Any_, Awarded, Condition, EvidenceAtLeast, RowYears
from core.eligibility import words
from core.facts import ContestRank, ContestTier
from schema.fields import listed
from schema.types.text import Text


@strawberry.interface(description="Something that a scheme asks for. 方案条件")
class SchemeNeed:
    """A condition. Every one says itself in words."""

    text: Text = strawberry.field(description="In words. 说明")


@strawberry.type(description="At least so much of some evidence. 材料条件")
class EvidenceNeed(SchemeNeed):
    """Evidence of one kind, or of several added up."""

    evidence: list[str] = strawberry.field(description="Keys of the evidence that is added up. 材料代码")
    at_least: int = strawberry.field(description="The least amount. 最低数量")
    clause: str = strawberry.field(description="The clause. 条款")


@strawberry.type(description="A result in a contest. 竞赛条件")
class ContestNeed(SchemeNeed):
    """A rank or better."""

    tiers: list[ContestTier] = strawberry.field(description="Tiers that count. 竞赛级别")
    rank: ContestRank = strawberry.field(description="The least result. 名次")
    clause: str = strawberry.field(description="The clause. 条款")


@strawberry.type(description="Years after the credential of the row. 年限条件")
class YearsNeed(SchemeNeed):
    """Years, counted as the policy counts them."""

    years: int = strawberry.field(description="Years. 年限")
    clause: str = strawberry.field(description="The clause. 条款")


@strawberry.type(description="Every one of several. 同时满足")
class AllNeeds(SchemeNeed):
    """A conjunction within an alternative."""

    all: list[SchemeNeed] = listed("The parts. 组成条件", 2)


@strawberry.type(description="At least one of several. 满足其一")
class AnyNeed(SchemeNeed):
    """An alternative."""

    any: list[SchemeNeed] = listed("The parts. 可选条件", 2)


CONCRETE = (EvidenceNeed, ContestNeed, YearsNeed, AllNeeds, AnyNeed)


def needs_of(condition: Condition) -> list[SchemeNeed]:
    """What a condition asks for; of several that must all hold each by itself."""
    return _parts(condition) if isinstance(condition, All) else [need_of(condition)]


def need_of(condition: Condition) -> SchemeNeed:
    """One condition. A scheme's own are of these kinds; all others are the policy's."""
    match condition:
        case All():
            parts = _parts(condition)
            return AllNeeds(text=_joined(parts, "，且", " and "), all=parts)
        case Any_():
            parts = _parts(condition)
            return AnyNeed(text=_joined(parts, "，或", " or "), any=parts)
        case EvidenceAtLeast():
            return _evidence(condition)
        case Awarded():
            return _contest(condition)
        case RowYears():
            text = Text(zh=f"满{condition.years}年", en=f"{condition.years} years")
            return YearsNeed(text=text, years=condition.years, clause=condition.citation.clause)
    raise TypeError(f"no scheme states a {type(condition).__name__}")


def _parts(condition: All | Any_) -> list[SchemeNeed]:
    return [need_of(part) for part in condition.parts]


def _evidence(need: EvidenceAtLeast) -> EvidenceNeed:
    text, clause = Text.of(words.need_of(need)), need.citation.clause
    return EvidenceNeed(text=text, evidence=list(need.keys), at_least=need.amount, clause=clause)


def _contest(need: Awarded) -> ContestNeed:
    tiers = [tier for tier in ContestTier if tier in need.tiers]
    return ContestNeed(text=Text.of(words.need_of(need)), tiers=tiers, rank=need.rank, clause=need.citation.clause)


def _joined(parts: list[SchemeNeed], zh: str, en: str) -> Text:
    said = [
        (f"（{one.text.zh}）", f"({one.text.en})") if _is_composite(one) else (one.text.zh, one.text.en)
        for one in parts
    ]
    return Text(zh=zh.join(one for one, _ in said), en=en.join(one for _, one in said))


def _is_composite(need: SchemeNeed) -> bool:
    return isinstance(need, AllNeeds | AnyNeed)
