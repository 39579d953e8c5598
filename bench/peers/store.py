"""What is told of a database that contestants read, whichever it is."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, Protocol

TABLES: Final = ("enterprise", "person", "credential", "evaluation", "score", "employment")


class Store(Protocol):
    """A city on one database: the product's tables at ``url``, their copy for the others at ``copy_url``."""

    name: str
    url: str
    copy_url: str

    def densify(self) -> None:
        """Add evaluations with their scores, and make the copy."""

    def rows(self, sql: str) -> Sequence[Sequence[Any]]:
        """Of the copy, whose tables ``{0}`` stands before."""

    def writer(self) -> AbstractContextManager[Callable[[], object]]:
        """What commits a small transaction beside the servers, whenever it is called; it changes no answer."""

    def version(self) -> str: ...

    def process(self) -> int | None:
        """Whose processor time is the database's; None where the database works within the servers."""
