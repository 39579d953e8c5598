"""Headers that every answer carries, whatever it is: what a browser may do with it."""

from collections.abc import Mapping

from server.settings import Settings

# Scripts and styles from files of this server alone. GraphiQL needs no more; the one style element that a dialog of its
# own writes, to hide scroll bars behind it, is refused and not missed.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
_UNUSED = (
    "accelerometer",
    "bluetooth",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "publickey-credentials-get",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
SECURITY_HEADERS: Mapping[str, str] = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": ", ".join(f"{feature}=()" for feature in _UNUSED),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
# A year, this host alone: what else runs under its domain is not ours to decide.
TRANSPORT_SECURITY = "max-age=31536000"


def security_headers(settings: Settings) -> Mapping[str, str]:
    """The headers of this installation. Only production promises TLS: the demonstration has none."""
    if settings.is_demonstration:
        return SECURITY_HEADERS
    return {**SECURITY_HEADERS, "strict-transport-security": TRANSPORT_SECURITY}
