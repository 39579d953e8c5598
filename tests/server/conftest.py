"""What the tests of the server share: settings in a directory of their own, and an application with a fake graph."""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import structlog
from starlette.testclient import TestClient

from server.app import OpenService, create_app
from server.operations import load_demonstration, migrate_database
from server.settings import Settings, load_settings
from server.wiring import Parts, open_parts
from tests.conftest import PostgresServer
from tests.hashing import quick_passwords
from tests.server.fakes import FakeGraph, StillClock, opening
from tests.server.identity_world import ShiftedClock, World
from tests.server.job_worker import Killer, killing
from tests.server.oidc_server import OidcServer, running
from tests.server.tools import Terminal

Enter = Callable[[Settings], World]


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"GUANTONG_{name.upper()}", raising=False)
    monkeypatch.delenv("PORT", raising=False)
    monkeypatch.delenv("COLUMNS", raising=False)  # tables are as wide as their content
    monkeypatch.setenv("GUANTONG_HOME", str(tmp_path / "home"))


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def settings() -> Settings:
    return load_settings()


@pytest.fixture
def production() -> Settings:
    return load_settings(
        mode="production", allowed_hosts=["guantong.example"], token_secret="a secret of production, long enough"
    )


@pytest.fixture
def graph() -> FakeGraph:
    return FakeGraph()


@pytest.fixture
def open_graph(graph: FakeGraph, sqlite_template: Path) -> OpenService:
    """Opens the fake graph with a real database."""
    return opening(graph, sqlite_template)


@pytest.fixture
def serve(open_graph: OpenService) -> Iterator[Callable[[Settings], TestClient]]:
    """A function that starts the application and gives a client of it."""
    clients: list[TestClient] = []

    def start(settings: Settings) -> TestClient:
        app = create_app(settings, open_graph)
        client = TestClient(app, base_url=f"http://{settings.hosts[0]}", follow_redirects=False)
        clients.append(client.__enter__())
        return client

    yield start
    for client in clients:
        client.__exit__(None, None, None)


@pytest.fixture
def enter(open_graph: OpenService, graph: FakeGraph, monkeypatch: pytest.MonkeyPatch) -> Iterator[Enter]:
    """A function that starts the application with a clock and quick passwords, and gives the whole world of it."""
    monkeypatch.setattr("server.identity.Passwords", quick_passwords)
    with ExitStack() as worlds:

        def start(settings: Settings) -> World:
            clock = ShiftedClock()
            app = create_app(settings, open_graph, clock)
            own = f"{'http' if settings.is_demonstration else 'https'}://{settings.hosts[0]}"
            # As a browser says it of the pages of this server: with a cookie, nothing else is let through.
            page = {"origin": own, "sec-fetch-site": "same-origin"}
            client = TestClient(app, base_url=own, headers=page, follow_redirects=False)
            return World(worlds.enter_context(client), graph, clock, settings)

        yield start


@pytest.fixture
def world(enter: Enter, settings: Settings) -> World:
    return enter(settings)


@pytest.fixture(scope="session")
def oidc_server() -> Iterator[OidcServer]:
    """One OpenID provider for all."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # it is on loopback
        with running() as server:
            yield server


@pytest.fixture
def provider(oidc_server: OidcServer) -> OidcServer:
    """The provider as new, with new keys."""
    oidc_server.reset()
    return oidc_server


@pytest.fixture
def client(serve: Callable[[Settings], TestClient], settings: Settings) -> TestClient:
    return serve(settings)


@pytest.fixture(scope="session")
def killer() -> Iterator[Killer]:
    """Has workers of jobs killed; one process reads everything beforehand for all of them."""
    with killing() as killer:
        yield killer


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home directory with the demonstration in it."""
    return _demonstrated(load_settings(home=tmp_path_factory.mktemp("demonstration")))


@pytest.fixture(scope="session")
def postgres_demonstration(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, str]]:
    """The same on PostgreSQL: a home directory, and the name of a database to copy."""
    name = postgres.create()
    try:
        url = postgres.address_of(name)
        yield _demonstrated(load_settings(home=tmp_path_factory.mktemp("demonstration"), database_url=url)), name
    finally:
        postgres.drop(name)


def _demonstrated(settings: Settings) -> Path:
    asyncio.run(migrate_database(settings))
    asyncio.run(load_demonstration(settings))
    return settings.home


@pytest.fixture(params=["sqlite", "postgresql"])
def demonstrated(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """An installation of the test's own with the demonstration: a copy, because loading it takes seconds."""
    if request.param == "sqlite":
        yield load_settings(home=shutil.copytree(request.getfixturevalue("demonstration"), tmp_path / "copy"))
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    home, template = request.getfixturevalue("postgres_demonstration")
    name = server.create(like=template)
    yield load_settings(home=shutil.copytree(home, tmp_path / "copy"), database_url=server.address_of(name))
    server.drop(name)


@pytest.fixture
async def parts(demonstrated: Settings) -> AsyncIterator[Parts]:
    """The parts of that installation, which know what is active there."""
    async with open_parts(demonstrated) as parts:
        await parts.follow()
        yield parts


@pytest.fixture
def terminal(
    demonstration: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    """A terminal of an installation with the demonstration."""
    monkeypatch.delenv("GUANTONG_TOKEN", raising=False)
    monkeypatch.setenv("GUANTONG_HOME", str(shutil.copytree(demonstration, tmp_path / "copy")))
    return Terminal(monkeypatch, capsys)


@pytest.fixture
def logs_put_back() -> Iterator[None]:
    """What a test configures of logs holds for that test alone."""
    root = logging.getLogger()
    handlers, level, configured = root.handlers[:], root.level, structlog.get_config()
    yield
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**configured)
