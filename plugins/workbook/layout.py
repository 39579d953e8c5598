"""The layout of the catalog's workbook, read from ``layout.toml``: columns, and other words for levels and series."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.files.cells import plain
from core.texts import Text

_ARROWS = re.compile(r"(->|—>|=>|[→➔➜⇒])")
_TAIL = re.compile(r"\([^()]*\)$")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the field of the form it fills, its header, and other headers that mean it."""

    field: str
    header: Text
    also: tuple[str, ...]
    required: bool
    width: int
    group: str | None

    @property
    def written(self) -> str:
        """The header as it is written: Chinese over English."""
        return f"{self.header.zh}\n{self.header.en}"


@dataclass(frozen=True, slots=True)
class Layout:
    """All of ``layout.toml``. ``names`` maps every normalised header to its column."""

    sheet: Text
    result: Text
    columns: tuple[Column, ...]
    names: Mapping[str, Column]
    ignored: frozenset[str]
    notes: tuple[str, ...]
    title_levels: Mapping[str, tuple[str, ...]]
    ambiguous_title_levels: Mapping[str, tuple[str, ...]]
    series: Mapping[str, tuple[str, ...]]

    def column(self, field: str) -> Column:
        """The column that fills ``field``."""
        return next(one for one in self.columns if one.field == field)


@lru_cache(maxsize=1)
def layout() -> Layout:
    """The one layout there is."""
    raw = tomllib.loads(Path(__file__).with_name("layout.toml").read_text(encoding="utf-8"))
    columns = tuple(_column(row) for row in raw["column"])
    return Layout(
        sheet=Text(**raw["sheet"]),
        result=Text(**raw["result"]),
        columns=columns,
        names={plain_header(name): one for one in columns for name in (*one.header, *one.also)},
        ignored=frozenset(map(plain_header, raw["ignored"])),
        notes=tuple(raw["notes"]),
        title_levels={level: tuple(words) for level, words in raw["title_level"].items()},
        ambiguous_title_levels={
            word: tuple(row["either"]) for row in raw["ambiguous_title_level"] for word in row["words"]
        },
        series={code: tuple(words) for code, words in raw["series"].items()},
    )


def _column(row: dict[str, Any]) -> Column:
    header = Text(row["zh"], row["en"])
    return Column(
        row["field"], header, tuple(row.get("also", ())), row.get("required", False), row["width"], row.get("group")
    )


def plain_header(text: str) -> str:
    """A header in one spelling, its arrows alike."""
    return _ARROWS.sub("→", plain(text))


def without_tail(header: str) -> str:
    """A normalised header without brackets at its end: 年限(年) is 年限."""
    return _TAIL.sub("", header)
