"""Locks by name, until the transaction ends: whoever acts on one thing takes turns, whatever rows they may touch.

Row-level security lets nobody lock a row that they may not change; a worker who objects and an office that files must
still take turns. On SQLite a second writer waits in any case.
"""

import sqlalchemy as sa
from sqlmodel.ext.asyncio.session import AsyncSession

_HOLD = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
_TRY = sa.text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))")


async def hold(session: AsyncSession, name: str) -> None:
    """Wait for the lock of ``name``, and keep it until the transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        await (await session.connection()).execute(_HOLD, {"name": name})


async def try_to_hold(session: AsyncSession, name: str) -> bool:
    """Take the lock of ``name`` until the transaction ends, unless another has it."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    return bool(await (await session.connection()).scalar(_TRY, {"name": name}))
