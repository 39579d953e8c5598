"""Structured logs on standard error: JSON for machines, colours on a terminal, no secret or identity number in either.

Whatever is written goes through here, libraries' records and uncaught exceptions included, and is redacted last of all,
after tracebacks have become text.
"""

import logging
import sys
import threading
from collections.abc import Collection, Mapping
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from types import TracebackType
from typing import Any, TextIO

import orjson
import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, Processor

from core.redaction import redacted, redacted_values

SECRET_WORDS = ("authorization", "token", "secret", "password", "identity", "cookie")
HIDDEN = "…"
# Written by the processors before, or looked at where it came from, as an id that a proxy gave.
OURS = frozenset({"timestamp", "level", "logger", "request_id"})
# At INFO and below these write what they work with: statements, callbacks with their arguments, headers.
TALKATIVE = (
    "aiosqlite",
    "alembic",
    "asyncio",
    "sqlalchemy",
    "httpx2",
    "psycopg",
    "urllib3",
    "uvicorn.access",
    "websockets",
)
_log = structlog.get_logger("guantong")


class Handler(logging.StreamHandler[TextIO]):
    """Writes records; one that cannot be written is not printed with its arguments, past every processor."""

    @cached_property
    def is_read_by_people(self) -> bool:
        with suppress(ValueError):  # closed
            return self.stream.isatty()
        return False

    def write(self, line: str) -> None:
        """Write a line that is rendered already."""
        with suppress(OSError, ValueError), self.lock or nullcontext():
            self.stream.write(line + "\n")
            self.stream.flush()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  the library's name
        with suppress(OSError, ValueError):
            self.stream.write(f'{{"event": "a log record was lost", "logger": "{redacted(record.name)}"}}\n')


class Lines:
    """Writes the lines of one logger of ours, to wherever records go; what cannot be written stops nobody."""

    def __init__(self, name: str = "guantong") -> None:
        self.name = name

    def msg(self, line: str) -> None:
        for handler in logging.root.handlers:
            if isinstance(handler, Handler):
                handler.write(line)

    log = debug = info = warning = error = critical = msg


def configure_logs(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send structlog's and the standard library's records through the same processors, to standard error.

    Ours pass by the standard library, whose records take most of the time of a line.
    """
    handler = Handler(stream or sys.stderr)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderers = _renderers(handler.stream)
    structlog.configure(
        processors=[*shared, *renderers],
        logger_factory=Lines,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=stream is None,
    )
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderers],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    # Every line has its request; which thread and process wrote it is looked up for nobody.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


def say(logger: str, event: str, **values: Any) -> None:
    """Write a line at INFO whose values are ours, as that of every request: nothing is looked for in them.

    It has no more than its values, and takes a fifth of the time of another.
    """
    at = datetime.now(UTC)
    for handler in logging.root.handlers:
        if isinstance(handler, Handler) and not handler.is_read_by_people and logging.root.isEnabledFor(logging.INFO):
            told = {"event": event, **values, "logger": logger, "level": "info", "timestamp": at}
            handler.write(orjson.dumps(told, option=orjson.OPT_UTC_Z).decode())
            return
    structlog.get_logger(logger).info(event, **values)


def catch_what_nobody_caught() -> None:
    """Send uncaught exceptions through the logs: Python would print them as they are."""
    sys.excepthook = _uncaught
    threading.excepthook = lambda found: _uncaught(found.exc_type, found.exc_value, found.exc_traceback)
    sys.unraisablehook = lambda found: _uncaught(found.exc_type, found.exc_value, found.exc_traceback)


def redact(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Hide values whose key names a secret, and identity numbers and secrets within every other."""
    return _cleared(event, OURS)


@lru_cache(maxsize=1024)
def _key(key: str) -> tuple[str, bool]:
    """A key as it is written, and whether it names a secret. There are few of them, and each line has the same."""
    return redacted(key), any(word in key.lower() for word in SECRET_WORDS)


def _cleared(values: Mapping[Any, Any], clear: Collection[str] = ()) -> dict[str, Any]:
    cleared = {}
    for key, value in values.items():
        name, is_secret = _key(str(key))
        cleared[name] = value if key in clear else HIDDEN if is_secret else _hidden(value)
    return cleared


def _hidden(value: Any) -> Any:
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, dict):
        return _cleared(value)
    if isinstance(value, list | tuple):
        return [_hidden(within) for within in value]
    return redacted_values(value)


def _uncaught(kind: type[BaseException], error: BaseException | None, traceback: TracebackType | None, /) -> None:
    if issubclass(kind, KeyboardInterrupt) or error is None:
        return
    _log.critical("uncaught exception", exc_info=(kind, error, traceback))


def _json(event: EventDict, **_: Any) -> str:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def _renderers(stream: TextIO) -> list[Processor]:
    if stream.isatty():
        console = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        return [structlog.processors.format_exc_info, redact, console]
    # Local variables hold people's data: a traceback names places only.
    places = structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False))
    return [places, redact, structlog.processors.JSONRenderer(_json)]
