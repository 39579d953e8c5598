"""Papers (文书): a list as something to sign and hang up, in Word and in PDF.

Neither carries a font. Word names 宋体 and 黑体, which every office has; PDF names STSong-Light with the characters of
Adobe-GB1, for which readers bring their own. Characters that GBK does not know (rare ones of names, 生僻字) would come
out blank, so they are printed as 〓 with their code points below, and nobody signs a name that is not there.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from core.exporting.form import Cell, Cells, Column
from core.texts import Text

MIDDLE_DOT: Final = "・"
GETA: Final = "〓"
# Characters of GBK for which Adobe-GB1 has no place under their own code point, and what stands for them.
_INSTEAD: Final = {"·": MIDDLE_DOT, "\x7f": "", "ń": "n", "ň": "n", "ɑ": "a", "ɡ": "g", "\t": " ", "\r": "", "\n": " "}
MOST_ROWS: Final = 5000


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above and below the rows; ``is_card`` gives each row a page of its own."""

    title: str
    lines: tuple[str, ...] = ()
    foot: tuple[str, ...] = ()
    is_card: bool = False


class Glyphs:
    """Texts as a PDF can show them; ``missing`` collects what it cannot."""

    def __init__(self) -> None:
        self.missing: dict[str, str] = {}

    def of(self, text: str) -> str:
        return "".join(self._one(letter) for letter in text)

    def _one(self, letter: str) -> str:
        letter = _INSTEAD.get(letter, letter)
        if letter and _is_compatible(letter):
            letter = unicodedata.normalize("NFKC", letter)
        if letter in ("", MIDDLE_DOT) or _is_known(letter):
            return letter
        self.missing[letter] = " ".join(f"U+{ord(one):04X}" for one in letter)
        return GETA

    @property
    def told(self) -> str | None:
        if not self.missing:
            return None
        return f"注：{GETA} 为本字体未收的字，依出现先后为 {'、'.join(self.missing.values())}。"


def _is_compatible(letter: str) -> bool:
    """Second forms of characters, which GBK knows and the font does not."""
    return 0xF900 <= ord(letter) <= 0xFAFF or 0xFE30 <= ord(letter) <= 0xFE4F


def _is_known(letter: str) -> bool:
    if len(letter) != 1 or _is_compatible(letter):
        return False
    try:
        letter.encode("gbk")
    except UnicodeEncodeError:
        return False
    return letter.isprintable()


def words(cell: Cell) -> str:
    """A cell as people write it."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return f"{cell.year}年{cell.month}月{cell.day}日"
    return str(cell)


class Paper:
    """Collects rows; papers are short, and laid out as a whole."""

    def __init__(self, path: Path, head: Head, columns: Sequence[Column]) -> None:
        self._path, self._head, self._columns = path, head, columns
        self._rows: list[list[str]] = []

    def write(self, rows: Iterable[Cells]) -> None:
        self._rows.extend([words(row.get(column.key)) for column in self._columns] for row in rows)

    def abandon(self) -> None:
        """Nothing is open before the end."""


TOO_LONG: Final = Text(
    f"超过 {MOST_ROWS} 行，不能生成 Word 或 PDF；请导出为 xlsx 或 csv",
    f"more than {MOST_ROWS} rows make no paper; export them as xlsx or csv",
)
