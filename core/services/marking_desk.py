"""Where an assessor marks: the cases that are theirs, each with what they may still mark of it.

What is common to the cases of a round is read once, so that a sheet of many marks costs little more than one.
"""

from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import col, select

from core.errors import ErrorCode, GuantongError, Where, nearest_of
from core.models import Application, ApplicationStatus, Round, RoundAssessor, ScoreEntry
from core.rounds.gates import PROCESS, Refusal, refused
from core.rounds.recusal import Tie, check_recusal
from core.rounds.steps import STATES, RoundState
from core.rounds.tally import scored_by_assessors
from core.schemes import Criterion, DocumentReader
from core.services.call import Call, checked_reason
from core.services.reach import not_found
from core.services.round_docket import APPLICATION, RoundDocket, docket_of, fresh, lock_round
from core.services.round_rows import not_replaced, ties_in
from core.services.rules import duplicate
from core.services.targets import sides_of
from core.texts import Text


@dataclass(frozen=True, slots=True)
class Seat:
    """An assessor's place in a round that is locked."""

    docket: RoundDocket
    assessor: RoundAssessor
    ties: list[Tie]

    def entry(self, call: Call, row: Application, criterion: Criterion, points: int, reason: str) -> ScoreEntry:
        return ScoreEntry(
            application_id=row.id,
            round_id=self.docket.round.id,
            enterprise_id=self.docket.round.enterprise_id,
            assessor_id=self.assessor.id,
            assessor_person_id=self.assessor.person_id,
            criterion=criterion.key,
            side=criterion.side,
            points=points,
            weight=criterion.weight,
            at=call.now,
            reason=checked_reason(reason),
        )


@dataclass
class Case:
    """An application to mark; ``marked`` are the assessor's own marks that count, by criterion."""

    seat: Seat
    row: Application
    criteria: dict[str, Criterion]
    marked: dict[str, int]

    def to_mark(self, key: str) -> Criterion:
        """The criterion, if it is still to be marked."""
        criterion = self.known(key)
        if criterion.key in self.marked:
            raise duplicate(
                f"评价要素“{criterion.name.zh}”已评分；更正须另附理由",
                f"criterion '{criterion.name.en}' is marked already; a correction takes a reason of its own",
            )
        return criterion

    def known(self, key: str) -> Criterion:
        """A criterion that assessors mark here."""
        if key in self.criteria:
            return self.criteria[key]
        raise GuantongError(
            ErrorCode.UNKNOWN_CODE,
            Text(
                f"这份申报没有由考评人员评分的要素“{key}”", f"assessors mark no criterion '{key}' of this application"
            ),
            where=Where(entry="criterion"),
            nearest=nearest_of(key, list(self.criteria)),
        )

    def mark(self, call: Call, key: str, points: int, reason: str) -> ScoreEntry:
        """A mark to put on record."""
        criterion = self.to_mark(key)
        self.marked[criterion.key] = points
        return self.seat.entry(call, self.row, criterion, points, reason)


@dataclass
class MarkingDesk:
    """Opens cases for whoever calls; whoever does not score there finds none."""

    call: Call
    read: DocumentReader
    _seats: dict[UUID, Seat] = field(default_factory=dict, init=False)

    async def case(self, application_id: UUID) -> Case:
        """A case that can be marked now."""
        seat, row = await self.opened(application_id)
        in_state(self.call, seat.docket.round, (RoundState.SCORING,))
        if row.status is not ApplicationStatus.ADMITTED:
            raise not_found(APPLICATION)
        criteria = {one.key: one for one in scored_by_assessors(seat.docket.scheme, sides_of(row))}
        own = (col(ScoreEntry.application_id) == row.id, col(ScoreEntry.assessor_id) == seat.assessor.id)
        marks = select(ScoreEntry.criterion, ScoreEntry.points).where(*own, not_replaced())
        return Case(seat, row, criteria, dict((await self.call.session.exec(marks)).all()))

    async def opened(self, application_id: UUID) -> tuple[Seat, Application]:
        """The application, and the actor's seat in its round, which is locked."""
        row = await fresh(self.call, Application, application_id, APPLICATION)
        if row.round_id is None:
            raise not_found(APPLICATION)
        seat = self._seats.get(row.round_id) or await self._seat(row.round_id)
        own = self.call.actor.person_id
        check_recusal(self.call.policy, self.call.today, own, row.person_id, seat.ties)
        return seat, await fresh(self.call, Application, application_id, APPLICATION)

    async def _seat(self, round_id: UUID) -> Seat:
        docket = await docket_of(self.call, self.read, await lock_round(self.call, round_id))
        own = (col(RoundAssessor.round_id) == round_id, col(RoundAssessor.person_id) == self.call.actor.person_id)
        query = select(RoundAssessor).where(*own, col(RoundAssessor.released_on).is_(None))
        assessor = (await self.call.session.exec(query)).one_or_none()
        if assessor is None:
            raise not_found(APPLICATION)
        self._seats[round_id] = seat = Seat(docket, assessor, await ties_in(self.call, round_id))
        return seat


def in_state(call: Call, found: Round, states: tuple[RoundState, ...]) -> None:
    """Raise unless the round is in one of the states."""
    if found.state not in states:
        words = STATES[found.state]
        text = Text(f"本批次{words.zh}，不能评分或更正", f"the round is {words.en}: nothing is marked or corrected")
        raise refused(Refusal(text, PROCESS), call.policy, call.today)
