"""What a round holds, read for its gates and its results: applications, marks, committees, ties, votes, results."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from core.ladders import RANK
from core.models import (
    Application,
    ApplicationStatus,
    BallotRoll,
    Committee,
    CommitteeMember,
    RoundAssessor,
    ScoreEntry,
    Tally,
    TieDeclaration,
    TitleBallot,
)
from core.replay.contents import canonical, digest_of
from core.rounds.recusal import Tie, ground_of
from core.rounds.tally import Ballot
from core.services.call import Call


async def applications_in(call: Call, round_id: UUID) -> list[Application]:
    """The applications of a round that were not taken back, in the order of their filing."""
    stands = (col(Application.round_id) == round_id, col(Application.status) != ApplicationStatus.WITHDRAWN)
    return list((await call.session.exec(select(Application).where(*stands).order_by(col(Application.id)))).all())


def admitted(applications: Iterable[Application]) -> list[Application]:
    """Those that are evaluated, or have been."""
    passed = (ApplicationStatus.ADMITTED, ApplicationStatus.EVALUATED)
    return [one for one in applications if one.status in passed]


async def ties_in(call: Call, round_id: UUID) -> list[Tie]:
    """What was declared of ties in a round."""
    return ties_of(await call.session.exec(select(TieDeclaration).where(col(TieDeclaration.round_id) == round_id)))


def ties_of(rows: Iterable[TieDeclaration]) -> list[Tie]:
    """Declared ties as recusal knows them."""
    return [Tie(row.actor_person_id, row.applicant_person_id, row.ground) for row in rows]


async def assessors_ever_in(call: Call, round_id: UUID) -> list[RoundAssessor]:
    """Who scores in a round, and who did until released: the marks of both count."""
    query = select(RoundAssessor).where(col(RoundAssessor.round_id) == round_id)
    return list((await call.session.exec(query.order_by(col(RoundAssessor.id)))).all())


async def marks_in(
    call: Call, round_id: UUID, applications: Iterable[Application], ties: Sequence[Tie]
) -> dict[UUID, list[ScoreEntry]]:
    """The marks that count, by application: no correction replaces them, and whoever gave them is not recused."""
    query = select(ScoreEntry).where(col(ScoreEntry.round_id) == round_id, not_replaced()).order_by(col(ScoreEntry.id))
    return counting(await call.session.exec(query), applications, ties)


def not_replaced() -> "sa.ColumnElement[bool]":
    """Predicate on ``ScoreEntry``: no correction stands in its place."""
    later = aliased(ScoreEntry)
    return ~select(later.id).where(col(later.replaces_id) == col(ScoreEntry.id)).exists()


def counting(
    entries: Iterable[ScoreEntry], applications: Iterable[Application], ties: Sequence[Tie]
) -> dict[UUID, list[ScoreEntry]]:
    """Those of marks that nothing replaces whose assessor is not recused, by application."""
    applicants = {one.id: one.person_id for one in applications}
    found: dict[UUID, list[ScoreEntry]] = defaultdict(list)
    for entry in entries:
        applicant = applicants.get(entry.application_id)
        if applicant is not None and ground_of(entry.assessor_person_id, applicant, ties) is None:
            found[entry.application_id].append(entry)
    return found


def marks_digest(entries: Iterable[ScoreEntry]) -> str:
    """What a result is bound to: the marks that it was worked out from."""
    return digest_of(canonical(sorted(str(entry.id) for entry in entries)))


@dataclass(frozen=True, slots=True)
class Sitting:
    """A committee with the members who have their seats."""

    committee: Committee
    members: tuple[CommitteeMember, ...]

    @property
    def present(self) -> tuple[CommitteeMember, ...]:
        return tuple(member for member in self.members if member.present)

    def covers(self, application: Application) -> bool:
        """Whether it may decide on the title that is applied for."""
        row, level = self.committee, application.title_level
        same = row.series == application.series and row.specialty in (None, application.specialty)
        return level is not None and same and RANK[level] <= RANK[row.highest]

    def voters(self, application: Application, ties: Sequence[Tie]) -> tuple[CommitteeMember, ...]:
        """The members present who are not recused."""
        case = application.person_id
        return tuple(one for one in self.present if ground_of(one.person_id, case, ties) is None)


async def sittings_in(call: Call, round_id: UUID) -> list[Sitting]:
    """The committees of a round; of specialties first, so that the closest covers."""
    drawn = select(Committee).where(col(Committee.round_id) == round_id).order_by(col(Committee.id))
    sitting = (col(CommitteeMember.round_id) == round_id, col(CommitteeMember.stepped_down_on).is_(None))
    members = (await call.session.exec(select(CommitteeMember).where(*sitting).order_by(col(CommitteeMember.id)))).all()
    return seated((await call.session.exec(drawn)).all(), members)


def seated(committees: Iterable[Committee], members: Iterable[CommitteeMember]) -> list[Sitting]:
    """Committees with their members; those of specialties first."""
    rows, there = sorted(committees, key=lambda row: row.specialty is None), list(members)
    return [Sitting(row, tuple(one for one in there if one.committee_id == row.id)) for row in rows]


def sitting_of(application: Application, sittings: Iterable[Sitting]) -> Sitting | None:
    """The committee that decides on an application's title."""
    return next((one for one in sittings if one.covers(application)), None)


async def ballots_in(
    call: Call, applications: Sequence[Application], sittings: Sequence[Sitting], ties: Sequence[Tie]
) -> dict[UUID, Ballot]:
    """The vote on each title by application: who could vote, and how it stands."""
    ids = [one.id for one in applications]
    rows = await call.session.exec(select(TitleBallot).where(col(TitleBallot.application_id).in_(ids)))
    return ballots_of(rows, applications, sittings, ties)


def ballots_of(
    rows: Iterable[TitleBallot], applications: Iterable[Application], sittings: Sequence[Sitting], ties: Sequence[Tie]
) -> dict[UUID, Ballot]:
    """The votes that were counted, with who could vote, by application."""
    counted = {row.application_id: row for row in rows}
    found: dict[UUID, Ballot] = {}
    for application in applications:
        sitting = sitting_of(application, sittings)
        if application.title_level is not None and sitting is not None:
            row = counted.get(application.id)
            votes = (row.agree, row.disagree, row.abstain) if row else (0, 0, 0)
            found[application.id] = Ballot(len(sitting.voters(application, ties)), *votes)
    return found


async def has_voted(call: Call, application_id: UUID, member_id: UUID) -> bool:
    """Whether a member has voted on a title; what, nobody knows."""
    on_roll = (col(BallotRoll.application_id) == application_id, col(BallotRoll.member_id) == member_id)
    return (await call.session.exec(select(BallotRoll.id).where(*on_roll))).first() is not None


async def tallies_in(call: Call, round_id: UUID) -> dict[UUID, Tally]:
    """The results that count, by application."""
    query = select(Tally).where(col(Tally.round_id) == round_id).order_by(col(Tally.number))
    return {row.application_id: row for row in await call.session.exec(query)}


def results_digest(tallies: Mapping[UUID, Tally]) -> str:
    """What a notice and a filing are bound to: the results of everybody, outcomes and totals."""
    told = (
        {
            "application": str(id_),
            "skill": {"outcome": row.skill_outcome, "total": row.skill_total},
            "title": {"outcome": row.title_outcome, "total": row.title_total},
        }
        for id_, row in sorted(tallies.items())
    )
    return digest_of(canonical(list(told)))
