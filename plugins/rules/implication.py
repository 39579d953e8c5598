"""Whether whoever passes one claim passes another: decided exactly, by looking for somebody who does not.

Every way to pass the one is put together with every way to fail the other; each pair is a handful of sums with bounds,
solved by halving. That takes no time on what people write; ``Budget`` bounds what somebody might write to stop us.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from plugins.rules.claims import AllOf, Claim, Need, Person

STEPS = 100_000


class Undecided(Exception):
    """The budget is used up."""


@dataclass(slots=True)
class Budget:
    """Steps left; shared by all questions about one scheme."""

    steps: int = STEPS

    def spend(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise Undecided


@dataclass(frozen=True, slots=True)
class Way:
    """Needs that are met and needs that are missed."""

    met: tuple[Need, ...] = ()
    missed: tuple[Need, ...] = ()

    def __add__(self, other: "Way") -> "Way":
        return Way(self.met + other.met, self.missed + other.missed)

    def contradicts_itself(self) -> bool:
        """Whether a need that is met holds more than one that is missed."""
        return any(_covers(met, missed) for met in self.met for missed in self.missed)


def exception(narrow: Claim, wide: Claim, limits: Person, budget: Budget) -> Person | None:
    """Somebody within ``limits`` who passes ``narrow`` and not ``wide``; None where there is no such person.

    Raises Undecided when the budget is used up.
    """
    if narrow == wide:
        return None
    for passing in ways(narrow, budget, wanted=True):
        for failing in ways(wide, budget, wanted=False):
            way = passing + failing
            if not way.contradicts_itself():
                found = _solve(way, dict.fromkeys(limits, 0), limits, budget)
                if found is not None:
                    return found
    return None


def ways(claim: Claim, budget: Budget, *, wanted: bool) -> Iterator[Way]:
    """Every way in which a claim holds, or fails."""
    if isinstance(claim, Need):
        budget.spend()
        yield Way(met=(claim,)) if wanted else Way(missed=(claim,))
    elif isinstance(claim, AllOf) is wanted:
        yield from _together(claim.parts, budget, wanted=wanted)
    else:
        for part in claim.parts:
            yield from ways(part, budget, wanted=wanted)


def _together(parts: tuple[Claim, ...], budget: Budget, *, wanted: bool) -> Iterator[Way]:
    """Every way in which each of several claims holds, or fails."""
    if not parts:
        yield Way()
        return
    for first in ways(parts[0], budget, wanted=wanted):
        for rest in _together(parts[1:], budget, wanted=wanted):
            yield first + rest


def _covers(met: Need, missed: Need) -> bool:
    return met.amount >= missed.amount and all(met.keys.count(key) <= missed.keys.count(key) for key in met.keys)


def _solve(way: Way, low: Person, high: Person, budget: Budget) -> Person | None:
    """A person between ``low`` and ``high`` for whom the way holds, by halving the first range that matters.

    What is left to look at is kept in a list: an author may write more sums than calls can be nested.
    """
    keys = {key for need in (*way.met, *way.missed) for key in need.keys}
    waiting = [({key: low[key] for key in keys}, {key: high[key] for key in keys})]
    while waiting:
        least, most = waiting.pop()
        budget.spend()
        if any(_sum(need, most) < need.amount for need in way.met):
            continue
        if any(_sum(need, least) >= need.amount for need in way.missed):
            continue
        short = next((need for need in way.met if _sum(need, least) < need.amount), None)
        if short is None:
            return {**low, **least}
        key = next(key for key in short.keys if least[key] < most[key])
        middle = (least[key] + most[key]) // 2
        waiting += [({**least, key: middle + 1}, most), (least, {**most, key: middle})]
    return None


def _sum(need: Need, person: Mapping[str, int]) -> int:
    return sum(person[key] for key in need.keys)
