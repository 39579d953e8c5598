"""The results of a round (结果): a skill level by every subject's mark, a title by vote; each can fail alone.

Totals are those of ``core.scoring``; here they only meet the committee's vote.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.policy.stack import PolicyStack
from core.rounds.committee import carries
from core.schemes import Criterion, Scheme
from core.scoring_tables import CriterionSide


@dataclass(frozen=True, slots=True)
class Ballot:
    """A vote on one title: the members present who were not recused, and how they voted; abstaining is not agreeing."""

    voters: int
    agree: int
    disagree: int
    abstain: int

    @property
    def cast(self) -> int:
        return self.agree + self.disagree + self.abstain

    @property
    def outstanding(self) -> int:
        """How many present members have not voted."""
        return self.voters - self.cast


@dataclass(frozen=True, slots=True)
class SideResult:
    """What the scores of one certificate come to: ``total`` in thousandths of a point, None where nothing is scored."""

    side: CriterionSide
    total: int | None
    failed: tuple[str, ...]
    reaches_mark: bool


def passes_skill(result: SideResult) -> bool:
    """A skill level is reached by every subject's mark."""
    return result.total is not None and not result.failed


def passes_title(result: SideResult, ballot: Ballot, policy: PolicyStack, day: date) -> bool:
    """A title is passed by the committee's vote, if its scores come to the scheme's own marks."""
    reaches = not result.failed and result.reaches_mark
    return reaches and carries(policy, day, ballot.voters, ballot.agree)


def scored_by_assessors(scheme: Scheme, sides: Sequence[CriterionSide]) -> tuple[Criterion, ...]:
    """The criteria that assessors score for these certificates, each once however many it serves."""
    wanted = {CriterionSide.BOTH, *sides}
    return tuple(one for one in scheme.criteria if one.table is None and one.side in wanted)


def missing_marks(
    scheme: Scheme, sides: Sequence[CriterionSide], given: Mapping[str, int], least: int
) -> tuple[str, ...]:
    """The criteria that fewer than ``least`` assessors have scored; ``given`` counts their marks by criterion."""
    wanted = scored_by_assessors(scheme, sides)
    return tuple(one.key for one in wanted if given.get(one.key, 0) < least)
