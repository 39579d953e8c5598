"""What one version of a scheme changes against another, and against the policy's floors, for whoever reviews it."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any

from core.ladders import Target
from core.policy.stack import PolicyStack
from core.schemes import CatalogRow, DirectedRule, Scheme


class Change(StrEnum):
    """How something differs."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. ``part`` is the element (row, criterion, group …), ``field`` what in it differs.

    ``row`` is the row's number in the newer version, or in the older one when it is gone.
    """

    change: Change
    part: str
    key: str
    field: str | None = None
    before: str | None = None
    after: str | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Margin:
    """By how many years a direction of a row stands above the floor in force when it begins."""

    row: int
    source: Target
    target: Target
    floor_years: int
    own_years: int

    @property
    def above(self) -> int:
        return self.own_years - self.floor_years


RowKey = tuple[Target, Target]
PARTS = ("groups", "evidence", "criteria", "bonuses", "contests", "process", "preferences", "links", "facts")
HEADER = ("name", "period", "industry_authority", "title_pass_mark")


def diff(old: Scheme, new: Scheme) -> list[Difference]:
    """Every difference from ``old`` to ``new``: header, catalog rows by their two sides, then the other elements."""
    found = [
        d for name in HEADER for d in _field("scheme", new.key, name, getattr(old, name), getattr(new, name), None)
    ]
    found += _rows(old, new)
    for part in PARTS:
        found += _items(part, {i.key: i for i in getattr(old, part)}, {i.key: i for i in getattr(new, part)})
    return found


def _field(part: str, key: str, name: str, before: Any, after: Any, row: int | None) -> Iterator[Difference]:
    # As shown, because conditions carry citations, and those name the version.
    if shown(before) != shown(after):
        yield Difference(Change.CHANGED, part, key, name, shown(before), shown(after), row)


def _items(part: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Difference]:
    for key in sorted(old.keys() | new.keys()):
        if key not in old:
            yield Difference(Change.ADDED, part, key, after=shown(new[key]))
        elif key not in new:
            yield Difference(Change.REMOVED, part, key, before=shown(old[key]))
        else:
            for field in fields(old[key]):
                before, after = getattr(old[key], field.name), getattr(new[key], field.name)
                if field.name != "citation":
                    yield from _field(part, key, field.name, before, after, None)


def _by_sides(scheme: Scheme) -> dict[RowKey, list[CatalogRow]]:
    found: dict[RowKey, list[CatalogRow]] = {}
    for row in sorted(scheme.rows, key=lambda r: r.period.start):
        found.setdefault((row.skill, row.title), []).append(row)
    return found


def _rows(old: Scheme, new: Scheme) -> Iterator[Difference]:
    """Rows are the same row when their two sides are; several of one pair are told apart by order of period."""
    before, after = _by_sides(old), _by_sides(new)
    for sides in sorted(before.keys() | after.keys(), key=lambda s: (s[0].sort_key, s[1].sort_key)):
        olds, news = before.get(sides, []), after.get(sides, [])
        for older, newer in zip(olds, news, strict=False):
            yield from _row(older, newer)
        for row in olds[len(news) :]:
            yield Difference(Change.REMOVED, "row", shown(sides), row=row.number)
        for row in news[len(olds) :]:
            yield Difference(Change.ADDED, "row", shown(sides), row=row.number)


def _row(old: CatalogRow, new: CatalogRow) -> Iterator[Difference]:
    key = shown((new.skill, new.title))
    for name in ("period", "related", "groups", "dual_certificate", "dual_track"):
        yield from _field("row", key, name, getattr(old, name), getattr(new, name), new.number)
    for name in ("skill_to_title", "title_to_skill"):
        yield from _rule(key, name, getattr(old, name), getattr(new, name), new.number)


def _rule(key: str, name: str, old: DirectedRule | None, new: DirectedRule | None, row: int) -> Iterator[Difference]:
    if old is None or new is None:
        if old is not new:
            change = Change.ADDED if old is None else Change.REMOVED
            yield Difference(change, "row", key, name, row=row)
        return
    yield from _field("row", key, f"{name}.years", old.years, new.years, row)
    yield from _field("row", key, f"{name}.conditions", shown(old.conditions), shown(new.conditions), row)


def shown(value: Any) -> str:
    """A value in short. Citations are left out: a new clause number is no new rule."""
    if value is None:
        return "—"
    if is_dataclass(value) and not isinstance(value, type) and type(value).__str__ is object.__str__:
        told = (getattr(value, field.name) for field in fields(value) if field.name != "citation")
        return f"{type(value).__name__}({', '.join(map(shown, told))})"
    if isinstance(value, frozenset):
        return ", ".join(sorted(map(shown, value)))
    if type(value) in (tuple, list):
        return ", ".join(map(shown, value))
    return str(value)


def margins(scheme: Scheme, policy: PolicyStack) -> list[Margin]:
    """How far each direction of each row stands above its floor, when the row begins."""
    found = []
    for row in scheme.rows:
        for rule, source, target in (
            (row.skill_to_title, row.skill, row.title),
            (row.title_to_skill, row.title, row.skill),
        ):
            floors = [f for f in policy.floor(source.level, target.level) if row.period.start in f.period]
            if rule and floors:
                floor = max(r.years for r in floors[0].requires)
                found.append(Margin(row.number, source, target, floor, max(floor, rule.years or 0)))
    return found
