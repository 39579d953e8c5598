"""The form of conditions (资格条件): what a group or a row asks for, alone or joined by ``all`` and ``any``."""

from typing import Annotated

from core.facts import ContestRank, ContestTier
from plugins.form import Clause, EvidenceKeys, Form, Named, Whole, told

Tiers = Annotated[list[ContestTier], told("竞赛级别", "Tiers of competition that count.", min_length=1)]
Rank = Annotated[ContestRank, told("名次", "The least result that counts.")]


class EvidenceNeed(Named):
    """Declared evidence: one key ``≥`` an amount, or the sum of several. 材料条件"""

    evidence: EvidenceKeys
    at_least: Annotated[Whole, told("数量", "The least amount.", ge=1)]
    clause: Clause


class ContestNeed(Form):
    """A result in a competition of one of the tiers. 竞赛条件"""

    contest_tiers: Tiers
    contest_rank: Rank
    clause: Clause


class YearsNeed(Form):
    """Years after the row's credential, counted by the floor's clock. 年限条件"""

    years: Annotated[Whole, told("年数", "Whole years.", ge=0)]
    clause: Clause


class AllNeed(Form):
    """Every one of several needs; written inside ``any``. 各条都要"""

    all: Annotated[
        list["EvidenceNeed | ContestNeed | YearsNeed | AnyNeed"],
        told("各条都要", "Needs that must all be met.", min_length=1),
    ]


class AnyNeed(Form):
    """At least one of several needs. 其一即可"""

    any: Annotated[
        list["EvidenceNeed | ContestNeed | YearsNeed | AllNeed"],
        told("其一即可", "Needs of which one must be met.", min_length=2),
    ]


Need = EvidenceNeed | ContestNeed | YearsNeed | AnyNeed | AllNeed
