"""A real server that is told to stop: it says so, finishes what is under way within its bound, and goes."""

import json
import shutil
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.server.processes import SLOW, Running, running, until

OK = '{"data":{"ok":true}}'


@pytest.fixture
def home(sqlite_template: Path, tmp_path: Path) -> Path:
    shutil.copy(sqlite_template, tmp_path / "guantong.db")
    return tmp_path


def under_way(server: Running) -> None:
    """Wait until a request is being worked on."""
    until(lambda: "under way" in server.printed.read_text("utf-8"), server)


def test_it_says_that_it_is_going_answers_on_and_goes(home: Path) -> None:
    with running(SLOW, home, drain_seconds="2", stop_seconds="30") as server, ThreadPoolExecutor() as asking:
        slow = asking.submit(server.ask, "{ ok }", {"seconds": 4})
        under_way(server)
        assert server.get("/readyz")[0] == 200
        server.terminate()
        until(lambda: server.get("/readyz")[0] == 503, server)
        # Load balancers still send what they have not yet stopped sending.
        assert server.ask("{ ok }") == (200, OK)
        assert server.get("/readyz", server.operators)[0] == 503
        assert slow.result() == (200, OK)
        assert server.wait() == -signal.SIGTERM
    with pytest.raises(OSError, match="refused"):
        server.get("/healthz")


def test_without_a_time_to_drain_it_goes_at_once_but_finishes(home: Path) -> None:
    with running(SLOW, home, stop_seconds="30") as server, ThreadPoolExecutor() as asking:
        slow = asking.submit(server.ask, "{ ok }", {"seconds": 2})
        under_way(server)
        server.terminate()
        assert slow.result() == (200, OK)
        assert server.wait() == -signal.SIGTERM


def test_what_takes_longer_than_the_bound_is_cut_off(home: Path) -> None:
    with running(SLOW, home, stop_seconds="1") as server, ThreadPoolExecutor() as asking:
        slow = asking.submit(server.ask, "{ ok }", {"seconds": 3600})
        under_way(server)
        server.terminate()
        status, body = slow.result()
        assert (status, json.loads(body)["errors"][0]["extensions"]["code"]) == (503, "UNAVAILABLE")
        assert server.wait() == -signal.SIGTERM


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, -signal.SIGTERM), (signal.SIGINT, 1)])
def test_a_thread_that_does_not_end_is_not_waited_for(home: Path, sent: signal.Signals, code: int) -> None:
    with running(SLOW, home, stop_seconds="1") as server, ThreadPoolExecutor() as asking:
        slow = asking.submit(server.ask, "{ ok }", {"seconds": 3600, "in_thread": True})
        under_way(server)
        server.process.send_signal(sent)
        assert server.wait() == code
        assert slow.result()[0] == 503
        # Python waits for threads when it ends in order, which an interrupt makes it do.
        assert ("stopped without waiting any longer" in server.written()) is (sent is signal.SIGINT)


def test_a_second_signal_does_not_wait_for_the_drain(home: Path) -> None:
    with running(SLOW, home, drain_seconds="600") as server:
        server.terminate()
        until(lambda: server.get("/readyz")[0] == 503, server)
        server.terminate()
        assert server.wait() == -signal.SIGTERM


def test_the_figures_have_a_listener_of_their_own(home: Path) -> None:
    with running(SLOW, home) as server:
        assert server.get("/metrics")[0] == 404
        status, text = server.get("/metrics", server.operators)
        assert status == 200
        assert 'guantong_http_requests_total{method="GET",route="/healthz",status="200"}' in text
        assert server.get("/graphql", server.operators)[0] == 404
