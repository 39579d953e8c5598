"""The demonstration goes in by the real services, once, and nothing in it belongs to anybody."""

from pathlib import Path

import pytest
from sqlalchemy import func
from sqlmodel import col, select
from stdnum.cn import uscc

from core.models import Account, AuditEvent, Credential, Enterprise, Evaluation, Person, SchemeVersion, Score
from core.permissions import NOT_SIGNED_IN, Role
from core.policy.load import load_packs
from core.secrets import Keyring
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from core.vocabulary import load_vocabulary
from plugins.registry import StoredSchemes
from plugins.verifier import SchemeVerifier
from server.clock import SystemClock
from server.demo import open_accounts, seed
from server.demonstration.accounts import read_passwords
from server.demonstration.form import read_city
from server.demonstration.numbers import NOWHERE, identity_number
from server.wiring import Parts
from tests.hashing import quick_passwords

pytestmark = pytest.mark.anyio
KEYRING = Keyring({"test": bytes(32)}, bytes(range(32)))


def parts_of(database: Database) -> Parts:
    return Parts(
        database,
        load_vocabulary(),
        load_packs(),
        StoredSchemes(SchemeVerifier(load_vocabulary()).read),
        SystemClock(),
        KEYRING,
    )


async def seeded(database: Database) -> dict[str, int]:
    await seed(parts_of(database))
    tables = (Enterprise, Person, Credential, SchemeVersion, Evaluation, Score, AuditEvent)
    async with database.read(EVERY_ROW) as session:
        return {t.__tablename__: (await session.exec(select(func.count()).select_from(t))).one() for t in tables}


async def test_it_goes_in_once(database: Database) -> None:
    first = await seeded(database)
    city = read_city()
    assert first["enterprise"] == len(city.enterprise) == 3
    assert first["person"] == len(city.person) == 24
    assert first["credential"] == sum(len(person.credentials) for person in city.person)
    assert first["evaluation"] == len(city.evaluation)
    assert first["score"] == sum(len(evaluation.scores) for evaluation in city.evaluation)
    assert await seeded(database) == first


async def test_everything_in_it_is_marked_as_an_example(database: Database) -> None:
    await seeded(database)
    async with database.read(EVERY_ROW) as session:
        for table in (Enterprise, Person, Credential, SchemeVersion, Evaluation):
            assert not (await session.exec(select(table).where(col(table.is_example).is_(False)))).all()


async def test_every_deed_was_recorded_with_actor_and_reason(database: Database) -> None:
    await seeded(database)
    async with database.read(EVERY_ROW) as session:
        events = (await session.exec(select(AuditEvent))).all()
    assert {event.actor_name for event in events} == {
        "示例经办人 demonstration officer",
        "示例企业经办人 demonstration",
        "示例会签人 demonstration",
        "示例评价办公室 demonstration",
    }
    assert all(event.reason for event in events)


async def test_accounts_are_opened_once_and_their_passwords_kept_for_the_owner(
    database: Database, tmp_path: Path
) -> None:
    await seeded(database)
    file = tmp_path / "accounts.txt"
    file.write_text("worker a-password-kept-from-before\n", encoding="utf-8")
    opened = await open_accounts(parts_of(database), file, quick_passwords())
    assert sorted(opened) == sorted(role.value for role in Role if role not in NOT_SIGNED_IN)
    assert file.stat().st_mode & 0o777 == 0o600
    passwords = read_passwords(file)
    assert passwords["worker"] == "a-password-kept-from-before"
    assert len(set(passwords.values())) == len(opened)
    async with database.read(EVERY_ROW) as session:
        accounts = (await session.exec(select(Account))).all()
    assert all(account.is_example for account in accounts)
    assert all(quick_passwords().matches(passwords[account.name], account.password_hash) for account in accounts)
    before = file.read_bytes()
    assert await open_accounts(parts_of(database), file, quick_passwords()) == []
    assert file.read_bytes() == before


def test_its_numbers_are_sound_and_belong_to_nobody() -> None:
    city = read_city()
    assert all(uscc.is_valid(enterprise.uscc) and enterprise.uscc[2:8] == "990000" for enterprise in city.enterprise)
    numbers = [identity_number(person.born_on, person.serial) for person in city.person]
    assert len(set(numbers)) == len(numbers)
    assert all(number.startswith(NOWHERE) for number in numbers)
