"""The demonstration: an example scheme of a shipyard that does not exist, and invented people."""

from server.wiring import Parts


async def seed(parts: Parts) -> None:
    """Store the demonstration, once: a database that holds it already is left as it is."""
