"""Taking a step of a round: who, whether, then its row, its deadlines and its audit event, in one transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from core.audit import Tag
from core.models import Round, RoundDeadline, RoundStep, SnapshotKind
from core.permissions import Permission
from core.rounds.deadlines import Deadline, Term, counted
from core.rounds.gates import check_gates
from core.rounds.steps import ROUND_TRANSITIONS, Party, RoundStepKind
from core.schemes import DocumentReader
from core.services.call import Call, checked_reason
from core.services.own_cases import not_own_round
from core.services.round_docket import RoundDocket, SeenRound, seen_round
from core.services.round_progress import progress_of
from core.services.snapshots import Content, store_snapshots

PERMISSION_OF = {Party.OFFICE: Permission.ENTERPRISE_ROUND_RUN, Party.BUREAU: Permission.CITY_RESULT_REVIEW}
TAGS: Mapping[RoundStepKind, Tag] = MappingProxyType(
    {step: Tag(f"enterprise:round:{step.value}") for step in RoundStepKind}
)


# The steps that touch what becomes of applicants; the others concern the round alone.
_ON_CASES = frozenset(RoundStepKind) - {
    RoundStepKind.ANNOUNCE,
    RoundStepKind.PLAN,
    RoundStepKind.OPEN,
    RoundStepKind.CLOSE,
    RoundStepKind.EXTEND,
    RoundStepKind.RECOUNT,
    RoundStepKind.DO_OWN,
    RoundStepKind.CANCEL,
}


@dataclass(frozen=True, slots=True)
class Extra:
    """What a step sets beside the state."""

    own_step: str | None = None
    term: Term | None = None
    comments: tuple[Mapping[str, str], ...] = ()
    deadlines: tuple[Deadline, ...] = ()

    def said(self) -> dict[str, Any]:
        """What it holds, for columns and events."""
        told = {"own_step": self.own_step, "term": self.term, "comments": [dict(one) for one in self.comments]}
        return {name: value for name, value in told.items() if value}


NOTHING = Extra()


def require_party(call: Call, step: RoundStepKind) -> None:
    """Raise NOT_PERMITTED unless the actor may take such steps at all."""
    call.require(PERMISSION_OF[ROUND_TRANSITIONS[step].party])


async def ready_for(call: Call, read: DocumentReader, seen: SeenRound, step: RoundStepKind) -> RoundDocket:
    """The docket of a round whose gates are open for a step: first who, then what was seen, then what must hold."""
    require_party(call, step)
    docket = await seen_round(call, read, seen)
    if step in _ON_CASES:
        await not_own_round(call, docket.round.id)
    check_gates(await progress_of(call, docket), call.policy, step)
    return docket


async def take_round_step(
    call: Call, docket: RoundDocket, step: RoundStepKind, reason: str, extra: Extra = NOTHING
) -> Round:
    """Take a step whose gates are open: the round's new state, the row of the step, its deadlines and its event."""
    found, transition = docket.round, ROUND_TRANSITIONS[step]
    before = {"state": found.state, "revision": found.revision}
    found.state = transition.target or found.state
    found.revision += step is not RoundStepKind.ANNOUNCE
    await call.store(found, _row(call, found, step, reason, extra))
    deadlines = (*extra.deadlines, *_started(call, docket, transition.starts, extra.deadlines))
    await set_deadlines(call, found, deadlines)
    after = {"state": found.state, "revision": found.revision, "plan_number": found.plan_number}
    told = {one.term: {"due": one.due, "provisional": one.provisional} for one in deadlines}
    await call.note(TAGS[step], found, reason, before=before, after=after | extra.said() | {"deadlines": told})
    return found


def _row(call: Call, found: Round, step: RoundStepKind, reason: str, extra: Extra) -> RoundStep:
    return RoundStep(
        round_id=found.id,
        enterprise_id=found.enterprise_id,
        number=found.revision,
        step=step,
        state=found.state,
        actor_role=call.actor.role,
        actor_name=call.actor.name,
        taken_on=call.today,
        at=call.now,
        reason=checked_reason(reason),
        **extra.said(),
    )


def _started(call: Call, docket: RoundDocket, terms: Iterable[Term], given: Iterable[Deadline]) -> list[Deadline]:
    """The deadlines that begin with a step today; those that are given were set otherwise."""
    there = {one.term for one in given}
    lengths = {Term.NOTICE: docket.notice_days}
    return [
        counted(call.policy, call.calendar, term, call.today, lengths.get(term)) for term in terms if term not in there
    ]


async def set_deadlines(call: Call, found: Round, deadlines: Iterable[Deadline]) -> None:
    """Put deadlines on record, each after whatever its term had before, with the calendar that it was counted by."""
    for one in deadlines:
        await store_snapshots(call, [Content(SnapshotKind.CALENDAR, one.calendar, lambda: call.calendar.content)])
        row = RoundDeadline(
            round_id=found.id,
            enterprise_id=found.enterprise_id,
            term=one.term,
            number=await _next_number(call, found, one.term),
            starts=one.start,
            days=one.days,
            due=one.due,
            calendar_digest=one.calendar,
            provisional=one.provisional,
        )
        await call.store(row)


async def _next_number(call: Call, found: Round, term: Term) -> int:
    of_term = (col(RoundDeadline.round_id) == found.id, col(RoundDeadline.term) == term)
    latest = (await call.session.exec(select(sa.func.max(RoundDeadline.number)).where(*of_term))).one()
    return (latest or 0) + 1
