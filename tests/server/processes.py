"""Servers as processes of their own, started and stopped as an operator would; and a graph that takes its time."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.permissions import Actor
from schema.operation import Charge, Operation, free
from schema.outcomes import Watch
from server.downloads import Downloads
from server.graphql_endpoint import Opened
from server.serving import run
from server.settings import Settings, load_settings
from server.wiring import open_database
from tests.builders import KEYRING
from tests.server.fakes import FakeGraph, StillClock

ROOT = Path(__file__).parents[2]
SLOW = "from tests.server.processes import serve_slowly; serve_slowly()"
PRODUCT = "from server.cli import main; main()"
LONGEST = 60
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class SlowGraph(FakeGraph):
    """Answers after as many seconds as it is asked to; in a thread that cannot be cancelled, if that is asked."""

    async def execute(
        self, operation: Operation, actor: Actor, request_id: str, charge: Charge = free
    ) -> dict[str, Any]:
        asked = operation.variables or {}
        sys.stdout.write("under way\n")
        sys.stdout.flush()
        if asked.get("in_thread"):
            await asyncio.to_thread(time.sleep, asked["seconds"])
        await asyncio.sleep(asked.get("seconds", 0))
        return {"data": {"ok": True}}


@asynccontextmanager
async def open_slow(settings: Settings, _watch: Watch) -> AsyncIterator[Opened]:
    async with open_database(settings) as database:
        yield Opened(SlowGraph(), database, Downloads(database, KEYRING, StillClock()))


def serve_slowly() -> None:
    run(load_settings(), open_slow)


@dataclass
class Running:
    """A process that serves, and what it has written."""

    process: "subprocess.Popen[bytes]"
    base: str
    operators: str
    log: Path
    printed: Path

    def get(self, path: str, base: str | None = None) -> tuple[int, str]:
        """Status and body of an answer. Raises OSError when there is none."""
        return fetch(urllib.request.Request((base or self.base) + path))

    def post(self, body: bytes, **headers: str) -> tuple[int, str]:
        sent = {"content-type": "application/json", **{name.replace("_", "-"): one for name, one in headers.items()}}
        return fetch(urllib.request.Request(f"{self.base}/graphql", body, sent))

    def ask(self, query: str, variables: dict[str, Any] | None = None, **headers: str) -> tuple[int, str]:
        return self.post(json.dumps({"query": query, "variables": variables or {}}).encode(), **headers)

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def wait(self) -> int:
        """The exit code, once it has ended."""
        return self.process.wait(LONGEST)

    def written(self) -> str:
        """Everything on standard output and standard error."""
        return self.printed.read_text("utf-8") + self.log.read_text("utf-8")


@contextmanager
def running(program: str, home: Path, *arguments: str, **settings: str) -> Iterator[Running]:
    """The program, once it answers, until the block ends."""
    port, operators = free_port(), free_port()
    named = {f"GUANTONG_{name.upper()}": value for name, value in settings.items()}
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GUANTONG_", "OTEL_"))}
    environment |= {
        "GUANTONG_HOME": str(home),
        "GUANTONG_PORT": str(port),
        "GUANTONG_OPERATOR_PORT": str(operators),
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        **named,
    }
    log, printed = home / "err.log", home / "out.log"
    with log.open("wb") as err, printed.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", program, *arguments], cwd=ROOT, env=environment, stdout=out, stderr=err
        )
    found = Running(process, f"http://127.0.0.1:{port}", f"http://127.0.0.1:{operators}", log, printed)
    try:
        until(lambda: found.get("/healthz", found.operators)[0] == 200, found)
        yield found
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(LONGEST)


def until(holds: Any, server: Running) -> None:
    """Wait until something holds; a server that has ended, or a minute, is too long."""
    end = time.monotonic() + LONGEST
    while True:
        try:
            if holds():
                return
        except OSError:
            pass
        assert server.process.poll() is None, server.written()
        assert time.monotonic() < end, server.written()
        time.sleep(0.05)


def fetch(request: urllib.request.Request) -> tuple[int, str]:
    try:
        with _direct.open(request, timeout=LONGEST) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
