"""A world for tests of rounds: an example shipyard on the pilot list, its office, assessors, experts and workers.

Everybody acts within their own rights, also before the database, so that the wall of PostgreSQL is tried by every test.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from core.errors import GuantongError
from core.facts import EducationLevel
from core.ladders import Level
from core.models import (
    Application,
    Authority,
    AuthorityKind,
    Certificate,
    Committee,
    CommitteeMember,
    Enterprise,
    Expert,
    Objection,
    Person,
    PilotListing,
    Round,
    RoundAssessor,
    RoundDeadline,
    Schooling,
    ScoreEntry,
    Tally,
)
from core.permissions import Actor, Role
from core.policy.stack import PolicyStack
from core.rounds.deadlines import Term
from core.rounds.workdays import WorkCalendar, announced
from core.services.applications import RoundApplication, SeenApplication, file_application
from core.services.certificates import issue_certificates, report_certificates
from core.services.committees import (
    Attendance,
    Choice,
    NewCommittee,
    Vote,
    cast_vote,
    draw_committee,
    record_attendance,
)
from core.services.experts import Assignment, NewExpert, assign_assessor, record_expert
from core.services.marking import Mark, NewMarks, give_marks
from core.services.numbering import NewIssuerCode, assign_issuer_code
from core.services.qualification import Review, review_application
from core.services.results import accept_results, conclude_round, file_results, notice_results
from core.services.round_docket import SeenRound
from core.services.rounds import (
    NewRound,
    announce_round,
    close_applications,
    end_review,
    lay_before_committee,
    open_applications,
    plan_round,
)
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW, RowScope
from tests import builders as make
from tests.core.calls import OFFICER, REASON, call, evaluator_of, policy, store
from tests.core.filing_world import World as Filings
from tests.core.filing_world import noon, read_document, world_in
from tests.core.round_case import CRITERIA, FIRST_DAY, LAST_DAY, REFERENCE_DAY, SINCE, TITLE
from tests.made_once import made_once

_keys = count(1)


def key() -> str:
    """A request key that nobody has used."""
    return f"example-key-{next(_keys)}"


def known_until(year: int) -> WorkCalendar:
    """The calendar as it was known when the holidays of ``year`` were the last to be announced."""
    now = announced()
    rest, work = (frozenset(day for day in days if day.year <= year) for days in (now.rest, now.work))
    return WorkCalendar(frozenset(one for one in now.years if one <= year), rest, work)


@dataclass
class Rounds:
    """The shipyard with its people; ``round_id`` is the round under way."""

    filings: Filings
    version_id: UUID
    filing_id: UUID
    now: datetime
    round_id: UUID | None = None
    policy: PolicyStack = field(default_factory=policy)
    calendar: WorkCalendar = field(default_factory=lambda: known_until(2026))
    assessors: list[Person] = field(default_factory=list)
    experts: list[Person] = field(default_factory=list)

    @property
    def own(self) -> Enterprise:
        return self.filings.owner

    @property
    def database(self) -> Database:
        return self.filings.database

    @property
    def office(self) -> Actor:
        return evaluator_of(self.own)

    @property
    def today(self) -> date:
        return self.now.date()

    def on(self, day: date) -> None:
        """From now on it is noon of ``day`` in Shanghai."""
        self.now = noon(day)

    def later(self, days: int) -> None:
        self.now += timedelta(days=days)

    async def do(self, actor: Actor, use_case: Callable[..., Awaitable[Any]], *args: Any, reason: str = REASON) -> Any:
        """What a use case returns, committed; within the rows that the actor may touch."""
        scope = RowScope.of(actor)
        async with self.database.write(scope) as session:
            made = call(session, actor, self.now, partial(self.database.read, scope))
            made = replace(made, calendar=self.calendar, policy=self.policy)
            return await use_case(made, *args, reason)

    async def refuses(self, actor: Actor, use_case: Callable[..., Awaitable[Any]], *args: Any) -> GuantongError:
        """The error of a use case."""
        with pytest.raises(GuantongError) as caught:
            await self.do(actor, use_case, *args)
        return caught.value

    async def rows(self, table: Any, *conditions: Any) -> list[Any]:
        """Every row of a table, oldest first."""
        async with self.database.read(EVERY_ROW) as session:
            return list((await session.exec(select(table).where(*conditions).order_by(table.id))).all())

    async def row(self, table: Any, id_: UUID) -> Any:
        [found] = await self.rows(table, col(table.id) == id_)
        return found

    async def round(self) -> Round:
        """The round as it stands."""
        assert self.round_id is not None
        return await self.row(Round, self.round_id)  # type: ignore[no-any-return]

    async def seen(self, **given: Any) -> dict[str, Any]:
        """What a decision on the round is about, as it stands now."""
        found = await self.round()
        return {"key": key(), "round_id": found.id, "revision": found.revision} | given

    async def step(self, use_case: Callable[..., Awaitable[Any]], actor: Actor | None = None) -> Round:
        """A step of the round that takes nothing else."""
        seen = SeenRound(**await self.seen())
        return await self.do(actor or self.office, use_case, read_document, seen)  # type: ignore[no-any-return]

    async def blocked(self, use_case: Callable[..., Awaitable[Any]], actor: Actor | None = None) -> GuantongError:
        """Why a step cannot be taken now."""
        return await self.refuses(actor or self.office, use_case, read_document, SeenRound(**await self.seen()))

    # ---- people

    async def worker(self, both: bool = False, **given: Any) -> Person:
        """A worker who may apply for an assistant's title, or for both a technician's level and an intermediate one."""
        person = make.person(**given)
        rows: list[Any] = [person, make.employment(person, self.own, starts=date(2010, 1, 1))]
        rows.append(make.credential(person, awarded_on=date(2014, 6, 1) if both else date(2022, 6, 1)))
        if both:
            rows.append(make.title(person, awarded_on=date(2014, 4, 1), review_year=2013))
            rows.append(_schooling(person))
        await store(self.database, *rows)
        return person

    def acting(self, person: Person, role: Role = Role.WORKER) -> Actor:
        """A person in their own right."""
        return Actor.of(role, person.name, person_id=person.id)

    async def member_of_staff(self, name: str) -> Person:
        person = make.person(name=name)
        await store(self.database, person, make.employment(person, self.own))
        return person

    # ---- the happy path, step by step

    async def announce(self, **given: Any) -> Round:
        fields = {"scheme_version_id": self.version_id, "zh": "示例批次", "reference_day": REFERENCE_DAY}
        new = NewRound(key=key(), **fields | {"applications_until": LAST_DAY, "is_example": True} | given)
        row: Round = await self.do(self.office, announce_round, read_document, new)
        self.round_id = row.id
        return row

    async def opened(self, **given: Any) -> Round:
        """A round that takes applications."""
        await self.announce(**given)
        await self.step(plan_round)
        return await self.step(open_applications)

    def application(self, person: Person | None = None, **given: Any) -> RoundApplication:
        """An application of a person; nobody is named where one applies for oneself."""
        whom = {} if person is None or "identity_number" in given else {"person_id": person.id}
        same = {"key": key(), "round_id": self.round_id}
        return RoundApplication(**same | (TITLE if "occupation" not in given else {}) | whom | given)

    async def apply(self, person: Person, **given: Any) -> Application:
        """An application that its applicant files."""
        wanted = self.application(None, **given)
        return await self.do(self.acting(person), file_application, read_document, wanted)  # type: ignore[no-any-return]

    async def review(self, row: Application, admitted: bool = True, **given: Any) -> Application:
        now = await self.row(Application, row.id)
        seen = {"key": key(), "application_id": row.id, "revision": now.revision, "admitted": admitted}
        reviewing = Review(**seen | given)
        return await self.do(self.office, review_application, read_document, reviewing)  # type: ignore[no-any-return]

    async def reviewing(self) -> Round:
        self.on(LAST_DAY + timedelta(days=1))
        return await self.step(close_applications)

    async def staff(self, number: int = 3) -> list[Person]:
        """Assessors of the round."""
        for n in range(number):
            person = await self.member_of_staff(f"示例考评员{n}")
            self.assessors.append(person)
            given = Assignment(**await self.seen(), person_id=person.id)
            await self.do(self.office, assign_assessor, read_document, given)
        return self.assessors

    async def scoring(self, *applications: Application) -> Round:
        """A round in which the applications are scored, and no others are waiting."""
        await self.reviewing()
        for row in applications:
            await self.review(row)
        await self.staff()
        return await self.step(end_review)

    async def mark(self, row: Application, assessor: Person, **points: int) -> Application:
        marks = tuple(Mark(criterion=name, points=number) for name, number in points.items())
        given = NewMarks(key=key(), application_id=row.id, marks=marks)
        actor = self.acting(assessor, Role.ASSESSOR)
        return await self.do(actor, give_marks, read_document, given)  # type: ignore[no-any-return]

    async def mark_all(self, row: Application, **points: int) -> None:
        """The same marks from every assessor: 80 on all that there is, unless told."""
        wanted = {"craft": 80, "defence": 80} | ({"hands_on": 80} if row.skill_level else {}) | points
        for assessor in self.assessors:
            await self.mark(row, assessor, **wanted)

    async def pool(self, inside: int = 8, outside: int = 2) -> list[Person]:
        """An expert pool."""
        for n in range(inside + outside):
            person = await self.member_of_staff(f"示例专家{n}")
            self.experts.append(person)
            given = NewExpert(
                key=key(),
                person_id=person.id,
                number=f"E{n:03d}",
                series="engineering",
                specialty="mechanical",
                level=Level.ASSOCIATE_SENIOR,
                unit="示例单位",
                is_outside=n >= inside,
                starts=date(2026, 1, 1),
            )
            await self.do(self.office, record_expert, given)
        return self.experts

    async def draw(self, **given: Any) -> Committee:
        fields = {"series": "engineering", "specialty": "mechanical", "highest": Level.INTERMEDIATE, "seats": 7}
        wanted = NewCommittee(**await self.seen(**fields | given))
        return await self.do(self.office, draw_committee, read_document, wanted)  # type: ignore[no-any-return]

    async def members(self, committee: Committee) -> list[CommitteeMember]:
        seated = (col(CommitteeMember.committee_id) == committee.id, col(CommitteeMember.stepped_down_on).is_(None))
        return await self.rows(CommitteeMember, *seated)

    async def meet(self, committee: Committee, present: int = 7) -> list[CommitteeMember]:
        """The first members attend."""
        there = (await self.members(committee))[:present]
        given = Attendance(**await self.seen(committee_id=committee.id, present=tuple(one.id for one in there)))
        await self.do(self.office, record_attendance, read_document, given)
        return there

    async def vote(self, row: Application, member: CommitteeMember, choice: Choice = Choice.AGREE, **given: Any) -> Any:
        actor = Actor.of(Role.ASSESSOR, "示例评委", person_id=member.person_id)
        wanted = Vote(**{"key": key(), "application_id": row.id, "choice": choice} | given)
        return await self.do(actor, without_reason(cast_vote), wanted)

    async def deliberated(self, row: Application, agree: int = 7) -> Committee:
        """The committee drawn, met, and voted: so many agree."""
        await self.pool()
        committee = await self.draw()
        await self.step(lay_before_committee)
        for place, member in enumerate(await self.meet(committee)):
            await self.vote(row, member, Choice.AGREE if place < agree else Choice.DISAGREE)
        return committee

    async def noticed(self, row: Application, agree: int = 7, **points: int) -> Round:
        """A round whose results are in public notice."""
        await self.mark_all(row, **points)
        await self.deliberated(row, agree)
        await self.step(conclude_round)
        return await self.step(notice_results)

    async def filed(self) -> Round:
        """The notice elapsed, the results filed."""
        notice = (await self.deadline(Term.NOTICE)).due
        self.on(notice + timedelta(days=1))
        return await self.step(file_results)

    async def certified(self) -> list[Certificate]:
        """Results accepted, certificates issued."""
        await self.step(accept_results, OFFICER)
        await self.step(issue_certificates)
        return await self.rows(Certificate)

    async def reported(self) -> Round:
        return await self.step(report_certificates)

    async def deadline(self, term: Term) -> Any:
        return (await self.rows(RoundDeadline, col(RoundDeadline.term) == term))[-1]

    async def tallies(self) -> list[Tally]:
        return await self.rows(Tally)

    async def entries(self) -> list[ScoreEntry]:
        return await self.rows(ScoreEntry)

    async def objections(self) -> list[Objection]:
        return await self.rows(Objection)

    async def assigned(self) -> list[RoundAssessor]:
        return await self.rows(RoundAssessor)

    async def pool_rows(self) -> list[Expert]:
        return await self.rows(Expert)

    async def seen_application(self, row: Application) -> SeenApplication:
        now = await self.row(Application, row.id)
        return SeenApplication(key=key(), application_id=row.id, revision=now.revision)


def without_reason(use_case: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """A use case that takes no reason, called as all others are."""

    async def told(made: Any, *args: Any) -> Any:
        return await use_case(made, *args[:-1])

    return told


def _schooling(person: Person) -> Schooling:
    return Schooling(
        person_id=person.id,
        level=EducationLevel.BACHELOR,
        graduated_on=date(2008, 7, 1),
        school="示例大学",
        occupations=[make.FITTER],
        specialties=["engineering:mechanical"],
    )


CODES = {"record_code": "EX01", "certificate_prefix": "Y000044000001"}


@made_once
async def rounds_in(
    database: Database, *, scheme_key: str = "example_ship", codes: dict[str, str] = CODES, **content: Any
) -> Rounds:
    """The shipyard, listed since January, with both authorities, its codes, and a scheme that runs."""
    filings = await world_in(database)
    filings.key = scheme_key
    filings.on(SINCE)
    own = filings.owner
    same = {"enterprise_id": own.id, "document": "示例授权", "starts": date(2026, 1, 1)}
    await store(
        database,
        PilotListing(
            enterprise_id=own.id, batch="示例第一批", basis="示例依据", starts=date(2026, 1, 1), reason="示例"
        ),
        Authority(kind=AuthorityKind.TITLE_REVIEW, series="engineering", highest=Level.INTERMEDIATE, **same),
        Authority(kind=AuthorityKind.SKILL_RECOGNITION, occupation=make.FITTER, highest=Level.TECHNICIAN, **same),
    )
    filing = await filings.running(**{"criteria": CRITERIA, "dual": True, "number": f"示例备案{scheme_key}"} | content)
    assert filing.scheme_version_id is not None
    world = Rounds(filings, filing.scheme_version_id, filing.id, noon(FIRST_DAY))
    await world.do(OFFICER, assign_issuer_code, NewIssuerCode(key=key(), enterprise_id=own.id, **codes))
    return world
