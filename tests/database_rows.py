"""The rows of a test database behind the product's back: told, deleted, kept, put back; within hundredths of a second.

What a process keeps of a database is in memory on SQLite, and on PostgreSQL in a schema of that database.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, Protocol

import psycopg
import sqlalchemy as sa

from core.models import METADATA, CredentialTally
from core.storage.row_scope import EVERY_ROW_OPTION

# Each after those that it refers to.
TABLES = tuple(table.name for table in METADATA.sorted_tables)
_FILLED = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in TABLES)
# Clients alone: a vacuum that happens to run is the server's own, and not for us to end.
END_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' "
    "AND datname = current_database() AND pid <> pg_backend_pid()"
)
_schemas = count(1)


class Rows(Protocol):
    """Every row of one database."""

    @property
    def home(self) -> str:
        """Where rows can be put back that were kept here: the same for every file, another for every database."""

    def filled(self) -> list[str]:
        """The tables that hold rows, each after those that it refers to."""

    def told(self) -> dict[str, list[str]]:
        """All rows by table, each as text; their order says nothing."""

    def keep(self) -> Callable[[str], None]:
        """Keeps the rows as they are. What it returns makes those of a database of this home the same."""


def rows_of(url: str) -> Rows:
    """The rows of the database at an address as the product takes it."""
    parsed = sa.make_url(url)
    return SqliteRows(url) if parsed.get_backend_name() == "sqlite" else PostgresRows(url)


class SqliteRows:
    home = "sqlite"

    def __init__(self, url: str) -> None:
        self.path = str(sa.make_url(url).database)

    def filled(self) -> list[str]:
        with self._open() as connection:
            return [name for (name,) in connection.execute(_FILLED)]

    def told(self) -> dict[str, list[str]]:
        names = self.filled()
        with self._open() as connection:
            return {name: sorted(map(repr, connection.execute(f'SELECT * FROM "{name}"'))) for name in names}

    def keep(self) -> Callable[[str], None]:
        kept = sqlite3.connect(":memory:")
        with self._open() as connection:
            connection.backup(kept)

        def put_back(url: str) -> None:
            with SqliteRows(url)._open() as connection:
                connection.execute("PRAGMA synchronous = OFF")
                kept.backup(connection)

        return put_back

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.path, isolation_level=None)
        try:
            yield connection
        finally:
            connection.close()


class PostgresRows:
    def __init__(self, url: str) -> None:
        self.home = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)

    def filled(self) -> list[str]:
        return [str(name) for (name,) in self._rows(_FILLED)]

    def told(self) -> dict[str, list[str]]:
        return {
            name: sorted(text for (text,) in self._rows(f'SELECT t::text FROM "{name}" t')) for name in self.filled()
        }

    def clear(self) -> None:
        """Delete every row; whatever transaction a test left open would stand in the way."""
        self._run(END_OTHERS)
        self._run(*self._deleting())

    def keep(self) -> Callable[[str], None]:
        schema = f"kept_{next(_schemas)}"
        # The database counts credentials by itself, also those that are put back.
        names = [name for name in self.filled() if name != CredentialTally.__tablename__]
        self._run(f"CREATE SCHEMA {schema}", *(f'CREATE TABLE {schema}."{name}" AS TABLE "{name}"' for name in names))
        self._run(*(f'ANALYZE {schema}."{name}"' for name in names))
        filling = [f'INSERT INTO "{name}" SELECT * FROM {schema}."{name}"' for name in names]

        def put_back(url: str) -> None:
            rows = PostgresRows(url)
            rows._run(*rows._deleting(), *filling)

        return put_back

    def _deleting(self) -> list[str]:
        return [f'DELETE FROM "{name}"' for name in reversed(self.filled())]

    def _run(self, *statements: str) -> None:
        self._rows("; ".join(statements), prepare=False)

    def _rows(self, statement: str, prepare: bool | None = None) -> list[tuple[Any, ...]]:
        try:
            return self._sent(statement, prepare)
        except psycopg.OperationalError:  # a test had the server end every connection
            close(self.home)
            return self._sent(statement, prepare)

    def _sent(self, statement: str, prepare: bool | None) -> list[tuple[Any, ...]]:
        if self.home not in _OPEN:
            every_row = " ".join(f"-c {name}={value}" for name, value in EVERY_ROW_OPTION.items())
            _OPEN[self.home] = psycopg.connect(self.home, autocommit=True, options=every_row)
        cursor = _OPEN[self.home].execute(statement.encode(), prepare=prepare)
        return cursor.fetchall() if cursor.description else []


# By address, as long as the process runs: a connection takes longer than what is sent through it.
_OPEN: dict[str, psycopg.Connection[tuple[Any, ...]]] = {}


def close(home: str) -> None:
    """Close the connection to a database, if there is one."""
    if home in _OPEN:
        _OPEN.pop(home).close()
