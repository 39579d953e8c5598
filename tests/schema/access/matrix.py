"""The matrix as a table: read from its file, and written as it is found to be."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path

FILE = Path(__file__).parent / "matrix.txt"


class Cell(StrEnum):
    """What becomes of a question."""

    SEEN = "+"  # answered, or done
    HIDDEN = "."  # null, an empty list, or not found: as if it did not exist
    REFUSED = "x"  # NOT_PERMITTED


Matrix = Mapping[str, Sequence[Cell]]


def read_matrix() -> tuple[dict[str, tuple[Cell, ...]], dict[str, frozenset[str]]]:
    """The cells of every field, and the fields of the types that come with the field that holds them."""
    cells: dict[str, tuple[Cell, ...]] = {}
    values: dict[str, frozenset[str]] = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, *rest = line.split()
        if name.endswith(":"):
            values[name[:-1]] = frozenset(rest)
        else:
            cells[name] = tuple(map(Cell, rest))
    return cells, values


def write_matrix(matrix: Matrix, values: Mapping[str, frozenset[str]], columns: Sequence[str]) -> str:
    """The table as text; ``columns`` names them in the heading."""
    return "\n".join([*_heading(columns), *_rows(matrix, len(columns)), "", *_values(values), ""])


def _heading(columns: Sequence[str]) -> Iterator[str]:
    yield "# Who reads and does what: + answered or done, . hidden as if it did not exist, x refused (NOT_PERMITTED)."
    yield "# The actors belong to one enterprise; →other and →colleague ask for what is another's."
    for place, column in enumerate(columns):
        yield f"# {' ' * 56}{'│ ' * place}┌ {column}"


def _rows(matrix: Matrix, width: int) -> Iterator[str]:
    owner = ""
    for name, cells in matrix.items():
        assert len(cells) == width
        if name.partition(".")[0] != owner:
            owner = name.partition(".")[0]
            yield ""
        yield f"{name:58}{' '.join(cells)}"


def _values(values: Mapping[str, frozenset[str]]) -> Iterator[str]:
    yield "# Values: they come with the field that holds them, and by its rule."
    for kind, fields in sorted(values.items()):
        yield f"{kind}: {' '.join(sorted(fields))}"
