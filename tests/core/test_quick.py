"""Small questions of every request: values and results as their types make them, and looks that many share."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import col

from core.errors import GuantongError
from core.facts import CredentialKind
from core.models import Account, Credential, Employment, SchemeVersion
from core.permissions import Role
from core.storage.database import Database
from core.storage.looks import KeyedLooks, Looks
from core.storage.queries import identity
from core.storage.quick import Quick, record
from core.storage.row_scope import EVERY_ROW
from tests import builders as make

pytestmark = pytest.mark.anyio
SHANGHAI = timezone(timedelta(hours=8))
MOMENT = datetime(2026, 3, 2, 12, 0, 0, 123456, SHANGHAI)
LONG = 30


async def stored(database: Database, *rows: Any) -> None:
    async with database.write(EVERY_ROW) as session:
        for row in rows:
            session.add(row)
            await session.flush()


@pytest.fixture
async def account(database: Database) -> Account:
    made = make.account(opened_at=MOMENT, valid_from=MOMENT, role=Role.BUREAU_AUDITOR)
    await stored(database, made)
    return made


def place(name: str, like: Any) -> Any:
    return sa.bindparam(name, type_=like.type)


async def test_results_are_what_their_columns_make_of_them(database: Database, account: Account) -> None:
    columns = [Account.id, Account.opened_at, Account.role, Account.enterprise_id, Account.disabled_at]
    asked = Quick(sa.select(*map(col, columns)).where(col(Account.id) == place("id", Account.id)))
    row = await asked.row(database, id=account.id)
    assert row == (account.id, MOMENT, Role.BUREAU_AUDITOR, None, None)
    assert isinstance(row[0], UUID)
    assert isinstance(row[2], Role)
    assert row[1].utcoffset() == timedelta(0)


@pytest.mark.parametrize("given", [MOMENT, MOMENT.astimezone(UTC)], ids=["of Shanghai", "of UTC"])
async def test_a_moment_is_compared_as_a_moment(database: Database, account: Account, given: datetime) -> None:
    when = place("when", Account.opened_at)
    asked = Quick(sa.select(col(Account.id)).where(col(Account.opened_at) == when))
    assert await asked.rows(database, when=given) == [(account.id,)]
    assert await asked.rows(database, when=given + timedelta(microseconds=1)) == []


async def test_enums_booleans_dates_and_numbers_go_in_and_come_out(database: Database) -> None:
    worker, employer = make.person(), make.enterprise()
    held, employed = make.credential(worker), make.employment(worker, employer, frontline=False)
    await stored(database, worker, employer, held, employed)
    credentials = Quick(
        sa.select(col(Credential.kind), col(Credential.awarded_on), col(Credential.is_example)).where(
            col(Credential.kind) == place("kind", Credential.kind),
            col(Credential.awarded_on) == place("day", Credential.awarded_on),
            col(Credential.is_example) == place("example", Credential.is_example),
        )
    )
    given = {"kind": CredentialKind.SKILL_CERTIFICATE, "day": date(2022, 6, 1), "example": True}
    assert await credentials.rows(database, **given) == [(CredentialKind.SKILL_CERTIFICATE, date(2022, 6, 1), True)]
    for other in ({"kind": CredentialKind.PROFESSIONAL_TITLE}, {"day": date(2022, 6, 2)}, {"example": False}):
        assert await credentials.rows(database, **given | other) == []
    frontline = Quick(sa.select(col(Employment.frontline), col(Employment.ends), sa.func.count().over()))
    (row,) = await frontline.rows(database)
    assert row == (False, None, 1)
    assert row[0] is False


async def test_null_is_a_value(database: Database) -> None:
    owner = make.enterprise()
    await stored(database, owner, scheme := make.scheme(owner), make.scheme_version(scheme))
    number = place("number", SchemeVersion.record_number)
    asked = Quick(
        sa.select(sa.func.coalesce(number, sa.literal_column("'none'"), type_=sa.String()), col(SchemeVersion.ends))
    )
    assert await asked.rows(database, number=None) == [("none", None)]
    assert await asked.rows(database, number="") == [("", None)]
    assert await Quick(sa.select(col(SchemeVersion.id)).where(sa.false())).row(database) is None


@pytest.mark.parametrize(
    "name", ["'; DROP TABLE account; --", '"', "%s %(name)s", ":name", "$1 ?", "\\", "\x01\n", "𠮷"]
)
async def test_a_text_is_a_value_whatever_it_holds(database: Database, name: str) -> None:
    await stored(database, made := make.account(name=name), make.account())
    asked = Quick(sa.select(col(Account.id), col(Account.name)).where(col(Account.name) == place("name", Account.name)))
    with database.count_queries() as sent:
        assert await asked.rows(database, name=name) == [(made.id, name)]
    (sql,) = sent
    assert name not in sql or len(name) == 1 or name in {"$1 ?", ":name"}


async def test_what_is_missing_is_a_fault_and_not_null(database: Database) -> None:
    asked = Quick(sa.select(col(Account.id)).where(col(Account.name) == place("name", Account.name)))
    with pytest.raises(KeyError):
        await asked.rows(database)


async def test_a_record_is_its_row(database: Database, account: Account) -> None:
    row = await Quick(sa.select(*Account.__table__.c)).row(database)  # type: ignore[attr-defined]
    assert row is not None
    assert record(Account, row).model_dump() == account.model_dump()
    with pytest.raises(ValueError, match="shorter"):
        record(Account, row[:-1])


async def test_questions_of_identity_see_what_was_committed_before(database: Database, account: Account) -> None:
    for disabled in (MOMENT, None, MOMENT + timedelta(days=1)):
        async with database.write(EVERY_ROW) as session:
            (await session.get_one(Account, account.id)).disabled_at = disabled
        found = await identity.holder_by_id(database, account.id, "key")
        assert found is not None
        assert (found.account.disabled_at, found.revoked) == (disabled, False)
    assert await identity.holder_by_id(database, uuid4(), "key") is None
    with pytest.raises(GuantongError, match="cannot be stored"):
        await identity.holder_by_subject(database, "nul\x00", "s", "key")


class Value:
    """Something that is looked at, slowly: each look takes what it finds at its beginning, and then waits."""

    def __init__(self) -> None:
        self.value: Any = 0
        self.began, self.go_on = asyncio.Event(), asyncio.Event()
        self.looks = 0

    async def look(self, *_: Any) -> Any:
        self.looks += 1
        found = self.value
        self.began.set()
        await self.go_on.wait()
        if isinstance(found, Exception):
            raise found
        return found


@pytest.fixture
async def slow(anyio_backend: str) -> AsyncIterator[Value]:
    made = Value()
    yield made
    made.go_on.set()


def ask(looks: Any, *key: Any) -> "asyncio.Task[Any]":
    return asyncio.ensure_future(looks.now(*key))


async def turns(number: int = 5) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


async def test_a_look_under_way_answers_only_who_asked_before_it_began(slow: Value) -> None:
    looks = Looks(slow.look)
    before = ask(looks)
    await slow.began.wait()
    slow.value = 1  # committed between the beginning of the look and the next question
    after = ask(looks)
    await turns()
    assert slow.looks == 1, "the second waits for the first"
    slow.go_on.set()
    assert [await before, await after] == [0, 1]
    assert slow.looks == 2


async def test_a_crowd_costs_no_more_than_two(slow: Value) -> None:
    looks = Looks(slow.look)
    first = ask(looks)
    await slow.began.wait()
    crowd = [ask(looks) for _ in range(100)]
    await turns()
    slow.value = 1  # after all of them asked, before their look began
    slow.go_on.set()
    assert await first == 0
    assert await asyncio.gather(*crowd) == [1] * 100
    assert slow.looks == 2
    assert await asyncio.gather(*(looks.now() for _ in range(100))) == [1] * 100
    assert slow.looks == 3


async def test_a_look_that_fails_fails_its_askers_and_not_the_next(slow: Value) -> None:
    looks, slow.value = Looks(slow.look), OSError("away")
    asked = [ask(looks) for _ in range(3)]
    await slow.began.wait()
    slow.value = 1
    after = ask(looks)
    slow.go_on.set()
    assert [type(one) for one in await asyncio.gather(*asked, return_exceptions=True)] == [OSError] * 3
    assert await after == 1
    assert await looks.now() == 1


@pytest.mark.parametrize("value", [1, OSError("away")])
async def test_who_leaves_takes_the_look_from_nobody(slow: Value, value: Any) -> None:
    looks, slow.value = Looks(slow.look), value
    leaving, staying = ask(looks), ask(looks)
    await slow.began.wait()
    leaving.cancel()
    slow.value = 2
    last = ask(looks)
    await turns()
    assert leaving.cancelled()
    assert not staying.done()
    slow.go_on.set()
    (told,) = await asyncio.gather(staying, return_exceptions=True)
    assert told is value
    assert await last == 2


async def test_when_all_have_left_the_next_is_answered_by_a_look_of_its_own(slow: Value) -> None:
    looks = Looks(slow.look)
    leaving = ask(looks)
    await slow.began.wait()
    leaving.cancel()
    await turns()
    slow.value = 3
    after = ask(looks)
    slow.go_on.set()
    assert await asyncio.wait_for(after, LONG) == 3


async def test_looks_by_key_are_each_their_own(slow: Value) -> None:
    asked: list[str] = []

    async def look(key: str) -> str:
        asked.append(key)
        await slow.go_on.wait()
        return key.upper()

    looks = KeyedLooks(look)
    tasks = [ask(looks, key) for key in "abcabcabc"]
    await turns()
    assert asked == ["a", "b", "c"]
    slow.go_on.set()
    assert await asyncio.gather(*tasks) == list("ABCABCABC")
    assert looks._looks == {}


async def test_a_key_that_nobody_asks_for_is_forgotten(slow: Value) -> None:
    looks: KeyedLooks[int, Any] = KeyedLooks(slow.look)
    slow.go_on.set()
    for key in range(200):
        slow.value = OSError("away") if key % 2 else key
        await asyncio.gather(looks.now(key), return_exceptions=True)
    assert looks._looks == {}


async def test_a_key_whose_askers_have_left_is_forgotten_when_its_look_ends(slow: Value) -> None:
    looks: KeyedLooks[int, Any] = KeyedLooks(slow.look)
    tasks = [ask(looks, key) for key in range(20) for _ in range(2)]
    await slow.began.wait()
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    slow.value = 5
    again = ask(looks, 3)
    await turns()
    assert slow.looks == 20, "whoever comes back while a look is under way starts none beside it"
    slow.go_on.set()
    assert await again == 5
    await turns(20)
    assert looks._looks == {}
