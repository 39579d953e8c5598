"""A server over a round that can be moved, as clients of other people follow it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from core.permissions import Actor, Role
from server.clock import SystemClock
from server.settings import load_settings
from server.tokens import token_authority
from tests.server.processes import PRODUCT, running
from tests.server.test_progress import Files


@dataclass
class Followable:
    """Where it is served, to whom, and the round that another process moves."""

    url: str
    token: str
    round_id: str
    files: Files
    revision: int = 1

    def move(self) -> None:
        self.files.move()
        self.revision += 1

    @property
    def shown(self) -> dict[str, Any]:
        """The round as it is told now."""
        return {"__typename": "Round", "id": self.round_id, "state": "NOTICED", "revision": self.revision}


@contextmanager
def followable(template: Path, home: Path, profile: str = "partner") -> Iterator[Followable]:
    """The product as it is served on some terms, with one round in public notice."""
    (home / "guantong.db").write_bytes(template.read_bytes())
    files = Files(home)
    round_id = files.fill()
    auditor = Actor.of(Role.BUREAU_AUDITOR, "示例审计")
    token = token_authority(load_settings(home=home), SystemClock()).issue(auditor, timedelta(hours=1))
    with running(PRODUCT, home, "serve", follow_seconds="0.05", profile=profile) as server:
        yield Followable(f"{server.base}/graphql", token, round_id, files)
        assert "Traceback" not in server.written()
