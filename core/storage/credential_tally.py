"""Folding the tally of credentials on PostgreSQL, where every statement that writes credentials adds rows of its own.

Whoever sums the rows gets the same before and after they are folded: a snapshot sees what one fold took away, or what
came in its place. On SQLite there is one row a group, and nothing to fold.
"""

from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import CredentialTally
from core.storage.database import Database
from core.storage.locks import try_to_hold
from core.storage.row_scope import EVERY_ROW

BETWEEN_FOLDS: Final = 10.0  # seconds
_GROUP: tuple[Any, ...] = (
    col(CredentialTally.issuer_enterprise_id),
    col(CredentialTally.kind),
    col(CredentialTally.level),
    col(CredentialTally.year),
)
_TOTAL = sa.func.sum(col(CredentialTally.count))


async def keep_folded(database: Database) -> None:
    """Fold what is to be folded. Any number of replicas may: one at a time does, and none waits for it."""
    async with database.read(EVERY_ROW) as session:
        is_some = await any_to_fold(session)
    if is_some:
        async with database.write(EVERY_ROW) as session:
            await fold(session)


async def any_to_fold(session: AsyncSession) -> bool:
    """Whether a group has several rows, or one that counts nothing."""
    if session.get_bind().dialect.name != "postgresql":
        return False
    rows = sa.select(sa.literal(1)).select_from(CredentialTally)
    foldable = rows.group_by(*_GROUP).having(sa.or_(sa.func.count() > 1, _TOTAL == 0))
    found: Any = sa.select(sa.exists(foldable))
    return bool((await session.exec(found)).scalar_one())


async def fold(session: AsyncSession) -> None:
    """Leave one row of each group, and none that counts nothing. Does nothing while another is at it.

    Rows that are added meanwhile are left for the next time; so nobody waits.
    """
    if session.get_bind().dialect.name != "postgresql" or not await try_to_hold(session, "credential_tally"):
        return
    await (await session.connection()).execute(_folded())


def _folded() -> Any:
    """One statement: what is added comes from the rows that were in fact deleted."""
    table = CredentialTally
    rows, total = (one.over(partition_by=_GROUP) for one in (sa.func.count(), _TOTAL))
    numbered = sa.select(col(table.id), rows.label("rows"), total.label("total")).subquery()
    wanted = sa.select(numbered.c.id).where(sa.or_(numbered.c.rows > 1, numbered.c.total == 0))
    gone = sa.delete(table).where(col(table.id).in_(wanted)).returning(*_GROUP, col(table.count)).cte("gone")
    group = [gone.c[one.key] for one in _GROUP]
    total_gone = sa.func.sum(gone.c.count)
    kept = sa.select(*group, total_gone).group_by(*group).having(total_gone != 0)
    return sa.insert(table).from_select([*(one.key for one in _GROUP), "count"], kept)
