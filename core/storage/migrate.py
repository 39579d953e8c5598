"""Runs the migrations, the same scripts on both databases, from wherever the package is installed."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from core.errors import ErrorCode, GuantongError
from core.storage.engine import make_engine
from core.texts import Text

SCRIPTS = Path(__file__).parent / "migrations"
# Any number will do, as long as every replica asks PostgreSQL for the same one.
_LOCK = 7_361_002


def alembic_config(connection: Connection) -> Config:
    """The Alembic configuration for one open connection."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


async def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database to ``revision``. Replicas that start together take turns."""
    engine = make_engine(url, migrating=True)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_upgrade, revision)
    finally:
        await engine.dispose()


async def require_current(engine: AsyncEngine) -> None:
    """Raise DATABASE_OUTDATED unless the tables have the form that this version of the code expects."""
    async with engine.connect() as connection:
        await connection.run_sync(_require_current)


@cache
def _newest() -> str | None:
    """The revision that the scripts lead to. They are read once: probes ask for it every few seconds."""
    return ScriptDirectory(str(SCRIPTS)).get_current_head()


def _require_current(connection: Connection) -> None:
    expected = _newest()
    found = MigrationContext.configure(connection).get_current_revision()
    if found != expected:
        raise GuantongError(
            ErrorCode.DATABASE_OUTDATED,
            Text(
                f"数据库结构版本为 {found or '无'}，应为 {expected}；请先运行 guantong migrate",
                f"the database is at revision {found or 'none'}, not {expected}; run guantong migrate first",
            ),
        )


def _upgrade(connection: Connection, revision: str) -> None:
    with connection.begin():
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        command.upgrade(alembic_config(connection), revision)
        _check_references(connection)


def _check_references(connection: Connection) -> None:
    """Foreign keys were off while SQLite tables were rebuilt, so look at what that left."""
    if connection.dialect.name != "sqlite":
        return
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if orphans:
        raise RuntimeError(f"migration left rows without what they refer to: {orphans[:5]}")
