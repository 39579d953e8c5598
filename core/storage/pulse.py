"""The pulse of a round: a number that rises with whatever is done in it, for those who wait to read it anew.

Who marks or votes may not change the row of the round otherwise; PostgreSQL raises it by a function (migration 0023).
"""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import Round


async def beat(session: AsyncSession, round_id: UUID) -> None:
    """Raise the pulse of a round, to be seen when the transaction is committed. Its lock is held."""
    connection = await session.connection()
    if session.get_bind().dialect.name == "postgresql":
        await connection.execute(sa.select(sa.func.guantong_beat(round_id)))
        return
    raised = sa.update(Round).where(col(Round.id) == round_id).values(pulse=col(Round.pulse) + 1)
    await connection.execute(raised)
