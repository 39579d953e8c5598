"""What a version of a scheme does to people: who becomes eligible by it, and who no longer is, row by row."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from core.eligibility.days import contains
from core.eligibility.evaluate import Dossier
from core.eligibility.questions import Questions, Way
from core.eligibility.rulebook import Rulebook
from core.facts import PersonFacts
from core.ladders import Target
from core.schemes import Scheme


@dataclass(frozen=True, slots=True)
class RowImpact:
    """What happens on one direction of one pair. ``row`` is its number in the newer version, if it is there still.

    People gained and lost are in the order in which they were looked at.
    """

    row: int
    source: Target
    target: Target
    gained: tuple[UUID, ...]
    lost: tuple[UUID, ...]
    kept: int

    @property
    def key(self) -> str:
        """What rows are sorted by, different for each."""
        return " ".join((*self.source.sort_key, *self.target.sort_key))


@dataclass(frozen=True, slots=True)
class Impact:
    """The whole effect on a day. People gained or lost are those for whom any row opens or every row closes."""

    day: date
    rows: tuple[RowImpact, ...]
    gained: int
    lost: int


@dataclass(slots=True)
class _Tally:
    """What was found of one way so far."""

    gained: list[UUID] = field(default_factory=list)
    lost: list[UUID] = field(default_factory=list)
    kept: int = 0

    @property
    def concerns_anybody(self) -> bool:
        return bool(self.gained or self.lost or self.kept)


class Weighing:
    """The effect on ``day`` of replacing ``old``, or nothing, with ``new``, while people are looked at part by part."""

    def __init__(self, old: Scheme | None, new: Scheme, day: date, rulebook: Rulebook) -> None:
        self.questions = Questions.of(old, new, day, rulebook)
        self._day = day
        self._numbers = _numbers(old) | _numbers(new)
        self._ways = [_Tally() for _ in self.questions.ways]
        self._gained = self._lost = 0

    def look_at(self, people: Iterable[tuple[UUID, PersonFacts]]) -> None:
        """Count people, each of whom is given once. Their facts need only be of the kinds that the questions read."""
        for person, facts in people:
            before, after = self._open_to(facts)
            self._gained += bool(after) and not before
            self._lost += bool(before) and not after
            for way in after:
                if way in before:
                    self._ways[way].kept += 1
                else:
                    self._ways[way].gained.append(person)
            for way in before - after:
                self._ways[way].lost.append(person)

    def _open_to(self, facts: PersonFacts) -> tuple[set[int], set[int]]:
        """The ways that the two versions open to a person on the day, blocks apart."""
        before: set[int] = set()
        after: set[int] = set()
        dossier = Dossier(facts)
        for question in self.questions.worth_asking(facts):
            if contains(dossier.days(question.condition), self._day):
                before |= question.before
                after |= question.after
        return before, after

    @property
    def impact(self) -> Impact:
        """What was found so far."""
        ways = zip(self.questions.ways, self._ways, strict=True)
        rows = (_row(self._numbers[way], way, found) for way, found in ways if found.concerns_anybody)
        return Impact(self._day, tuple(sorted(rows, key=lambda row: row.key)), self._gained, self._lost)


def _numbers(scheme: Scheme | None) -> dict[Way, int]:
    rows = scheme.rows if scheme else ()
    there = {(row.skill, row.title): row.number for row in rows}
    return {**there, **{(title, skill): number for (skill, title), number in there.items()}}  # type: ignore[dict-item]


def _row(number: int, way: Way, found: _Tally) -> RowImpact:
    return RowImpact(number, *way, tuple(found.gained), tuple(found.lost), found.kept)
