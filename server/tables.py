"""What commands print: rich tables for people, JSON for programs."""

import os
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

Row = Sequence[object]


def print_table(title: str, headers: Sequence[str], rows: Iterable[Row]) -> None:
    """A table on standard output. Redirected, it is as wide as its content, unless COLUMNS says how wide."""
    console = Console(highlight=False)
    if not console.is_terminal and not os.environ.get("COLUMNS", "").isdecimal():
        console = Console(highlight=False, width=400)
    table = Table(title=Text(title), title_justify="left")
    for header in headers:
        table.add_column(header, overflow="fold")
    for row in rows:
        # Text, because a cell may hold brackets, which would be read as markup.
        table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    console.print(table)
