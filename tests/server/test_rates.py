"""How much one caller may ask within a minute, and who counts as one caller."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
import structlog
from limits.errors import StorageError
from starlette.testclient import TestClient

from core.errors import ErrorCode, GuantongError
from core.permissions import Role
from schema.limits.budget import STANDARD
from server.rates import MEMORY, Rates, account
from server.settings import Settings, load_settings
from tests.server.fakes import FakeGraph

Serve = Callable[[Settings], TestClient]
BUDGETS = dict.fromkeys(Role, replace(STANDARD, cost=100, per_minute=100)) | {
    Role.WORKER: replace(STANDARD, cost=100, per_minute=300)
}
MINUTE = 60.0


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time as the counters see it, at the start of a minute; a test moves it."""
    moment = [MINUTE * 30_000_000]
    monkeypatch.setattr("time.time", lambda: moment[0])
    return moment


async def refused(rates: Rates, cost: int, who: str = "address:a", role: Role = Role.ANONYMOUS) -> GuantongError:
    with pytest.raises(GuantongError) as caught:
        await rates.charge(role, who)(cost)
    assert caught.value.code is ErrorCode.RATE_LIMITED
    return caught.value


@pytest.mark.anyio
async def test_what_is_asked_adds_up_within_a_minute(now: list[float]) -> None:
    rates = Rates(MEMORY, BUDGETS)
    charge = rates.charge(Role.ANONYMOUS, "address:a")
    await charge(60)
    fault = await refused(rates, 41)
    assert fault.message.en == "more than 100 was asked for within a minute; try again in 61 s"
    assert fault.message.zh == "一分钟内的请求成本超过 100；请 61 秒后重试"
    assert fault.figures == {"limit": 100, "retryAfter": 61}
    await charge(40)  # what was refused did not count
    await refused(rates, 0)  # and nothing is free
    now[0] += 2 * MINUTE
    await charge(100)


@pytest.mark.parametrize("spent", [(100, 0), (40, 60), (60, 40), (0, 100), (100, 100)])
@pytest.mark.parametrize("cost", [1, 30, 99, 100])
@pytest.mark.parametrize("at", [0.0, 17.0, 59.0])
@pytest.mark.anyio
async def test_whoever_waits_as_told_is_served_and_a_second_before_is_not(
    now: list[float], spent: tuple[int, int], cost: int, at: float
) -> None:
    rates = Rates(MEMORY, BUDGETS)
    charge = rates.charge(Role.ANONYMOUS, "address:a")
    begun = now[0]
    for minute, sums in enumerate(spent):
        now[0] = begun + minute * MINUTE + (59.999 if sums and minute else 0)
        with suppress(GuantongError):
            await charge(sums or 1)
    now[0] = begun + MINUTE + 59.999 + at
    try:
        await charge(cost)
    except GuantongError as fault:
        wait = int(fault.figures["retryAfter"])
        now[0] += wait - 1.01
        await refused(rates, cost)
        now[0] += 1.01
        await charge(cost)


@pytest.mark.anyio
async def test_callers_and_roles_are_counted_apart(now: list[float]) -> None:
    rates = Rates(MEMORY, BUDGETS)
    await rates.charge(Role.ANONYMOUS, "address:a")(100)
    await refused(rates, 1)
    await rates.charge(Role.ANONYMOUS, "address:b")(100)
    await rates.charge(Role.WORKER, "caller:a")(300)
    await refused(rates, 1, "caller:a", Role.WORKER)


@pytest.mark.anyio
async def test_a_store_out_of_reach_neither_stops_nor_opens_the_service(
    now: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    rates = Rates(MEMORY, BUDGETS)

    async def unreachable(*_: Any, **__: Any) -> bool:
        raise StorageError(ConnectionError("redis://user:secret@host"))

    monkeypatch.setattr(rates._shared, "hit", unreachable)
    monkeypatch.setattr(rates._shared.storage, "get_sliding_window", unreachable)
    with structlog.testing.capture_logs() as logs:
        await rates.charge(Role.ANONYMOUS, "address:a")(100)
        fault = await refused(rates, 1)
    assert fault.figures["retryAfter"] == 60
    assert [entry["event"] for entry in logs] == ["rate_limit_store_failed"] * 2


@pytest.mark.parametrize("store", ["nothing://user:secret@host", "secret"])
def test_a_store_that_nobody_knows_is_refused_without_its_password(store: str) -> None:
    with pytest.raises(GuantongError) as caught:
        Rates(store if "://" in store else f"{store}://x", BUDGETS)
    assert caught.value.code is ErrorCode.SETTINGS_INVALID
    assert "memory:// always can" in caught.value.message.en
    assert "user:secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("192.0.2.7", "address:192.0.2.7"),
        ("::ffff:192.0.2.7", "address:192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "address:2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "address:2001:db8:1:2::/64"),
        ("testclient", "address:"),
        (None, "address:"),
    ],
)
def test_whoever_is_anonymous_counts_by_address(host: str | None, counted: str) -> None:
    assert account("", {"client": host and (host, 1)}) == counted


def test_whoever_is_known_counts_by_who_it_is() -> None:
    assert account("a", {"client": ("192.0.2.7", 1)}) == account("a", {"client": ("192.0.2.8", 1)}) == "caller:a"


def test_too_much_within_a_minute_is_429_and_says_when_to_come_back(client: TestClient, graph: FakeGraph) -> None:
    error = {"message": "…", "extensions": {"code": "RATE_LIMITED", "retryAfter": 17}}
    graph.result = {"data": None, "errors": [error]}
    for accept in ("application/json", "application/graphql-response+json"):
        answer = client.post("/graphql", json={"query": "{ ok }"}, headers={"accept": accept})
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "17")
        assert answer.json() == {"errors": [error]}


def test_too_long_is_504(client: TestClient, graph: FakeGraph) -> None:
    graph.result = {"data": None, "errors": [{"message": "…", "extensions": {"code": "DEADLINE_EXCEEDED"}}]}
    answer = client.post("/graphql", json={"query": "{ ok }"})
    assert answer.status_code == 504
    assert "retry-after" not in answer.headers


def test_the_graph_is_given_a_charge_that_counts(serve: Serve, graph: FakeGraph) -> None:
    graph.cost = 60
    client = serve(load_settings(budgets={"anonymous": {"cost": 100, "per_minute": 100}}))
    assert client.post("/graphql", json={"query": "{ ok }"}).status_code == 200
    # What the charge raises the graph answers; this one, which only stands in for it, does not.
    assert client.post("/graphql", json={"query": "{ ok }"}).status_code == 500
