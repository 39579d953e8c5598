"""Fields that are worked out, declared so that type checkers still see the method."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import strawberry

F = TypeVar("F", bound=Callable[..., Any])


def computed(description: str) -> Callable[[F], F]:
    """Make a method a field of the graph."""
    return cast("Callable[[F], F]", strawberry.field(description=description))


def argument(description: str, name: str | None = None) -> Any:
    """The description of an argument, for ``Annotated``."""
    return strawberry.argument(description=description, name=name)
