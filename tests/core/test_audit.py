"""Audit events: canonical, verifiable, erasable in their personal part, and gone with the deed that failed."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit import Deed, Finding, Tag, canonical, erase_personal, plain, record_event, verify_event
from core.models import AuditEvent, AuditPersonal, Enterprise
from core.permissions import Actor, Proof, Role, Via
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from tests import builders as make

pytestmark = pytest.mark.anyio
ACTOR = Actor.of(Role.BUREAU_OFFICER, "示例经办", enterprise_id=UUID(int=1))
DEED = Deed(
    Tag.PERSON_CREDENTIAL_RECORD,
    "credential",
    "42",
    "示例理由",
    before={"level": None},
    after={"awarded_on": date(2026, 1, 2), "holder": UUID(int=7)},
    personal={"name": "示例甲"},
)


async def _recorded(database: Database, deed: Deed = DEED, at: datetime = make.NOON) -> int:
    async with database.write(EVERY_ROW) as session:
        event = await record_event(session, ACTOR, deed, at, "request-1")
    assert event.seq is not None
    return event.seq


async def _verified(database: Database, seq: int) -> Finding:
    async with database.read(EVERY_ROW) as session:
        event = await session.get(AuditEvent, seq)
        assert event is not None
        return await verify_event(session, event)


def test_tags_are_alphabetical_and_named_as_their_values_read() -> None:
    values = [tag.value for tag in Tag]
    assert values == sorted(values)
    assert all(tag.name == tag.value.replace(":", "_").upper() for tag in Tag)
    assert all(value.count(":") == 2 for value in values)


async def test_an_event_names_the_account_and_the_token_that_it_came_by(database: Database) -> None:
    for proof, shown in (
        (Proof(Via.SESSION, "1", account_id=UUID(int=2), session_id=UUID(int=3)), {"account": str(UUID(int=2))}),
        (Proof(Via.SERVICE_TOKEN, "1", token_id=UUID(int=4)), {"token": str(UUID(int=4))}),
        (Proof(Via.TOKEN, "1"), {}),
    ):
        async with database.write(EVERY_ROW) as session:
            event = await record_event(session, replace(ACTOR, proof=proof), DEED, make.NOON, "request-1")
        actor = json.loads(event.body)["actor"]
        assert {name: actor[name] for name in actor if name in ("account", "token")} == shown
        assert event.seq is not None
        assert await _verified(database, event.seq) is Finding.INTACT


async def test_an_event_says_who_what_when_why_without_personal_fields(database: Database) -> None:
    seq = await _recorded(database)
    async with database.read(EVERY_ROW) as session:
        event = await session.get(AuditEvent, seq)
        personal = await session.get(AuditPersonal, seq)
    assert event is not None
    assert personal is not None
    body = json.loads(event.body)
    assert body == {
        "version": 1,
        "at": "2026-03-02T04:00:00+00:00",
        "tag": "person:credential:record",
        "actor": {
            "role": "bureau-officer",
            "name": "示例经办",
            "enterprise": str(UUID(int=1)),
            "person": None,
        },
        "subject": {"kind": "credential", "id": "42"},
        "before": {"level": None},
        "after": {"awarded_on": "2026-01-02", "holder": str(UUID(int=7))},
        "reason": "示例理由",
        "request": "request-1",
        "personal": personal.digest,
    }
    assert "示例甲" not in event.body
    assert personal.content == '{"name":"示例甲"}'
    assert event.body == canonical(body)


async def test_a_moment_of_another_zone_is_kept_in_utc(database: Database) -> None:
    seq = await _recorded(database, at=make.NOON.astimezone(timezone(timedelta(hours=8))))
    assert await _verified(database, seq) is Finding.INTACT


async def test_equal_personal_fields_have_different_digests(database: Database) -> None:
    """Else a list of names would unmask them."""
    first, second = await _recorded(database), await _recorded(database)
    async with database.read(EVERY_ROW) as session:
        digests = (await session.exec(select(AuditPersonal.digest))).all()
    assert first != second
    assert len(set(digests)) == 2


async def test_an_event_verifies_before_and_after_erasing(database: Database) -> None:
    seq = await _recorded(database)
    assert await _verified(database, seq) is Finding.INTACT
    async with database.write(EVERY_ROW) as session:
        assert await erase_personal(session, seq)
    async with database.write(EVERY_ROW) as session:
        assert not await erase_personal(session, seq)
    assert await _verified(database, seq) is Finding.ERASED


async def test_an_event_without_personal_fields_is_intact(database: Database) -> None:
    seq = await _recorded(database, Deed(Tag.ENTERPRISE_PILOT_LIST, "pilot_listing", "1", "示例"))
    assert await _verified(database, seq) is Finding.INTACT


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_event SET body = replace(body, '42', '43')",
        "UPDATE audit_event SET body_digest = 'x'",
        "UPDATE audit_event SET actor_name = 'x'",
        "UPDATE audit_event SET actor_role = 'worker'",
        "UPDATE audit_event SET tag = 'person:credential:revoke'",
        "UPDATE audit_event SET subject_id = '43'",
        "UPDATE audit_event SET subject_kind = 'person'",
        "UPDATE audit_event SET reason = 'x'",
        "UPDATE audit_event SET request_id = 'x'",
        "UPDATE audit_event SET at = '2026-03-02 05:00:00'",
        "UPDATE audit_personal SET content = '{}'",
        "UPDATE audit_personal SET digest = 'x'",
        "UPDATE audit_personal SET salt = 'x'",
    ],
)
async def test_any_change_shows(database: Database, change: str) -> None:
    seq = await _recorded(database)
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql(change)
    assert await _verified(database, seq) is Finding.ALTERED


async def test_personal_fields_put_where_there_were_none_show(database: Database) -> None:
    seq = await _recorded(database, Deed(Tag.ENTERPRISE_PILOT_LIST, "pilot_listing", "1", "示例"))
    async with database.write(EVERY_ROW) as session:
        session.add(AuditPersonal(event_seq=seq, salt="", content="{}", digest="x"))
    assert await _verified(database, seq) is Finding.ALTERED


async def test_events_are_numbered_in_order_and_numbers_never_return(database: Database) -> None:
    first = await _recorded(database)
    async with database.write(EVERY_ROW) as session:
        await session.exec(sa.delete(AuditPersonal))
        await session.exec(sa.delete(AuditEvent))
    assert await _recorded(database) > first


async def test_an_event_goes_with_the_deed_that_failed(database: Database) -> None:
    async def fail(session: AsyncSession) -> None:
        session.add(make.enterprise())
        await record_event(session, ACTOR, DEED, make.NOON, "request-1")
        raise LookupError

    with pytest.raises(LookupError):
        async with database.write(EVERY_ROW) as session:
            await fail(session)
    async with database.read(EVERY_ROW) as session:
        assert (await session.exec(select(AuditEvent))).all() == []
        assert (await session.exec(select(Enterprise))).all() == []


def test_what_json_does_not_know_becomes_text() -> None:
    values = {
        "moment": datetime(2026, 1, 1, tzinfo=UTC),
        "day": date(2026, 1, 1),
        "id": UUID(int=1),
        "tag": Tag.PERSON_IDENTITY_READ,
        "set": {"b", "a"},
        "list": (1, True, None),
    }
    assert plain(values) == {
        "moment": "2026-01-01T00:00:00+00:00",
        "day": "2026-01-01",
        "id": str(UUID(int=1)),
        "tag": "person:identity:read",
        "set": ["a", "b"],
        "list": [1, True, None],
    }
    with pytest.raises(TypeError, match="an audit event holds no bytes"):
        plain({"cipher": b""})


def test_canonical_json_does_not_depend_on_the_order_of_keys() -> None:
    assert canonical({"b": 1, "a": "示"}) == canonical({"a": "示", "b": 1}) == '{"a":"示","b":1}'
