"""The declarative form of a list: its columns, and how a row without any of them is told from one with some."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from core.files.cells import plain
from core.texts import Text
from core.vocabulary import Vocabulary

# Reads what a cell holds. Raises GuantongError with what would be right; None stands for a blank cell alone.
Read = Callable[[object, Vocabulary], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the field that it fills, its header, other headers that mean it, and how its cells are read."""

    field: str
    header: Text
    read: Read
    also: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True)
class ListForm:
    """A kind of list. ``key`` are the fields that tell its rows apart: the same twice in one file is said.

    The first of ``subject`` says whom a row is about; the others must then be the same in every row about them.
    """

    columns: tuple[Column, ...]
    key: tuple[str, ...]
    subject: tuple[str, ...] = ()

    @cached_property
    def names(self) -> Mapping[str, Column]:
        """Every column by each of its headers, normalised."""
        return {plain(name): one for one in self.columns for name in (*one.header, one.field, *one.also)}

    def column(self, field: str) -> Column:
        """The column that fills ``field``."""
        return next(one for one in self.columns if one.field == field)
