"""What operators learn of an operation: its kind, its name, which document, how it ended, how long it took.

Never its arguments, and nothing of what it answered. The document is known by a digest of its text without literals, so
that equal documents are equal whatever they ask for, and nobody can find out a number by digesting guesses.
"""

import hashlib
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar, Token
from dataclasses import dataclass, field

from graphql import OperationDefinitionNode
from opentelemetry import context as tracing_context
from opentelemetry import trace
from opentelemetry.trace import Span, Status, StatusCode

from core.redaction import redacted
from schema.errors import code_of, is_audit_failure
from schema.outcomes import CANCELLED, INTERNAL, UNKNOWN, Outcome, Watch

_LITERALS = re.compile(r'"""(?:\\"""|[^"]|"(?!""))*"""|"(?:\\.|[^"\\\n])*"|#[^\n\r]*|(?<![\w.])-?\d[\w.+-]*')
_tracer = trace.get_tracer("guantong")
# Codes of the mutations that were refused, in the operation that runs: the tasks of its resolvers share the list.
_problems: ContextVar[list[str] | None] = ContextVar("guantong_problems", default=None)


def note_problem(code: str) -> None:
    """A mutation of the operation was refused with this code."""
    if (problems := _problems.get()) is not None:
        problems.append(code)


@dataclass(slots=True)
class Observed:
    """An operation under way, as far as it is known: nothing until it was read."""

    operation: OperationDefinitionNode | None = None
    text: str | None = None
    errors: list[BaseException] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def outcome(self, seconds: float) -> Outcome:
        """How it ended. The name is that in the document: a name that came beside it may be any text."""
        operation = self.operation
        kind = operation.operation.value if operation else UNKNOWN
        name = redacted(operation.name.value) if operation and operation.name else None
        codes = dict.fromkeys([*map(_code, self.errors), *self.problems])
        return Outcome(kind, name, tuple(codes), seconds, any(map(is_audit_failure, self.errors)))


@contextmanager
def observed(watch: Watch) -> Iterator[Observed]:
    """Tell the watch of an operation, and trace it: what is asked of the database hangs under its span."""
    seen, span, began = Observed(), _tracer.start_span("operation"), time.perf_counter()
    refused = _problems.set(seen.problems)
    traced = tracing_context.attach(trace.set_span_in_context(span))
    watch.began()
    try:
        yield seen
    except BaseException as fault:
        seen.errors.append(fault)
        raise
    finally:
        watch.left()
        tracing_context.detach(traced)
        _forget(refused)
        outcome = seen.outcome(time.perf_counter() - began)
        watch.ended(outcome)
        if span.is_recording():
            _describe(span, outcome, seen.text)
        span.end()


def _forget(token: Token[list[str] | None]) -> None:
    with suppress(ValueError):  # a subscription may be closed by another task than began it
        _problems.reset(token)


def _code(fault: BaseException) -> str:
    return code_of(fault) if isinstance(fault, Exception) else CANCELLED


def _describe(span: Span, outcome: Outcome, document: str | None) -> None:
    span.update_name(f"{outcome.kind} {outcome.name}" if outcome.name else outcome.kind)
    span.set_attribute("graphql.operation.type", outcome.kind)
    if outcome.name:
        span.set_attribute("graphql.operation.name", outcome.name)
    if document:
        span.set_attribute("graphql.document.hash", document_digest(document))
    if outcome.codes:
        span.set_attribute("guantong.codes", outcome.codes)
    if outcome.code == INTERNAL:
        span.set_status(Status(StatusCode.ERROR, INTERNAL))


def document_digest(document: str) -> str:
    """SHA-256 of a document without its literals and comments, and without the numbers that names may hide."""
    return hashlib.sha256(redacted(_LITERALS.sub('""', document)).encode()).hexdigest()
