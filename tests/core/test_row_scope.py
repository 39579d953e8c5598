"""The second wall: PostgreSQL keeps enterprises apart even when every predicate of the first is switched off."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from core.models import (
    METADATA,
    Application,
    Artifact,
    ComputedFacts,
    Enterprise,
    Evaluation,
    Filing,
    FilingState,
    RecordedFacts,
    Review,
    Scheme,
    Score,
    Step,
    Verification,
    Wheel,
    WheelState,
)
from core.permissions import ANONYMOUS, Actor, Role
from core.schemes import CriterionSide
from core.storage.database import Database
from core.storage.queries import evaluations
from core.storage.row_scope import EVERY_ROW, EVERY_ROW_OPTION, RowScope
from tests import builders as make
from tests.conftest import PostgresServer

pytestmark = pytest.mark.anyio
WALLED = (Application, ComputedFacts, Evaluation, RecordedFacts, Score, Wheel, Verification, Filing, Review)


@dataclass
class Two:
    """Two enterprises, each with one row in every table behind the wall, and somebody whom each has evaluated."""

    database: Database
    first: Enterprise
    second: Enterprise
    worker: UUID
    other_worker: UUID

    async def seen(self, actor: Actor) -> dict[str, int]:
        """How many rows of each table a session of ``actor`` finds without any predicate."""
        async with self.database.read(RowScope.of(actor)) as session:
            return {
                table.__name__: int((await session.exec(select(sa.func.count()).select_from(table))).one())
                for table in WALLED
            }


@pytest.fixture
async def two(postgres: PostgresServer, postgres_database: str, anyio_backend: str) -> AsyncIterator[Two]:
    database = Database(postgres.address_of(postgres_database))
    first, second = make.enterprise(), make.enterprise()
    workers = [make.person(), make.person()]
    async with database.write(EVERY_ROW) as session:
        session.add_all([first, second, *workers])
        await session.flush()
        for owner, worker in zip((first, second), workers, strict=True):
            for rows in _owned(owner, worker):
                session.add_all(rows)
                await session.flush()
    yield Two(database, first, second, workers[0].id, workers[1].id)
    await database.dispose()
    postgres.clear(postgres_database)


def _owned(owner: Enterprise, worker: Any) -> Iterator[list[Any]]:
    scheme = make.scheme(owner)
    artifact = Artifact(
        digest=owner.id.hex * 2, content=b"zip", size=3, filename="a.zip", media_type="a", stored_at=make.NOON
    )
    yield [scheme, artifact]
    version = make.scheme_version(scheme)
    yield [version]
    application = make.application(worker, owner, version)
    evaluation = make.evaluation(worker, owner, version)
    yield [application, evaluation]
    wheel = Wheel(
        digest=artifact.digest,
        artifact_digest=artifact.digest,
        filename="a.zip",
        enterprise_id=owner.id,
        state=WheelState.VERIFIED,
        registered_at=make.NOON,
        registered_by="示例",
    )
    yield [_score(evaluation), wheel, _computed(owner, worker, wheel), _recorded(owner, worker, wheel)]
    checked = Verification(wheel_id=wheel.id, state=WheelState.VERIFIED, policy_digest="0" * 64, at=make.NOON)
    filing = _filing(scheme, wheel)
    yield [checked, filing]
    yield [_review(filing)]


def _computed(owner: Enterprise, worker: Any, wheel: Wheel) -> ComputedFacts:
    return ComputedFacts(
        person_id=worker.id,
        enterprise_id=owner.id,
        scheme_key=owner.id.hex,
        version="1.0.0",
        wheel_digest=wheel.digest,
        basis="0" * 64,
        facts={"stages": 3},
        computed_at=make.NOON,
    )


def _recorded(owner: Enterprise, worker: Any, wheel: Wheel) -> RecordedFacts:
    return RecordedFacts(
        subject_id=worker.id,
        person_id=worker.id,
        enterprise_id=owner.id,
        scheme_key=owner.id.hex,
        version="1.0.0",
        wheel_digest=wheel.digest,
        revision=1,
        facts={"stages": 3},
        basis="示例依据",
        reason="示例",
        recorded_at=make.NOON,
    )


def _score(evaluation: Evaluation) -> Score:
    given = {"criterion": "work", "side": CriterionSide.TITLE, "points": 80, "weight": 500, "assessor_name": "示例"}
    return Score(evaluation_id=evaluation.id, **given)


def _filing(scheme: Scheme, wheel: Wheel) -> Filing:
    return Filing(
        scheme_id=scheme.id, version="1.0.0", wheel_id=wheel.id, digest=wheel.digest, industry_authority="示例"
    )


def _review(filing: Filing) -> Review:
    return Review(
        filing_id=filing.id,
        number=1,
        step=Step.DRAFT,
        state=FilingState.DRAFT,
        round=0,
        digest=filing.digest,
        industry_authority="示例",
        actor_role="enterprise-admin",
        actor_name="示例",
        at=make.NOON,
        reason="示例",
    )


RECORDS = ("Application", "ComputedFacts", "Evaluation", "RecordedFacts", "Score")
SCHEMES = ("Wheel", "Verification", "Filing", "Review")


def counts(records: int, schemes: int) -> dict[str, int]:
    return {**dict.fromkeys(RECORDS, records), **dict.fromkeys(SCHEMES, schemes)}


async def test_without_any_predicate_each_reader_finds_what_is_theirs(two: Two) -> None:
    owner, worker = {"enterprise_id": two.first.id}, {"person_id": two.worker}
    assert await two.seen(Actor.of(Role.EVALUATION_OFFICER, "示例", **owner)) == counts(1, 1)
    assert await two.seen(Actor.of(Role.ENTERPRISE_ADMIN, "示例", **owner)) == counts(1, 1)
    assert await two.seen(Actor.of(Role.WORKER, "示例", **worker)) == counts(1, 0)
    assert await two.seen(Actor.of(Role.BUREAU_AUDITOR, "示例")) == counts(2, 2)
    assert await two.seen(Actor.of(Role.BUREAU_OFFICER, "示例")) == counts(2, 2)
    assert await two.seen(Actor.of(Role.INDUSTRY_REVIEWER, "示例")) == counts(0, 2)


async def test_who_has_no_right_or_no_enterprise_finds_nothing(two: Two) -> None:
    assert await two.seen(ANONYMOUS) == counts(0, 0)
    assert await two.seen(Actor.of(Role.ASSESSOR, "示例", enterprise_id=two.first.id)) == counts(0, 0)
    assert await two.seen(Actor.of(Role.ENTERPRISE_ADMIN, "示例")) == counts(0, 0)
    assert await two.seen(Actor.of(Role.WORKER, "示例")) == counts(0, 0)


async def test_the_wall_stands_when_the_predicates_are_gone(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first wall switched off: every query of evaluations asks for all of them."""
    monkeypatch.setattr(evaluations, "evaluations_visible_to", lambda _actor: sa.true())
    monkeypatch.setattr(evaluations, "scores_visible_to", lambda _actor: sa.true())
    officer = Actor.of(Role.EVALUATION_OFFICER, "示例", enterprise_id=two.first.id)
    async with two.database.read(RowScope.of(officer)) as session:
        page = await evaluations.evaluations_page(session, officer)
        assert [row.enterprise_id for row in page.rows] == [two.first.id]
        theirs = await evaluations.evaluations_of(session, officer, [two.worker, two.other_worker])
        assert {person: len(rows) for person, rows in theirs.items()} == {two.worker: 1, two.other_worker: 0}
    async with two.database.read(EVERY_ROW) as session:
        assert len((await evaluations.evaluations_page(session, officer)).rows) == 2, "the first wall was not off"


