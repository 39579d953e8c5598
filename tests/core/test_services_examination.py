"""Verification runs before anything is written: nobody waits for it, and what changed meanwhile is verified anew."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

import pytest
from sqlmodel import col, select

from core.eligibility.blocks import Employer
from core.errors import ErrorCode, GuantongError
from core.ladders import Level
from core.models import Authority, AuthorityKind, Enterprise, Verification, Wheel, WheelState
from core.permissions import Actor, Role
from core.schemes import FactField, FactType
from core.services.artifacts import Upload
from core.services.filings import Record, record_filing
from core.services.verifier import Candidate, Surroundings, Verdict
from core.services.wheels import register_scheme, verify_again
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from core.texts import Text
from core.vocabulary import load_vocabulary
from tests import builders as make
from tests.core.calls import OFFICER, REASON, call, events, policy, said, store
from tests.core.filing_world import VERIFIER, World, content, upload, world_in

pytestmark = pytest.mark.anyio
MOVED = (
    ErrorCode.OUT_OF_DATE,
    "校验期间，试点名单、评价权限或其他企业的方案标识有变；请稍后再试",
    "the pilot list, the authorities or other enterprises' scheme keys changed during verification; try again",
)


class Blocked(type(VERIFIER)):  # type: ignore[misc]
    """Goes on verifying until it is told to end."""

    def __init__(self) -> None:
        self.begun, self.ends = asyncio.Event(), asyncio.Event()

    async def verify(self, candidate: Candidate, around: Surroundings) -> Verdict:
        self.begun.set()
        await self.ends.wait()
        return Verdict(True)


@dataclass
class Meddled(type(VERIFIER)):  # type: ignore[misc]
    """Does something else while it verifies, as often as told, and remembers what it was given."""

    meddle: Callable[[], Awaitable[None]]
    times: int = 1
    given: list[Surroundings] = field(default_factory=list)

    async def verify(self, candidate: Candidate, around: Surroundings) -> Verdict:
        self.given.append(around)
        if len(self.given) <= self.times:
            await self.meddle()
        return Verdict(True)


@pytest.fixture
async def world(database: Database) -> World:
    return await world_in(database)


async def found(database: Database, table: type[Any]) -> list[Any]:
    async with database.read(EVERY_ROW) as session:
        return list((await session.exec(select(table))).all())


def granted(owner: Enterprise) -> Authority:
    """One authority more."""
    given = {"occupation": make.FITTER, "highest": Level.TECHNICIAN, "document": "示例", "starts": date(2026, 1, 1)}
    return Authority(enterprise_id=owner.id, kind=AuthorityKind.SKILL_RECOGNITION, **given)


async def writes_beside(world: World, blocked: Blocked, actor: Actor, use_case: Any, *args: Any) -> Wheel:
    """The wheel of a use case, after another writer has begun and ended while it was verifying."""
    doing = asyncio.create_task(world.do(actor, use_case, blocked, *args))
    await blocked.begun.wait()
    await store(world.database, make.enterprise(zh="示例地铁"))
    assert not doing.done()
    blocked.ends.set()
    wheel: Wheel = await doing
    return wheel


async def test_another_writer_gets_through_while_a_scheme_is_verified(world: World) -> None:
    wheel = await writes_beside(world, Blocked(), world.admin, register_scheme, upload(content(world.owner)))
    assert wheel.state is WheelState.VERIFIED
    assert {one.zh for one in await found(world.database, Enterprise)} == {"示例船厂", "示例地铁"}


async def test_another_writer_gets_through_while_a_wheel_is_verified_again(world: World) -> None:
    wheel = await world.register()
    again = await writes_beside(world, Blocked(), OFFICER, verify_again, wheel.digest)
    assert again.id == wheel.id
    assert len(await found(world.database, Verification)) == 2


async def test_another_writer_gets_through_while_a_version_on_its_way_to_the_record_is_read(world: World) -> None:
    await world.register()
    await world.submit()
    await world.countersign()
    begun, ends = threading.Event(), threading.Event()

    def read(data: bytes, filename: str) -> Candidate:
        begun.set()
        ends.wait()
        return VERIFIER.read(data, filename)

    given = Record(**await world.see(), record_number="示例备案", effective_from=world.today)
    doing = asyncio.create_task(world.do(OFFICER, record_filing, read, given))
    try:
        await asyncio.to_thread(begun.wait)
        await store(world.database, make.enterprise(zh="示例地铁"))
        assert not doing.done()
    finally:
        ends.set()
    assert (await doing).record_number == "示例备案"


async def test_what_changed_meanwhile_is_verified_anew_and_stored_once(world: World) -> None:
    verifier = Meddled(lambda: store(world.database, granted(world.owner)))
    wheel = await world.do(world.admin, register_scheme, verifier, upload(content(world.owner)))
    assert wheel.state is WheelState.VERIFIED
    assert [len(around.employer.authorities) for around in verifier.given if around.employer] == [0, 1]
    assert [len(await found(world.database, table)) for table in (Wheel, Verification)] == [1, 1]
    assert [event.tag.rpartition(":")[2] for event in await events(world.database)] == ["register", "verify", "draft"]


async def test_what_keeps_changing_is_refused_and_leaves_nothing(world: World) -> None:
    verifier = Meddled(lambda: store(world.database, granted(world.owner)), times=99)
    error = await world.refuses(world.admin, register_scheme, verifier, upload(content(world.owner)))
    assert said(error) == MOVED
    assert len(verifier.given) == 3
    assert [await found(world.database, table) for table in (Wheel, Verification)] == [[], []]
    assert await events(world.database) == []


async def test_a_change_never_undoes_what_the_transaction_holds_already(world: World) -> None:
    """Only a transaction that began with the verification may be given up for another try."""
    async with world.database.write(EVERY_ROW) as session:
        session.add(make.enterprise(zh="示例地铁"))
        await session.flush()

        async def meddle() -> None:
            session.add(granted(world.owner))
            await session.flush()

        verifier = Meddled(meddle)
        with pytest.raises(GuantongError) as caught:
            at = call(session, world.admin, world.now, partial(world.database.read, EVERY_ROW))
            await register_scheme(at, verifier, upload(content(world.owner)), REASON)
    assert said(caught.value) == MOVED
    assert len(verifier.given) == 1
    assert {one.zh for one in await found(world.database, Enterprise)} == {"示例船厂", "示例地铁"}
    assert len(await found(world.database, Authority)) == 1


async def test_a_key_that_another_took_meanwhile_is_refused(world: World) -> None:
    rail = replace(world, owner=make.enterprise(zh="示例地铁"))
    await store(world.database, rail.owner)

    async def take() -> None:
        await rail.register()

    error = await world.refuses(world.admin, register_scheme, Meddled(take), upload(content(world.owner)))
    assert error.code is ErrorCode.DUPLICATE
    assert error.message.zh == "方案标识“example_ship”已由企业“示例地铁”提供，“示例船厂”须换用别的标识"
    assert [wheel.enterprise_id for wheel in await found(world.database, Wheel)] == [rail.owner.id]


async def test_a_file_that_was_replaced_meanwhile_is_not_judged_by_what_was_read(world: World) -> None:
    values = content(world.owner, accept=False)
    wheel = await world.do(world.admin, register_scheme, VERIFIER, upload(values, "wrong.whl"))

    async def replaced() -> None:
        await world.do(world.admin, register_scheme, VERIFIER, upload(values, "right.whl", indent=1))

    error = await world.refuses(OFFICER, verify_again, Meddled(replaced), wheel.digest)
    assert said(error) == (
        ErrorCode.OUT_OF_DATE,
        f"校验期间，方案包 {wheel.digest} 换了文件“right.whl”；请重新校验",
        f"wheel {wheel.digest} came again as file 'right.whl' during verification; verify it again",
    )


class Untouched(type(VERIFIER)):  # type: ignore[misc]
    """Fails whoever has it read anything."""

    def read(self, content: bytes, filename: str) -> Candidate:
        raise AssertionError("nothing should have been read")


@pytest.mark.parametrize(
    ("actor", "reason", "data", "code"),
    [
        (OFFICER, REASON, b"{}", ErrorCode.NOT_PERMITTED),
        (Actor.of(Role.ENTERPRISE_ADMIN, "示例"), REASON, b"{}", ErrorCode.NOT_FOUND),
        (None, " ", b"{}", ErrorCode.BAD_ARGUMENT),
        (None, REASON, b"", ErrorCode.BAD_FILE),
    ],
)
async def test_nothing_is_read_of_what_is_refused_anyway(
    world: World, actor: Actor | None, reason: str, data: bytes, code: ErrorCode
) -> None:
    async with world.database.write(EVERY_ROW) as session:
        at = call(session, actor or world.admin, world.now, partial(world.database.read, EVERY_ROW))
        with pytest.raises(GuantongError) as caught:
            await register_scheme(at, Untouched(), Upload(filename="x.zip", content=data), reason)
    assert caught.value.code is code


async def test_what_is_read_stands_in_no_transaction(world: World) -> None:
    """The session that writes has sent nothing when the candidate is verified."""
    begun: list[bool] = []

    class Looking(type(VERIFIER)):  # type: ignore[misc]
        async def verify(self, candidate: Candidate, around: Surroundings) -> Verdict:
            begun.append(session.in_transaction())
            return Verdict(True)

    async with world.database.write(EVERY_ROW) as session:
        at = call(session, world.admin, world.now, partial(world.database.read, EVERY_ROW))
        await register_scheme(at, Looking(), upload(content(world.owner)), REASON)
        begun.append(session.in_transaction())
    assert begun == [False, True]


SAME = Surroundings(Employer("示例", (), (), ()), {"a": "甲"}, policy(), load_vocabulary(), make.DAY)


@dataclass(frozen=True)
class OtherPolicy:
    digest: str = "0" * 64


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("employer", None),
        ("employer", Employer("另一", (), (), ())),
        ("keys", {}),
        ("policy", OtherPolicy()),
        ("day", date(2026, 3, 3)),
        ("published", (FactField("stage", Text("阶段", "stage"), FactType.INTEGER, "person"),)),
    ],
)
def test_surroundings_differ_by_each_of_their_parts(name: str, value: Any) -> None:
    assert SAME.are_still(replace(SAME))
    assert not replace(SAME, **{name: value}).are_still(SAME)


async def test_only_the_candidates_own_key_counts_among_the_keys_of_others(world: World) -> None:
    """Whoever else registers something meanwhile is nobody's concern."""
    rail = replace(world, owner=make.enterprise(zh="示例地铁"), key="example_rail")
    await store(world.database, rail.owner)

    async def take() -> None:
        await rail.register()

    verifier = Meddled(take)
    await world.do(world.admin, register_scheme, verifier, upload(content(world.owner)))
    assert len(verifier.given) == 1
    async with world.database.read(EVERY_ROW) as session:
        assert (await session.exec(select(Wheel.key).order_by(col(Wheel.key)))).all() == [
            "example_rail",
            "example_ship",
        ]
