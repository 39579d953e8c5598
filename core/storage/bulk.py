"""Many rows of a table at once: COPY on PostgreSQL, one prepared statement on SQLite; a few microseconds a row.

Nothing is looked at but what the tables themselves hold to: this is for rows that were made to fit, an invented city's.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import METADATA
from core.models.base import Record, Table

Row = tuple[Any, ...]
_AT_ONE_GO = 5_000


@dataclass(slots=True)
class Sheet:
    """Rows to be of one table: values of ``columns`` in their order; ``same`` are columns that are alike in all."""

    table: type[Table]
    columns: tuple[str, ...]
    same: Mapping[str, Any] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        wanted = {one.name for one in self.form.columns if not one.nullable}
        lacking = wanted - {*self.columns, *self.same}
        if lacking:
            raise ValueError(f"rows of {self.form.name} need {', '.join(sorted(lacking))}")

    @property
    def form(self) -> sa.Table:
        return METADATA.tables[self.table.__tablename__]

    @property
    def names(self) -> tuple[str, ...]:
        """Every column that is written, in order."""
        return (*self.columns, *self.same)

    def add(self, *values: Any) -> None:
        """One more row."""
        self.rows.append(values)


async def write_sheets(session: AsyncSession, sheets: Sequence[Sheet]) -> int:
    """Write sheets in their order, within the session's transaction, and empty them; how many rows that was.

    Rows of one sheet may refer to each other in any order.
    """
    connection = await session.connection()
    is_postgres = connection.dialect.name == "postgresql"
    if not is_postgres:
        await connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    write, written = (_copied if is_postgres else _inserted), 0
    for sheet in sheets:
        if sheet.rows:
            await write(connection, sheet, _bound(connection, sheet))
            written += len(sheet.rows)
            sheet.rows.clear()
    return written


async def on_record(session: AsyncSession, table: type[Record], ids: Collection[UUID]) -> set[UUID]:
    """Which of ``ids`` the table holds already."""
    rows = await session.exec(select(table.id).where(col(table.id).in_(ids)))
    return set(rows.all())


def _bound(connection: AsyncConnection, sheet: Sheet) -> list[Row]:
    """The rows as the driver takes them."""
    dialect = connection.dialect
    types = [sheet.form.c[name].type.dialect_impl(dialect) for name in sheet.names]
    binders = [one.bind_processor(dialect) for one in types]
    tail = tuple(
        bind(value) if bind else value
        for bind, value in zip(binders[len(sheet.columns) :], sheet.same.values(), strict=True)
    )
    columns = zip(*sheet.rows, strict=True)
    bound = [_column(values, bind) for values, bind in zip(columns, binders, strict=False)]
    return [(*row, *tail) for row in zip(*bound, strict=True)]


def _column(values: tuple[Any, ...], bind: Callable[[Any], Any] | None) -> Sequence[Any]:
    return values if bind is None else [bind(value) for value in values]


async def _inserted(connection: AsyncConnection, sheet: Sheet, rows: list[Row]) -> None:
    marks = ", ".join("?" * len(sheet.names))
    statement = f"INSERT INTO {sheet.form.name} ({_listed(sheet)}) VALUES ({marks})"  # noqa: S608  names of our tables
    for start in range(0, len(rows), _AT_ONE_GO):
        await connection.exec_driver_sql(statement, rows[start : start + _AT_ONE_GO])


async def _copied(connection: AsyncConnection, sheet: Sheet, rows: list[Row]) -> None:
    """By way of a table of the transaction's own where row-level security is on, which COPY does not serve."""
    name, columns = sheet.form.name, _listed(sheet)
    walled = (await connection.exec_driver_sql(f"SELECT row_security_active('{name}')")).scalar_one()
    target = f"bulk_{name}" if walled else name
    if walled:
        like = f"CREATE TEMPORARY TABLE IF NOT EXISTS {target} (LIKE {name}) ON COMMIT DROP"
        await connection.exec_driver_sql(like)
    driver: Any = (await connection.get_raw_connection()).driver_connection
    async with driver.cursor() as cursor, cursor.copy(f"COPY {target} ({columns}) FROM STDIN") as copy:
        for row in rows:
            await copy.write_row(row)
    if walled:
        await connection.exec_driver_sql(f"INSERT INTO {name} ({columns}) SELECT {columns} FROM {target}")  # noqa: S608
        await connection.exec_driver_sql(f"TRUNCATE {target}")


def _listed(sheet: Sheet) -> str:
    return ", ".join(f'"{name}"' for name in sheet.names)
