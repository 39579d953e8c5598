"""Fixtures for every test: one database a test, on SQLite and on PostgreSQL, copied from a migrated template.

PostgreSQL is tested when ``GUANTONG_TEST_POSTGRES`` holds the address of a server where databases may be made, e.g.
``postgresql://postgres@127.0.0.1:5432/postgres``. Without it those tests are skipped; with
``GUANTONG_REQUIRE_POSTGRES=1`` they fail instead.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy as sa

from core.storage.database import Database
from core.storage.migrate import upgrade


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Asynchronous tests (``pytest.mark.anyio``) run on asyncio only."""
    return "asyncio"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    asyncio.run(upgrade(f"sqlite:///{path}"))
    return path


class PostgresServer:
    """A server on which test databases are made and dropped."""

    def __init__(self, url: str) -> None:
        self.url = sa.make_url(url).set(drivername="postgresql")
        self.template = self._unused_name()

    def address_of(self, name: str) -> str:
        return self.url.set(database=name).render_as_string(hide_password=False)

    def create(self, template: str) -> str:
        name = self._unused_name()
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop(self, name: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.url.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(statement.encode())

    @staticmethod
    def _unused_name() -> str:
        return f"guantong_test_{uuid4().hex[:12]}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The PostgreSQL server, with a migrated template database."""
    url = os.environ.get("GUANTONG_TEST_POSTGRES")
    if not url:
        reason = "GUANTONG_TEST_POSTGRES is not set: nothing was tested on PostgreSQL"
        if os.environ.get("GUANTONG_REQUIRE_POSTGRES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    server = PostgresServer(url)
    server.template = server.create("template0")
    try:
        asyncio.run(upgrade(server.address_of(server.template)))
        yield server
    finally:
        server.drop(server.template)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = server.create("template0")
    yield server.address_of(name)
    server.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of a migrated, empty database."""
    if request.param == "sqlite":
        path = tmp_path / "test.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = server.create(server.template)
    yield server.address_of(name)
    server.drop(name)


@pytest.fixture
async def database(database_url: str, anyio_backend: str) -> AsyncIterator[Database]:
    """A migrated, empty database, on each of the two engines."""
    database = Database(database_url)
    yield database
    await database.dispose()
