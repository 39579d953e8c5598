"""Fields that are worked out, declared so that type checkers see the method: whom each is for, and what it costs."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

import strawberry

from core.permissions import Permission
from schema.access import IS_DECIDED, Requires
from schema.limits.directives import ListSize, directives, page_size

F = TypeVar("F", bound=Callable[..., Any])
# A statement of its own, whatever is in it.
STATEMENT = 10
# A use case: what it checks, what it writes, and the audit event of it.
USE_CASE = 100


def computed(
    description: str,
    *,
    requires: Sequence[Permission] | None = None,
    weight: int = 1,
    size: int | None = None,
    sized_by: str | None = None,
) -> Callable[[F], F]:
    """Make a method a field of the graph, for whoever holds one of ``requires``; for ``EVERYBODY`` when that is empty.

    A field of a root has to say for whom it is. Elsewhere a field comes with what it hangs on. ``size`` is how long its
    list usually is, ``sized_by`` the argument that says how long it is this time.
    """
    slicing: Any = {"slicing_arguments": [sized_by]} if sized_by else {}
    length = None if size is None else ListSize(assumed_size=size, **slicing)
    return _field(description, requires, weight, length)


def paged(
    description: str, *, requires: Sequence[Permission] | None = None, weight: int = STATEMENT
) -> Callable[[F], F]:
    """Make a method that answers with a connection a field of the graph."""
    return _field(description, requires, weight, page_size())


def mutation(description: str, *, requires: Sequence[Permission], weight: int = USE_CASE) -> Callable[[F], F]:
    """Make a method that runs a use case a field of the mutation root."""
    return _field(description, requires, weight, None)


def listed(description: str, size: int) -> Any:
    """A list that comes with its object; ``size`` is how long it usually is."""
    return strawberry.field(description=description, directives=directives(1, ListSize(assumed_size=size)))


def argument(description: str, name: str | None = None) -> Any:
    """The description of an argument, for ``Annotated``."""
    return strawberry.argument(description=description, name=name)


def _field(
    description: str, requires: Sequence[Permission] | None, weight: int, size: ListSize | None
) -> Callable[[F], F]:
    allowed = [Requires(any_of=[one.value for one in requires])] if requires else []
    metadata = {} if requires is None else {IS_DECIDED: True}
    said = [*allowed, *directives(weight, size)]
    return cast("Callable[[F], F]", strawberry.field(description=description, directives=said, metadata=metadata))
