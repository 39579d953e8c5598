"""Fields that are worked out, declared so that type checkers still see the method."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

import strawberry

from core.permissions import Permission
from schema.access import IS_DECIDED, Requires

F = TypeVar("F", bound=Callable[..., Any])


def computed(description: str, requires: Sequence[Permission] | None = None) -> Callable[[F], F]:
    """Make a method a field of the graph, for whoever holds one of ``requires``; for ``EVERYBODY`` when that is empty.

    A field of a root has to say for whom it is. Elsewhere a field comes with what it hangs on.
    """
    directives = [Requires(any_of=[one.value for one in requires])] if requires else []
    metadata = {} if requires is None else {IS_DECIDED: True}
    return cast("Callable[[F], F]", strawberry.field(description=description, directives=directives, metadata=metadata))


def argument(description: str, name: str | None = None) -> Any:
    """The description of an argument, for ``Annotated``."""
    return strawberry.argument(description=description, name=name)
