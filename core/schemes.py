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
from core.ladders import Level, SkillTarget, TitleTarget
from core.scoring_tables import Bonus, Scoring, TabulatedScore
from core.scoring_tables import CriterionSide as CriterionSide
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


class EvidenceKind(StrEnum):
    """What a piece of declared evidence is; papers, degrees, seniority and awards are the four-only items (四唯)."""

    PERFORMANCE = "performance"  # 工作业绩
    CONTRIBUTION = "contribution"  # 技术技能贡献
    TENURE = "tenure"  # 岗位年限
    AWARD = "award"  # 奖项
    PAPER = "paper"  # 论文
    DEGREE = "degree"  # 学历
    SENIORITY = "seniority"  # 资历
    FOREIGN_LANGUAGE = "foreign_language"  # 外语
    COMPUTER_TEST = "computer_test"  # 计算机
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class EvidenceField:
    """A kind of evidence that a scheme declares: counted or graded from 0 to ``most``."""

    key: str
    name: Text
    kind: EvidenceKind
    most: int


class CriterionKind(StrEnum):
    """What a criterion measures (评价要素类别)."""

    PERFORMANCE = "performance"  # 工作业绩
    CONTRIBUTION = "contribution"  # 技术技能贡献
    ETHICS = "ethics"  # 职业道德
    THEORY = "theory"  # 理论知识
    PRACTICAL = "practical"  # 技能操作
    DEFENCE = "defence"  # 答辩
    TEACHING = "teaching"  # 带徒传技
    AWARD = "award"  # 奖项
    PAPER = "paper"  # 论文
    DEGREE = "degree"  # 学历
    SENIORITY = "seniority"  # 资历
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of the standards (评价标准); ``weight`` in thousandths of its certificate's total.

    ``table`` scores it from evidence, declared or tabulated; without one an assessor does. ``pass_mark`` None takes the
    policy's for skill subjects; a title has none.
    """

    key: str
    name: Text
    weight: int
    side: CriterionSide
    kind: CriterionKind
    pass_mark: int | None = None
    table: Scoring | None = None


@dataclass(frozen=True, slots=True)
class ProcessStep:
    """One step of the process (评价流程); ``days`` are the working days that it lasts, where the scheme says so."""

    key: str
    name: Text
    days: int | None = None


class LinkKind(StrEnum):
    """What an evaluation is linked with (人才评价与培养使用、激励等措施相互衔接)."""

    TRAINING = "training"  # 培养
    USE = "use"  # 使用
    TREATMENT = "treatment"  # 待遇


@dataclass(frozen=True, slots=True)
class Link:
    """What holding a level leads to in the enterprise. ``level`` None: every level that the scheme gives.

    ``like`` is a level of the other ladder whose holders are treated the same (比照).
    """

    key: str
    text: Text
    kind: LinkKind
    period: Period
    citation: Citation
    level: Level | None = None
    like: Level | None = None


class PreferredPerson(StrEnum):
    """Whom a preference is for (优先对象)."""

    WINNER = "winner"  # 获奖选手
    COACH = "coach"  # 技术指导专家


class PreferenceMatter(StrEnum):
    """In what somebody comes first (优先事项)."""

    PROMOTION = "promotion"  # 职称晋升
    TREATMENT = "treatment"  # 落实待遇


@dataclass(frozen=True, slots=True)
class Preference:
    """Who comes first among equals, and in what (优先考虑): winners of contests of some tiers, and their coaches.

    It gives no certificate and bars nobody: that a contest gives one is a ``ContestRule``.
    """

    key: str
    text: Text
    people: frozenset[PreferredPerson]
    tiers: frozenset[ContestTier]
    rank: ContestRank
    matters: frozenset[PreferenceMatter]
    period: Period
    citation: Citation


class FactType(StrEnum):
    """The type of a declared fact."""

    INTEGER = "integer"
    TEXT = "text"
    BOOLEAN = "boolean"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class FactField:
    """A typed fact that a scheme adds to the graph, on people or on evaluations.

    ``computed``: the scheme's own code works it out from evidence, whenever that or the version changes. A whole number
    may be bounded by ``least`` and ``most``, both of which count; a text may be one of ``choices``.
    """

    key: str
    name: Text
    type: FactType
    on: str
    computed: bool = False
    least: int | None = None
    most: int | None = None
    choices: tuple[str, ...] = ()


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
    industry_authority: str = ""
    evidence: tuple[EvidenceField, ...] = ()
    groups: tuple[Group, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    bonuses: tuple[Bonus, ...] = ()
    title_pass_mark: int | None = None
    contests: tuple[ContestRule, ...] = ()
    process: tuple[ProcessStep, ...] = ()
    preferences: tuple[Preference, ...] = ()
    links: tuple[Link, ...] = ()
    facts: tuple[FactField, ...] = ()
    is_example: bool = False

    def group(self, key: str) -> Group:
        return next(g for g in self.groups if g.key == key)

    @property
    def tabulated(self) -> dict[str, TabulatedScore]:
        """The criteria that the scheme's own code scores, by key."""
        return {one.key: one.table for one in self.criteria if isinstance(one.table, TabulatedScore)}

    @property
    def computed_facts(self) -> tuple[FactField, ...]:
        """The facts that its own code computes."""
        return tuple(fact for fact in self.facts if fact.computed)

    def criteria_for(self, side: CriterionSide) -> tuple[Criterion, ...]:
        """The criteria that count towards one certificate; shared ones count towards both."""
        return tuple(c for c in self.criteria if c.side in (side, CriterionSide.BOTH))


class SchemeSource(Protocol):
    """Port: where recorded schemes come from. Implemented outside core."""

    def recorded(self, enterprise: str, day: date) -> Sequence[Scheme]:
        """The schemes of an enterprise that are on record on ``day``."""


class NoSchemes:
    """A source of none, where an enterprise's listings and authorities alone are asked for."""

    def recorded(self, enterprise: str, day: date) -> tuple[Scheme, ...]:
        return ()


class DocumentReader(Protocol):
    """Port: reads the document of a scheme on record. Implemented outside core."""

    def __call__(self, document: str) -> Scheme:
        """The scheme of a document in canonical JSON, its digest that of the document. Raises SCHEME_INVALID."""
