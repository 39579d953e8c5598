"""Fields that are worked out, declared so that type checkers see the method: whom each is for, and what it costs."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

import strawberry

from core.permissions import Permission
from core.storage.queries.relations import ById
from schema.access import IS_DECIDED, Requires
from schema.compiled.declared import COMPILED, Declared, Inner, Known, One, Stored
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
    reads: Declared | None = None,
) -> Callable[[F], F]:
    """Make a method a field of the graph, for whoever holds one of ``requires``; for ``EVERYBODY`` when that is empty.

    A field of a root has to say for whom it is. Elsewhere a field comes with what it hangs on. ``size`` is how long its
    list usually is, ``sized_by`` the argument that says how long it is this time. ``reads`` says what the method comes
    to in terms of the storage, so that compiled reads can do without it.
    """
    slicing: Any = {"slicing_arguments": [sized_by]} if sized_by else {}
    length = None if size is None else ListSize(assumed_size=size, **slicing)
    return _field(description, requires, weight, length, reads)


def paged(
    description: str,
    *,
    requires: Sequence[Permission] | None = None,
    weight: int = STATEMENT,
    reads: Declared | None = None,
) -> Callable[[F], F]:
    """Make a method that answers with a connection a field of the graph."""
    return _field(description, requires, weight, page_size(), reads)


def mutation(description: str, *, requires: Sequence[Permission], weight: int = USE_CASE) -> Callable[[F], F]:
    """Make a method that runs a use case a field of the mutation root."""
    return _field(description, requires, weight, None, None)


def stored(
    description: str,
    column: str | None = None,
    otherwise: str | None = None,
    *,
    name: str | None = None,
    strangers: bool = False,
) -> Any:
    """An attribute that shows a column of the row: the one of its own name unless told, or of the same row's other."""
    metadata = {COMPILED: Stored(column, otherwise, strangers)}
    return strawberry.field(description=description, name=name, metadata=metadata)


def within(description: str, when: str | None = None, **fields: Stored) -> Any:
    """An attribute that shows several columns of the row as an object; null where the column ``when`` is."""
    return strawberry.field(description=description, metadata={COMPILED: Inner(when, fields or None)})


def related(description: str, rows: ById[Any], column: str) -> Any:
    """An attribute that shows the row that a column names."""
    return strawberry.field(description=description, metadata={COMPILED: One(rows, column)})


def known(description: str, columns: tuple[str, ...], find: Callable[..., Any]) -> Any:
    """An attribute that is worked out from columns of the row."""
    return strawberry.field(description=description, metadata={COMPILED: Known(columns, find)})


def listed(description: str, size: int, reads: Declared | None = None) -> Any:
    """A list that comes with its object; ``size`` is how long it usually is."""
    metadata = {} if reads is None else {COMPILED: reads}
    said = directives(1, ListSize(assumed_size=size))
    return strawberry.field(description=description, directives=said, metadata=metadata)


def argument(description: str, name: str | None = None) -> Any:
    """The description of an argument, for ``Annotated``."""
    return strawberry.argument(description=description, name=name)


def _field(
    description: str,
    requires: Sequence[Permission] | None,
    weight: int,
    size: ListSize | None,
    reads: Declared | None,
) -> Callable[[F], F]:
    allowed = [Requires(any_of=[one.value for one in requires])] if requires else []
    metadata: dict[Any, Any] = {} if requires is None else {IS_DECIDED: True}
    if reads is not None:
        metadata[COMPILED] = reads
    said = [*allowed, *directives(weight, size)]
    return cast("Callable[[F], F]", strawberry.field(description=description, directives=said, metadata=metadata))
