"""Logs: one JSON line a record, without secrets or people's data."""

import asyncio
import gc
import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
import sqlalchemy as sa
import structlog

from core.redaction import IDENTITY_NUMBER, SECRET
from server.logs import catch_what_nobody_caught, configure_logs
from tests.builders import identity_number

NUMBER = identity_number(11)
pytestmark = pytest.mark.usefixtures("logs_put_back")


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


class Terminal(StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def fail() -> None:
    raise ValueError(f"cannot read {NUMBER}") from KeyError(NUMBER)


def log_an_exception() -> None:
    try:
        fail()
    except ValueError as error:
        error.add_note(f"while reading {NUMBER}")
        structlog.get_logger("guantong").exception(
            f"failed for {NUMBER}", people=[{"number": NUMBER}], n=int(NUMBER[:17])
        )


def test_tracebacks_name_places_but_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs()
    log_an_exception()
    (line,) = lines(capsys)
    written = json.dumps(line, ensure_ascii=False)
    assert "log_an_exception" in written
    assert f"cannot read {IDENTITY_NUMBER}" in written
    assert NUMBER[:10] not in written


def test_a_terminal_shows_no_more_than_a_file() -> None:
    terminal = Terminal()
    configure_logs(stream=terminal)
    log_an_exception()
    written = terminal.getvalue()
    assert f"ValueError: cannot read {IDENTITY_NUMBER}" in written
    assert NUMBER[:10] not in written


def _by_a_library() -> None:
    logging.getLogger("uvicorn.error").error("no %s for %s", "answer", NUMBER, exc_info=ValueError(NUMBER))


def _by_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"odd {NUMBER}", stacklevel=1)


def _by_a_thread() -> None:
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()


def _by_nobody() -> None:
    try:
        fail()
    except ValueError:
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]


class _Unraisable:
    def __del__(self) -> None:
        raise ValueError(NUMBER)


def _while_collecting() -> None:
    _Unraisable()
    gc.collect()


def _by_a_forgotten_task() -> None:
    async def forget() -> None:
        task = asyncio.create_task(failing())
        await asyncio.sleep(0)
        del task
        gc.collect()

    async def failing() -> None:
        fail()

    asyncio.run(forget())


def _by_the_database() -> None:
    # As drivers do: the text of the error names the value.
    engine = sa.create_engine("sqlite://", hide_parameters=True)
    try:
        with engine.connect() as connection:
            connection.execute(sa.text(f"SELECT {NUMBER} FROM nothing WHERE n = :n"), {"n": NUMBER})
    except sa.exc.OperationalError:
        structlog.get_logger("guantong").exception("failed")


@pytest.mark.parametrize(
    "write",
    [
        _by_a_library,
        _by_a_warning,
        _by_a_thread,
        _by_nobody,
        _while_collecting,
        _by_a_forgotten_task,
        _by_the_database,
    ],
)
def test_whoever_writes_no_identity_number_is_written(
    write: Callable[[], Any], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, hook in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(module, hook, getattr(module, hook))  # so that it is put back
    configure_logs()
    catch_what_nobody_caught()
    write()
    written = lines(capsys)
    assert written
    text = json.dumps(written, ensure_ascii=False)
    assert IDENTITY_NUMBER in text
    assert NUMBER[:10] not in text


def test_secrets_are_hidden_wherever_they_stand(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs()
    structlog.get_logger("guantong").info(
        "cannot reach postgresql://user:hunter2@db/x", headers={"Cookie": "hunter2", "Accept": "Bearer hunter2hunter2"}
    )
    (line,) = lines(capsys)
    assert line["event"] == f"cannot reach postgresql://{SECRET}@db/x"
    assert line["headers"] == {"Cookie": "…", "Accept": f"Bearer {SECRET}"}


def test_a_record_that_cannot_be_written_is_not_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs()
    logging.getLogger("library").warning("%d of %s", NUMBER, NUMBER)
    assert lines(capsys) == [{"event": "a log record was lost", "logger": "library"}]


@pytest.mark.parametrize("library", ["sqlalchemy.engine", "asyncio", "psycopg.pool"])
def test_libraries_that_write_what_they_work_with_are_quiet(library: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("DEBUG")
    logging.getLogger(library).info("[generated in 0.1s] ('示例甲',)")
    assert lines(capsys) == []
