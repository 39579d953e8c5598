"""Lines of our own loggers, which pass by the standard library: levels, streams that break, consoles, values."""

import io
import json
import logging
import sys
from collections.abc import Callable
from typing import Any

import pytest
import structlog

from server.logs import Handler, Lines, configure_logs, say

pytestmark = pytest.mark.usefixtures("logs_put_back")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Broken(io.StringIO):
    """Fails as a stream does whose reader is gone, or that was closed."""

    def __init__(self, fault: Exception) -> None:
        super().__init__()
        self.fault, self.tries = fault, 0

    def write(self, _text: str) -> int:
        self.tries += 1
        raise self.fault


def written(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


LEVELS = ["debug", "info", "warning", "error", "critical"]


@pytest.mark.parametrize("level", LEVELS)
def test_levels_are_obeyed(level: str) -> None:
    configure_logs(level.upper(), stream := io.StringIO())
    log = structlog.get_logger("guantong.example")
    for one in LEVELS:
        getattr(log, one)(one)
    say("guantong.example", "said")
    expected = LEVELS[LEVELS.index(level) :]
    assert [one["event"] for one in written(stream)] == expected + (["said"] if "info" in expected else [])
    assert all(one["level"] == one["event"] for one in written(stream) if one["event"] != "said")
    assert {one["logger"] for one in written(stream)} == {"guantong.example"}


def test_exceptions_are_told_with_their_places(monkeypatch: pytest.MonkeyPatch) -> None:
    configure_logs(stream=(stream := io.StringIO()))
    try:
        raise LookupError("example")
    except LookupError:
        structlog.get_logger("guantong").exception("went wrong")
    (line,) = written(stream)
    assert (line["event"], line["level"]) == ("went wrong", "error")
    assert "LookupError" in json.dumps(line["exception"])


@pytest.mark.parametrize(
    "fault", [BrokenPipeError(), OSError("no space"), BlockingIOError(), ValueError("I/O operation on closed file")]
)
def test_a_broken_stream_stops_nobody(fault: Exception) -> None:
    configure_logs(stream=(stream := Broken(fault)))
    say("guantong", "said")
    structlog.get_logger("guantong").error("logged")
    logging.getLogger("library").error("recorded")
    assert stream.tries >= 3


@pytest.mark.parametrize("was_used", [True, False])
def test_a_closed_stream_stops_nobody(was_used: bool) -> None:
    configure_logs(stream=(stream := io.StringIO()))
    if was_used:
        say("guantong", "said")
    stream.close()
    say("guantong", "said")
    structlog.get_logger("guantong").error("logged")


def test_a_console_shows_it_as_its_reader_likes_it() -> None:
    configure_logs(stream=(stream := Terminal()))
    say("guantong.http", "request", status=200, path="/示例")
    (line,) = stream.getvalue().splitlines()
    assert not line.startswith("{")
    for part in ("request", "status", "200", "/示例"):
        assert part in line


def test_a_line_said_is_like_one_that_was_logged() -> None:
    configure_logs(stream=(stream := io.StringIO()))
    values = {"status": 200, "ms": 1.5, "path": '/示例\n"', "name": None, "kept": True}
    say("guantong.http", "request", **values)
    structlog.get_logger("guantong.http").info("request", **values)
    said, logged = written(stream)
    for one in (said, logged):
        assert one.pop("timestamp").endswith("Z")
    assert said == logged


def test_every_handler_of_ours_has_the_line_and_no_other() -> None:
    ours, other = io.StringIO(), io.StringIO()
    configure_logs(stream=ours)
    logging.root.handlers.append(logging.StreamHandler(other))
    logging.root.handlers.append(Handler(second := io.StringIO()))
    Lines("guantong").msg("line")
    assert (ours.getvalue(), second.getvalue(), other.getvalue()) == ("line\n", "line\n", "")


def test_without_a_handler_of_ours_nothing_breaks(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(stream=io.StringIO())
    logging.root.handlers.clear()
    say("guantong", "said")
    Lines().msg("line")
    assert capsys.readouterr().out == ""


def test_they_go_to_standard_error_unless_told(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs()
    say("guantong", "said")
    found: Callable[[], Any] = capsys.readouterr
    assert json.loads(found().err)["event"] == "said"
    assert sys.stderr is not None
