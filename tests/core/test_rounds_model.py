"""Random walks over rounds, by everybody who may and may not act: what must hold after every change."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlmodel import col, select

from core.errors import GuantongError
from core.ladders import Level
from core.models import (
    Application,
    ApplicationStatus,
    AuditEvent,
    BallotRoll,
    Certificate,
    Committee,
    CommitteeMember,
    Evaluation,
    Objection,
    PublicNotice,
    ResultFiling,
    Round,
    RoundAssessor,
    RoundDeadline,
    RoundStep,
    ScoreEntry,
    Tally,
    TieDeclaration,
    TitleBallot,
)
from core.permissions import Actor, Role
from core.rounds.recusal import Ground
from core.rounds.steps import RoundState, RoundStepKind
from core.services.applications import file_application, take_back_application
from core.services.committees import (
    Attendance,
    Choice,
    NewCommittee,
    Vote,
    cast_vote,
    draw_committee,
    record_attendance,
)
from core.services.experts import NewTie, declare_tie
from core.services.marking import Correction, Mark, NewMarks, correct_mark, give_marks
from core.services.objections import Answer, NewObjection, answer_objection, raise_objection
from core.services.qualification import Review, review_application
from core.services.results import (
    ResultReturn,
    RowComment,
    return_results,
)
from core.services.revocations import Revocation, revoke_certificate
from core.services.round_docket import SeenRound
from core.services.rounds import (
    Extension,
    extend_term,
    recount_terms,
)
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from tests.conftest import POSTGRES_AT_NIGHT
from tests.core.calls import OFFICER, admin_of
from tests.core.filing_world import read_document
from tests.core.round_case import BOTH
from tests.core.round_checks import Checks
from tests.core.round_coverage import Coverage
from tests.core.round_steps import BEFORE_NOTICE, NEXT, REFUSALS, STEPS
from tests.core.round_world import Rounds, key, rounds_in, without_reason

_walks = count(1)
# Every table that a walk may change, but people and enterprises.
TABLES: tuple[Any, ...] = (
    Round, RoundStep, RoundDeadline, Application, RoundAssessor, ScoreEntry, Tally, Committee, CommitteeMember,
    TieDeclaration, TitleBallot, BallotRoll, PublicNotice, Objection, ResultFiling, Certificate, Evaluation,
)  # fmt: skip
POINTS = st.sampled_from([40, 61, 80, 100])


class Walk(Checks, RuleBasedStateMachine):
    """One enterprise with one round at a time; three workers, four assessors, a pool of ten."""

    def __init__(self, url: str, coverage: Coverage) -> None:
        super().__init__()
        self.coverage = coverage
        self.runner = asyncio.Runner()
        self.database = Database(url)
        self.changed = True
        self.before: list[Any] | None = None
        self.numbers: dict[UUID, str] = {}

    def teardown(self) -> None:
        if hasattr(self, "yard"):
            # Wherever it has come to, the round goes on to its end.
            self._on_while(NEXT)
            self.all_holds()
            self.coverage.walked(self.run(self._steps()))
        self.run(self.replays_are_equal())
        self.run(self.database.dispose())
        self.runner.close()

    def run(self, doing: Awaitable[Any]) -> Any:
        async def done() -> Any:
            return await doing

        return self.runner.run(done())

    @initialize()
    def begin(self) -> None:
        self.run(self._begin())

    async def _begin(self) -> None:
        number = next(_walks)
        codes = {"record_code": f"W{number}", "certificate_prefix": f"Y000044{number:06d}"}
        self.yard: Rounds = await rounds_in(self.database, scheme_key=f"walk_{number}", codes=codes)
        self.workers = [await self.yard.worker(both=True, name=f"示例申报人{n}") for n in range(3)]
        await self.yard.announce(applications_until=self.yard.today + timedelta(days=4))
        await self.yard.pool()

    async def _steps(self) -> list[list[RoundStep]]:
        own = await self.yard.rows(RoundStep, col(RoundStep.enterprise_id) == self.yard.own.id)
        rounds = {one.round_id for one in own}
        in_order = sorted(own, key=lambda one: one.number)
        return [[one for one in in_order if one.round_id == round_id] for round_id in rounds]

    # ---- doing and being refused

    def attempt(self, actor: Actor, use_case: Callable[..., Awaitable[Any]], *args: Any) -> Any:
        """Do it, or be refused for one of the reasons there are; a refusal changes nothing."""
        if self.before is None:
            self.before = self.run(self.state())
        try:
            row = self.run(self.yard.do(actor, use_case, *args))
        except GuantongError as fault:
            assert fault.code in REFUSALS, fault
            assert self.run(self.state()) == self.before
            self.coverage.refused[use_case.__name__] += 1
            return None
        self.coverage.done[use_case.__name__] += 1
        self.moved()
        again = self.run(self.yard.do(actor, use_case, *args))
        assert again.id == row.id, "the same request is answered, not done again"
        return row

    def moved(self) -> None:
        """Something was changed: all must be looked at again."""
        self.changed, self.before = True, None

    async def state(self) -> list[Any]:
        found: list[Any] = []
        async with self.database.read(EVERY_ROW) as session:
            for table in TABLES:
                own = select(table).where(table.enterprise_id == self.yard.own.id)
                found += sorted(map(repr, (await session.exec(own)).all()))
            found.append((await session.exec(select(AuditEvent.seq).order_by(col(AuditEvent.seq).desc()))).first())
        return found

    def rows(self, table: Any, *conditions: Any) -> list[Any]:
        return self.run(self.of(table, *conditions))  # type: ignore[no-any-return]

    def seen(self, stale: bool = False, **given: Any) -> dict[str, Any]:
        told: dict[str, Any] = self.run(self.yard.seen(**given))
        return told | {"revision": max(1, told["revision"] - stale)}

    @property
    def now(self) -> Round:
        return self.run(self.yard.round())  # type: ignore[no-any-return]

    def step(self, kind: RoundStepKind, actor: Actor | None = None, stale: bool = False) -> None:
        usual = OFFICER if kind is RoundStepKind.ACCEPT else self.yard.office
        seen = SeenRound(**self.seen(stale))
        self.attempt(actor or usual, STEPS[kind], read_document, seen)

    # ---- rules

    @rule(kind=st.sampled_from(list(STEPS)), who=st.sampled_from(["usual", "admin", "bureau"]), stale=st.booleans())
    def any_step(self, kind: RoundStepKind, who: str, stale: bool) -> None:
        actors = {"usual": None, "admin": admin_of(self.yard.own), "bureau": OFFICER}
        if kind is not RoundStepKind.CANCEL or stale:
            self.step(kind, actors[who], stale)

    @rule(times=st.integers(2, 6), points=POINTS, choice=st.sampled_from([Choice.AGREE, Choice.AGREE, Choice.DISAGREE]))
    def onwards(self, times: int, points: int, choice: Choice) -> None:
        """Do what the round waits for, then its next step; or a walk would hardly ever come to its end."""
        for _ in range(times):
            state = self.now.state
            if state in NEXT:
                self._prepare(state, points, choice)
                self.step(NEXT[state])

    def _prepare(self, state: RoundState, points: int, choice: Choice) -> None:
        if state is RoundState.APPLYING:
            self.apply(self.workers[0].id, both=True)
            self.pass_days(5)
        elif state is RoundState.REVIEWING:
            if not self.yard.assessors:
                self.run(self.yard.staff(4))
                self.moved()
            for row in self.rows(Application):
                self.review(row.id, admitted=True)
        elif state is RoundState.SCORING:
            for row in self.rows(Application, col(Application.status) == ApplicationStatus.ADMITTED):
                self.mark(row.id, points)
            self.draw()
        elif state is RoundState.DELIBERATING:
            self.meet_and_vote(choice)
        elif state in (RoundState.NOTICED, RoundState.RETURNED):
            self.step(RoundStepKind.REWORK)
            self.step(RoundStepKind.NOTICE)
            for objection in self.rows(Objection):
                self.answer(objection.id, upheld=False)
            self.pass_days(7)

    @rule(worker=st.integers(0, 2), both=st.booleans())
    def apply_of(self, worker: int, both: bool) -> None:
        self.apply(self.workers[worker].id, both)

    def apply(self, person_id: UUID, both: bool) -> None:
        wanted = self.yard.application(None, **(BOTH if both else {}))
        actor = Actor.of(Role.WORKER, "示例申报人", person_id=person_id)
        self.attempt(actor, file_application, read_document, wanted)

    @rule(place=st.integers(0, 5), worker=st.integers(0, 2))
    def take_back(self, place: int, worker: int) -> None:
        rows = self.rows(Application)
        if rows:
            seen = self.run(self.yard.seen_application(rows[place % len(rows)]))
            self.attempt(self.yard.acting(self.workers[worker]), take_back_application, seen)

    @rule(place=st.integers(0, 5), admitted=st.booleans())
    def review_of(self, place: int, admitted: bool) -> None:
        rows = self.rows(Application)
        if rows:
            self.review(rows[place % len(rows)].id, admitted)

    def review(self, id_: UUID, admitted: bool) -> None:
        row = self.run(self.yard.row(Application, id_))
        given = Review(key=key(), application_id=id_, revision=row.revision, admitted=admitted)
        self.attempt(self.yard.office, review_application, read_document, given)

    def mark(self, id_: UUID, points: int) -> None:
        row = self.run(self.yard.row(Application, id_))
        wanted = ["craft", *(["hands_on"] if row.skill_level else []), *(["defence"] if row.title_level else [])]
        for place, assessor in enumerate(self.yard.assessors):
            marks = tuple(Mark(criterion=one, points=max(0, points - place)) for one in wanted)
            given = NewMarks(key=key(), application_id=id_, marks=marks)
            self.attempt(self.yard.acting(assessor, Role.ASSESSOR), give_marks, read_document, given)

    @rule(place=st.integers(0, 50), points=POINTS)
    def correct(self, place: int, points: int) -> None:
        entries = self.rows(ScoreEntry)
        if entries:
            wrong = entries[place % len(entries)]
            actor = Actor.of(Role.ASSESSOR, "示例考评员", person_id=wrong.assessor_person_id)
            given = Correction(key=key(), entry_id=wrong.id, points=points)
            self.attempt(actor, correct_mark, read_document, given)

    @rule()
    def to_the_notice(self) -> None:
        """On to where results can still be corrected and objected to."""
        self._on_while(BEFORE_NOTICE)

    def _on_while(self, states: Collection[RoundState]) -> None:
        while (state := self.now.state) in states:
            self._prepare(state, 100, Choice.AGREE)
            self.step(NEXT[state])
            if self.now.state is state:
                return

    @rule(place=st.integers(0, 50), points=POINTS)
    def correct_in_notice(self, place: int, points: int) -> None:
        """As it is meant to be: corrected, worked out again, and noticed again where it changes a result."""
        self.to_the_notice()
        self.correct(place, points)
        self.step(RoundStepKind.REWORK)

    @rule(worker=st.integers(0, 2))
    def mark_own(self, worker: int) -> None:
        """Somebody who applies tries to score themselves."""
        rows = self.rows(Application)
        if rows:
            given = NewMarks(key=key(), application_id=rows[0].id, marks=(Mark(criterion="craft", points=100),))
            self.attempt(self.yard.acting(self.workers[worker], Role.ASSESSOR), give_marks, read_document, given)

    def draw(self) -> None:
        given = {"series": "engineering", "specialty": "mechanical", "highest": Level.INTERMEDIATE, "seats": 7}
        self.attempt(self.yard.office, draw_committee, read_document, NewCommittee(**self.seen(**given)))

    def meet_and_vote(self, choice: Choice) -> None:
        for committee in self.rows(Committee):
            members = self.run(self.yard.members(committee))
            present = tuple(one.id for one in members)
            given = Attendance(**self.seen(committee_id=committee.id, present=present))
            self.attempt(self.yard.office, record_attendance, read_document, given)
            for row in self.rows(Application, col(Application.status) == ApplicationStatus.ADMITTED):
                for member in members:
                    self._vote(row.id, member.person_id, choice)

    def _vote(self, application_id: UUID, person_id: UUID, choice: Choice) -> None:
        actor = Actor.of(Role.ASSESSOR, "示例评委", person_id=person_id)
        vote = Vote(key=key(), application_id=application_id, choice=choice)
        self.attempt(actor, without_reason(cast_vote), vote)

    @rule(actor=st.integers(0, 13), worker=st.integers(0, 2), ground=st.sampled_from(Ground))
    def tie(self, actor: int, worker: int, ground: Ground) -> None:
        people = [*self.yard.assessors, *self.yard.experts]
        acting = people[actor % len(people)]
        same = {"actor_person_id": acting.id, "applicant_person_id": self.workers[worker].id, "ground": ground}
        if len(self.rows(TieDeclaration)) < 2:
            self.attempt(self.yard.office, declare_tie, NewTie(key=key(), round_id=self.yard.round_id, **same))

    @rule(worker=st.integers(0, 2), place=st.integers(0, 5))
    def object(self, worker: int, place: int) -> None:
        rows = self.rows(Application)
        about = rows[place % len(rows)].id if rows else None
        given = NewObjection(key=key(), round_id=self.yard.round_id, application_id=about, text="示例异议")
        self.attempt(self.yard.acting(self.workers[worker]), raise_objection, read_document, given)

    def answer(self, id_: UUID, upheld: bool) -> None:
        row = self.run(self.yard.row(Objection, id_))
        given = Answer(key=key(), objection_id=id_, revision=row.revision, upheld=upheld, answer="示例答复")
        self.attempt(self.yard.office, answer_objection, read_document, given)

    @rule()
    def send_back(self) -> None:
        self._on_while({*BEFORE_NOTICE, RoundState.NOTICED, RoundState.RETURNED})
        comments = (RowComment(row="示例", comment="示例意见"),)
        given = ResultReturn(**self.seen(comments=comments))
        self.attempt(OFFICER, return_results, read_document, given)

    @rule(place=st.integers(0, 9), recounted=st.booleans())
    def extend(self, place: int, recounted: bool) -> None:
        """The bureau lengthens a term that began, or the office counts all of them anew."""
        terms = [one.term for one in self.rows(RoundDeadline)]
        if recounted:
            self.attempt(self.yard.office, recount_terms, read_document, SeenRound(**self.seen()))
        elif terms:
            due = self.yard.today + timedelta(days=9)
            given = Extension(**self.seen(), term=terms[place % len(terms)], due=due)
            self.attempt(OFFICER, extend_term, read_document, given)

    @rule(place=st.integers(0, 5), fraud=st.booleans())
    def revoke(self, place: int, fraud: bool) -> None:
        rows = self.rows(Certificate)
        if rows:
            given = Revocation(key=key(), certificate_id=rows[place % len(rows)].id, fraud=fraud)
            self.attempt(OFFICER, revoke_certificate, given)

    @rule(days=st.integers(1, 4))
    def pass_days(self, days: int) -> None:
        self.yard.later(days)

    @rule()
    def another_round(self) -> None:
        if self.now.state in (RoundState.REPORTED, RoundState.CANCELLED):
            until = self.yard.today + timedelta(days=4)
            self.run(self.yard.announce(applications_until=until))
            self.yard.assessors.clear()
            self.moved()

    # ---- what must hold

    @invariant()
    def all_holds(self) -> None:
        if self.changed:
            self.run(self._all_holds())
            self.changed = False

    async def _all_holds(self) -> None:
        await self.steps_follow_the_table()
        await self.certificates_rest_on_what_they_must()
        await self.nobody_acts_on_their_own_case()
        await self.totals_are_those_of_the_marks()
        await self.votes_are_as_many_as_those_who_came()
        await self.everything_is_in_the_log()
        await self.numbers_never_change()


@POSTGRES_AT_NIGHT
def test_rounds_hold_whatever_is_done(database_url: str, record_property: Callable[[str, object], None]) -> None:
    coverage = Coverage()
    # A walk is long: to read it takes less than to shrink it.
    walks = settings(
        max_examples=max(8, settings().max_examples // 6),
        stateful_step_count=20,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
    )
    run_state_machine_as_test(lambda: Walk(database_url, coverage), settings=walks)
    record_property("figures", f"{database_url.partition(':')[0]}: {coverage.told()}")
    assert coverage.steps >= {kind for kind in STEPS if kind is not RoundStepKind.CANCEL}, coverage.told()
    assert coverage.states.keys() >= {one for one in RoundState if one is not RoundState.CANCELLED}, coverage.told()
