"""The scheme (工作方案) of a pilot enterprise as core understands it, and the port through which schemes arrive.

A catalog row (对应关系) joins a skill level of an occupation with a title level of a specialty, and holds two separate
directed rules. What a scheme does not say, the policy floor says; what it says below the floor never counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from core.citations import Citation
from core.conditions import ALWAYS_TRUE, All, Condition
from core.dates import Period
from core.facts import ContestRank, ContestTier
from core.ladders import SkillTarget, TitleTarget
from core.texts import Text


@dataclass(frozen=True, slots=True)
class Group:
    """A group of people (具体人群) whom rows may name; membership is a condition like any other."""

    key: str
    name: Text
    condition: Condition = ALWAYS_TRUE


@dataclass(frozen=True, slots=True)
class DirectedRule:
    """One direction of a catalog row. ``years`` None takes the floor's; more is stricter."""

    years: int | None
    citation: Citation
    conditions: All = ALWAYS_TRUE


@dataclass(frozen=True, slots=True)
class CatalogRow:
    """One row of the correspondence catalog (对应关系目录).

    ``related`` are further occupations whose work counts. ``dual_certificate`` offers both sides in one evaluation
    (一评双证); ``dual_track`` opens the paired target, on the same evidence, once one side is reached (双线晋升).
    """

    number: int
    skill: SkillTarget
    title: TitleTarget
    period: Period
    skill_to_title: DirectedRule | None
    title_to_skill: DirectedRule | None
    related: frozenset[str] = frozenset()
    groups: tuple[str, ...] = ()
    dual_certificate: bool = False
    dual_track: bool = False


@dataclass(frozen=True, slots=True)
class ContestRule:
    """An enterprise contest (岗位竞赛、技能比武) in place of an evaluation; 一赛双证 when both targets are given.

    ``occupation`` is the one contested in, for both targets; None: any that corresponds to the target.
    """

    key: str
    name: Text
    tier: ContestTier
    rank: ContestRank
    period: Period
    citation: Citation
    skill: SkillTarget | None = None
    title: TitleTarget | None = None
    occupation: str | None = None


class CriterionSide(StrEnum):
    """Which certificate a criterion serves."""

    SKILL = "skill"
    TITLE = "title"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of the standards (评价标准); ``weight`` in thousandths."""

    key: str
    name: Text
    weight: int
    side: CriterionSide
    kind: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """A version of an enterprise's scheme: the five elements of the plan, and the digest of what was read."""

    key: str
    version: str
    name: Text
    enterprise: str  # unified social credit code
    period: Period
    rows: tuple[CatalogRow, ...]
    digest: str
    groups: tuple[Group, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    contests: tuple[ContestRule, ...] = ()
    process: tuple[Text, ...] = ()
    is_example: bool = False

    def group(self, key: str) -> Group:
        return next(g for g in self.groups if g.key == key)


class SchemeSource(Protocol):
    """Port: where recorded schemes come from. Implemented outside core."""

    def recorded(self, enterprise: str, day: date) -> Sequence[Scheme]:
        """The schemes of an enterprise that are on record on ``day``."""
