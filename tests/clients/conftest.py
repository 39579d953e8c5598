"""Other people's clients are of the nightly run (``GUANTONG_HYPOTHESIS_PROFILE=nightly``), else not collected.

``GUANTONG_REQUIRE_NODE=1`` asks for them on any day.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.following import Followable, followable
from tests.conftest import NIGHTLY
from tests.server.conftest import demonstration  # noqa: F401

IS_ASKED_FOR = NIGHTLY or os.environ.get("GUANTONG_REQUIRE_NODE") == "1"
collect_ignore_glob = [] if IS_ASKED_FOR else ["test_*.py"]


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Followable]:
    """One server for the clients of a module; each begins with the round where the one before left it."""
    with followable(sqlite_template, tmp_path_factory.mktemp("world")) as world:
        yield world
