"""What was answered before is never given to who asks after something was committed, by whomever, or no longer may."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel, col, select

from core.dates import start_of, today
from core.models import Account, Person, RevokedToken, ServiceToken, SignIn
from core.permissions import Actor, Role
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from tests import builders
from tests.server.kept_world import World, service_token, session_of, settings_for, world_of
from tests.server.processes import ROOT

pytestmark = pytest.mark.anyio
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WRITES = """
import asyncio, sys
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from tests import builders

async def write():
    database = Database(sys.argv[1])
    for line in sys.stdin:
        async with database.write(EVERY_ROW) as session:
            session.add(builders.person(identity_index=line.strip()))
        print("done", flush=True)
    await database.dispose()

asyncio.run(write())
"""


@pytest.fixture
async def world(database_url: str, database: Database) -> AsyncIterator[World]:
    async with world_of(settings_for(database_url), database) as found:
        await found.hire(3)
        yield found


async def change(world: World, table: type[SQLModel], id_: UUID, **values: Any) -> None:
    which: Any = table
    async with world.database.write(EVERY_ROW) as session:
        await session.exec(sa.update(table).where(which.id == id_).values(**values))


async def test_the_next_request_shows_what_was_committed(world: World) -> None:
    """By the connections that serve, and by others."""
    token, own = world.token(), world.service._deps.database
    for count, database in enumerate((own, world.database) * 3, 4):
        await world.kept_people(token)
        async with database.write(EVERY_ROW) as session:
            session.add(builders.person())
        answer = await world.ask(token=token)
        assert (answer.again, answer.total) == (False, count)


async def test_the_next_request_shows_what_another_process_committed(world: World, database_url: str) -> None:
    token = world.token()
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", WRITES, database_url], cwd=ROOT, **pipes) as other:  # type: ignore[call-overload]
        for count in range(4, 9):
            await world.kept_people(token)
            other.stdin.write(f"{count:064d}\n".encode())
            other.stdin.flush()
            assert await asyncio.to_thread(other.stdout.readline) == b"done\n"
            answer = await world.ask(token=token)
            assert (answer.again, answer.total) == (False, count)
        other.stdin.close()
        assert other.wait(60) == 0


async def test_what_is_not_committed_shows_nowhere_and_what_is_shows_at_once(world: World) -> None:
    """A transaction that was open while answers were kept: taken back, and committed; on SQLite it holds the lock."""
    token = world.token()
    for is_committed in (False, True, False, True):
        before = (await world.kept_people(token)).total
        session = world.database.write(EVERY_ROW)
        open_ = await session.__aenter__()
        async with open_.begin_nested():
            open_.add(builders.person())
            await open_.flush()
        async with open_.begin_nested() as inner:
            open_.add(builders.person())
            await open_.flush()
            await inner.rollback()
        assert (await world.kept_people(token)).total == before
        if is_committed:
            await session.__aexit__(None, None, None)
        else:
            assert not await session.__aexit__(RuntimeError, RuntimeError(), None)
        assert (await world.ask(token=token)).total == before + is_committed


@ON_SQLITE
async def test_a_checkpoint_hides_nothing(world: World) -> None:
    token = world.token()
    for count, how in enumerate(["PASSIVE", "FULL", "RESTART", "TRUNCATE"] * 2, 4):
        await world.kept_people(token)
        async with world.database.engine.connect() as connection:
            await connection.exec_driver_sql("ROLLBACK")
            await connection.exec_driver_sql("PRAGMA query_only=OFF")
            await connection.exec_driver_sql(f"PRAGMA wal_checkpoint({how})")
            await connection.exec_driver_sql("BEGIN")
        await world.hire()
        assert (await world.ask(token=token)).total == count


async def test_no_reader_sees_less_than_was_committed_before_it_asked(world: World) -> None:
    """Writers and readers at once, who pause so that answers are kept in between."""
    token, committed, over = world.token(), 3, asyncio.Event()

    async def write() -> None:
        nonlocal committed
        for _ in range(25):
            await world.hire()
            committed += 1
            await asyncio.sleep(0.01)
        over.set()

    async def read() -> int:
        again = 0
        while not over.is_set():
            before = committed
            answer = await world.ask(token=token)
            assert answer.total >= before, "less than was there when it was asked"
            again += answer.again
        return again

    _, *again = await asyncio.gather(write(), *(read() for _ in range(6)))
    assert sum(again) or world.database.dialect == "postgresql"
    assert (await world.ask(token=token)).total == 28


@ON_SQLITE
async def test_a_moment_of_before_the_request_would_be_found_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard taken away: the moment is asked once."""
    token, first = world.token(), await world.service._deps.database.moment()

    async def once() -> str | None:
        return first

    monkeypatch.setattr(world.kept, "moment", once)
    await world.kept_people(token)
    await world.hire()
    assert (await world.ask(token=token)).total == 3


