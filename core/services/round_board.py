"""What the gates of rounds look at, read for many rounds at once: every relation of however many takes one statement.

Nobody's right to read is checked here: whoever asks has been given the rounds.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import (
    Application,
    ApplicationStatus,
    Committee,
    CommitteeMember,
    Objection,
    ObjectionState,
    PilotListing,
    PublicNotice,
    Round,
    RoundAssessor,
    RoundStep,
    ScoreEntry,
    Tally,
    TieDeclaration,
    TitleBallot,
)
from core.models.base import Record
from core.rounds.recusal import Tie
from core.rounds.steps import RoundStepKind
from core.rounds.tally import Ballot
from core.services.round_rows import Sitting, admitted, ballots_of, counting, not_replaced, seated, ties_of
from core.storage.visibility import on

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Board:
    """The rows of one round, applications that were taken back left out; ``entries`` are marks that nothing replaces.

    ``listed`` says whether its enterprise is on the pilot list on the day; the results of ``upheld`` are from before an
    objection to them that was upheld.
    """

    listed: bool
    applications: Sequence[Application]
    assessors: Sequence[RoundAssessor]
    ties: Sequence[Tie]
    entries: Sequence[ScoreEntry]
    tallies: Mapping[UUID, Tally]
    sittings: Sequence[Sitting]
    ballots: Sequence[TitleBallot]
    notice: PublicNotice | None
    objections: int
    upheld: frozenset[UUID]
    own_done: frozenset[str]

    @property
    def taken(self) -> list[Application]:
        return admitted(self.applications)

    @property
    def marks(self) -> dict[UUID, list[ScoreEntry]]:
        """The marks that count, by application."""
        return counting(self.entries, self.taken, self.ties)

    @property
    def votes(self) -> dict[UUID, Ballot]:
        """The vote on each title, by application."""
        return ballots_of(self.ballots, self.taken, self.sittings, self.ties)


async def boards_of(session: AsyncSession, rounds: Collection[Round], day: date) -> dict[UUID, Board]:
    """The boards of rounds, by their ids."""
    ids = [one.id for one in rounds]
    listed = await _listed(session, {one.enterprise_id for one in rounds}, day)
    stands = col(Application.status) != ApplicationStatus.WITHDRAWN
    applications = await _rows(session, Application, ids, stands)
    assessors = await _rows(session, RoundAssessor, ids, col(RoundAssessor.released_on).is_(None))
    ties = await _rows(session, TieDeclaration, ids)
    entries = await _rows(session, ScoreEntry, ids, not_replaced())
    tallies = await _rows(session, Tally, ids, order=col(Tally.number))
    committees = await _rows(session, Committee, ids)
    members = await _rows(session, CommitteeMember, ids, col(CommitteeMember.stepped_down_on).is_(None))
    ballots = await _ballots(session, committees)
    notices = await _rows(session, PublicNotice, ids, order=col(PublicNotice.number))
    objections = await _rows(session, Objection, ids, col(Objection.state) != ObjectionState.DISMISSED)
    own = await _rows(session, RoundStep, ids, col(RoundStep.step) == RoundStepKind.DO_OWN)
    return {
        one.id: Board(
            listed=one.enterprise_id in listed,
            applications=applications[one.id],
            assessors=assessors[one.id],
            ties=ties_of(ties[one.id]),
            entries=entries[one.id],
            tallies={row.application_id: row for row in tallies[one.id]},
            sittings=seated(committees[one.id], members[one.id]),
            ballots=ballots[one.id],
            notice=notices[one.id][-1] if notices[one.id] else None,
            objections=sum(row.state is ObjectionState.OPEN for row in objections[one.id]),
            upheld=upheld_in(objections[one.id], tallies[one.id]),
            own_done=frozenset(row.own_step for row in own[one.id] if row.own_step),
        )
        for one in rounds
    }


def upheld_in(objections: Iterable[Objection], tallies: Sequence[Tally]) -> frozenset[UUID]:
    """The applications whose results were not worked out anew since an objection to them that was upheld.

    One to all results is followed by any new one. Ids are ordered in time.
    """
    newest = {row.application_id: row.id for row in tallies}
    latest = max(newest.values(), default=None)
    found: set[UUID] = set()
    for row in objections:
        if row.state is not ObjectionState.UPHELD or latest is None:
            continue
        if row.application_id is None:
            found |= set(newest) if latest < row.id else set()
        elif row.application_id in newest and newest[row.application_id] < row.id:
            found.add(row.application_id)
    return frozenset(found)


async def _listed(session: AsyncSession, enterprise_ids: Collection[UUID], day: date) -> set[UUID]:
    among = col(PilotListing.enterprise_id).in_(enterprise_ids)
    return set((await session.exec(select(PilotListing.enterprise_id).where(among, on(PilotListing, day)))).all())


async def _rows(
    session: AsyncSession, table: type[R], round_ids: Collection[UUID], *conditions: Any, order: Any = None
) -> dict[UUID, list[R]]:
    """The rows of each round as they are now, whatever this session has read of them before."""
    of_round: Any = getattr(table, "round_id")  # noqa: B009 - the base of all tables has none
    sorting = col(table.id) if order is None else order
    query = select(table).where(of_round.in_(round_ids), *conditions).order_by(sorting)
    found: dict[UUID, list[R]] = defaultdict(list)
    for row in await session.exec(query):
        found[getattr(row, "round_id")].append(row)  # noqa: B009
    return found


async def _ballots(
    session: AsyncSession, committees: Mapping[UUID, Sequence[Committee]]
) -> dict[UUID, list[TitleBallot]]:
    round_of = {one.id: round_id for round_id, rows in committees.items() for one in rows}
    query = select(TitleBallot).where(col(TitleBallot.committee_id).in_(round_of))
    found: dict[UUID, list[TitleBallot]] = defaultdict(list)
    for row in await session.exec(query):
        found[round_of[row.committee_id]].append(row)
    return found
