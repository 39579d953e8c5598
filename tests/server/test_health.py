"""What probes are told: alive, ready, draining."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from core.storage.migrate import upgrade
from core.storage.row_scope import EVERY_ROW
from server.app import create_app
from server.health import Health
from server.service import open_service
from server.settings import Settings, load_settings
from server.wiring import open_parts
from tests.server.fakes import FakeGraph


class Hanging:
    """Parts that never answer."""

    async def readiness(self) -> Mapping[str, bool]:
        await asyncio.Event().wait()
        return {}


class Counted:
    """Parts that count how often they were asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def readiness(self) -> Mapping[str, bool]:
        self.asked += 1
        return {"database": True}


def test_ready(client: TestClient) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "status": "ready",
            "checks": {"serving": True, "database": True},
            "schemaGeneration": "0123456789ab",
        },
    )


def test_not_ready_names_what_is_missing(client: TestClient, graph: FakeGraph) -> None:
    graph.ready = {"database": False, "schemes": True}
    answer = client.get("/readyz")
    assert answer.status_code == 503
    checks = {"serving": True, "database": False, "schemes": True}
    assert answer.json() == {"status": "not ready", "checks": checks, "schemaGeneration": "0123456789ab"}
    assert client.get("/healthz").status_code == 200


def test_draining_is_not_ready_but_answers(client: TestClient) -> None:
    client.app.state.health.drain()  # type: ignore[attr-defined]
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["serving"]) == (503, False)
    assert client.get("/healthz").status_code == 200
    assert client.post("/graphql", json={"query": "{ ok }"}).status_code == 200


@pytest.mark.anyio
async def test_parts_that_hang_are_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.health.SECONDS_TO_ANSWER", 0)
    assert await Health().readiness(Hanging()) == {"serving": True, "parts": False}


@pytest.mark.anyio
async def test_the_database_is_not_asked_by_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("server.health.time.monotonic", lambda: now)
    health, parts = Health(), Counted()
    await asyncio.gather(*(health.readiness(parts) for _ in range(50)))
    assert parts.asked == 1
    now += 1
    await health.readiness(parts)
    assert parts.asked == 2


@pytest.fixture
def product(sqlite_template: Path, tmp_path: Path) -> Settings:
    """The settings of a migrated, empty installation."""
    path = tmp_path / "guantong.db"
    path.write_bytes(sqlite_template.read_bytes())
    return load_settings(home=tmp_path, database_url=f"sqlite:///{path}")


def test_the_product_is_ready_until_its_database_changes(product: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.health.SECONDS_REMEMBERED", 0)
    with TestClient(create_app(product, open_service), base_url="http://127.0.0.1") as client:
        assert client.get("/readyz").json()["checks"] == {"serving": True, "database": True, "schemes": True}
        monkeypatch.setattr("core.storage.migrate._newest", lambda: "a newer form")
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] is False


@pytest.mark.anyio
async def test_ready_on_each_database(
    database_url: str, tmp_path: Path, log_lines: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_parts(load_settings(home=tmp_path, database_url=database_url)) as parts:
        assert await parts.readiness() == {"database": True, "schemes": True}
        gauges = {name: value for name, (_words, value) in parts.gauges().items()}
        assert gauges["guantong_registry_epoch"] == 0
        assert gauges["guantong_registry_epoch_age_seconds"] >= 0
        assert gauges["guantong_database_connections_in_use"] == 0
        async with parts.database.read(EVERY_ROW) as session:
            await session.connection()
            assert parts.database.connections.in_use == 1
        monkeypatch.setattr("core.storage.migrate._newest", lambda: "a newer form")
        assert (await parts.readiness())["database"] is False
    (line,) = log_lines()
    assert line["event"] == "the database is not ready"


@pytest.mark.anyio
async def test_a_database_that_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "guantong.db"
    await upgrade(f"sqlite:///{path}")
    async with open_parts(load_settings(home=tmp_path, database_url=f"sqlite:///{path}")) as parts:
        await parts.database.dispose()
        path.write_bytes(b"no database")
        assert (await parts.readiness())["database"] is False
