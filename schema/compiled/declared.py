"""What a field says of itself, so that it can be read without its resolver. Adding a field adds a declaration, no code.

A declaration names columns of the row that its type shows. Nothing is guessed from names: what is not declared is left
to the resolvers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.storage.queries.relations import ById, Children, Listing

COMPILED = "guantong-compiled"  # marks a field or a type with its declaration


@dataclass(frozen=True, slots=True)
class Stored:
    """A leaf that is a column: the field's own name unless told, ``otherwise`` where that one is null or empty.

    With ``strangers`` values that the field's enum does not know are null; otherwise they are a fault.
    """

    column: str | None = None
    otherwise: str | None = None
    strangers: bool = False


@dataclass(frozen=True, slots=True)
class OwnId:
    """The global id of the row."""


@dataclass(frozen=True, slots=True)
class Inner:
    """An object that is part of the same row; null where the column ``when`` is, or is false.

    ``fields`` say what the fields of a type are that stands for several tables; otherwise its fields declare it.
    """

    when: str | None = None
    fields: Mapping[str, Stored] | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """Worked out from columns of the row by ``find(known, day, *values)``, without the database.

    ``known`` is the vocabulary, ``day`` the argument ``asOf`` or today. Values are as JSON has them.
    """

    columns: tuple[str, ...]
    find: Callable[..., Any]


def by_values(find: Callable[..., Any]) -> Callable[..., Any]:
    """To be found by the values alone, whatever is known and on which day."""
    return lambda _known, _day, *values: find(*values)


@dataclass(frozen=True, slots=True)
class One:
    """The row that the column names by its id, or by its column ``by``.

    With ``is_there`` a row that cannot be read is a fault, as it is for resolvers.
    """

    rows: ById[Any]
    column: str
    is_there: bool = False
    by: str = "id"


@dataclass(frozen=True, slots=True)
class Many:
    """Rows that name this one, all of them; ``only`` says which, of their columns."""

    rows: Children[Any]
    only: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Latest:
    """The last of the rows that name this one, of those that hold on a day: the argument ``asOf``, or today.

    ``span`` names their columns of the first day and of the first day after.
    """

    rows: Children[Any]
    span: tuple[str, str] = ("starts", "ends")


@dataclass(frozen=True, slots=True)
class OfLast:
    """Worked out from the last of the rows that name this one; an empty list where there is none."""

    rows: Children[Any]
    shown: Known


@dataclass(frozen=True, slots=True)
class AnyOn:
    """Whether any of the rows that name this one holds on a day."""

    rows: Children[Any]
    span: tuple[str, str] = ("starts", "ends")


@dataclass(frozen=True, slots=True)
class KeptFacts:
    """What ``find(running, facts, asked)`` makes of the facts that are kept of the row, by which schemes run.

    ``rows`` are where they are kept, ``asked`` is the argument ``scheme``; of one ``scheme`` alone where it is named.
    """

    rows: tuple[Children[Any], ...]
    find: Callable[..., Any]
    scheme: str | None = None


@dataclass(frozen=True, slots=True)
class UnderRunning:
    """Rows that name this one and are kept under a scheme, as far as that runs; the argument ``scheme`` says which."""

    rows: Children[Any]


@dataclass(frozen=True, slots=True)
class Pages:
    """A connection. Of a root the whole list; elsewhere what hangs on the row, by its column ``key``.

    ``read(asking, arguments)`` makes the listing's filters of arguments that are no ``filter``.
    """

    listing: Listing[Any]
    key: str = "id"
    read: Callable[[Any, Mapping[str, Any]], Any] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A root: the row with the id, or the column ``by``, in the argument of that name.

    Where there is none the resolver says what is wrong.
    """

    rows: ById[Any]
    type_name: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Summed:
    """A root: the rows of ``select(actor, asked)``, whose columns have the names that the type's fields declare.

    ``read(asking, arguments)`` makes what is asked of the arguments.
    """

    select: Callable[..., Any]
    read: Callable[[Any, Mapping[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class AnyNode:
    """The root ``node``: whatever a global id names."""

    rows: Mapping[str, ById[Any]]


@dataclass(frozen=True, slots=True)
class Shows:
    """Of a type: the table whose rows it shows. ``kinds``: which type shows which value of the column ``by``."""

    table: Any
    by: str | None = None
    kinds: Mapping[str, str] | None = None


Declared = (
    Stored
    | OwnId
    | Inner
    | Known
    | One
    | Many
    | Latest
    | OfLast
    | AnyOn
    | KeptFacts
    | UnderRunning
    | Pages
    | Found
    | Summed
    | AnyNode
)


def shows(table: Any, by: str | None = None, kinds: Mapping[str, str] | None = None) -> Callable[[Any], Any]:
    """Declare whose rows a type shows."""

    def declare(kind: Any) -> Any:
        kind.__shows__ = Shows(table, by, kinds)
        return kind

    return declare
