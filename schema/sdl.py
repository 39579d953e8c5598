"""The schema in its own language, as ``schema.graphql`` keeps it."""

from pathlib import Path

from schema.build import build_schema

FILE = Path(__file__).parent / "schema.graphql"


def print_sdl() -> str:
    """The whole schema, ending in a new line."""
    return build_schema().as_str().rstrip() + "\n"
