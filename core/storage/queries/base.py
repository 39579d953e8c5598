"""What the queries share: rows by id, rows by parent, and text that is safe to search with."""

from collections.abc import Callable, Collection
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.errors import ErrorCode, GuantongError
from core.models.base import Record
from core.texts import Text

R = TypeVar("R", bound=Record)


async def by_ids(
    session: AsyncSession, table: type[R], ids: Collection[UUID], visible: ColumnElement[bool]
) -> dict[UUID, R]:
    """The visible rows among ``ids``; others are absent, whether they exist or not."""
    rows = await session.exec(select(table).where(col(table.id).in_(ids), visible))
    return {row.id: row for row in rows}


async def children_of(
    session: AsyncSession,
    table: type[R],
    parent: str,
    ids: Collection[UUID],
    visible: ColumnElement[bool],
    order: Collection[Any],
) -> dict[UUID, list[R]]:
    """The visible rows of ``table`` by the id in column ``parent``, in ``order``; every id has a list."""
    found: dict[UUID, list[R]] = {one: [] for one in ids}
    query = select(table).where(getattr(table, parent).in_(ids), visible).order_by(*order, col(table.id))
    for row in await session.exec(query):
        found[getattr(row, parent)].append(row)
    return found


def conditions(*parts: tuple[Any, Callable[[Any], ColumnElement[bool]]]) -> list[ColumnElement[bool]]:
    """The condition of every part whose value is given."""
    return [condition(value) for value, condition in parts if value is not None]


def searchable(text: str) -> str:
    """``text``, unless it holds what no database text can."""
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text(
                "查找内容含有无法存储的字符，请删除后重试",
                "the text holds characters that cannot be stored; remove them",
            ),
        )
    return text


def check_searchable(*texts: Any) -> None:
    """Raise BAD_ARGUMENT for a text that no database keeps. A place that a text is filled into later is none."""
    for text in texts:
        if isinstance(text, str):
            searchable(text)


class _Place(FunctionElement[int]):
    """Where in a text another begins, from 1; 0 where it does not."""

    type = sa.Integer()
    name = "place"
    inherit_cache = True


@compiles(_Place, "postgresql")
def _strpos(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    # A column sorted by code point and a text given from outside have different capitals, unless told.
    within, text = (compiler.process(one, **kw) for one in element.clauses)
    return f'strpos(lower({within} COLLATE "C"), lower({text} COLLATE "C"))'


@compiles(_Place, "sqlite")
def _instr(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    within, text = (compiler.process(one, **kw) for one in element.clauses)
    return f"instr(lower({within}), lower({text}))"


def contains(column: Any, text: Any) -> ColumnElement[bool]:
    """Rows whose column holds ``text``, or what will stand in its place. Nothing is a wildcard.

    Capitals are those of ASCII, on both databases.
    """
    return _Place(column, sa.literal(text, sa.String()) if isinstance(text, str) else text) > 0
