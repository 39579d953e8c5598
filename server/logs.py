"""Structured logs on standard error: JSON for machines, colours on a terminal, secrets in neither."""

import logging
import sys
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, Processor

SECRET_WORDS = ("authorization", "token", "secret", "password", "identity", "cookie")


def configure_logs(level: str = "INFO") -> None:
    """Send structlog's and the standard library's records through one set of processors."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        redact,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_renderers()],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


def redact(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Hide every value whose key names a secret."""
    return {key: "…" if any(word in key.lower() for word in SECRET_WORDS) else value for key, value in event.items()}


def _renderers() -> list[Processor]:
    if sys.stderr.isatty():
        return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    # Local variables hold people's data: a traceback names places only.
    places = structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False))
    return [places, structlog.processors.JSONRenderer(ensure_ascii=False, default=str)]
