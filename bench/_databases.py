"""A database of one's own on PostgreSQL, which is gone afterwards, whatever happened."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from tests.conftest import PostgresServer

VARIABLE = "GUANTONG_TEST_POSTGRES"


def has_postgresql() -> bool:
    """Whether a server is named where databases may be made."""
    return bool(os.environ.get(VARIABLE))


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of a new and empty database, dropped at the end, and when something fails."""
    server = PostgresServer(os.environ[VARIABLE])
    name = server.create()
    try:
        yield server.address_of(name)
    finally:
        server.drop(name)
