"""A server over a round that can be moved, as clients of other people follow it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.permissions import Actor, Role
from server.clock import SystemClock
from server.settings import load_settings
from server.tokens import token_authority
from tests.server.processes import PRODUCT, running
from tests.server.test_progress import Files


@dataclass(frozen=True)
class Told:
    """A result that a client was told over a transport."""

    transport: str
    told: dict[str, Any]


@dataclass(frozen=True)
class Followable:
    """Where it is served, to whom, and the round that another process moves."""

    url: str
    token: str
    round_id: str
    files: Files

    def move(self) -> None:
        self.files.move()

    def shown(self, revision: int) -> dict[str, Any]:
        """The round as it is told at a revision."""
        return {"__typename": "Round", "id": self.round_id, "state": "NOTICED", "revision": revision}


@contextmanager
def followable(template: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Followable]:
    """The product as it is served to partners, with one round in public notice."""
    monkeypatch.setenv("GUANTONG_HOME", str(home))
    (home / "guantong.db").write_bytes(template.read_bytes())
    files = Files(home)
    round_id = files.fill()
    auditor = Actor.of(Role.BUREAU_AUDITOR, "示例审计")
    token = token_authority(load_settings(), SystemClock()).issue(auditor, timedelta(hours=1))
    with running(PRODUCT, home, "serve", follow_seconds="0.05") as server:
        yield Followable(f"{server.base}/graphql", token, round_id, files)
        assert "Traceback" not in server.written()
