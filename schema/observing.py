"""What operators learn of an operation: its kind, its name, which document, how it ended, how long it took.

Never its arguments, and nothing of what it answered. The document is known by a digest of its text without literals, so
that equal documents are equal whatever they ask for, and nobody can find out a number by digesting guesses.
"""

import hashlib
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from contextvars import ContextVar, Token

from graphql import OperationDefinitionNode, get_operation_ast
from opentelemetry import context as tracing_context
from opentelemetry import trace
from opentelemetry.trace import Span, Status, StatusCode
from strawberry.exceptions import MissingQueryError
from strawberry.extensions import SchemaExtension
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionContext

from core.redaction import redacted
from schema.errors import VALIDATION, code_of, is_audit_failure
from schema.outcomes import CANCELLED, INTERNAL, UNKNOWN, Outcome, Watch

_LITERALS = re.compile(r'"""(?:\\"""|[^"]|"(?!""))*"""|"(?:\\.|[^"\\\n])*"|#[^\n\r]*|(?<![\w.])-?\d[\w.+-]*')
_tracer = trace.get_tracer("guantong")
# Codes of the mutations that were refused, in the operation that runs: the tasks of its resolvers share the list.
_problems: ContextVar[list[str] | None] = ContextVar("guantong_problems", default=None)


def note_problem(code: str) -> None:
    """A mutation of the operation was refused with this code."""
    if (problems := _problems.get()) is not None:
        problems.append(code)


class Observing(SchemaExtension):
    """Tells the watch of every operation, and traces it. Nothing is called per field."""

    _span: Span | None = None

    def on_operation(self) -> Iterator[None]:
        watch: Watch = self.execution_context.context.deps.watch
        problems: list[str] = []
        refused, traced = _problems.set(problems), tracing_context.attach(tracing_context.get_current())
        self._began, began, fault = time.time_ns(), time.perf_counter(), None
        watch.began()
        try:
            yield
        except BaseException as raised:
            fault = raised
            raise
        finally:
            watch.left()
            tracing_context.detach(traced)
            _forget(refused)
            if not isinstance(fault, InvalidOperationTypeError):  # it is run again, as what it is
                outcome = _outcome(self.execution_context, problems, fault, time.perf_counter() - began)
                watch.ended(outcome)
                self._trace(outcome)

    def on_execute(self) -> Iterator[None]:
        """What is asked of the database hangs under the span of the operation."""
        tracing_context.attach(trace.set_span_in_context(self._open_span()))
        yield

    def _open_span(self) -> Span:
        self._span = self._span or _tracer.start_span("operation", start_time=self._began)
        return self._span

    def _trace(self, outcome: Outcome) -> None:
        span = self._open_span()  # what was refused before it was executed has none yet
        if span.is_recording():
            _describe(span, outcome, self.execution_context.query)
        span.end()


def _forget(token: Token[list[str] | None]) -> None:
    with suppress(ValueError):  # a subscription may be closed by another task than began it
        _problems.reset(token)


def _outcome(context: ExecutionContext, problems: list[str], fault: BaseException | None, seconds: float) -> Outcome:
    operation = _operation(context)
    kind = operation.operation.value if operation else UNKNOWN
    name = redacted(operation.name.value) if operation and operation.name else None
    errors: list[BaseException] = [*(context.pre_execution_errors or ()), *([fault] if fault else ())]
    codes = dict.fromkeys([*map(_code, errors), *problems])
    return Outcome(kind, name, tuple(codes), seconds, any(map(is_audit_failure, errors)))


def _operation(context: ExecutionContext) -> OperationDefinitionNode | None:
    """The operation as it stands in the document: a name that came beside it may be any text."""
    if context.graphql_document is None:
        return None
    return get_operation_ast(context.graphql_document, context.operation_name)


def _code(fault: BaseException) -> str:
    if isinstance(fault, MissingQueryError | CannotGetOperationTypeError):
        return VALIDATION
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