async def test_nothing_of_another_enterprise_is_written(two: Two) -> None:
    officer = Actor.of(Role.EVALUATION_OFFICER, "示例", enterprise_id=two.first.id)
    async with two.database.write(RowScope.of(officer)) as session:
        changed = await session.exec(sa.update(Evaluation).values(is_example=False))
        assert changed.rowcount == 1
        moved = sa.update(Evaluation).values(enterprise_id=two.second.id)
        with pytest.raises(DBAPIError, match="row-level security"):
            async with session.begin_nested():
                await session.exec(moved)
        with pytest.raises(DBAPIError, match="row-level security"):
            async with session.begin_nested():
                await session.exec(_foreign(two))


def _foreign(two: Two) -> Any:
    """An application to the other enterprise, put in as if one were its office."""
    version = sa.select(Application.scheme_version_id).limit(1).scalar_subquery()
    return sa.insert(Application).values(
        id=UUID(int=7),
        person_id=two.worker,
        enterprise_id=two.second.id,
        scheme_version_id=version,
        filed_on=make.DAY,
        status="filed",
    )


async def test_an_office_adds_recordings_of_its_own_and_changes_none(two: Two) -> None:
    officer = Actor.of(Role.EVALUATION_OFFICER, "示例", enterprise_id=two.first.id)
    async with two.database.write(RowScope.of(officer)) as session:
        own = (await session.exec(select(RecordedFacts))).one()
        for change in (sa.update(RecordedFacts).values(revision=9), sa.delete(RecordedFacts)):
            assert (await session.exec(change)).rowcount == 0
        told = own.model_dump(exclude={"id", "revision"})
        session.add(RecordedFacts(**told, revision=2))
        await session.flush()
        with pytest.raises(DBAPIError, match="row-level security"):
            async with session.begin_nested():
                session.add(RecordedFacts(**told | {"enterprise_id": two.second.id}, revision=3))
                await session.flush()


