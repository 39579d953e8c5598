"""What a decision is: who asks, on which day, and per target now, from a date, or what is missing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from core.conditions import Condition
from core.eligibility.blocks import Block, BlockCode, Employer, closing_block, offer_blocks, person_blocks
from core.eligibility.days import first_from
from core.eligibility.evaluate import Dossier
from core.eligibility.explain import Explanation, explain
from core.eligibility.routes import Mode, Offer, Route
from core.eligibility.rulebook import Rulebook
from core.facts import PersonFacts
from core.ladders import Target
from core.schemes import Scheme
from core.texts import Text


class State(StrEnum):
    """Where a person stands towards a target."""

    NOW = "now"  # 现在可申报
    ON_DATE = "on_date"  # 到期可申报
    MISSING = "missing"  # 尚缺条件

    @classmethod
    def of(cls, may_apply_from: date | None, day: date) -> "State":
        """The state on ``day`` of what one may apply for from a date, or from none."""
        if may_apply_from is None:
            return cls.MISSING
        return cls.NOW if may_apply_from <= day else cls.ON_DATE


@dataclass(frozen=True)
class RouteDecision:
    """One route's answer. The explanation is worked out only when it is read."""

    route: Route
    day: date
    may_apply_from: date | None
    dossier: Dossier

    @property
    def state(self) -> State:
        return State.of(self.may_apply_from, self.day)

    @cached_property
    def explanation(self) -> Explanation:
        return explain(self.route.requires, self.dossier, self.day, self.may_apply_from, self.route.citations)


@dataclass(frozen=True)
class Decision:
    """The answer for one target, or for the two of 一评双证, from one place to apply.

    ``routes`` are its alternatives, the best first. Blocks stand apart from conditions: with ``state`` now and no
    block, one may apply today.
    """

    targets: tuple[Target, ...]
    mode: Mode
    offer: Offer | None
    day: date
    may_apply_from: date | None
    routes: tuple[RouteDecision, ...]
    merged: Condition
    case: "Case"

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Why one may not apply on the day although every condition holds."""
        return tuple(_blocks(self))

    @property
    def state(self) -> State:
        return State.of(self.may_apply_from, self.day)

    @property
    def is_open(self) -> bool:
        """Whether one may apply on the day."""
        return self.state is State.NOW and not self.blocks

    @cached_property
    def explanation(self) -> Explanation:
        """Need, have and gap of each condition of the best route; merged ones once under 一评双证."""
        used = self.routes if self.mode is Mode.DUAL_CERTIFICATE else self.routes[:1]
        also = (citation for decision in used for citation in decision.route.citations)
        return explain(self.merged, self.case.dossier, self.day, self.may_apply_from, also)

    @property
    def fulfilled_on(self) -> date | None:
        """When the last condition is full; later than ``may_apply_from`` where years count to 31 December."""
        return self.explanation.fulfilled_on if self.may_apply_from else None


@dataclass(frozen=True, slots=True)
class Case:
    """One person on one day before one set of rules: what every step of a decision needs."""

    dossier: Dossier
    day: date
    rulebook: Rulebook
    employers: Mapping[str, Employer]

    @classmethod
    def of(cls, facts: PersonFacts, day: date, rulebook: Rulebook, employers: Sequence[Employer] = ()) -> "Case":
        """The case of a person; ``employers`` are the pilot enterprises whose recorded schemes apply."""
        return cls(Dossier(facts), day, rulebook, {e.enterprise: e for e in employers})

    @property
    def schemes(self) -> Iterator[Scheme]:
        for employer in self.employers.values():
            yield from employer.schemes


def closes_on(case: Case, route: Route) -> date | None:
    """The day on which a route is known to close: its own end, or that of the enterprise's listing, if sooner."""
    employer = case.employers.get(route.offer.enterprise) if route.offer else None
    ends = (route.period.until, employer.leaves_on(case.day) if employer else None)
    return min((end for end in ends if end), default=None)


def _blocks(decision: Decision) -> Iterator[Block]:
    """The blocks of each target, each once, seen from where the decision says to apply."""
    case, facts, policy = decision.case, decision.case.dossier.facts, decision.case.rulebook.policy
    employer = case.employers.get(decision.offer.enterprise) if decision.offer else None
    seen: dict[tuple[BlockCode, Text], Block] = {}
    for target in decision.targets:
        found = (
            *person_blocks(facts, target, case.day, policy),
            *offer_blocks(facts, target, decision.offer, employer, case.day, policy),
        )
        for block in found:
            seen.setdefault((block.code, block.text), block)
    yield from seen.values()
    if decision.state is State.MISSING:
        best = decision.routes[0].route
        met_on = first_from(case.dossier.days(best.requires), case.day)
        closing = closing_block(best, closes_on(case, best), met_on)
        yield from [closing] if closing else []
