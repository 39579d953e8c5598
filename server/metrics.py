"""Figures for operators (Prometheus): how much, how fast, with what outcome; nothing that says who asked or for what.

Every label has few values, all of them ours: kinds of operation, error codes, routes, methods, statuses.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

CONTENT_TYPE = CONTENT_TYPE_LATEST
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
OTHER = "other"
TOO_MANY = 429
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

Gauges = Mapping[str, tuple[str, float]]


class Metrics:
    """The figures of one application; it has a registry of its own, so that several may run in one process."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        requests = Counter(
            "guantong_http_requests", "Answered HTTP requests", ["method", "route", "status"], registry=registry
        )
        # Each label is looked up once: the library locks and formats for every look.
        self._requests = cache(requests.labels)
        self._under_way = self._in_flight = 0  # counted by the one thread of the event loop, and read when asked for
        under_way = Gauge("guantong_http_requests_under_way", "HTTP requests under way", registry=registry)
        under_way.set_function(lambda: self._under_way)
        operations = Counter(
            "guantong_operations", "GraphQL operations by kind and outcome", ["kind", "code"], registry=registry
        )
        self._operations = cache(operations.labels)
        seconds = Histogram(
            "guantong_operation_seconds",
            "Seconds of operations by outcome",
            ["code"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._seconds = cache(seconds.labels)
        roots = Counter(
            "guantong_root_fields", "Root fields of queries by the way they were answered", ["way"], registry=registry
        )
        self._roots = cache(roots.labels)
        in_flight = Gauge("guantong_operations_in_flight", "GraphQL operations in flight", registry=registry)
        in_flight.set_function(lambda: self._in_flight)
        self._rate_limited = Counter("guantong_rate_limit_refusals", "Requests refused by rate", registry=registry)
        self._audit_failures = Counter(
            "guantong_audit_failures", "Audit events that could not be written; nothing was done", registry=registry
        )

    def request_began(self) -> None:
        self._under_way += 1

    def request_ended(self, method: str, route: str | None, status: int | None) -> None:
        """Count a request by a method of ``METHODS``, or OTHER. One that nobody waited for has no status."""
        self._under_way -= 1
        self._requests(method, route or OTHER, str(status) if status else "none").inc()
        if status == TOO_MANY:
            self.rate_limited()

    def operation_began(self) -> None:
        self._in_flight += 1

    def operation_left(self) -> None:
        """An operation is over, counted or not."""
        self._in_flight -= 1

    def operation_ended(self, kind: str, code: str, seconds: float) -> None:
        self._operations(kind, code).inc()
        self._seconds(code).observe(seconds)

    def roots_answered(self, compiled: int, resolved: int) -> None:
        """So many root fields of a query were answered by compiled reads, so many by resolvers."""
        self._roots("compiled").inc(compiled)
        self._roots("resolvers").inc(resolved)

    def answered_again(self, roots: int) -> None:
        """So many root fields of a query were answered as before, since nothing was written meanwhile."""
        self._roots("kept").inc(roots)

    def rate_limited(self) -> None:
        self._rate_limited.inc()

    def audit_failed(self) -> None:
        self._audit_failures.inc()

    def ask(self, gauges: Callable[[], Gauges]) -> None:
        """Take these figures whenever the others are read: name, then help and value."""
        self._registry.register(_Asked(gauges))

    def text(self) -> bytes:
        """Everything in the text format of Prometheus."""
        return generate_latest(self._registry)


class _Asked(Collector):
    def __init__(self, gauges: Callable[[], Gauges]) -> None:
        self._gauges = gauges

    def describe(self) -> list[Metric]:
        """Nothing is asked before there is something to ask."""
        return []

    def collect(self) -> Iterator[Metric]:
        for name, (words, value) in self._gauges().items():
            yield GaugeMetricFamily(name, words, value)
