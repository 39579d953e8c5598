"""Sends spans to a collector when the settings name one. Without it spans go nowhere and cost next to nothing."""

from collections.abc import Callable

from opentelemetry import trace

from core.errors import ErrorCode, GuantongError
from core.texts import Text

SERVICE = "guantong"
MILLISECONDS_FOR_THE_LAST = 2000


def send_traces(endpoint: str | None) -> Callable[[], object]:
    """From now on send what is traced to ``endpoint`` (OTLP over HTTP). Gives what sends the last of it."""
    if endpoint is None:
        return lambda: None
    try:
        # An extra of the package: most installations have no collector.
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError:
        raise GuantongError(
            ErrorCode.SETTINGS_INVALID,
            Text(
                "设了 GUANTONG_TRACES_ENDPOINT，但未安装 guantong[tracing]；请安装，或去掉该设置",
                "GUANTONG_TRACES_ENDPOINT is set, but guantong[tracing] is not installed; install it, or unset it",
            ),
        ) from None
    provider = TracerProvider(resource=Resource.create({"service.name": SERVICE}), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint)))
    trace.set_tracer_provider(provider)
    return lambda: provider.force_flush(MILLISECONDS_FOR_THE_LAST)