async def test_what_is_written_while_an_answer_is_worked_out_ends_it(world: World) -> None:
    """Between the reading and the keeping: the moment was asked before both."""
    token = world.token()
    await world.ask(token=token)
    world.service.between = world.hire
    found = await world.ask(token=token)
    world.service.between = None
    assert (found.total, (await world.ask(token=token)).total) == (3, 4)


async def test_a_generation_that_ends_meanwhile_is_not_told_under_the_next(world: World) -> None:
    token, service = world.token(), world.service
    old = service._generation
    await world.kept_people(token)

    async def another() -> None:
        service._generation = replace(old, name="another-name")

    service.between = another
    world.kept._answers.__init__(10**6, lambda one: one.weight)  # type: ignore[misc]
    for _ in range(2):
        service._generation = old
        found = await world.ask(token=token)
        assert found.json["extensions"]["schemaGeneration"] == old.name
    service.between = None
    assert service.generation == "another-name"
    third = await world.ask(token=token)
    assert not third.again
    assert third.json["extensions"]["schemaGeneration"] == "another-name"
    assert (await world.kept_people(token)).body == third.body
    service._generation = old
    assert not (await world.ask(token=token)).again


async def test_a_day_ends_what_was_answered_on_it(world: World) -> None:
    token, clock = world.token(hours=48), world.clock
    midnight = start_of(today(clock) + timedelta(days=1)).astimezone(UTC)
    clock.moment = midnight - timedelta(seconds=5)
    await world.kept_people(token)
    clock.moment = midnight
    assert not (await world.ask(token=token)).again
    assert (await world.kept_people(token)).again


async def test_an_answer_of_yesterday_is_not_told_today(world: World) -> None:
    """It was worked out across midnight."""
    token, clock = world.token(hours=48), world.clock
    midnight = start_of(today(clock) + timedelta(days=1)).astimezone(UTC)

    async def strikes() -> None:
        clock.moment = midnight

    world.service.between = strikes
    for _ in range(2):
        clock.moment = midnight - timedelta(milliseconds=1)
        await world.ask(token=token)
    world.service.between = None
    assert not (await world.ask(token=token)).again


async def test_a_token_that_has_ended_is_refused(world: World) -> None:
    token, now = world.token(hours=1), world.clock.now()
    world.clock.moment = now + timedelta(minutes=59, seconds=58)
    await world.kept_people(token)
    world.clock.moment = now + timedelta(hours=1, seconds=1)
    assert (await world.ask(token=token)).status == 401


async def test_a_revoked_token_is_refused(world: World) -> None:
    account = builders.account(role=Role.BUREAU_AUDITOR)
    await world.add(account)
    await world.add(signed_in := session_of(account.id, world.clock))
    tokens = world.state["identity"].tokens
    plain, of_account = world.token(), tokens.issue_for(account.id, signed_in.id, 3600)
    for token in (plain, of_account):
        await world.kept_people(token)
        await world.add(RevokedToken(key=tokens.verify(token).key, until=world.clock.now() + timedelta(days=1)))
        assert (await world.ask(token=token)).status == 401


async def test_a_service_token_ends_and_is_revoked(world: World) -> None:
    now = world.clock.now()
    row, secret = service_token(starts_at=now - timedelta(days=1), ends_at=now + timedelta(seconds=9))
    await world.add(row)
    await world.kept_people(secret)
    world.clock.moment = now + timedelta(seconds=9)
    assert (await world.ask(token=secret)).status == 401
    await change(world, ServiceToken, row.id, ends_at=now + timedelta(days=1))
    await world.kept_people(secret)
    await change(world, ServiceToken, row.id, permissions=[])
    assert (await world.ask(token=secret)).json["errors"][0]["extensions"]["code"] == "NOT_PERMITTED"
    await change(world, ServiceToken, row.id, permissions=["city:person:read"])
    await world.kept_people(secret)
    await change(world, ServiceToken, row.id, revoked_at=now)
    assert (await world.ask(token=secret)).status == 401


PAGE = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}


async def signed_in_to(world: World) -> tuple[Account, SignIn, dict[str, str]]:
    """An auditor's account, the session of it, and the headers of a browser that has its cookie."""
    account = builders.account(role=Role.BUREAU_AUDITOR)
    await world.add(account)
    await world.add(session := session_of(account.id, world.clock, "secret-of-a-session"))
    return account, session, {"cookie": "guantong=secret-of-a-session", **PAGE}


