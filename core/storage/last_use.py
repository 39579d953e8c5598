"""When a session or a service token was last used: kept if it can be, for what was asked does not depend on it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from core.models import ServiceToken, SignIn
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW


async def keep_seen(database: Database, sign_in_id: UUID, at: datetime) -> bool:
    """Keep when a session was last used; whether that was possible."""
    return await _keep(database, sa.update(SignIn).where(col(SignIn.id) == sign_in_id).values(seen_at=at))


async def keep_used(database: Database, token_id: UUID, at: datetime) -> bool:
    """Keep when a service token was last used; whether that was possible."""
    return await _keep(
        database, sa.update(ServiceToken).where(col(ServiceToken.id) == token_id).values(last_used_at=at)
    )


async def _keep(database: Database, statement: Any) -> bool:
    try:
        async with database.write(EVERY_ROW) as session:
            await session.exec(statement)
    except DBAPIError:  # another writer took too long
        return False
    return True