async def test_a_worker_reads_their_own_and_writes_nothing(two: Two) -> None:
    worker = Actor.of(Role.WORKER, "示例", person_id=two.worker)
    async with two.database.write(RowScope.of(worker)) as session:
        for table in (Application, ComputedFacts, Evaluation, RecordedFacts, Score):
            assert (await session.exec(sa.delete(table))).rowcount == 0


async def test_a_connection_carries_nothing_to_whoever_has_it_next(two: Two) -> None:
    async with two.database.write(EVERY_ROW) as session:
        await session.exec(select(Evaluation))
    async with two.database.engine.connect() as connection:
        assert await connection.scalar(sa.select(sa.func.count()).select_from(Evaluation)) == 0


async def test_an_unscoped_connection_finds_nothing(two: Two, postgres: PostgresServer, postgres_database: str) -> None:
    with psycopg.connect(postgres.address_of(postgres_database)) as connection:
        for table in WALLED:
            (number,) = connection.execute(f'SELECT count(*) FROM "{table.__tablename__}"').fetchone() or (None,)
            assert number == 0, table.__name__


async def test_every_table_that_an_enterprise_owns_is_behind_the_wall(
    postgres: PostgresServer, postgres_database: str
) -> None:
    """A table with the column ``enterprise_id`` is either walled or named here with the reason why it is not."""
    open_on_purpose = {
        "account",  # who acts is found out before anybody acts
        "service_token",  # so is this; the lists of both carry their own predicates
        "competition",  # an award is read with its competition, whoever held it
        "authority",  # read of every employer to decide eligibility
        "employment",  # an employer reads what its people did elsewhere
        "pilot_listing",  # public
        "scheme",  # keys are unique over all enterprises; versions on record decide eligibility
    }
    owned = {table.name for table in METADATA.sorted_tables if "enterprise_id" in table.columns}
    asked = "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
    with psycopg.connect(postgres.address_of(postgres_database)) as connection:
        walled = {name for (name,) in connection.execute(asked)}
    assert owned - walled == open_on_purpose
    assert {table.__tablename__ for table in WALLED} <= walled


async def test_the_wall_is_told_of(two: Two, postgres: PostgresServer) -> None:
    assert await two.database.is_walled()
    address = sa.make_url(postgres.url).set(username="postgres", password=None)
    boss = Database(address.render_as_string(hide_password=False))
    assert not await boss.is_walled(), "a superuser passes every policy"
    await boss.dispose()


def test_a_scope_is_made_of_the_actor_s_rights() -> None:
    enterprise, person = UUID(int=1), UUID(int=2)
    actor = Actor.of(Role.WORKER, "示例", enterprise_id=enterprise, person_id=person)
    scope = RowScope.of(actor)
    assert scope.grants.split() == sorted(actor.permissions)
    assert (scope.enterprise, scope.person) == (str(enterprise), str(person))
    assert "*" not in scope.grants
    assert dict.fromkeys(EVERY_ROW_OPTION, EVERY_ROW.grants) == EVERY_ROW_OPTION
