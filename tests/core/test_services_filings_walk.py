"""Random walks over the three machines, by everybody who may and may not: what must hold after every step."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from itertools import count, pairwise
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlmodel import col, select

from core.dates import Period
from core.errors import ErrorCode, GuantongError
from core.models import AuditEvent, Filing, FilingState, Review, Scheme, Step
from core.permissions import Actor, Role
from core.services.activations import Switch, activate, retire, suspend
from core.services.docket import Seen
from core.services.filings import (
    Comment,
    Record,
    Return,
    countersign_filing,
    record_filing,
    return_filing,
    submit_filing,
)
from core.services.machine import TRANSITIONS
from core.services.verifier import Candidate, Surroundings, Verdict
from core.services.wheels import register_scheme, verify_again
from core.services.withdrawals import withdraw_record, withdraw_retirement
from core.storage.database import Database
from core.storage.queries.plugins import PluginRow, plugins
from core.storage.queries.runnable import runnable_versions
from core.storage.row_scope import EVERY_ROW
from tests.conftest import POSTGRES_AT_NIGHT
from tests.core.calls import OFFICER
from tests.core.filing_world import (
    AUDITOR,
    AUTHORITY,
    OTHER_REVIEWER,
    REVIEWER,
    VERIFIER,
    World,
    content,
    upload,
    world_in,
)

_walks = count(1)
NAMES = ["1.0.0", "1.1.0"]
VERSIONS = st.sampled_from(NAMES)
SAME_NAME = Actor.of(Role.INDUSTRY_REVIEWER, "示例企业经办", authority=AUTHORITY)
APPROVERS = st.sampled_from([REVIEWER, REVIEWER, OFFICER, OFFICER, OTHER_REVIEWER, SAME_NAME, AUDITOR])
LATER = st.integers(0, 3)
REFUSALS = {
    ErrorCode.STEP_REFUSED,
    ErrorCode.NOT_PERMITTED,
    ErrorCode.OWN_APPROVAL,
    ErrorCode.SCHEME_REJECTED,
    ErrorCode.OUT_OF_DATE,
    ErrorCode.DUPLICATE,
    ErrorCode.NOT_IN_FORCE,
    ErrorCode.BAD_DATE,
}


class Judge(type(VERIFIER)):  # type: ignore[misc]
    """Verifies again with a mind of its own."""

    def __init__(self, accepts: bool) -> None:
        self.accepts = accepts

    async def verify(self, candidate: Candidate, around: Surroundings) -> Verdict:
        return Verdict(self.accepts)


class Walk(RuleBasedStateMachine):
    """One enterprise with one scheme; every example has its own key, so that one database serves them all."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.database = Database(url)
        self.key = f"walk_{next(_walks)}"
        self.changed = True
        self.remembered: list[tuple[datetime, date, list[Any]]] = []

    def teardown(self) -> None:
        for moment, day, known in self.remembered:
            assert self.run(self.signature(day, moment)) == known, "what was known has been rewritten"
        self.run(self.database.dispose())
        self.runner.close()

    def run(self, doing: Awaitable[Any]) -> Any:
        async def done() -> Any:
            return await doing

        return self.runner.run(done())

    @initialize()
    def begin(self) -> None:
        self.world: World = self.run(world_in(self.database))

    def attempt(self, actor: Actor, use_case: Callable[..., Awaitable[Any]], *args: Any) -> None:
        """Do it, or be refused for one of the reasons there are; a refusal changes nothing."""
        before = self.run(self.state())
        try:
            self.run(self.world.do(actor, use_case, *args))
        except GuantongError as fault:
            assert fault.code in REFUSALS, fault
            assert self.run(self.state()) == before
            return
        self.changed = True
        self.world.later()

    async def state(self) -> list[Any]:
        async with self.database.read(EVERY_ROW) as session:
            filings = await session.exec(select(Filing).join(Scheme).where(col(Scheme.key) == self.key))
            newest = await session.exec(select(AuditEvent.seq).order_by(col(AuditEvent.seq).desc()).limit(1))
            return [sorted(map(repr, filings)), newest.one_or_none()]

    def filing(self, version: str) -> Filing | None:
        async def found() -> Filing | None:
            query = select(Filing).join(Scheme).where(col(Scheme.key) == self.key, col(Filing.version) == version)
            async with self.database.read(EVERY_ROW) as session:
                return (await session.exec(query)).one_or_none()

        return self.run(found())  # type: ignore[no-any-return]

    def decide(self, actor: Actor, use_case: Any, form: type[Seen], version: str, stale: bool, **given: Any) -> None:
        filing = self.filing(version)
        if filing is None:
            return
        revision = max(1, filing.revision - stale)
        seen = form(filing_id=filing.id, revision=revision, digest=filing.digest, **given)
        self.attempt(actor, use_case, *([VERIFIER.read] if use_case is record_filing else []), seen)

    @rule(version=VERSIONS, years=st.integers(1, 3), accept=st.sampled_from([True, True, True, False]))
    def register(self, version: str, years: int, accept: bool) -> None:
        values = content(self.world.owner, key=self.key, version=version, years=years, accept=accept)
        self.attempt(self.world.admin, register_scheme, VERIFIER, upload(values))

    @rule(version=VERSIONS, stale=st.sampled_from([False, False, False, True]))
    def submit(self, version: str, stale: bool) -> None:
        self.decide(self.world.admin, submit_filing, Seen, version, stale)

    @rule(version=VERSIONS, actor=APPROVERS, stale=st.sampled_from([False, False, False, True]))
    def countersign(self, version: str, actor: Actor, stale: bool) -> None:
        self.decide(actor, countersign_filing, Seen, version, stale)

    @rule(version=VERSIONS, actor=APPROVERS)
    def send_back(self, version: str, actor: Actor) -> None:
        comments = (Comment(clause="第一条", comment="请修改"),)
        self.decide(actor, return_filing, Return, version, False, comments=comments)

    @rule(version=VERSIONS, actor=APPROVERS, after=st.integers(-1, 3))
    def record(self, version: str, actor: Actor, after: int) -> None:
        given = {"record_number": f"{self.key} {version}", "effective_from": self.world.today + timedelta(days=after)}
        self.decide(actor, record_filing, Record, version, False, **given)

    @rule(
        version=VERSIONS, approver=st.sampled_from([REVIEWER, REVIEWER, SAME_NAME]), after=LATER, far=st.integers(2, 5)
    )
    def go_far(self, version: str, approver: Actor, after: int, far: int) -> None:
        """Single random steps seldom bring a scheme onto the record."""
        steps: list[Callable[[], None]] = [
            lambda: self.register(version, 2, True),
            lambda: self.submit(version, False),
            lambda: self.countersign(version, approver, False),
            lambda: self.record(version, OFFICER, after),
            lambda: self.switch(version, activate, OFFICER, after, None),
        ]
        for step in steps[:far]:
            step()

    @rule(
        version=VERSIONS,
        use_case=st.sampled_from([activate, activate, suspend, retire]),
        actor=st.sampled_from([OFFICER, OFFICER, OFFICER, REVIEWER]),
        after=LATER,
        length=st.none() | st.integers(1, 3),
    )
    def switch(self, version: str, use_case: Any, actor: Actor, after: int, length: int | None) -> None:
        filing = self.filing(version)
        if filing is None:
            return
        starts = self.world.today + timedelta(days=after)
        ends = starts + timedelta(days=length) if length and use_case is not retire else None
        self.attempt(actor, use_case, Switch(filing_id=filing.id, starts=starts, ends=ends))

    @rule(version=VERSIONS, actor=APPROVERS, record=st.booleans())
    def withdraw(self, version: str, actor: Actor, record: bool) -> None:
        filing = self.filing(version)
        if record:
            self.decide(actor, withdraw_record, Seen, version, False)
        elif filing is not None:
            self.attempt(actor, withdraw_retirement, filing.id)

    @rule(version=VERSIONS, accepts=st.booleans())
    def reverify(self, version: str, accepts: bool) -> None:
        filing = self.filing(version)
        if filing is not None:
            self.attempt(OFFICER, verify_again, Judge(accepts), filing.digest)

    @rule(days=st.integers(1, 2))
    def wait(self, days: int) -> None:
        self.world.on(self.world.today + timedelta(days=days))
        self.changed = True

    @invariant()
    def holds(self) -> None:
        if self.changed:
            self.changed = False
            self.run(self.check())

    async def check(self) -> None:
        for after in (0, 2):
            day = self.world.today + timedelta(days=after)
            rows = await self.rows(day)
            self.only_approved_content_is_active(rows)
            await self.what_runs_is_what_the_audit_says(rows, day)
            self.one_version_a_day(rows)
            self.no_approval_outlives_its_round(rows)
        await self.every_step_has_its_event()
        moment, day = self.world.later(), self.world.today + timedelta(days=1)
        self.remembered.append((moment, day, await self.signature(day, moment)))

    async def rows(self, day: date, known_at: datetime | None = None) -> list[PluginRow]:
        async with self.database.read(EVERY_ROW) as session:
            return await plugins(session, AUDITOR, day, known_at, self.key)

    async def signature(self, day: date, known_at: datetime) -> list[Any]:
        return [
            (
                row.wheel.digest,
                (row.discovered, row.recorded, row.active, row.state, row.verified),
                row.filing and (row.filing.state, row.filing.record_number, row.filing.on_record),
                row.filing and [(one.review.id, one.stands) for one in row.filing.approvals],
            )
            for row in await self.rows(day, known_at)
        ]

    def only_approved_content_is_active(self, rows: list[PluginRow]) -> None:
        for row in rows:
            if not row.active:
                continue
            assert row.recorded
            assert row.filing is not None
            standing = [one.review for one in row.filing.approvals if one.stands]
            assert [one.step for one in standing] == [Step.COUNTERSIGN, Step.RECORD]
            assert {one.digest for one in standing} == {row.wheel.digest}

    async def what_runs_is_what_the_audit_says(self, rows: list[PluginRow], day: date) -> None:
        async with self.database.read(EVERY_ROW) as session:
            versions = await runnable_versions(session)
        running = {one.digest for one in versions if one.key == self.key and any(day in days for days in one.days)}
        assert running == {row.wheel.digest for row in rows if row.active}
        assert len(running) <= 1

    def one_version_a_day(self, rows: list[PluginRow]) -> None:
        spans = [row.filing.on_record for row in rows if row.filing and row.filing.on_record]
        for one, other in pairwise(sorted(spans)):
            assert not Period.overlaps(one, other)

    def no_approval_outlives_its_round(self, rows: list[PluginRow]) -> None:
        for row in rows:
            view = row.filing
            if view and view.state in (FilingState.DRAFT, FilingState.SUBMITTED, FilingState.RETURNED):
                assert not any(one.stands for one in view.approvals)

    async def every_step_has_its_event(self) -> None:
        async with self.database.read(EVERY_ROW) as session:
            query = select(Review).join(Filing).join(Scheme).where(col(Scheme.key) == self.key)
            steps = (await session.exec(query.order_by(col(Review.filing_id), col(Review.number)))).all()
            ids = [str(step.filing_id) for step in steps]
            tags = [row.tag for row in TRANSITIONS.values()]
            written = select(AuditEvent).where(col(AuditEvent.subject_id).in_(ids), col(AuditEvent.tag).in_(tags))
            events = (await session.exec(written.order_by(col(AuditEvent.seq)))).all()
        noted = sorted((event.subject_id, event.seq or 0, event.tag, event.actor_name) for event in events)
        taken = [(str(step.filing_id), TRANSITIONS[step.step].tag, step.actor_name) for step in steps]
        assert [(id_, tag, name) for id_, _, tag, name in noted] == sorted(taken, key=lambda one: one[0])
        self.nobody_approves_their_own(list(steps))

    def nobody_approves_their_own(self, steps: list[Review]) -> None:
        for approval in steps:
            if approval.step in (Step.COUNTERSIGN, Step.RECORD):
                earlier = [one for one in steps if one.filing_id == approval.filing_id and one.number < approval.number]
                handled = {one.actor_name for one in earlier if one.step in (Step.DRAFT, Step.AMEND, Step.SUBMIT)}
                assert approval.actor_name not in handled


@POSTGRES_AT_NIGHT
def test_the_machines_hold_whatever_is_done(database_url: str) -> None:
    walks = settings(max_examples=max(10, settings().max_examples // 4), stateful_step_count=24, deadline=None)
    run_state_machine_as_test(lambda: Walk(database_url), settings=walks)
