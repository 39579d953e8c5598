"""Following a round over a real socket of a real server, while another process moves it."""

import asyncio
import json
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from core.models import RevokedToken, Round
from core.permissions import Actor, Role
from core.storage.database import Database
from core.storage.pulse import beat
from core.storage.row_scope import EVERY_ROW
from schema.ids import encode_id
from server.clock import SystemClock
from server.settings import load_settings
from server.tokens import token_authority
from tests.schema.round_rows import records
from tests.server.processes import LONGEST, PRODUCT, Running, running

PROGRESS = "subscription($id: ID!) { progress(round: $id) { state revision } }"


class Files:
    """The database of a server, as another process of the same installation changes it."""

    def __init__(self, home: Path) -> None:
        self.url = f"sqlite:///{home / 'guantong.db'}"

    def do(self, deed: Callable[[Any], Awaitable[Any]]) -> Any:
        async def whole() -> Any:
            database = Database(self.url)
            try:
                async with database.write(EVERY_ROW) as session:
                    return await deed(session)
            finally:
                await database.dispose()

        return asyncio.run(whole())

    def fill(self) -> str:
        """A round in public notice; its id."""

        async def deed(session: Any) -> str:
            rows = records(1)
            for row in rows:
                session.add(row)
                await session.flush()
            return encode_id("Round", next(row.id for row in rows if isinstance(row, Round)))

        found: str = self.do(deed)
        return found

    def move(self) -> None:
        async def deed(session: Any) -> None:
            query = select(Round).where(col(Round.plan_number).is_not(None))
            found = (await session.exec(query)).one()
            found.revision += 1
            session.add(found)
            await beat(session, found.id)

        self.do(deed)

    def revoke(self, token: str) -> None:
        settings = load_settings()
        authority = token_authority(settings, SystemClock())
        read = authority.verify(token)

        async def deed(session: Any) -> None:
            session.add(RevokedToken(key=read.key, until=read.ends_at))

        self.do(deed)


@pytest.fixture
def home(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GUANTONG_HOME", str(tmp_path))
    (tmp_path / "guantong.db").write_bytes(sqlite_template.read_bytes())
    return tmp_path


@contextmanager
def following(server: Running, round_id: str) -> Iterator[tuple[ClientConnection, str]]:
    """A socket that was told of the round once, and the token by which it asks."""
    token = token_authority(load_settings(), SystemClock()).issue(
        Actor.of(Role.BUREAU_AUDITOR, "示例审计"), timedelta(hours=1)
    )
    address = server.base.replace("http", "ws") + "/graphql"
    with connect(address, subprotocols=["graphql-transport-ws"], proxy=None, open_timeout=LONGEST) as socket:  # type: ignore[list-item]
        _send(socket, "connection_init", payload={"authorization": f"Bearer {token}"})
        assert _next(socket) == {"type": "connection_ack"}
        _send(socket, "subscribe", id="1", payload={"query": PROGRESS, "variables": {"id": round_id}})
        assert _revision(_next(socket)) == 1
        yield socket, token


def _send(socket: ClientConnection, kind: str, **given: Any) -> None:
    socket.send(json.dumps({"type": kind, **given}))


def _next(socket: ClientConnection) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(socket.recv(LONGEST))
    return found


def _revision(message: dict[str, Any]) -> int:
    assert (message["type"], message["id"]) == ("next", "1"), message
    assert message["payload"]["data"]["progress"]["state"] == "NOTICED"
    found: int = message["payload"]["data"]["progress"]["revision"]
    return found


def test_a_round_is_followed_until_the_client_has_enough_and_the_server_stops(home: Path) -> None:
    files = Files(home)
    round_id = files.fill()
    with running(PRODUCT, home, "serve", follow_seconds="0.05") as server, following(server, round_id) as (socket, _):
        files.move()
        assert _revision(_next(socket)) == 2
        _send(socket, "complete", id="1")
        files.move()
        # Under the same id, which is free again: nothing more comes of the one that was given up.
        _send(socket, "subscribe", id="1", payload={"query": PROGRESS, "variables": {"id": round_id}})
        assert _revision(_next(socket)) == 3
        server.terminate()
        with pytest.raises(ConnectionClosed) as closed:
            _next(socket)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012
        assert server.wait() == -signal.SIGTERM
        assert "Traceback" not in server.written()


def test_a_credential_that_was_revoked_closes_the_socket_before_the_next_answer(home: Path) -> None:
    files = Files(home)
    round_id = files.fill()
    with (
        running(PRODUCT, home, "serve", follow_seconds="0.05") as server,
        following(server, round_id) as (socket, token),
    ):
        files.revoke(token)
        files.move()
        with pytest.raises(ConnectionClosed) as closed:
            _next(socket)
        assert closed.value.rcvd is not None
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4403, "TOKEN_INVALID")
