"""What a field says of itself, so that it can be read without its resolver. Adding a field adds a declaration, no code.

A declaration names columns of the row that its type shows. Nothing is guessed from names: what is not declared is left
to the resolvers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.storage.relations import ById, Children, Listing

COMPILED = "guantong-compiled"  # marks a field or a type with its declaration


@dataclass(frozen=True, slots=True)
class Stored:
    """A leaf that is a column: the field's own name unless told, ``otherwise`` where that one is null or empty."""

    column: str | None = None
    otherwise: str | None = None


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


@dataclass(frozen=True, slots=True)
class One:
    """The row that the column names."""

    rows: ById[Any]
    column: str


@dataclass(frozen=True, slots=True)
class Many:
    """Rows that name this one, all of them; ``only`` says which, of their columns."""

    rows: Children[Any]
    only: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Pages:
    """A connection. Of a root the whole list; elsewhere what hangs on the row, by its column ``key``."""

    listing: Listing[Any]
    key: str = "id"


@dataclass(frozen=True, slots=True)
class Found:
    """A root: the row with the id in the argument ``id``. Where there is none the resolver says what is wrong."""

    rows: ById[Any]
    type_name: str


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


Declared = Stored | OwnId | Inner | Known | One | Many | Pages | Found | AnyNode


def shows(table: Any, by: str | None = None, kinds: Mapping[str, str] | None = None) -> Callable[[Any], Any]:
    """Declare whose rows a type shows."""

    def declare(kind: Any) -> Any:
        kind.__shows__ = Shows(table, by, kinds)
        return kind

    return declare
