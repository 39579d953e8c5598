"""A connection: the page, where it lies, and the number of all rows, each only when it is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.models.base import UtcDateTime
from core.storage.pages import Order, limited_to, number_of
from schema.compiled import text
from schema.compiled.declared import Pages
from schema.compiled.inputs import PageAsked
from schema.compiled.leaves import NotCompiled, kept_as
from schema.compiled.levels import Level
from schema.compiled.objects import Build, listed, row_text, shown_by_own
from schema.compiled.selected import TYPENAME, Picked
from schema.compiled.text import NULL, Text, constant, joined, quotes


@dataclass(slots=True)
class _Page:
    """One page under construction: its rows are known as ``level``."""

    build: Build
    declared: Pages
    asked: PageAsked
    query: Any
    keys: list[Any]
    level: Level


def page_text(build: Build, level: Level | None, picked: Picked, declared: Pages) -> Text:
    """The connection of a field; of a root there is no level that it hangs on."""
    if picked.input is None:
        raise NotCompiled(f"{picked.name} takes no arguments of a page")
    asked: PageAsked = build.inputs[picked.input]
    keys = [] if level is None else [level.column(declared.key)]
    query = declared.listing.select(build.actor, build.day, asked.filters, *keys)
    page = _Page(build, declared, asked, query, keys, build.level(query.column_descriptions[0]["entity"]))
    return _placed(page, picked) if _asks_for_place(picked) else _plain(page, picked)


def _asks_for_place(picked: Picked) -> bool:
    edges = [one for one in picked.object.fields if one.name == "edges"]
    cursors = [inner for one in edges for inner in one.object.fields if inner.name == "cursor"]
    return bool(cursors) or any(one.name == "pageInfo" for one in picked.object.fields)


def _plain(page: _Page, picked: Picked) -> Text:
    """A page of which nobody asks where it lies."""

    def edges(one: Picked) -> Text:
        return listed(_edge(page, one), _in_order(page))

    return _fields(picked, {"edges": edges, "totalCount": lambda _: _total(page)})


def _placed(page: _Page, picked: Picked) -> Text:
    """A page that knows where it lies: one row more is read, to see whether there is one.

    The rows get their place and their cursor; over them the lists and the ends of the page are collected; of these the
    object is made.
    """
    name, size, backward = page.level.alias, page.asked.part.size, page.asked.part.backward
    edges = {one.key: f"edge_{n}" for n, one in enumerate(picked.object.fields) if one.name == "edges"}
    shown = [_edge(page, one).label(edges[one.key]) for one in picked.object.fields if one.key in edges]
    place: Any = sa.literal_column(f"{name}.place")
    rows = sa.select(sa.text(f"{name}.place, {name}.found, {name}.cursor"), *shown).select_from(_numbered(page))
    ordered = rows.order_by(place.desc() if backward else place.asc()).subquery(f"{name}p")

    def of_row(column: str) -> Any:
        return sa.literal_column(f"{name}p.{column}")

    def of_page(column: str) -> Any:
        return sa.literal_column(f"{name}w.{column}")

    within, last_place = of_row("place") <= size, sa.case((of_row("found") > size, size), else_=of_row("found"))
    lists = [text.Bracketed(text.Listed(sa.case((within, of_row(one))))).label(one) for one in edges.values()]
    # Of no rows at all, where none were asked for, the one beyond is not the first.
    first = sa.func.max(sa.case((sa.and_(within, of_row("place") == 1), of_row("cursor"))))
    last = sa.func.max(sa.case((of_row("place") == last_place, of_row("cursor"))))
    start, end = (last, first) if backward else (first, last)
    more = (sa.func.count() > size).label("more")
    whole = sa.select(*lists, start.label("start_at"), end.label("end_at"), more).select_from(ordered)
    made = _fields(
        picked,
        {
            "edges": lambda one: of_page(edges[one.key]),
            "pageInfo": lambda one: _info(page, one, of_page),
            "totalCount": lambda _: _total(page),
        },
    )
    found: Text = sa.select(made).select_from(whole.subquery(f"{name}w")).scalar_subquery()
    return found


def _fields(picked: Picked, shown: dict[str, Callable[[Picked], Text]]) -> Text:
    """An object of a type that is part of every page, field by field."""
    parts: list[Text] = []
    for one in picked.object.fields:
        parts.append(constant(f'{"," if parts else "{"}"{one.key}":'))
        if one.name == TYPENAME:
            parts.append(constant(f'"{picked.object.type.name}"'))
        elif one.name in shown:
            parts.append(shown[one.name](one))
        else:
            raise NotCompiled(f"{one.name} of a page")
    return joined([*parts, constant("}")]) if parts else constant("{}")


def _edge(page: _Page, picked: Picked) -> Text:
    cursor: Any = sa.literal_column(f"{page.level.alias}.cursor", sa.Text())
    return _fields(
        picked, {"cursor": lambda _: quotes(cursor), "node": lambda one: row_text(page.build, page.level, one)}
    )


def _info(page: _Page, picked: Picked, of_page: Callable[[str], Any]) -> Text:
    part = page.asked.part
    more = sa.case((of_page("more"), constant("true")), else_=constant("false"))
    return _fields(
        picked,
        {
            "hasNextPage": lambda _: _flag(part.before is not None) if part.backward else more,
            "hasPreviousPage": lambda _: more if part.backward else _flag(part.after is not None),
            "startCursor": lambda _: sa.func.coalesce(quotes(of_page("start_at")), NULL),
            "endCursor": lambda _: sa.func.coalesce(quotes(of_page("end_at")), NULL),
        },
    )


def _total(page: _Page) -> Text:
    count, build = page.declared.listing.count, page.build
    number = number_of(page.query) if count is None else count(build.actor, build.day, page.asked.filters, *page.keys)
    return text.Digits(number)


def _limited(page: _Page, most: int) -> Any:
    asked = page.asked
    after, before = (None if marks is None else marks.values for marks in (asked.after, asked.before))
    return limited_to(page.query, asked.order, asked.part, after, before, most)


def _in_order(page: _Page) -> Any:
    """The rows of the page in its order; from behind they were found the other way round."""
    limited, asked = _limited(page, page.asked.part.size), page.asked
    if not asked.part.backward:
        return page.level.rows(limited)
    keys, columns = _keys(page)
    sorting = [one.desc() if asked.order.descending else one.asc() for one in columns]
    turned = sa.select(sa.text("*")).select_from(page.level.rows(limited, *keys)).order_by(*sorting)
    return turned.subquery(page.level.alias)


def _numbered(page: _Page) -> Any:
    """The rows, one more than the page has, with their place, how many were found, and the cursor of each."""
    keys, columns = _keys(page)
    rows = page.level.rows(_limited(page, page.asked.part.size + 1), *keys)
    falling = page.asked.order.descending is not page.asked.part.backward
    sorting = [one.desc() if falling else one.asc() for one in columns]
    place = sa.func.row_number().over(order_by=sorting).label("place")
    found = sa.func.count().over().label("found")
    cursor = cursor_text(page.asked.order, columns).label("cursor")
    every: Any = sa.text(f"{page.level.alias}.*")
    return sa.select(every, place, found, cursor).select_from(rows).subquery(page.level.alias)


def _keys(page: _Page) -> tuple[list[Any], list[Any]]:
    """The sort values of a row: as columns beside it, and by the names that they have then."""
    keys = [key.label(f"key_{number}") for number, key in enumerate(page.asked.order.keys)]
    return keys, [sa.literal_column(f"{page.level.alias}.{key.name}", key.type) for key in keys]


def _flag(value: bool) -> Text:
    return constant("true" if value else "false")


def cursor_text(order: Order, columns: list[Any]) -> Text:
    """The cursor of a row, letter by letter as ``core.storage.pages`` writes it."""
    parts: list[Text] = [constant(f'["{order.tag}"')]
    for column in columns:
        parts += [constant(","), _in_cursor(column)]
    return text.Base64(joined([*parts, constant("]")]))


def _in_cursor(column: Any) -> Text:
    kind = kept_as(column)
    if isinstance(kind, sa.Uuid):
        return quotes(text.Hyphened(column))
    if isinstance(kind, sa.Date):
        return quotes(text.Day(column))
    if isinstance(kind, UtcDateTime):
        return quotes(text.Moment(column, gap=" "))
    if isinstance(kind, sa.Integer):
        return text.Digits(column)
    if isinstance(kind, sa.String) and not isinstance(kind, sa.Enum):
        return text.Quoted(column)
    raise NotCompiled(f"no cursor is made of {kind!r}")


shown_by_own(Pages, page_text)
