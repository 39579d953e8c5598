"""Fields that are worked out, declared so that type checkers still see the method; what each costs beside it."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import strawberry

from schema.limits.directives import ListSize, directives, page_size

F = TypeVar("F", bound=Callable[..., Any])
# A statement of its own, whatever is in it.
STATEMENT = 10


def computed(
    description: str, *, weight: int = 1, size: int | None = None, sized_by: str | None = None
) -> Callable[[F], F]:
    """Make a method a field of the graph.

    ``size`` is how long its list usually is, ``sized_by`` the argument that says how long it is this time.
    """
    slicing: Any = {"slicing_arguments": [sized_by]} if sized_by else {}
    length = None if size is None else ListSize(assumed_size=size, **slicing)
    return _field(description, weight, length)


def paged(description: str, *, weight: int = STATEMENT) -> Callable[[F], F]:
    """Make a method that answers with a connection a field of the graph."""
    return _field(description, weight, page_size())


def listed(description: str, size: int) -> Any:
    """A list that comes with its object; ``size`` is how long it usually is."""
    return strawberry.field(description=description, directives=directives(1, ListSize(assumed_size=size)))


def argument(description: str, name: str | None = None) -> Any:
    """The description of an argument, for ``Annotated``."""
    return strawberry.argument(description=description, name=name)


def _field(description: str, weight: int, size: ListSize | None) -> Callable[[F], F]:
    return cast("Callable[[F], F]", strawberry.field(description=description, directives=directives(weight, size)))
