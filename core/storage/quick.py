"""Small questions of every request, compiled once and asked without a session: who acts, what changed.

They look at tables before which no wall stands, and at the newest state, never at what a transaction saw earlier.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from core.storage.database import Database
from core.storage.dialects import DIALECTS

K = TypeVar("K", bound=Hashable)
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


class Looks(Generic[T]):
    """Looks at something that many ask for at once: each answers everybody who asked before it began.

    So nobody learns what was so before they asked, and a crowd costs no more than two.
    """

    def __init__(self, look: Callable[[], Awaitable[T]], when_idle: Callable[[], object] | None = None) -> None:
        self._look = look
        self._when_idle = when_idle
        self._current: asyncio.Task[T] | None = None
        self._next: asyncio.Task[T] | None = None

    async def now(self) -> T:
        """What a look finds that began after this was asked."""
        if self._next is None:
            self._next = asyncio.ensure_future(self._after(self._current))
            self._next.add_done_callback(self._over)
        return await asyncio.shield(self._next)

    def _over(self, _look: "asyncio.Task[T]") -> None:
        if self._next is None and self._when_idle is not None:
            self._when_idle()

    async def _after(self, current: "asyncio.Task[T] | None") -> T:
        if current is not None and not current.done():
            await asyncio.wait({current})
        self._current, self._next = self._next, None
        return await self._look()


class KeyedLooks(Generic[K, T]):
    """The same for many things, each by its key: requests of one caller that come at once share what is looked up."""

    def __init__(self, look: Callable[[K], Awaitable[T]]) -> None:
        self._look = look
        self._looks: dict[K, Looks[T]] = {}

    async def now(self, key: K) -> T:
        """What a look at one of them finds that began after this was asked."""
        looks = self._looks.get(key)
        if looks is None:
            # Forgotten when its look is over, whether or not anybody still waits for that.
            looks = self._looks[key] = Looks(partial(self._look, key), partial(self._looks.pop, key, None))
        return await looks.now()
