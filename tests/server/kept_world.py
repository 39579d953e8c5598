"""The application over a database of its own, asked in the test's own loop: who asks again is answered as before.

On PostgreSQL a commit in any database of the server changes the moment, and others may be at work there: what should be
given again is asked for until it is.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel

from core.models import Person, ServiceToken, SignIn, SignInKind
from core.permissions import Actor, Role
from core.services.service_tokens import PREFIX, secret_digest
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from schema.outcomes import Watch
from schema.service import GraphQLService
from schema.terms import Terms
from server.app import create_app
from server.downloads import Downloads
from server.graphql_endpoint import Opened
from server.kept_answers import KeptAnswers
from server.settings import Settings, load_settings
from tests import builders
from tests.schema.conftest import WITHOUT_LIMIT, Graph
from tests.server.fakes import StillClock

PEOPLE = "{ people(first: 100) { totalCount edges { node { name } } } }"
AUDITOR = Actor.of(Role.BUREAU_AUDITOR, "示例审计")
OWN = {"content-type": "application/json", "host": "127.0.0.1", "user-agent": "example"}
MOST = 400  # times that something is asked until it is given again
SECRET = "s" * 43


class Served(GraphQLService):
    """The graph, which a test may hold up while it works."""

    between: Callable[[], Awaitable[None]] | None = None

    async def readiness(self) -> dict[str, bool]:
        return {}

    def gauges(self) -> dict[str, tuple[str, float]]:
        return {}

    async def execute(self, *given: Any, **more: Any) -> dict[str, Any]:
        found = await super().execute(*given, **more)
        if self.between is not None:
            await self.between()
        return found


@dataclass
class Answered:
    """One answer, as it was sent."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    again: bool

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def own(self) -> list[tuple[str, str]]:
        """The headers but for the request's id and how long the body is, which is told beforehand or not."""
        return sorted(one for one in self.headers if one[0] not in ("x-request-id", "content-length"))

    def header(self, name: str) -> str:
        (found,) = (value for key, value in self.headers if key == name)
        return found

    @property
    def total(self) -> int:
        found: int = self.json["data"]["people"]["totalCount"]
        return found


def begun(app: Any, state: dict[str, Any], **given: Any) -> dict[str, Any]:
    """What a server tells the application of a request."""
    headers = [(name.encode(), value.encode()) for name, value in given.pop("headers", OWN).items()]
    scope = {"type": "http", "method": "POST", "path": "/graphql", "raw_path": b"/graphql", "query_string": b""}
    scope |= {"headers": headers, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "scheme": "http"}
    return {**scope, "http_version": "1.1", "root_path": "", "state": state.copy(), **given}


@dataclass
class World:
    """What is asked, by whom, and what came of it."""

    app: Any
    state: dict[str, Any]
    service: Served
    database: Database
    clock: StillClock
    sent: list[Answered] = field(default_factory=list)

    @property
    def kept(self) -> KeptAnswers:
        found: KeptAnswers = self.state["kept_answers"]
        return found

    def figure(self, name: str, **labels: str) -> float:
        return self.state["metrics"]._registry.get_sample_value(name, labels) or 0.0

    def token(self, actor: Actor = AUDITOR, hours: float = 12) -> str:
        found: str = self.state["identity"].tokens.issue(actor, timedelta(hours=hours))
        return found

    async def add(self, *rows: SQLModel) -> None:
        """Committed by another connection."""
        async with self.database.write(EVERY_ROW) as session:
            for row in rows:
                session.add(row)
                await session.flush()

    async def hire(self, count: int = 1) -> None:
        await self.add(*(builders.person() for _ in range(count)))

    async def send(self, body: bytes | Sequence[bytes] = b"", **given: Any) -> Answered:
        """A request in the words of ASGI; whether it was answered as before is told by the figures."""
        pieces, heard = [body] if isinstance(body, bytes) else list(body), []
        messages: asyncio.Queue[Any] = asyncio.Queue()
        for place, piece in enumerate(pieces, 1):
            messages.put_nowait({"type": "http.request", "body": piece, "more_body": place < len(pieces)})

        async def hear(message: Any) -> None:
            heard.append(message)

        before = self.figure("guantong_root_fields_total", way="kept")
        await self.app(begun(self.app, self.state, **given), messages.get, hear)
        after = self.figure("guantong_root_fields_total", way="kept")
        start, *rest = heard
        headers = [(name.decode(), value.decode()) for name, value in start["headers"]]
        told = b"".join(message.get("body", b"") for message in rest)
        return Answered(start["status"], headers, told, after > before)

    async def ask(self, query: str = PEOPLE, token: str | None = None, **given: Any) -> Answered:
        """A query as a client posts it; ``given`` are headers, with ``_`` for ``-``."""
        body = json.dumps({"query": query, "variables": given.pop("variables", {})}).encode()
        return await self.send(body, headers=headers_of(token, **given))

    async def until_kept(self, ask: Callable[[], Awaitable[Answered]]) -> Answered:
        """An answer that was given before."""
        for _ in range(MOST):
            answer = await ask()
            if answer.again:
                return answer
        raise AssertionError(f"never given again: {answer}")

    async def kept_people(self, token: str, **given: Any) -> Answered:
        return await self.until_kept(lambda: self.ask(PEOPLE, token, **given))


def headers_of(token: str | None = None, **given: str) -> dict[str, str]:
    own = OWN if token is None else {**OWN, "authorization": f"Bearer {token}"}
    return {**own, **{name.replace("_", "-"): value for name, value in given.items()}}


@asynccontextmanager
async def world_of(settings: Settings, database: Database, terms: Terms = WITHOUT_LIMIT) -> AsyncIterator[World]:
    """The application with the graph itself, without what works in the background and writes."""
    clock, served = StillClock(builders.NOON), []

    @asynccontextmanager
    async def opened(given: Settings, watch: Watch) -> AsyncIterator[Opened]:
        own = Database(given.database)
        service = Served(Graph(own).deps(clock=clock, watch=watch), terms)
        served.append(service)
        try:
            yield Opened(service, own, Downloads(own, builders.KEYRING, clock))
        finally:
            await own.dispose()

    app = create_app(settings, opened, clock)
    async with app.router.lifespan_context(app) as state:
        yield World(app, dict(state or {}), served[0], database, clock)


def settings_for(url: str, **given: Any) -> Settings:
    return load_settings(database_url=url, **given)


def service_token(**given: Any) -> tuple[ServiceToken, str]:
    """A service token that may read who works in the city, and its secret as a client shows it."""
    given = {"permissions": ["city:person:read"], "role": Role.BUREAU_AUDITOR, **given}
    row = builders.service_token(digest=secret_digest(SECRET), **given)
    return row, f"{PREFIX}_{row.id.hex}_{SECRET}"


def session_of(account_id: UUID, clock: StillClock, secret: str = "示例") -> SignIn:
    now = clock.now()
    return SignIn(
        digest=secret_digest(secret),
        account_id=account_id,
        kind=SignInKind.PASSWORD,
        began_at=now,
        seen_at=now,
        expires_at=now + timedelta(hours=12),
    )


def names(people: Sequence[Person]) -> list[str]:
    return [one.name for one in people]
