"""The application with a database, accounts and a clock that tests move; and a browser that comes and goes."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import httpx2
from sqlmodel import select
from starlette.testclient import TestClient

from core.models import Account
from core.permissions import Actor, Role
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from server.settings import Settings
from tests import builders as make
from tests.core.calls import call
from tests.hashing import quick_passwords
from tests.server.fakes import FakeGraph

R = TypeVar("R")
LogLines = Callable[[], list[dict[str, Any]]]
PASSWORD = "a sound example password"
HASH = quick_passwords().hash("nobody", PASSWORD)
OFFICER = Actor.of(Role.BUREAU_OFFICER, "示例管理员")
QUERY = {"query": "{ ok }"}
REASON = "示例理由"


@dataclass
class ShiftedClock:
    """The machine's own time, moved by the test: what a provider signs has to be of now."""

    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def forward(self, span: timedelta) -> None:
        self.ahead += span


@dataclass
class World:
    """One running application, seen by a client, with the database behind it."""

    client: TestClient
    graph: FakeGraph
    clock: ShiftedClock
    settings: Settings

    def in_database(self, work: Callable[[Database], Awaitable[R]]) -> R:
        """The result of some work on the application's database."""

        async def whole() -> R:
            database = Database(self.settings.database)
            try:
                return await work(database)
            finally:
                await database.dispose()

        return asyncio.run(whole())

    def add(self, *rows: Any) -> None:
        async def work(database: Database) -> None:
            async with database.write(EVERY_ROW) as session:
                for row in rows:
                    session.add(row)
                    await session.flush()

        self.in_database(work)

    def account(self, role: Role = Role.BUREAU_OFFICER, **given: Any) -> Account:
        """An account that signs in by the password of the tests."""
        account = make.account(role=role, password_hash=HASH, **given)
        self.add(account)
        return account

    def do(self, use_case: Callable[..., Awaitable[R]], *arguments: Any, actor: Actor = OFFICER) -> R:
        """The result of a use case, committed."""

        async def work(database: Database) -> R:
            async with database.write(EVERY_ROW) as session:
                given = replace(call(session, actor), clock=self.clock)
                return await use_case(given, *arguments, REASON)

        return self.in_database(work)

    def rows(self, table: Any) -> list[Any]:
        async def work(database: Database) -> list[Any]:
            async with database.read(EVERY_ROW) as session:
                return list((await session.exec(select(table).order_by(table.id))).all())

        return self.in_database(work)

    def login(self, name: str, password: str = PASSWORD, **headers: str) -> httpx2.Response:
        return self.client.post("/auth/login", json={"name": name, "password": password}, headers=headers)

    def ask(self, token: str | None = None, cookie: str | None = None) -> httpx2.Response:
        """A request to the graph, with a bearer token or a cookie of the test's own, or what the browser has kept."""
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        if cookie is not None:
            headers["cookie"] = f"{self.cookie_name}={cookie}"
        return self.client.post("/graphql", json=QUERY, headers=headers)

    @property
    def cookie_name(self) -> str:
        return "guantong" if self.settings.is_demonstration else "__Host-guantong"

    @property
    def cookie(self) -> str | None:
        """The session's cookie as the browser has kept it."""
        return self.client.cookies.get(self.cookie_name)


def code_of(answer: httpx2.Response) -> str:
    code: str = answer.json()["errors"][0]["extensions"]["code"]
    return code


def said(answer: httpx2.Response) -> str:
    text: str = answer.json()["errors"][0]["extensions"]["message"]["en"]
    return text
