"""What the tests of the server share: settings in a directory of their own, and an application with a fake graph."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from server.app import create_app
from server.settings import Settings, load_settings
from tests.server.fakes import FakeGraph, StillClock, opened


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"GUANTONG_{name.upper()}", raising=False)
    monkeypatch.delenv("PORT", raising=False)
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
def serve(graph: FakeGraph) -> Iterator[Callable[[Settings], TestClient]]:
    """A function that starts the application with the fake graph and gives a client of it."""
    clients: list[TestClient] = []

    def start(settings: Settings) -> TestClient:
        app = create_app(settings, opened(graph))
        client = TestClient(app, base_url=f"http://{settings.hosts[0]}", follow_redirects=False)
        clients.append(client.__enter__())
        return client

    yield start
    for client in clients:
        client.__exit__(None, None, None)


@pytest.fixture
def client(serve: Callable[[Settings], TestClient], settings: Settings) -> TestClient:
    return serve(settings)
