"""Servers of the product to attack, with the second client of each, and requests that wait for as long as one likes."""

import base64
import json
import re
import sqlite3
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from core.permissions import Actor, Role
from schema.trusted import document_id
from server.clock import SystemClock
from server.settings import load_settings
from server.tokens import token_authority
from tests.server.hostile import Attacker, SecondClient
from tests.server.hostile_requests import HEAD
from tests.server.hostile_wire import pour
from tests.server.processes import PRODUCT, Running, running, until

# Waits for the database to be written, and then finds that there is nothing to revoke.
TOKEN_ID = base64.urlsafe_b64encode(b"ServiceToken:0192f3a1-7b1c-7000-8000-123456789012").decode().rstrip("=")
REVOKES = f'mutation {{ revokeServiceToken(input: {{serviceToken: "{TOKEN_ID}", reason: "r"}}) {{ __typename }} }}'

# The second client asks more often than anybody may.
WITHOUT_PAUSE = json.dumps({Role.BUREAU_OFFICER.value: {"per_minute": 10**9}})


@dataclass
class Attacked:
    """A server that runs, who asks it besides, and what was begun with it and left alone."""

    server: Running
    home: Path
    token: str
    second: SecondClient
    left_alone: dict[str, "Future[str]"] = field(default_factory=dict)

    @property
    def port(self) -> int:
        return int(self.server.base.rpartition(":")[2])

    def officer(self) -> Attacker:
        """A client that may change something."""
        return Attacker(self.port, {"authorization": f"Bearer {self.token}"})

    def figure(self, name: str) -> float:
        """A figure of the operators' port; 0 for what was never counted."""
        found = re.search(rf"^{re.escape(name)} (\S+)$", self.server.get("/metrics", self.server.operators)[1], re.M)
        return float(found[1]) if found else 0.0

    @contextmanager
    def locked(self) -> Iterator[None]:
        """While somebody else writes and does not end."""
        with closing(sqlite3.connect(self.home / "guantong.db", isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
            yield
            database.execute("ROLLBACK")

    def wait_until(self, what: str, count: float) -> None:
        """Wait until a figure has been at least this a few times in a row: others ask as well."""
        seen = 0

        def holds() -> bool:
            nonlocal seen
            seen = seen + 1 if self.figure(what) >= count else 0
            return seen >= 5

        until(holds, self.server)


@contextmanager
def attacked(home: Path, **settings: str) -> Iterator[Attacked]:
    """The product, serving the demonstration in ``home``; the query of the second client is registered there."""
    query = json.loads(SecondClient.QUERY)["query"]
    (home / "documents.json").write_text(json.dumps({document_id(query): query}))
    officers = token_authority(load_settings(home=home), SystemClock())
    token, other = (
        officers.issue(Actor.of(Role.BUREAU_OFFICER, name), timedelta(hours=1)) for name in ("officer", "other officer")
    )
    with running(PRODUCT, home, "serve", budgets=WITHOUT_PAUSE, **settings) as server:
        found = Attacked(server, home, token, SecondClient(int(server.base.rpartition(":")[2]), other))
        found.second.start()
        try:
            yield found
        finally:
            found.second.end()


@contextmanager
def leaving_alone(server: Attacked) -> Iterator[None]:
    """Connections on which nothing happens, or not enough, meanwhile."""
    patient = 50.0

    def idle() -> str:
        with closing(Attacker(server.port).connect()) as connection:
            return pour(connection, for_seconds=patient).decode()

    def no_greeting() -> str:
        return Attacker(server.port).says(greets=False)

    def half_a_head() -> str:
        return Attacker(server.port).sends(HEAD, for_seconds=patient)

    with ThreadPoolExecutor() as pool:
        for begun in (idle, half_a_head, no_greeting):
            server.left_alone[begun.__name__] = pool.submit(begun)
        yield
