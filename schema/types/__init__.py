"""The types of the graph, one noun a file."""

# People refer to everything and everything refers to people: loaded first, their module finds all others whole.
from schema.types import person

__all__ = ["person"]
