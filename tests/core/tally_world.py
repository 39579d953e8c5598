"""Credentials that are written in every way there is, and what the tally of them should come to."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.facts import CredentialKind, ObtainedBy
from core.ladders import Level
from core.models import Credential, CredentialTally, Enterprise, Person
from core.storage.bulk import Sheet, write_sheets
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from tests import builders as make
from tests.core.world import store

Group = tuple[UUID | None, CredentialKind, Level, int]
KINDS = (CredentialKind.SKILL_CERTIFICATE, CredentialKind.PROFESSIONAL_TITLE)
LEVELS = (Level.SENIOR_WORKER, Level.TECHNICIAN, Level.ASSISTANT)
DAYS = (date(2019, 12, 31), date(2020, 1, 1), date(2020, 12, 31), date(2021, 1, 1))
GROUP = tuple(col(getattr(CredentialTally, name)) for name in ("issuer_enterprise_id", "kind", "level", "year"))
WRITTEN = ("id", "person_id", "kind", "level", "awarded_on", "issuer_enterprise_id")
ALIKE = {"issuer_name": "示例", "legal_basis": "示例", "obtained_by": ObtainedBy.ASSESSMENT, "is_example": True}


@dataclass
class Holder:
    """Somebody to hold credentials, and two enterprises that may have issued them."""

    database: Database
    person: Person
    issuers: tuple[Enterprise, Enterprise]

    def some(self, chance: Random) -> dict[str, Any]:
        """What a credential is counted by."""
        issuer = chance.choice((None, *self.issuers))
        return {
            "kind": chance.choice(KINDS),
            "level": chance.choice(LEVELS),
            "awarded_on": chance.choice(DAYS),
            "issuer_enterprise_id": issuer.id if issuer else None,
        }

    def row(self, chance: Random) -> Credential:
        return make.credential(self.person, number=None, **self.some(chance))

    def sheet(self, chance: Random, number: int) -> Sheet:
        sheet = Sheet(Credential, WRITTEN, ALIKE)
        for _ in range(number):
            row = self.row(chance)
            sheet.add(*(getattr(row, name) for name in WRITTEN))
        return sheet


async def holder_in(database: Database) -> Holder:
    person, issuers = make.person(), (make.enterprise(), make.enterprise())
    async with database.write(EVERY_ROW) as session:
        await store(session, person, *issuers)
    return Holder(database, person, issuers)


async def counted(session: AsyncSession) -> dict[Group, int]:
    """Every group with its number, by reading every credential."""
    year = sa.cast(sa.extract("year", col(Credential.awarded_on)), sa.Integer)
    group: Any = (col(Credential.issuer_enterprise_id), col(Credential.kind), col(Credential.level), year)
    return await _numbers(session, sa.select(*group, sa.func.count()).group_by(*group))


async def kept(session: AsyncSession) -> dict[Group, int]:
    """The same as the tally has it."""
    total = sa.func.sum(col(CredentialTally.count))
    return await _numbers(session, sa.select(*GROUP, total).group_by(*GROUP).having(total != 0))


async def _numbers(session: AsyncSession, query: Any) -> dict[Group, int]:
    return {(row[0], row[1], row[2], row[3]): row[4] for row in (await session.exec(query)).all()}


async def rows_kept(session: AsyncSession) -> int:
    return int((await session.exec(select(sa.func.count()).select_from(CredentialTally))).one())


Write = Callable[[AsyncSession, Holder, Random], Awaitable[None]]


async def _add(session: AsyncSession, holder: Holder, chance: Random) -> None:
    await store(session, *(holder.row(chance) for _ in range(chance.randrange(1, 6))))


async def _bulk(session: AsyncSession, holder: Holder, chance: Random) -> None:
    await write_sheets(session, [holder.sheet(chance, chance.randrange(1, 40))])


async def _copy(session: AsyncSession, holder: Holder, chance: Random) -> None:
    """INSERT … SELECT: those of a level once more, under other ids and another issuer."""
    rows = (await session.exec(select(Credential).where(col(Credential.level) == chance.choice(LEVELS)).limit(9))).all()
    for row in rows:
        source = sa.select(*(sa.literal(make.credential(holder.person).id, sa.Uuid()), *_rest(chance, holder)))
        names = ["id", "issuer_enterprise_id", *_KEPT]
        await _send(session, sa.insert(Credential).from_select(names, source.where(col(Credential.id) == row.id)))


_KEPT = ("person_id", "kind", "level", "awarded_on", "issuer_name", "legal_basis", "obtained_by", "is_example")


def _rest(chance: Random, holder: Holder) -> list[Any]:
    issuer = sa.literal(holder.some(chance)["issuer_enterprise_id"], sa.Uuid())
    return [issuer, *(col(getattr(Credential, name)) for name in _KEPT)]


async def _change(session: AsyncSession, holder: Holder, chance: Random) -> None:
    """One column of many rows, so that they change groups together."""
    name = chance.choice(WRITTEN[2:])
    some = holder.some(chance)
    where = col(Credential.level) == chance.choice(LEVELS)
    await _send(session, sa.update(Credential).where(where).values({name: some[name]}))


async def _change_other(session: AsyncSession, _holder: Holder, chance: Random) -> None:
    await _send(session, sa.update(Credential).values(revoked_on=chance.choice(DAYS), revoked_reason="示例"))


async def _delete(session: AsyncSession, _holder: Holder, chance: Random) -> None:
    where = (col(Credential.kind) == chance.choice(KINDS), col(Credential.awarded_on) == chance.choice(DAYS))
    await _send(session, sa.delete(Credential).where(*where))


async def _delete_all(session: AsyncSession, _holder: Holder, _chance: Random) -> None:
    await _send(session, sa.delete(Credential))


async def _upsert(session: AsyncSession, holder: Holder, chance: Random) -> None:
    """Some are on record already and change, others are new: one statement that inserts and updates."""
    insert = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert
    ids = (await session.exec(select(Credential.id).limit(3))).all()
    rows = [holder.row(chance) for _ in range(5)]
    for row, id_ in zip(rows, ids, strict=False):
        row.id = id_
    statement: Any = insert(Credential).values([row.model_dump() for row in rows])
    changed = {name: statement.excluded[name] for name in WRITTEN[2:]}
    await _send(session, statement.on_conflict_do_update(index_elements=["id"], set_=changed))


async def _undone(session: AsyncSession, holder: Holder, chance: Random) -> None:
    """A savepoint that is taken back, with writes before and after."""
    await _add(session, holder, chance)
    nested = await session.begin_nested()
    await _change(session, holder, chance)
    await _bulk(session, holder, chance)
    await nested.rollback()
    await _delete(session, holder, chance)


async def _send(session: AsyncSession, statement: Any) -> None:
    await (await session.connection()).execute(statement)


WRITES: dict[str, Write] = {
    "add": _add,
    "bulk": _bulk,
    "copy": _copy,
    "change": _change,
    "change other": _change_other,
    "delete": _delete,
    "delete all": _delete_all,
    "upsert": _upsert,
    "undone": _undone,
}
