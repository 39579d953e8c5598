"""What two versions of a scheme ask on one day, each question once however many rows and versions ask it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from core.conditions import Condition
from core.eligibility.alike import Plain
from core.eligibility.routes import Route
from core.eligibility.rulebook import Rulebook
from core.eligibility.traces import Origin, origins_held, origins_of, posts_of, reading_of
from core.facts import OccupationKey, PersonFacts, Reading
from core.ladders import Target
from core.schemes import Scheme

Way = tuple[Target, Target]


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A condition, and the numbers of the ways that it opens by the older and by the newer version.

    Without work in one of ``posts`` it is not met; None: it asks for no post.
    """

    condition: Condition
    before: frozenset[int]
    after: frozenset[int]
    posts: frozenset[OccupationKey] | None


@dataclass(frozen=True, slots=True)
class Questions:
    """Every question of two versions, by the credentials without which it is not met.

    ``of_all`` are those that may be met without any. ``ways`` are the ways from source to target, by number;
    ``reading`` are the facts on which the answers rest.
    """

    ways: tuple[Way, ...]
    by_origin: Mapping[Origin, tuple[Question, ...]]
    of_all: tuple[Question, ...]
    reading: Reading

    @classmethod
    def of(cls, old: Scheme | None, new: Scheme, day: date, rulebook: Rulebook) -> "Questions":
        """What the versions ask on ``day``; without ``old`` the newer one alone."""
        asked: dict[Condition, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
        numbers: dict[Way, int] = {}
        plain = Plain()
        for version, scheme in enumerate((old, new)):
            for way, route in _routes(scheme, day, rulebook):
                asked[plain.of(route.requires)][version].add(numbers.setdefault(way, len(numbers)))
        questions = [Question(c, frozenset(b), frozenset(a), posts_of(c)) for c, (b, a) in asked.items()]
        of_all = tuple(question for question in questions if origins_of(question.condition) is None)
        return cls(tuple(numbers), _by_origin(questions), of_all, reading_of(plain.atoms))

    @property
    def origins(self) -> frozenset[Origin] | None:
        """The credentials of which whoever is concerned holds one; None when anybody may be concerned."""
        return None if self.of_all else frozenset(self.by_origin)

    def worth_asking(self, facts: PersonFacts) -> Iterator[Question]:
        """The questions that a person may meet, each once."""
        found = set(self.of_all)
        for held in facts.credentials:
            for origin in origins_held(held):
                found.update(self.by_origin.get(origin, ()))
        worked = {spell.occupation for spell in facts.work}
        return (question for question in found if question.posts is None or not question.posts.isdisjoint(worked))


def _routes(scheme: Scheme | None, day: date, rulebook: Rulebook) -> Iterator[tuple[Way, Route]]:
    """The routes of a scheme's rows that are in force on a day; contests have no side to start from."""
    for route in rulebook.scheme(scheme).routes if scheme else ():
        if route.source is not None and day in route.period:
            yield (route.source, route.target), route


def _by_origin(questions: Iterable[Question]) -> dict[Origin, tuple[Question, ...]]:
    found: dict[Origin, list[Question]] = defaultdict(list)
    for question in questions:
        for origin in origins_of(question.condition) or ():
            found[origin].append(question)
    return {origin: tuple(listed) for origin, listed in found.items()}
