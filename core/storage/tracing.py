"""A span for every statement of a traced operation: what was asked of the database and how long it took, no values.

A statement is known by its text, where parameters are places only. The text of an error stays out: it quotes values.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine

from core.redaction import redacted

LONGEST_STATEMENT = 2000
_SPAN = "guantong_span"
_tracer = trace.get_tracer("guantong")


def trace_statements(engine: AsyncEngine) -> None:
    """Open a span for each statement that is sent while a recorded span is current; none otherwise."""
    event.listen(engine.sync_engine, "before_cursor_execute", _begin)
    event.listen(engine.sync_engine, "after_cursor_execute", _end)
    event.listen(engine.sync_engine, "handle_error", _fail)


@contextmanager
def statement_span(dialect: str, statement: str) -> Iterator[None]:
    """A span around a statement that passes by the engine, while a recorded span is current."""
    if not trace.get_current_span().is_recording():
        yield
        return
    span = _started(dialect, statement)
    try:
        yield
    except BaseException as fault:
        span.set_attribute("error.type", type(fault).__name__)
        span.set_status(Status(StatusCode.ERROR))
        raise
    finally:
        span.end()


def _started(dialect: str, statement: str) -> Span:
    verb = statement.split(None, 1)[0].upper() if statement.strip() else "SQL"
    span = _tracer.start_span(verb, kind=SpanKind.CLIENT)
    span.set_attributes(
        {
            "db.system.name": dialect,
            "db.operation.name": verb,
            "db.query.text": redacted(statement[:LONGEST_STATEMENT]),
        }
    )
    return span


def _begin(connection: Any, _cursor: Any, statement: str, _parameters: Any, context: Any, executemany: bool) -> None:
    if context is not None and trace.get_current_span().is_recording():
        setattr(context, _SPAN, _started(connection.dialect.name, statement))


def _end(_connection: Any, _cursor: Any, _statement: str, _parameters: Any, context: Any, executemany: bool) -> None:
    span = _span_of(context)
    if span is not None:
        span.end()


def _fail(found: ExceptionContext) -> None:
    span = _span_of(found.execution_context)
    if span is not None:
        span.set_attribute("error.type", type(found.original_exception).__name__)
        span.set_status(Status(StatusCode.ERROR))
        span.end()


def _span_of(context: Any) -> Span | None:
    span: Span | None = getattr(context, _SPAN, None)
    return span
