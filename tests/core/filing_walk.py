"""Random walks over the three machines, beside a model that says who may do what.

A walk goes on by moves that are allowed, and knocks by all the others. After every move the store says what the model
says; what must hold of the audit is asked as well. Some steps reach behind the product into the store, in a transaction
that is taken back, because guards that help against nothing else would never be missed otherwise.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.errors import ErrorCode, GuantongError
from core.models import (
    Activation,
    ActivationState,
    Artifact,
    AuditEvent,
    Filing,
    FilingState,
    Scheme,
    SchemeVersion,
    Wheel,
)
from core.services.docket import Seen
from core.services.filings import record_filing, submit_filing
from core.storage.database import Database
from core.storage.queries.plugins import PluginRow, plugins
from core.storage.queries.runnable import current_epoch, runnable_versions
from tests.core.calls import OFFICER, REASON, call
from tests.core.filing_checks import (
    every_step_has_its_event,
    no_approval_outlives_its_round,
    one_version_a_day,
    only_approved_content_is_active,
    signature,
)
from tests.core.filing_model import Filed, Model
from tests.core.filing_moves import Board, Move
from tests.core.filing_world import AUDITOR, FIRST_DAY, VERIFIER, World, world_in

_walks = count(1)
NAMES = ("1.0.0", "1.1.0")
VERSIONS = st.sampled_from(NAMES)
WAY = ("register", "submit", "countersign", "record", "activate")
PICKS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), min_size=1, max_size=3)
REMEMBERED = 4
REFUSALS = {
    ErrorCode.STEP_REFUSED,
    ErrorCode.NOT_FOUND,
    ErrorCode.NOT_PERMITTED,
    ErrorCode.OWN_APPROVAL,
    ErrorCode.SCHEME_REJECTED,
    ErrorCode.OUT_OF_DATE,
    ErrorCode.DUPLICATE,
    ErrorCode.NOT_IN_FORCE,
    ErrorCode.BAD_DATE,
}
Forged = Callable[[AsyncSession, Filing], Awaitable[None]]


class Walk(RuleBasedStateMachine):
    """One enterprise with one scheme; every example has its own key, so that one database serves them all."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.database = Database(url)
        self.key = f"walk_{next(_walks)}"
        self.model = Model()
        self.changed = True
        self.ran: tuple[list[Any], int] = ([], -1)
        self.remembered: list[tuple[datetime, date, list[Any]]] = []

    def teardown(self) -> None:
        try:
            for moment, day, known in self.remembered:
                assert signature(self.run(self.rows(day, moment))) == known, "what was known has been rewritten"
        finally:
            self.run(self.database.dispose())
            self.runner.close()

    def run(self, doing: Awaitable[Any]) -> Any:
        async def done() -> Any:
            return await doing

        return self.runner.run(done())

    @initialize()
    def begin(self) -> None:
        self.world: World = self.run(world_in(self.database))

    @rule(version=VERSIONS, picks=PICKS)
    def go_on(self, version: str, picks: list[tuple[int, int]]) -> None:
        """Some moves that are allowed, and then everything that is not."""
        for kind, variant in picks:
            allowed = [one for one in self.board().moves(version) if one.allowed]
            kinds = sorted({one.kind for one in allowed})
            same = [one for one in allowed if one.kind == kinds[kind % len(kinds)]]
            self.move(same[variant % len(same)])
        self.knock(version)

    @rule(version=VERSIONS, far=st.integers(1, len(WAY)), variant=st.integers(0, 3))
    def go_far(self, version: str, far: int, variant: int) -> None:
        """Random moves seldom bring a version onto the record."""
        for kind in WAY[version in self.model.filed : far]:
            allowed = [one for one in self.board().moves(version) if one.allowed and one.kind == kind]
            if allowed:
                self.move(allowed[variant % len(allowed)])
        self.knock(version)

    def board(self) -> Board:
        stored = {one.version: one for one in self.run(self.filings())}
        return Board(self.model, self.world, self.key, stored)

    async def filings(self) -> list[Filing]:
        async with self.database.read() as session:
            return list(await session.exec(_filings(self.key)))

    def move(self, one: Move) -> None:
        self.run(self.world.do(one.actor, one.use_case, *one.args))
        one.tell()
        self.world.later()
        self.run(self.check())

    def knock(self, version: str) -> None:
        """Everything that is not allowed is refused, and changes nothing."""
        self.run(self.knocked([one for one in self.board().moves(version) if not one.allowed]))

    async def knocked(self, moves: list[Move]) -> None:
        before = await self.state()
        async with self.database.write() as session:
            for one in moves:
                try:
                    await one.use_case(self.call(session, one), *one.args, REASON)
                except GuantongError as fault:
                    assert fault.code in REFUSALS, fault
                    continue
                raise AssertionError(f"{one.kind} by {one.actor.name} should have been refused")
        assert await self.state() == before, "a refusal has changed something"

    def call(self, session: AsyncSession, one: Move) -> Any:
        return call(session, one.actor, self.world.now, self.database.read)

    async def state(self) -> list[Any]:
        async with self.database.read() as session:
            newest = await session.exec(select(AuditEvent.seq).order_by(col(AuditEvent.seq).desc()).limit(1))
            return [sorted(map(repr, await session.exec(_filings(self.key)))), newest.one_or_none()]

    @rule(days=st.integers(1, 2))
    def wait(self, days: int) -> None:
        self.world.on(self.world.today + timedelta(days=days))
        self.changed = True

    @rule(version=VERSIONS)
    def forge(self, version: str) -> None:
        """What was written into the store behind the product is no approval, no content, no record."""
        if version not in self.model.filed:
            return
        mine, filing = self.model.filed[version], self.board().stored[version]
        if mine.signed != (mine.round, mine.digest):
            self.refuses(self.forged_countersignature, filing)
        if mine.since is None:
            self.run(self.in_vain(self.forged_record, filing))
        self.refuses(self.forged_bytes, filing)

    async def forged_countersignature(self, session: AsyncSession, filing: Filing) -> None:
        await session.exec(_written(filing, state=FilingState.COUNTERSIGNED))
        at = call(session, OFFICER, self.world.now, self.database.read)
        await record_filing(at, VERIFIER.read, self.board_of(filing).as_recorded(filing, 3), REASON)

    def board_of(self, filing: Filing) -> Board:
        return Board(self.model, self.world, self.key, {filing.version: filing})

    async def forged_bytes(self, session: AsyncSession, filing: Filing) -> None:
        wheel = (await session.exec(select(Wheel).where(col(Wheel.id) == filing.wheel_id))).one()
        changed = sa.update(Artifact).where(col(Artifact.digest) == wheel.artifact_digest).values(content=b"{}")
        await session.exec(changed)
        await session.exec(_written(filing, state=FilingState.DRAFT))
        seen = Seen(**self.board_of(filing).seen(filing))
        await submit_filing(call(session, self.world.admin, self.world.now), seen, REASON)

    async def forged_record(self, session: AsyncSession, filing: Filing) -> None:
        await session.exec(_written(filing, state=FilingState.RECORDED, effective_from=self.world.today))
        at = {"starts": self.world.today, "recorded_at": self.world.now, "reason": REASON}
        by = {"actor_role": OFFICER.role, "actor_name": OFFICER.name}
        ids = {"scheme_id": filing.scheme_id, "filing_id": filing.id}
        session.add(Activation(**ids, **at, **by, state=ActivationState.ACTIVE))
        await session.flush()
        running = {one.version for one in await runnable_versions(session) if one.key == self.key}
        assert filing.version not in running, "it runs without approval"

    def refuses(self, forged: Forged, filing: Filing) -> None:
        try:
            self.run(self.in_vain(forged, filing))
        except GuantongError:
            return
        raise AssertionError(f"it went through: {forged.__name__}")

    async def in_vain(self, forged: Forged, filing: Filing) -> None:
        """Do something to the store and take it back."""
        async with self.database.write() as session:
            try:
                await forged(session, filing)
            finally:
                await session.rollback()

    @invariant()
    def holds(self) -> None:
        if self.changed:
            self.changed = False
            self.run(self.check())

    async def check(self) -> None:
        async with self.database.read() as session:
            await self.the_store_is_as_the_model_says(session)
            await self.what_runs_is_what_the_model_says(session)
            await every_step_has_its_event(session, self.key)
        rows = await self.rows(self.world.today)
        only_approved_content_is_active(rows)
        one_version_a_day(rows)
        no_approval_outlives_its_round(rows)
        assert {row.wheel.digest for row in rows if row.active} == {self.model.runs(self.today)} - {None}
        moment = self.world.later()
        if len(self.remembered) < REMEMBERED and any(one.since is not None for one in self.model.filed.values()):
            tomorrow = self.world.today + timedelta(days=1)
            self.remembered.append((moment, tomorrow, signature(await self.rows(tomorrow, moment))))

    @property
    def today(self) -> int:
        return (self.world.today - FIRST_DAY).days

    async def rows(self, day: date, known_at: datetime | None = None) -> list[PluginRow]:
        async with self.database.read() as session:
            return await plugins(session, AUDITOR, day, known_at, self.key)

    async def the_store_is_as_the_model_says(self, session: AsyncSession) -> None:
        told = {one.version: _told(one) for one in await session.exec(_filings(self.key))}
        assert told == {version: _said(one) for version, one in self.model.filed.items()}
        stored = await session.exec(select(SchemeVersion).join(Scheme).where(col(Scheme.key) == self.key))
        versions = {one.version: (one.digest, one.recorded_from, one.recorded_until) for one in stored}
        recorded = (one for one in self.model.filed.values() if one.since is not None)
        assert versions == {one.version: (one.digest, _day(one.since), _day(one.until)) for one in recorded}
        wheels = await session.exec(select(Wheel).where(col(Wheel.key) == self.key))
        assert {one.digest: one.state.value == "verified" for one in wheels} == self.model.verdicts

    async def what_runs_is_what_the_model_says(self, session: AsyncSession) -> None:
        mine = [one for one in await runnable_versions(session) if one.key == self.key]
        for number in range(self.today, self.today + 10):
            day = FIRST_DAY + timedelta(days=number)
            running = {one.digest for one in mine if any(day in days for days in one.days)}
            assert running == {self.model.runs(number)} - {None}
        before, self.ran = self.ran, (sorted((one.digest, one.days) for one in mine), await current_epoch(session))
        told = self.ran[1] > before[1]
        assert told or self.ran[0] == before[0], "what may run has changed and no replica will notice"


def _filings(key: str) -> Any:
    return select(Filing).join(Scheme).where(col(Scheme.key) == key)


def _day(number: int | None) -> date | None:
    return None if number is None else FIRST_DAY + timedelta(days=number)


def _told(filing: Filing) -> tuple[object, ...]:
    on_record = filing.effective_from, filing.effective_until
    return filing.state.value, filing.revision, filing.round, filing.digest, *on_record


def _said(mine: Filed) -> tuple[object, ...]:
    return mine.state, mine.revision, mine.round, mine.digest, _day(mine.since), _day(mine.until)


def _written(filing: Filing, **values: Any) -> Any:
    return sa.update(Filing).where(col(Filing.id) == filing.id).values(**values)
