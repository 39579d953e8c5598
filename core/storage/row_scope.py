"""Whose rows a session may touch: the second wall behind the predicates of ``core.storage.visibility``.

PostgreSQL holds it by row-level security on the tables that an enterprise owns; the policies are in the migrations and
read what is set here for each transaction. SQLite knows no such wall and has the predicates alone.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from core.permissions import Actor

_EVERYTHING = "*"
_SET = sa.text(
    "SELECT set_config('guantong.grants', :grants, true), set_config('guantong.enterprise', :enterprise, true), "
    "set_config('guantong.person', :person, true)"
)
_BYPASSES = sa.text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")


@dataclass(frozen=True, slots=True)
class RowScope:
    """What the policies compare rows with: permissions, and the ids that bound ``enterprise:`` and ``own:`` ones."""

    grants: str
    enterprise: str = ""
    person: str = ""

    @classmethod
    def of(cls, actor: Actor) -> "RowScope":
        return cls(" ".join(sorted(actor.permissions)), _id(actor.enterprise_id), _id(actor.person_id))


# For the platform's own work, which shows nothing to anybody: what runs, migrations, the demonstration.
EVERY_ROW = RowScope(_EVERYTHING)
# What a connection of a migration starts with; it has no session.
EVERY_ROW_OPTION = {"guantong.grants": _EVERYTHING}


def _id(value: Any) -> str:
    return "" if value is None else str(value)


def hold_to(session: AsyncSession, scope: RowScope) -> None:
    """Bind every transaction of ``session`` to ``scope``. Nothing of it stays on the connection."""

    def begun(_session: Any, transaction: Any, connection: Connection) -> None:
        if not transaction.nested:
            connection.execute(_SET, {"grants": scope.grants, "enterprise": scope.enterprise, "person": scope.person})

    event.listen(session.sync_session, "after_begin", begun)


async def is_walled(engine: AsyncEngine) -> bool:
    """Whether the database itself keeps enterprises apart for this connection's role."""
    if engine.dialect.name != "postgresql":
        return False
    async with engine.connect() as connection:
        return not bool(await connection.scalar(_BYPASSES))
