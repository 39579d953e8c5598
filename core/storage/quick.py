"""Small questions of every request, compiled once and asked without a session: who acts, what changed.

They look at tables before which no wall stands, and at the newest state, never at what a transaction saw earlier.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import sqlalchemy as sa

from core.storage.database import Database
from core.storage.dialects import DIALECTS

T = TypeVar("T")
Process = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Compiled:
    sql: str
    places: Sequence[tuple[str, Process | None]]
    columns: Sequence[Process | None]


@dataclass(slots=True)
class Quick:
    """A select of columns, with ``bindparam`` for what differs from one request to the next."""

    select: "sa.Select[Any]"
    _compiled: dict[str, _Compiled] = field(default_factory=dict)

    async def rows(self, database: Database, **values: Any) -> list[tuple[Any, ...]]:
        """The rows, as the columns' types make them."""
        asked = self._compiled.get(database.dialect) or self._compile(database.dialect)
        given = [_processed(process, values[name]) for name, process in asked.places]
        found = await database.rows(asked.sql, given)
        return [tuple(map(_processed, asked.columns, row)) for row in found]

    async def row(self, database: Database, **values: Any) -> tuple[Any, ...] | None:
        """The only row, if there is one."""
        return next(iter(await self.rows(database, **values)), None)

    def _compile(self, dialect: str) -> _Compiled:
        chosen = DIALECTS[dialect]
        compiled = self.select.compile(dialect=chosen)
        kinds = [(name, compiled.binds[name].type.dialect_impl(chosen)) for name in compiled.positiontup or ()]
        places = [(name, kind.bind_processor(chosen)) for name, kind in kinds]
        columns = [one.type.dialect_impl(chosen).result_processor(chosen, None) for one in self.select.selected_columns]
        made = self._compiled[dialect] = _Compiled(str(compiled), places, columns)
        return made


def _processed(process: Process | None, value: Any) -> Any:
    return value if process is None or value is None else process(value)


def record(table: type[T], row: Sequence[Any]) -> T:
    """A row of all columns of a table, as its model shows it."""
    columns: Any = table
    names = [column.key for column in columns.__table__.c]
    return table(**dict(zip(names, row, strict=True)))
