"""Alembic environment: migrates the connection it is given, in that connection's transaction."""

import asyncio
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

from core.models import METADATA, UtcDateTime
from core.storage.engine import make_engine


def freeze_type(kind: str, item: Any, autogenerating: AutogenContext) -> str | Literal[False]:
    """Write application types as plain SQLAlchemy, so that old scripts never import application code."""
    if kind != "type":
        return False
    if type(item).__name__ == "AutoString":
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    if type(item).__name__ == "Enum":
        return f"sa.String(length={item.length})"
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, sa.JSON):
        autogenerating.imports.add("from sqlalchemy.dialects import postgresql")
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    return False


def migrate(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=freeze_type,
        compare_type=True,
        compare_server_default=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def migrate_alone(url: str) -> None:
    """For the ``alembic`` command, which gives no connection."""
    engine = make_engine(url, migrating=True)
    async with engine.begin() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


given = context.config.attributes.get("connection")
if given is None:
    asyncio.run(migrate_alone(context.config.get_main_option("sqlalchemy.url", "")))
else:
    migrate(given)
