"""Warnings before an application is filed (申报前提示): what is likely to be sent back, told while it can be mended."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.citations import Citation
from core.eligibility.blocks import BlockCode, person_blocks
from core.facts import PersonFacts
from core.ladders import SkillTarget, Target
from core.policy.stack import PolicyStack
from core.texts import Text

A_YEAR = "block.skill_certificates_per_year"


class WarningCode(StrEnum):
    """What an applicant is warned of (提示)."""

    ALREADY_HELD = "already_held"  # 已持有同级或更高级
    TWO_IN_A_YEAR = "two_in_a_year"  # 同一年度两本技能证书
    TWO_OCCUPATIONS = "two_occupations"  # 同一批次两个职业
    EVIDENCE_REPEATED = "evidence_repeated"  # 同一材料已用于另一申报
    AWARD_USED = "award_used"  # 同一次获奖已用于同类证书


@dataclass(frozen=True, slots=True)
class Pending:
    """Another application of the same person that stands; ``year`` is that of its reference day."""

    same_round: bool
    year: int
    skill: SkillTarget | None


@dataclass(frozen=True, slots=True)
class FilingWarning:
    """One warning, and the clause that it rests on."""

    code: WarningCode
    text: Text
    citation: Citation


_OF_BLOCKS = {BlockCode.ALREADY_HELD: WarningCode.ALREADY_HELD, BlockCode.ONE_A_YEAR: WarningCode.TWO_IN_A_YEAR}


def filing_warnings(
    facts: PersonFacts, targets: Sequence[Target], pending: Collection[Pending], day: date, policy: PolicyStack
) -> list[FilingWarning]:
    """Everything to be warned of who applies for ``targets`` on the reference day, each once."""
    found = {one.code: one for one in _all(facts, targets, pending, day, policy)}
    return [found[code] for code in WarningCode if code in found]


def _all(
    facts: PersonFacts, targets: Sequence[Target], pending: Collection[Pending], day: date, policy: PolicyStack
) -> Iterator[FilingWarning]:
    limit = policy.value(A_YEAR, day)
    for target in targets:
        if isinstance(target, SkillTarget):
            yield from _of_pending(target, pending, day.year, limit.citation)
        for block in person_blocks(facts, target, day, policy):
            if block.code in _OF_BLOCKS:
                yield FilingWarning(_OF_BLOCKS[block.code], block.text, block.citation)


def _of_pending(
    target: SkillTarget, pending: Collection[Pending], year: int, citation: Citation
) -> Iterator[FilingWarning]:
    skills = [one for one in pending if one.skill is not None]
    if any(one.same_round and one.skill and one.skill.occupation != target.occupation for one in skills):
        text = Text("本批次已另以其他职业申报", "another occupation is applied for in the same round")
        yield FilingWarning(WarningCode.TWO_OCCUPATIONS, text, citation)
    if any(one.year == year for one in skills):
        text = Text(f"{year} 年已另有技能等级申报在办", f"another skill level is applied for in {year}")
        yield FilingWarning(WarningCode.TWO_IN_A_YEAR, text, citation)
