"""On which award an application in a round rests (申报所凭获奖): what opens its targets with it, and not without."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from core.eligibility.rulebook import Rulebook
from core.eligibility.warnings import FilingWarning, WarningCode
from core.errors import ErrorCode, GuantongError
from core.facts import PersonFacts
from core.ladders import Target
from core.models import Application
from core.replay.deciding import decision_outcome
from core.scoring_tables import CriterionSide
from core.services.award_uses import (
    IN_ROUNDS,
    USES,
    HeldAward,
    UsedAward,
    awards_by_id,
    awards_of,
    hold_awards,
    used_for,
)
from core.services.call import Call
from core.services.contest_case import side_of
from core.services.decisions import standing_of
from core.services.eligible import decision_on, is_open
from core.services.round_docket import RoundDocket

Opens = Callable[[Sequence[HeldAward], Sequence[Target]], bool]
Group = tuple[HeldAward, ...]
_ENTRY = {CriterionSide.SKILL: "skill_level", CriterionSide.TITLE: "title_level"}
_COLUMN = {CriterionSide.SKILL: "skill_award_id", CriterionSide.TITLE: "title_award_id"}


@dataclass(frozen=True, slots=True)
class Grounds:
    """The award by kind of certificate, and of awards that would serve but are used up, the first."""

    awards: Mapping[CriterionSide, HeldAward] = field(default_factory=dict)
    used: Sequence[UsedAward] = ()

    def columns(self) -> dict[str, Any]:
        """What an application keeps of it. Of several awards that are needed together the oldest."""
        found = {side: award.id for side, award in self.awards.items()}
        return {column: found.get(side) for side, column in _COLUMN.items()}

    def check(self) -> None:
        """Raise AWARD_USED where nothing opens a target but an award that is used up."""
        for one in self.used:
            raise one.error(_ENTRY[one.side])

    def warnings(self) -> Iterator[FilingWarning]:
        """What is told before it is refused."""
        for one in self.used[:1]:
            yield FilingWarning(WarningCode.AWARD_USED, one.text, one.citation)


_NONE = Grounds()


async def held_grounds(
    call: Call, docket: RoundDocket, person_id: UUID, facts: PersonFacts, targets: Sequence[Target], **given: Any
) -> Grounds:
    """As ``grounds_of``, for what is stored next: whoever uses one of these awards elsewhere waits."""
    if facts.awards:
        await hold_awards(call, (one.id for one in await awards_of(call, person_id)))
    return await grounds_of(call, docket, person_id, facts, targets, **given)


async def grounds_of(
    call: Call,
    docket: RoundDocket,
    person_id: UUID,
    facts: PersonFacts,
    targets: Sequence[Target],
    besides: UUID | None = None,
) -> Grounds:
    """On what awards an application with these facts rests; ``besides`` is the application itself, once it is filed.

    Who is eligible without any award, or not even with all of them, uses none.
    """
    if not facts.awards or not _counts(call):
        return _NONE
    day = docket.round.reference_day
    held = [one for one in await awards_of(call, person_id) if one.known.awarded_on <= day]
    opens = await _trial(call, docket, facts)
    groups, sides = await asyncio.to_thread(_needed, held, opens, targets)
    first: list[UsedAward] = []
    for group in groups:
        used = await used_for(call, group, sides, besides)
        if not used:
            return Grounds(dict.fromkeys(sides, group[0]))
        first = first or used
    return Grounds(used=first)


def _counts(call: Call) -> bool:
    """Whether the policy in force today counts uses of awards, and those in rounds among them."""
    try:
        call.policy.integer(USES, call.today)
        return call.policy.flag(IN_ROUNDS, call.today)
    except GuantongError as error:
        if error.code is not ErrorCode.NOT_IN_FORCE:
            raise
        return False


async def _trial(call: Call, docket: RoundDocket, facts: PersonFacts) -> Opens:
    """Whether targets would be open on the reference day to somebody who won no more than some awards."""
    day, scheme, rules = docket.round.reference_day, docket.scheme, Rulebook(call.policy, call.vocabulary)
    standing = await standing_of(call, docket.pinned, day)

    def opens(awards: Sequence[HeldAward], targets: Sequence[Target]) -> bool:
        known = replace(facts, awards=tuple(one.known for one in awards))
        outcome = decision_outcome(known, day, rules, standing, scheme, targets)
        found = decision_on(outcome, targets, docket.pinned.scheme.key)
        return found is not None and is_open(found)

    return opens


def _needed(
    held: Sequence[HeldAward], opens: Opens, targets: Sequence[Target]
) -> tuple[list[Group], set[CriterionSide]]:
    """What the targets may rest on, each award alone before all together, and for which kinds of certificate."""
    if opens((), targets) or not opens(held, targets):
        return [], set()
    sides = {side_of(one) for one in targets if not opens((), (one,))} or {side_of(one) for one in targets}
    alone: list[Group] = [(one,) for one in held if opens((one,), targets)]
    return alone or [tuple(held)], sides


async def spent_in(call: Call, applications: Sequence[Application]) -> set[tuple[UUID, CriterionSide]]:
    """Applications and kinds whose award has led to as many certificates elsewhere as it may, by today.

    Whatever is issued next on these awards waits until the transaction ends.
    """
    resting = {
        (one.id, side): award_id
        for one in applications
        for side, column in _COLUMN.items()
        if (award_id := getattr(one, column)) is not None
    }
    if not resting or not _counts(call):
        return set()
    await hold_awards(call, resting.values())
    wanted = await awards_by_id(call, resting.values())
    spent = {(one.award_id, one.side) for one in await used_for(call, wanted, _COLUMN, issued_alone=True)}
    return {(application_id, side) for (application_id, side), award_id in resting.items() if (award_id, side) in spent}
