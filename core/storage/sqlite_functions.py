"""Functions that statements need and SQLite lacks."""

from base64 import urlsafe_b64encode
from typing import Any


def base64_for_addresses(text: str | None) -> str | None:
    """A text in base64 for addresses, without padding."""
    return None if text is None else urlsafe_b64encode(text.encode()).decode().rstrip("=")


FUNCTIONS = {"guantong_base64": (1, base64_for_addresses)}


def add_functions(connection: Any) -> Any:
    """Add them to a connection of the driver."""
    for name, (arguments, function) in FUNCTIONS.items():
        connection.create_function(name, arguments, function, deterministic=True)
