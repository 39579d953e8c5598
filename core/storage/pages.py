"""Keyset pagination (Relay connections) over any query: stable under inserts, cursors that reveal no offsets.

A cursor holds the sort values of its row. Whatever a reader makes of it, the query's own predicate still decides what
is read; a cursor that this order did not give out is refused.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Generic, NoReturn, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel.ext.asyncio.session import AsyncSession

from core.errors import ErrorCode, GuantongError
from core.texts import Text

S = TypeVar("S")
T = TypeVar("T")
DEFAULT_SIZE = 20
LARGEST_SIZE = 100
_MAX_CURSOR = 1000


@dataclass(frozen=True)
class Order:
    """A sort order by name: expressions without nulls, the last of them unique, all in one direction."""

    name: str
    keys: tuple[Any, ...]
    descending: bool = False

    @property
    def tag(self) -> str:
        """What a cursor remembers of the order that gave it out."""
        return f"{self.name}:{'desc' if self.descending else 'asc'}"


@dataclass(frozen=True, slots=True)
class Slice:
    """Which part of the rows: ``first`` after a cursor, or ``last`` before one; at most 100, 20 unless told."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None

    @property
    def backward(self) -> bool:
        return self.last is not None or (self.before is not None and self.first is None)

    @property
    def size(self) -> int:
        asked = self.last if self.backward else self.first
        return DEFAULT_SIZE if asked is None else asked


