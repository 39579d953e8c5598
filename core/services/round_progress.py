"""How far rounds have come, as their gates see it: for one that is acted on, or for a list of them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from core.models import Application, ApplicationStatus, PilotListing, Round, ScoreEntry, Tally
from core.policy.stack import PolicyStack
from core.rounds.committee import is_quorum
from core.rounds.deadlines import Deadline, Term
from core.rounds.gates import GROUP_MIN
from core.rounds.process import OwnStep, own_steps
from core.rounds.progress import Progress
from core.rounds.recusal import ground_of
from core.rounds.steps import RoundState
from core.rounds.tally import missing_marks
from core.schemes import Scheme
from core.services.call import Call
from core.services.pinned import why_not_running
from core.services.round_board import Board, boards_of
from core.services.round_docket import RoundDocket
from core.services.round_rows import marks_digest, results_digest, sitting_of
from core.services.targets import sides_of
from core.storage.visibility import on

# Until applications are taken, the version has to run; afterwards what is pinned counts.
BEGINNING = (RoundState.ANNOUNCED, RoundState.PLANNED)


async def progress_of(call: Call, docket: RoundDocket) -> Progress:
    """All that the gates of a round look at, today."""
    found, day = docket.round, call.today
    board = (await boards_of(call.session, [found], day))[found.id]
    running = found.state not in BEGINNING or await why_not_running(call, docket.pinned, day) is None
    return seen_from(board, found, docket.scheme, docket.deadlines, call.policy, day, running=running)


def seen_from(
    board: Board,
    found: Round,
    scheme: Scheme,
    deadlines: Mapping[Term, Deadline],
    policy: PolicyStack,
    day: date,
    *,
    running: bool,
) -> Progress:
    """What the gates of a round make of its rows on ``day``; ``running`` says whether its version runs."""
    taken, marks, least = board.taken, board.marks, policy.integer(GROUP_MIN, day)
    titles = [one for one in taken if one.title_level is not None]
    seats = [(one.committee.seats, len(one.present)) for one in board.sittings]
    return Progress(
        state=found.state,
        day=day,
        deadlines=deadlines,
        listed=board.listed,
        running=running,
        undecided=sum(one.status is ApplicationStatus.FILED for one in board.applications),
        admitted=len(taken),
        titles=len(titles),
        understaffed=_understaffed(board, taken, least),
        unscored=_unscored(scheme, taken, marks, least),
        stale=_stale(board.tallies, marks),
        upheld=len(board.upheld),
        uncovered=sum(sitting_of(one, board.sittings) is None for one in titles),
        unattended=sum(not is_quorum(policy, day, of, present) for of, present in seats),
        uncast=sum(ballot.outstanding > 0 for ballot in board.votes.values()),
        objections=board.objections,
        notice_is_of_results=_notice_is_of_results(board),
        undone=_undone(scheme, board.own_done),
    )


async def is_listed(call: Call, enterprise_id: UUID, day: date) -> bool:
    """Whether an enterprise is on the pilot list on a day."""
    of_enterprise = col(PilotListing.enterprise_id) == enterprise_id
    query = select(PilotListing.id).where(of_enterprise, on(PilotListing, day))
    return (await call.session.exec(query)).first() is not None


def _understaffed(board: Board, taken: Sequence[Application], least: int) -> int:
    people, ties = board.assessors, board.ties
    left = (sum(ground_of(one.person_id, case.person_id, ties) is None for one in people) for case in taken)
    return sum(number < least for number in left)


def _unscored(
    scheme: Scheme, taken: Sequence[Application], marks: Mapping[UUID, Sequence[ScoreEntry]], least: int
) -> int:
    return sum(bool(missing_marks(scheme, sides_of(one), _counts(marks.get(one.id, [])), least)) for one in taken)


def _stale(tallies: Mapping[UUID, Tally], marks: Mapping[UUID, Sequence[ScoreEntry]]) -> int:
    return sum(row.marks_digest != marks_digest(marks.get(id_, ())) for id_, row in tallies.items())


def _counts(entries: Sequence[ScoreEntry]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for entry in entries:
        counts[entry.criterion] = counts.get(entry.criterion, 0) + 1
    return counts


def _notice_is_of_results(board: Board) -> bool:
    return board.notice is not None and board.notice.results_digest == results_digest(board.tallies)


def _undone(scheme: Scheme, done: Collection[str]) -> tuple[OwnStep, ...]:
    return tuple(one for one in own_steps(scheme.process) if one.key not in done)
