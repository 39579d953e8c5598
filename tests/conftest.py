"""Fixtures for every test: a migrated, empty database, on SQLite and on PostgreSQL.

On SQLite that is a copy of a migrated file. On PostgreSQL, where making one takes long, the tests of a process share
one and every row is deleted after each; tests that change tables take ``empty_url`` instead.

PostgreSQL is tested when ``GUANTONG_TEST_POSTGRES`` holds the address of a server where databases may be made, e.g.
``postgresql://postgres@127.0.0.1:5432/postgres``. Without it those tests are skipped; with
``GUANTONG_REQUIRE_POSTGRES=1`` they fail instead.
"""

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy as sa
from opentelemetry.sdk.trace import ReadableSpan

from core.storage.database import Database
from core.storage.migrate import upgrade
from tests import engines, leaks
from tests.database_rows import END_OTHERS, PostgresRows, close
from tests.leaks import LOG, SPANS, pytest_runtest_makereport  # noqa: F401  watches every test


def pytest_configure() -> None:
    leaks.pytest_configure()
    engines.begin_to_share()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Asynchronous tests (``pytest.mark.anyio``) run on asyncio only."""
    return "asyncio"


@pytest.fixture
def log_lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What the product has logged since the test began, line by line."""
    LOG.lines.clear()
    yield lambda: [json.loads(line) for line in LOG.lines]


@pytest.fixture
def spans() -> Iterator[Callable[[], list[ReadableSpan]]]:
    """What the product has traced since the test began; a span ends before the one that it hangs under."""
    SPANS.spans.clear()
    yield lambda: list(SPANS.spans)


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

    def address_of(self, name: str) -> str:
        return self.url.set(database=name).render_as_string(hide_password=False)

    def create(self, like: str | None = None) -> str:
        """The name of a new database: empty, or a copy of one that nobody is connected to."""
        name = f"guantong_test_{uuid4().hex[:12]}"
        template = f' TEMPLATE "{like}"' if like else ""
        self._run(self.url.database or "postgres", f'CREATE DATABASE "{name}"{template}')
        # Nothing here outlives a crash of the server, so no commit waits for the disk.
        self._run(name, f'ALTER DATABASE "{name}" SET synchronous_commit = off')
        return name

    def drop(self, name: str) -> None:
        close(self.address_of(name))
        self._run(self.url.database or "postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def clear(self, name: str) -> None:
        """Delete every row; whatever transaction a test left open would stand in the way."""
        PostgresRows(self.address_of(name)).clear()

    def end_connections(self, name: str) -> None:
        """End every connection of a database, as a restart of the server would."""
        self._run(name, END_OTHERS)

    def _run(self, database: str, statement: str) -> None:
        with psycopg.connect(self.address_of(database), autocommit=True) as connection:
            connection.execute(statement.encode())


@pytest.fixture(scope="session")
def postgres() -> PostgresServer:
    """The PostgreSQL server."""
    url = os.environ.get("GUANTONG_TEST_POSTGRES")
    if url:
        return PostgresServer(url)
    reason = "GUANTONG_TEST_POSTGRES is not set: nothing was tested on PostgreSQL"
    if os.environ.get("GUANTONG_REQUIRE_POSTGRES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def postgres_database(postgres: PostgresServer) -> Iterator[str]:
    """The name of the migrated database that the tests of this process share."""
    name = postgres.create()
    try:
        asyncio.run(upgrade(postgres.address_of(name)))
        yield name
    finally:
        postgres.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = server.create()
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
    name: str = request.getfixturevalue("postgres_database")
    yield server.address_of(name)
    server.clear(name)


# More is tried, and other things each night.
NIGHTLY = os.environ.get("GUANTONG_HYPOTHESIS_PROFILE") == "nightly"
# For what only PostgreSQL has: walls between rows, several replicas.
ON_POSTGRES = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
# For what takes long and is tried in small on both: every day on one of them.
_SQLITE, _POSTGRES = (pytest.param(name, marks=pytest.mark.nightly) for name in ("sqlite", "postgresql"))
POSTGRES_AT_NIGHT = pytest.mark.parametrize("database_url", ["sqlite", _POSTGRES], indirect=True)
SQLITE_AT_NIGHT = pytest.mark.parametrize("database_url", [_SQLITE, "postgresql"], indirect=True)
DEMONSTRATED_ON_SQLITE_AT_NIGHT = pytest.mark.parametrize("demonstrated", [_SQLITE, "postgresql"], indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is of the night is left out by day, unless it is named by its mark."""
    if not NIGHTLY and "nightly" not in config.option.markexpr:
        left_out = [one for one in items if one.get_closest_marker("nightly")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [one for one in items if one not in left_out]


@pytest.fixture
async def database(database_url: str, anyio_backend: str) -> AsyncIterator[Database]:
    """A migrated, empty database, on each of the two engines."""
    database = Database(database_url)
    yield database
    await database.dispose()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures that tests found out on the way: how far random walks came, say."""
    passed = terminalreporter.stats.get("passed", [])
    told = [value for report in passed for name, value in report.user_properties if name == "figures"]
    if told:
        terminalreporter.write_sep("-", "figures")
    for line in told:
        terminalreporter.write_line(str(line))
