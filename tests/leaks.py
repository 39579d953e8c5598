"""Watches what the suite makes the product write: no log, trace or error may hold an identity number or a secret.

A plugin of every run, not a test: it reads all that the requests of all tests cause, and fails the test that caused it.
What it looks for it finds by the product's own definition of an identity number, not by what the product takes out.
"""

import io
import json
import logging
import re
import unicodedata
from base64 import urlsafe_b64decode
from binascii import Error as Base64Error
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from functools import lru_cache, wraps
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult
from starlette.testclient import TestClient

from core.errors import GuantongError
from core.identifiers import parse_identity_number
from plugins.findings import Finding
from schema import errors
from server.logs import configure_logs

SECRETS = (
    re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}"),
    re.compile(r"://[^\s/@:]*:[^\s/@‹]+@"),
    re.compile(r"hunter2|a secret of production"),
)
_BETWEEN = "[ -]?"
_WHOLE = re.compile(rf"(?=((?:\d{_BETWEEN}){{17}}[\dXx]))")
_OLD = re.compile(r"(?<!\d)(\d{6})(\d{9})(?!\d)")
# Digests and ids of traces hold any digits there are, once in a few million one that is a right number.
_RANDOM = re.compile(
    r"(?<![0-9A-Za-z])(?:0x[0-9a-f]{16,}|(?=[0-9a-f]*[a-f])[0-9a-f]{32,})(?![0-9A-Za-z])"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
)
_ENCODED = re.compile(r"[A-Za-z0-9_-]{20,2000}")


def identity_numbers(text: str) -> list[str]:
    """Every identity number in a text: whole, in groups, of the old form, or encoded as ids and cursors are."""
    plain = _RANDOM.sub(" … ", unicodedata.normalize("NFKC", text))
    return [*_readable(plain), *(found for token in _ENCODED.findall(plain) for found in _readable(_decoded(token)))]


def _readable(text: str) -> Iterator[str]:
    yield from filter(_is_right, (found[1] for found in _WHOLE.finditer(text)))
    # An old number has no check digit: it is one if some whole number belongs to it.
    for found in _OLD.finditer(text):
        head = f"{found[1]}19{found[2]}"
        if any(_is_right(head + digit) for digit in "0123456789X"):
            yield found[0]


def _is_right(number: str) -> bool:
    try:
        parse_identity_number(number)
    except GuantongError:
        return False
    return True


def _decoded(token: str) -> str:
    try:
        return urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode("latin-1")
    except (Base64Error, ValueError):
        return ""


@lru_cache(maxsize=10_000)
def _leaks(text: str, secrets: bool) -> tuple[str, ...]:
    """What must not be in a text. Most are seen again and again: statements, above all."""
    told = [found[0] for secret in SECRETS for found in secret.finditer(text)] if secrets else []
    return (*identity_numbers(text), *told)


class Watcher:
    """Looks at texts, and remembers where it found what."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.looked_at = 0

    def look(self, text: str, where: str, *, secrets: bool = True) -> None:
        self.looked_at += 1
        self.found += [f"{where} holds {leak!r}: {text[:2000]}" for leak in _leaks(text, secrets)]

    def take(self) -> list[str]:
        """What was found since the last time."""
        found, self.found = self.found, []
        return found


WATCHER = Watcher()


class LogStream(io.TextIOBase):
    """Where the product's log goes while tests run. The newest lines are kept for tests of what is logged."""

    def __init__(self) -> None:
        self.lines: deque[str] = deque(maxlen=500)

    def write(self, text: str) -> int:
        WATCHER.look(text, "the log")
        self.lines += text.splitlines()
        return len(text)


LOG = LogStream()


def _texts(span: ReadableSpan) -> Iterator[str]:
    """All that a span tells, each by itself."""
    for name, attributes in ((span.name, span.attributes), *((one.name, one.attributes) for one in span.events)):
        yield name
        for key, value in (attributes or {}).items():
            yield f"{key}={value}"
    yield from (str(one.attributes) for one in (span.resource, *span.links))
    yield f"{span.status.description or ''} {span.context.trace_state.to_header()}"


class SpanReader(SpanExporter):
    """Looks at every span. The newest are kept for tests of what is traced."""

    def __init__(self) -> None:
        self.spans: deque[ReadableSpan] = deque(maxlen=500)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.spans += spans
        for text in (text for span in spans for text in _texts(span)):
            WATCHER.look(text, "a trace")
        return SpanExportResult.SUCCESS


SPANS = SpanReader()


def pytest_configure() -> None:
    """From here on the log is the product's own, everything is traced, and errors are looked at where they are made."""
    configure_logs(stream=LOG)  # type: ignore[arg-type]
    logging.captureWarnings(False)  # they are errors, and pytest's own affair
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(SPANS))
    trace.set_tracer_provider(provider)
    _watch_results(errors, "_formatted", "an error of the graph")
    _watch_made(GuantongError, "__init__", "a fault")
    _watch_made(Finding, "__post_init__", "a finding")
    _watch_answers()
    _watch_reading()
    WATCHER.take()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fails the test that made the product write what it must not."""
    report = yield
    for name, text in report.sections:
        # What the command line prints is for whoever asked for it, and a token may be what was asked for.
        if "stdout" in name or "stderr" in name:
            WATCHER.look(text, name, secrets=False)
    found = WATCHER.take()
    if found and report.outcome != "failed":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: written although it must not be\n" + "\n".join(found)
    return report


def _watch_results(module: Any, name: str, where: str) -> None:
    function = getattr(module, name)

    @wraps(function)
    def watched(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        WATCHER.look(json.dumps(result, ensure_ascii=False, default=str), where)
        return result

    setattr(module, name, watched)


def _watch_made(kind: type, name: str, where: str) -> None:
    made: Callable[..., None] = getattr(kind, name)

    @wraps(made)
    def watched(self: Any, *args: Any, **kwargs: Any) -> None:
        made(self, *args, **kwargs)
        WATCHER.look(f"{self} {getattr(self, 'args', '')}", where)

    setattr(kind, name, watched)


def _watch_answers() -> None:
    """Headers of every answer over HTTP, and bodies of those that refuse or hold errors."""
    send = TestClient.send

    @wraps(send)
    def watched(self: TestClient, *args: Any, **kwargs: Any) -> Any:
        response = send(self, *args, **kwargs)
        WATCHER.look(str(dict(response.headers)), "the headers of an answer")
        if not kwargs.get("stream"):
            WATCHER.look(response.text if response.status_code >= 400 else _errors_of(response), "an answer")
        return response

    TestClient.send = watched  # type: ignore[method-assign]


def _errors_of(response: Any) -> str:
    if not response.content or "json" not in response.headers.get("content-type", ""):
        return ""
    body = response.json()
    return json.dumps(body.get("errors", ""), ensure_ascii=False) if isinstance(body, dict) else ""


def _watch_reading() -> None:
    """What a test reads from its capture is no longer in its report."""
    read = pytest.CaptureFixture.readouterr

    @wraps(read)
    def watched(self: Any) -> Any:
        captured = read(self)
        for text in captured:
            WATCHER.look(str(text), "what was printed", secrets=False)
        return captured

    pytest.CaptureFixture.readouterr = watched  # type: ignore[method-assign]
