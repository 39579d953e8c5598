"""Relay connections over the pages of the storage: stable cursors, and a total that is counted only when asked for."""

from collections.abc import Awaitable, Callable, Iterable, Sized
from typing import Annotated, Generic, TypeVar

import strawberry

from core.storage.pages import Page, Slice, cut_page
from schema.fields import STATEMENT, argument, computed

R = TypeVar("R")
T = TypeVar("T")

First = Annotated[int | None, argument("How many from the start, at most 100; 20 unless told. 前若干条")]
After = Annotated[str | None, argument("Only what follows this cursor. 此游标之后")]
Last = Annotated[int | None, argument("How many from the end, at most 100. 后若干条")]
Before = Annotated[str | None, argument("Only what precedes this cursor. 此游标之前")]
Descending = Annotated[bool, argument("From the last to the first. 倒序")]


@strawberry.type(description="Where a page lies in the whole list. 分页信息")
class PageInfo:
    """As the Relay specification defines it."""

    has_next_page: bool = strawberry.field(description="Whether more follows. 是否有下一页")
    has_previous_page: bool = strawberry.field(description="Whether more precedes. 是否有上一页")
    start_cursor: str | None = strawberry.field(description="Cursor of the first item. 首条游标")
    end_cursor: str | None = strawberry.field(description="Cursor of the last item. 末条游标")


@strawberry.type(description="One item of a page. 列表项")
class Edge(Generic[T]):
    """An item with its place."""

    cursor: str = strawberry.field(description="Its place in this list and order. 游标")
    node: T = strawberry.field(description="The item. 对象")


@strawberry.type(description="One page of a list. 分页列表")
class Connection(Generic[T]):
    """A page, and the total behind it."""

    count: strawberry.Private[Callable[[], Awaitable[int | None]]]
    page_info: PageInfo = strawberry.field(description="Where the page lies. 分页信息")
    edges: list[Edge[T]] = strawberry.field(description="The items of the page. 列表项")

    @computed("How many items the whole list has. 总数", weight=STATEMENT)
    async def total_count(self) -> int:
        return await self.count() or 0


def connection(
    page: Page[R] | None, part: Slice, show: Callable[[R], T], count: Callable[[], Awaitable[int | None]]
) -> Connection[T]:
    """The connection of a page; no page at all is one without items."""
    found = page or _nothing(part)
    edges = [Edge(cursor=at, node=show(row)) for at, row in zip(found.cursors, found.rows, strict=True)]
    info = PageInfo(
        has_next_page=found.has_next,
        has_previous_page=found.has_previous,
        start_cursor=found.cursors[0] if found.cursors else None,
        end_cursor=found.cursors[-1] if found.cursors else None,
    )
    return Connection(count=count, page_info=info, edges=edges)


def listed_in_memory(rows: Iterable[R], key: Callable[[R], str], show: Callable[[R], T], part: Slice) -> Connection[T]:
    """The connection of rows that are all there, in the order of a text that is different for each."""
    ordered = sorted(rows, key=key)
    return connection(cut_page(ordered, "key", key, part), part, show, counted(ordered))


def counted(rows: Sized) -> Callable[[], Awaitable[int]]:
    """The total of a list that is held in memory."""

    async def count() -> int:
        return len(rows)

    return count


def _nothing(part: Slice) -> Page[R]:
    return Page([], [], part.backward and part.before is not None, not part.backward and part.after is not None)
