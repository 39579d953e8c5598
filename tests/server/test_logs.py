"""Logs: one JSON line a record, without secrets or people's data."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from server.logs import configure_logs


@pytest.fixture(autouse=True)
def _restore_logs() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    captured = capsys.readouterr()
    assert captured.out == ""
    return [json.loads(line) for line in captured.err.splitlines()]


def test_secrets_are_hidden_by_the_name_of_their_key(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs()
    structlog.get_logger("guantong").info("asked", Authorization="Bearer x", identity_number="1", role="worker")
    (line,) = lines(capsys)
    assert (line["event"], line["role"], line["level"]) == ("asked", "worker", "info")
    assert (line["Authorization"], line["identity_number"]) == ("…", "…")


def test_the_request_id_is_on_every_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs()
    with structlog.contextvars.bound_contextvars(request_id="r1"):
        logging.getLogger("uvicorn.error").warning("from the %s library", "standard")
    (line,) = lines(capsys)
    assert (line["event"], line["request_id"], line["logger"]) == ("from the standard library", "r1", "uvicorn.error")


def test_tracebacks_name_places_but_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs()
    number = "440102" + "18800101" + "0018"
    try:
        int(f"x{len(number)}")
    except ValueError:
        structlog.get_logger("guantong").exception("failed")
    (line,) = lines(capsys)
    assert "test_tracebacks_name_places_but_no_values" in json.dumps(line)
    assert number not in json.dumps(line)