FIRST_PAGE = Slice()


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Rows in the order asked for, and a cursor for each."""

    rows: list[T]
    cursors: list[str]
    has_next: bool
    has_previous: bool

    def showing(self, rows: Iterable[S]) -> "Page[S]":
        """The same page, of what stands for its rows."""
        return Page(list(rows), self.cursors, self.has_next, self.has_previous)


async def fetch_page(session: AsyncSession, query: "sa.Select[Any]", order: Order, part: Slice) -> Page[Any]:
    """One page of ``query``, a select of one entity without an order of its own. One statement."""
    check_slice(part)
    after, before = _marks(order, part.after), _marks(order, part.before)
    limited: Any = limited_to(query, order, part, after, before, part.size + 1).add_columns(*order.keys)
    return _page(list((await session.exec(limited)).all()), order, part)


async def fetch_pages(
    session: AsyncSession, query: "sa.Select[Any]", parent: Any, order: Order, part: Slice
) -> dict[Any, Page[Any]]:
    """The same page under every value of the column ``parent``, in one statement. Values without rows are absent."""
    check_slice(part)
    place = sa.func.row_number().over(partition_by=parent, order_by=_sorting(order, part))
    keys = [key.label(f"key_{number}") for number, key in enumerate(order.keys)]
    after = _positioned(query, order, _marks(order, part.after), _marks(order, part.before))
    numbered = after.add_columns(parent.label("parent"), place.label("place"), *keys).subquery()
    entity = aliased(query.column_descriptions[0]["entity"], numbered)
    sorted_by = (numbered.c[key.name] for key in keys)
    within = sa.select(numbered.c.parent, entity, *sorted_by).where(numbered.c.place <= part.size + 1)
    found: Any = within.order_by(numbered.c.parent, numbered.c.place)
    by_parent: dict[Any, list[Any]] = defaultdict(list)
    for row in (await session.exec(found)).all():
        by_parent[row[0]].append(row[1:])
    return {value: _page(rows, order, part) for value, rows in by_parent.items()}


def cut_page(rows: Sequence[T], name: str, key: Callable[[T], str], part: Slice) -> Page[T]:
    """One page of rows held in memory, which are sorted by a text that is different for each."""
    check_slice(part)
    order = Order(name, (sa.column(name, sa.String()),))
    first = bisect_right(rows, read_cursor(order, part.after)[0], key=key) if part.after is not None else 0
    last = bisect_left(rows, read_cursor(order, part.before)[0], key=key) if part.before is not None else len(rows)
    within = rows[first:last]
    found = within[: -part.size - 2 : -1] if part.backward else within[: part.size + 1]
    return _page([(row, key(row)) for row in found], order, part)


def _page(found: list[Any], order: Order, part: Slice) -> Page[Any]:
    """The page of rows that were found, one more than it holds where there are more; sort values follow the entity."""
    more = len(found) > part.size
    kept = found[: part.size]
    if part.backward:
        kept.reverse()
    return Page(
        rows=[row[0] for row in kept],
        cursors=[_cursor(order, row[1:]) for row in kept],
        has_next=part.before is not None if part.backward else more,
        has_previous=more if part.backward else part.after is not None,
    )


async def count_rows(session: AsyncSession, query: "sa.Select[Any]") -> int:
    """How many rows ``query`` has in all."""
    return int((await session.scalar(sa.select(number_of(query)))) or 0)


def number_of(query: "sa.Select[Any]") -> Any:
    """How many rows ``query`` has, as part of another statement."""
    return sa.select(sa.func.count()).select_from(query.order_by(None).subquery()).scalar_subquery()


async def count_rows_by(session: AsyncSession, query: "sa.Select[Any]", parent: Any) -> dict[Any, int]:
    """How many rows ``query`` has under every value of the column ``parent``. Values without rows are absent."""
    grouped = query.order_by(None).add_columns(parent.label("parent")).subquery().c.parent
    counted: Any = sa.select(grouped, sa.func.count()).group_by(grouped)
    return {value: int(number) for value, number in (await session.exec(counted)).all()}


def check_slice(part: Slice) -> None:
    """Raise BAD_ARGUMENT unless a page of this size can be asked for."""
    if part.first is not None and part.last is not None:
        _refuse("first 与 last 不能同时使用", "first and last cannot be used together")
    if not 0 <= part.size <= LARGEST_SIZE:
        _refuse(
            f"每页应为 0 至 {LARGEST_SIZE} 条，实为 {part.size}",
            f"a page has 0 to {LARGEST_SIZE} rows, {part.size} were asked for",
        )


def _refuse(zh: str, en: str) -> NoReturn:
    raise GuantongError(ErrorCode.BAD_ARGUMENT, Text(zh, en))


def limited_to(
    query: "sa.Select[Any]",
    order: Order,
    part: Slice,
    after: Sequence[Any] | None,
    before: Sequence[Any] | None,
    most: int,
) -> "sa.Select[Any]":
    """The first rows between two cursors, or the last ones from behind, by the sort values of these."""
    return _positioned(query, order, after, before).order_by(*_sorting(order, part)).limit(most)


def _positioned(
    query: "sa.Select[Any]", order: Order, after: Sequence[Any] | None, before: Sequence[Any] | None
) -> "sa.Select[Any]":
    """The rows after, or before, the cursor."""
    keys = sa.tuple_(*order.keys)
    if after is not None:
        values = _values(order, after)
        query = query.where(keys < values if order.descending else keys > values)
    if before is not None:
        values = _values(order, before)
        query = query.where(keys > values if order.descending else keys < values)
    return query


def _sorting(order: Order, part: Slice) -> list[Any]:
    falling = order.descending is not part.backward
    return [key.desc() if falling else key.asc() for key in order.keys]


def _cursor(order: Order, values: Sequence[Any]) -> str:
    return _encode([order.tag, *(value if isinstance(value, int) else str(value) for value in values)])


def _encode(content: list[Any]) -> str:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _values(order: Order, values: Sequence[Any]) -> Any:
    """Sort values as typed literals to compare with; places for them have their types."""
    pairs = zip(order.keys, values, strict=True)
    return sa.tuple_(*(one if isinstance(one, sa.BindParameter) else sa.literal(one, key.type) for key, one in pairs))


def _marks(order: Order, cursor: str | None) -> list[Any] | None:
    return None if cursor is None else read_cursor(order, cursor)


def read_cursor(order: Order, cursor: str) -> list[Any]:
    """The sort values in a cursor. Raises BAD_CURSOR for one that this order did not give out."""
    try:
        content = _decode(cursor)
        tag, *texts = content
        if tag != order.tag or len(texts) != len(order.keys) or _encode(content) != cursor.rstrip("="):
            raise ValueError("a cursor of another order")
        return [_parse(key.type.python_type, text) for key, text in zip(order.keys, texts, strict=True)]
    except (ValueError, TypeError, RecursionError) as fault:
        raise _bad_cursor(order) from fault


def _decode(cursor: str) -> list[Any]:
    if len(cursor) > _MAX_CURSOR:
        raise ValueError("too long")
    padded = cursor.rstrip("=") + "=" * (-len(cursor.rstrip("=")) % 4)
    content = json.loads(urlsafe_b64decode(padded.encode("ascii")).decode())
    if not isinstance(content, list) or not content:
        raise ValueError("no list")
    return content


def _text(value: str) -> str:
    if "\x00" in value:
        raise ValueError("PostgreSQL holds no NUL")
    return value


def _integer(value: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 2**31:
        raise ValueError("no number of ours")
    return value


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.utcoffset() != timedelta(0):
        raise ValueError("moments are in UTC")
    return moment


_PARSERS: dict[type, Callable[[Any], Any]] = {
    str: _text,
    int: _integer,
    date: date.fromisoformat,
    datetime: _moment,
    UUID: UUID,
}


def _parse(kind: type, value: Any) -> Any:
    if kind is not int and not isinstance(value, str):
        raise ValueError("no text")
    parsed = _PARSERS[kind](value)
    if str(parsed) != str(value):
        raise ValueError("another spelling")
    return parsed


def _bad_cursor(order: Order) -> GuantongError:
    return GuantongError(
        ErrorCode.BAD_CURSOR,
        Text(
            f"分页游标无效：只能使用按“{order.name}”排序的同一列表给出的游标",
            f"the cursor is not one that this list, sorted by '{order.name}', gave out; start without a cursor",
        ),
    )
