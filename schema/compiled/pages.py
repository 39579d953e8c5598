"""A connection: the page, where it lies, and the number of all rows, each only when it is asked for."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from core.storage.pages import Order, limited_to, number_of
from schema.compiled import text
from schema.compiled.declared import Pages
from schema.compiled.inputs import PageAsked
from schema.compiled.leaves import NotCompiled, kept_as
from schema.compiled.levels import Level
from schema.compiled.objects import Build, listed, pages_shown_by, row_text
from schema.compiled.selected import TYPENAME, Picked
from schema.compiled.text import NULL, Text, constant, joined, quotes

_KEY = "key_{}"


def page_text(build: Build, level: Level | None, picked: Picked, declared: Pages) -> Text:
    """The connection of a field; of a root there is no level."""
    if picked.input is None:
        raise NotCompiled(f"{picked.name} takes no arguments of a page")
    asked: PageAsked = build.inputs[picked.input]
    keys = [] if level is None else [level.column(declared.key)]
    query = declared.listing.select(build.actor, build.day, asked.filters, *keys)
    return _Page(build, declared, query, asked, keys).shown(picked)


class _Page:
    """One page under construction."""

    def __init__(self, build: Build, declared: Pages, query: Any, asked: PageAsked, keys: list[Any]) -> None:
        self._build, self._declared, self._asked, self._keys = build, declared, asked, keys
        self._query = query
        self._level = build.level(query.column_descriptions[0]["entity"])

    def shown(self, picked: Picked) -> Text:
        """As one row with a text for each part that is asked for."""
        fields = picked.object.fields
        is_plain = not any(one.name == "pageInfo" for one in fields) and not self._needs_cursors(fields)
        edges = {one.key: self._edge(one) for one in fields if one.name == "edges"}
        parts = self._plain(edges) if is_plain else {}
        if is_plain:
            return self._object(picked, parts)
        return self._with_place(picked, edges)

    def _needs_cursors(self, fields: Iterable[Picked]) -> bool:
        edges = (one for one in fields if one.name == "edges")
        return any(inner.name == "cursor" for one in edges for inner in one.object.fields)

    def _edge(self, picked: Picked) -> Text:
        parts: list[Text] = []
        for one in picked.object.fields:
            parts += [constant(f'{"," if parts else "{"}"{one.key}":'), self._of_edge(one, picked.object.type.name)]
        return joined([*parts, constant("}")]) if parts else constant("{}")

    def _of_edge(self, picked: Picked, type_name: str) -> Text:
        if picked.name == TYPENAME:
            return constant(f'"{type_name}"')
        if picked.name == "cursor":
            return quotes(sa.literal_column(f"{self._level.alias}.cursor", sa.Text()))
        return row_text(self._build, self._level, picked)

    def _plain(self, edges: dict[str, Text]) -> dict[str, Text]:
        """A page of which nobody asks where it lies."""
        return {key: listed(edge, self._in_order(self._asked.part.size)) for key, edge in edges.items()}

    def _in_order(self, size: int, *beside: Any) -> Any:
        asked, backward = self._asked, self._asked.part.backward
        limited = limited_to(self._query, asked.order, asked.part, _values(asked.after), _values(asked.before), size)
        if not backward:
            return self._level.rows(limited, *beside)
        keys = [key.label(_KEY.format(n)) for n, key in enumerate(asked.order.keys)]
        turned = self._level.rows(limited, *keys, *beside)
        names = [sa.literal_column(f"{self._level.alias}.{key.name}") for key in keys]
        falling = asked.order.descending
        within = sa.select(sa.text("*")).select_from(turned)
        return within.order_by(*(name.desc() if falling else name.asc() for name in names)).subquery(self._level.alias)

    def _object(self, picked: Picked, parts: dict[str, Text]) -> Text:
        out: list[Text] = []
        for one in picked.object.fields:
            out.append(constant(f'{"," if out else "{"}"{one.key}":'))
            out.append(parts[one.key] if one.key in parts else self._beside(one, picked.object.type.name))
        return joined([*out, constant("}")]) if out else constant("{}")

    def _beside(self, picked: Picked, type_name: str) -> Text:
        if picked.name == TYPENAME:
            return constant(f'"{type_name}"')
        if picked.name == "totalCount":
            return text.Digits(self._total())
        raise NotCompiled(f"{picked.name} of a page")

    def _total(self) -> Any:
        declared, build = self._declared.listing, self._build
        if declared.count is not None:
            return declared.count(build.actor, build.day, self._asked.filters, *self._keys)
        return number_of(self._query)

    def _with_place(self, picked: Picked, edges: dict[str, Text]) -> Text:
        """A page that knows where it lies: one row more is read, to see whether there is one."""
        size, part, name = self._asked.part.size, self._asked.part, self._level.alias
        labels = {key: f"edge_{number}" for number, key in enumerate(edges)}
        edge_columns = [edge.label(labels[key]) for key, edge in edges.items()]
        rows = self._numbered(size)
        shown = sa.select(sa.text(f"{name}.place, {name}.found, {name}.cursor"), *edge_columns).select_from(rows)
        order = sa.literal_column(f"{name}.place")
        ordered = shown.order_by(order.desc() if part.backward else order.asc()).subquery(f"{name}p")
        column = lambda one: sa.literal_column(f"{name}p.{one}")  # noqa: E731
        within = column("place") <= size
        collected = [
            sa.func.coalesce(text.Listed(sa.case((within, column(label)))), "").label(label)
            for label in labels.values()
        ]
        # Of no rows at all, where none were asked for, the one beyond is not the first.
        first = sa.func.max(sa.case((sa.and_(within, column("place") == 1), column("cursor"))))
        last_place = sa.case((column("found") > size, size), else_=column("found"))
        last = sa.func.max(sa.case((column("place") == last_place, column("cursor"))))
        start, end = (last, first) if part.backward else (first, last)
        more = sa.func.count() > size
        whole = sa.select(*collected, start.label("start"), end.label("end_"), more.label("more"))
        page = whole.select_from(ordered).subquery(f"{name}w")
        inner = lambda one: sa.literal_column(f"{name}w.{one}")  # noqa: E731
        parts = {key: joined([constant("["), inner(label), constant("]")]) for key, label in labels.items()}
        for one in picked.object.fields:
            if one.name == "pageInfo":
                parts[one.key] = self._info(one, inner)
        return sa.select(self._object(picked, parts)).select_from(page).scalar_subquery()

    def _numbered(self, size: int) -> Any:
        """The rows with their place, how many were found, and the cursor of each."""
        asked, name = self._asked, self._level.alias
        keys = [key.label(_KEY.format(n)) for n, key in enumerate(asked.order.keys)]
        limited = limited_to(
            self._query, asked.order, asked.part, _values(asked.after), _values(asked.before), size + 1
        )
        rows = self._level.rows(limited, *keys)
        falling = asked.order.descending is not asked.part.backward
        columns = [sa.literal_column(f"{name}.{key.name}", key.type) for key in keys]
        sorting = [one.desc() if falling else one.asc() for one in columns]
        place = sa.func.row_number().over(order_by=sorting).label("place")
        found = sa.func.count().over().label("found")
        cursor = cursor_text(asked.order, columns).label("cursor")
        return sa.select(sa.text(f"{name}.*"), place, found, cursor).select_from(rows).subquery(name)

    def _info(self, picked: Picked, inner: Any) -> Text:
        part = self._asked.part
        more = sa.case((inner("more"), constant("true")), else_=constant("false"))
        told = {
            "hasNextPage": _flag(part.before is not None) if part.backward else more,
            "hasPreviousPage": more if part.backward else _flag(part.after is not None),
            "startCursor": sa.func.coalesce(quotes(inner("start")), NULL),
            "endCursor": sa.func.coalesce(quotes(inner("end_")), NULL),
            TYPENAME: constant(f'"{picked.object.type.name}"'),
        }
        out: list[Text] = []
        for one in picked.object.fields:
            out += [constant(f'{"," if out else "{"}"{one.key}":'), told[one.name]]
        return joined([*out, constant("}")]) if out else constant("{}")


def _flag(value: bool) -> Text:
    return constant("true" if value else "false")


def _values(marks: Any) -> Any:
    return None if marks is None else marks.values


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
    if isinstance(kind, sa.Integer):
        return text.Digits(column)
    if isinstance(kind, sa.String) and not isinstance(kind, sa.Enum):
        return text.Quoted(column)
    raise NotCompiled(f"no cursor is made of {kind!r}")


pages_shown_by(page_text)  # type: ignore[arg-type]