async def test_who_signed_out_or_is_disabled_is_refused(world: World) -> None:
    account, session, browser = await signed_in_to(world)
    now = world.clock.now()
    for table, id_, name in ((SignIn, session.id, "ended_at"), (Account, account.id, "disabled_at")):
        await world.until_kept(lambda: world.ask(**browser))
        await change(world, table, id_, **{name: now})
        refused = await world.ask(**browser)
        assert (refused.status, refused.again) == (401, False)
        assert (await world.ask(**browser)).status == 401
        await change(world, table, id_, **{name: None})


async def test_a_changed_role_reads_by_its_new_rights(world: World) -> None:
    account, _, browser = await signed_in_to(world)
    (_, worker, _) = await everybody(world)
    assert (await world.until_kept(lambda: world.ask(**browser))).total == 3
    await change(world, Account, account.id, role=Role.WORKER, person_id=worker.id)
    answer = await world.until_kept(lambda: world.ask(**browser))
    assert [one["node"]["name"] for one in answer.json["data"]["people"]["edges"]] == [worker.name]
    await change(world, Account, account.id, role=Role.BUREAU_AUDITOR, person_id=None)
    assert (await world.ask(**browser)).total == 3


async def everybody(world: World) -> list[Person]:
    async with world.database.read(EVERY_ROW) as session:
        return list((await session.exec(select(Person).order_by(col(Person.id)))).all())


async def test_readers_who_take_turns_get_their_own(world: World) -> None:
    people = await everybody(world)
    tokens = {world.token(Actor.of(Role.WORKER, "示例", person_id=one.id)): [one.name] for one in people}
    tokens[world.token()] = sorted(one.name for one in people)

    async def ask(token: str) -> bool:
        answer = await world.ask(token=token)
        assert sorted(one["node"]["name"] for one in answer.json["data"]["people"]["edges"]) == tokens[token]
        return answer.again

    found: list[bool] = []
    for _ in range(6):
        found = await asyncio.gather(*(ask(token) for token in tokens for _ in range(4)))
    assert all(found) or world.database.dialect == "postgresql"


async def test_a_session_that_is_used_goes_on_and_one_that_is_not_ends(database_url: str, database: Database) -> None:
    """Idle sessions end after four minutes; for fifteen, this one asks the same every ten seconds."""
    async with world_of(settings_for(database_url, session_idle_minutes=4), database) as world:
        _, session, browser = await signed_in_to(world)
        again, latest = 0, timedelta(0)
        for _ in range(90):
            world.clock.forward(timedelta(seconds=10))
            answer = await world.ask(**browser)
            assert answer.status == 200
            again += answer.again
            latest = max(latest, world.clock.now() - await seen_at(world, session.id))
        assert again > 30 or world.database.dialect == "postgresql"
        assert latest <= timedelta(seconds=90), "its use is not kept"
        world.clock.moment = await seen_at(world, session.id) + timedelta(minutes=4)
        assert (await world.ask(**browser)).status == 401


async def seen_at(world: World, id_: UUID) -> datetime:
    async with world.database.read(EVERY_ROW) as session:
        return (await session.exec(select(SignIn.seen_at).where(col(SignIn.id) == id_))).one()


async def test_the_last_use_of_a_service_token_is_kept_though_it_asks_the_same(world: World) -> None:
    row, secret = service_token(starts_at=world.clock.now() - timedelta(days=1))
    await world.add(row)
    for _ in range(60):
        world.clock.forward(timedelta(seconds=10))
        assert (await world.ask(token=secret)).status == 200
        async with world.database.read(EVERY_ROW) as session:
            used = (await session.exec(select(ServiceToken.last_used_at))).one()
        assert used is not None
        assert world.clock.now() - used <= timedelta(seconds=90)


async def test_a_database_that_tells_no_moment_is_asked_everything(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Out of reach, or so slow that nobody waits."""
    token, own = world.token(), world.service._deps.database
    await world.kept_people(token)

    async def fails() -> str | None:
        raise OSError("example")

    async def hangs() -> str | None:
        await asyncio.sleep(600)
        return None

    monkeypatch.setattr("core.storage.database.LONGEST_LOOK", 0.05)
    for look in (fails, hangs):
        monkeypatch.setattr(own.statements, "moment", look)
        for _ in range(4):
            answer = await world.ask(token=token)
            assert (answer.status, answer.again, answer.total) == (200, False, 3)
    for task in (own._moments._current, own._moments._next):
        if task is not None:
            task.cancel()


async def test_an_answer_is_worked_out_anew_after_half_a_minute(world: World) -> None:
    """Though nothing was written: so that the use of what shows who asks is kept."""
    token = world.token()
    await world.kept_people(token)
    world.clock.forward(timedelta(seconds=30))
    assert not (await world.ask(token=token)).again
