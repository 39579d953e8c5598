"""What one version of a scheme changes against another, and against the policy's floors, for whoever reviews it."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import StrEnum
from typing import Any

from core.conditions import ALWAYS_TRUE, All, Any_, Awarded, Condition, EvidenceAtLeast, RowYears
from core.errors import ErrorCode, GuantongError
from core.ladders import SkillTarget, Target
from core.policy.stack import PolicyStack
from core.schemes import CatalogRow, DirectedRule, Scheme
from core.texts import Text


class Change(StrEnum):
    """How something differs."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. ``part`` is the element (row, criterion, group …), ``field`` what in it differs.

    ``row`` is the row's number in the newer version, or in the older one when it is gone; ``sides`` are that row's.
    """

    change: Change
    part: str
    key: str
    field: str | None = None
    before: str | None = None
    after: str | None = None
    row: int | None = None
    sides: "RowKey | None" = None


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


def same_scheme(old: Scheme, new: Scheme) -> None:
    """Refuse versions of two schemes: what differs between those is everything."""
    if (old.key, old.enterprise) != (new.key, new.enterprise):
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text(
                f"两个版本分属方案“{old.key}”和“{new.key}”；请选同一方案的版本",
                f"the versions are of two schemes, '{old.key}' and '{new.key}'; take two of the same scheme",
            ),
        )


def diff(old: Scheme, new: Scheme, policy: PolicyStack | None = None) -> list[Difference]:
    """Every difference from ``old`` to ``new``: header, catalog rows by their two sides, then the other elements.

    With the ``policy``, years that a row leaves to it are told with the floor in force when the row begins.
    """
    found = [
        d for name in HEADER for d in _field("scheme", new.key, name, getattr(old, name), getattr(new, name), None)
    ]
    found += _rows(old, new, policy)
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


def _rows(old: Scheme, new: Scheme, policy: PolicyStack | None) -> Iterator[Difference]:
    """Rows are the same row when their two sides are; several of one pair are told apart by order of period."""
    before, after = _by_sides(old), _by_sides(new)
    for sides in sorted(before.keys() | after.keys(), key=lambda s: (s[0].sort_key, s[1].sort_key)):
        olds, news = before.get(sides, []), after.get(sides, [])
        for older, newer in zip(olds, news, strict=False):
            for found in _row(older, newer, policy):
                yield replace(found, sides=sides)
        for row in olds[len(news) :]:
            whole = _whole_row(row, policy)
            yield Difference(Change.REMOVED, "row", _sides(*sides), before=whole, row=row.number, sides=sides)
        for row in news[len(olds) :]:
            whole = _whole_row(row, policy)
            yield Difference(Change.ADDED, "row", _sides(*sides), after=whole, row=row.number, sides=sides)


def _sides(skill: Target, title: Target) -> str:
    """The two sides in codes, as a catalog writes them."""
    return f"{_code(skill)} ↔ {_code(title)}"


def _code(target: Target) -> str:
    if isinstance(target, SkillTarget):
        named = f"{target.occupation}（{target.trade}）" if target.trade else target.occupation
    else:
        named = f"{target.series}/{target.specialty}"
    return f"{named} {target.level.value.partition(':')[2]}"


def _directions(row: CatalogRow) -> list[tuple[str, DirectedRule | None, Target, Target]]:
    return [
        ("skill_to_title", row.skill_to_title, row.skill, row.title),
        ("title_to_skill", row.title_to_skill, row.title, row.skill),
    ]


def _whole_row(row: CatalogRow, policy: PolicyStack | None) -> str:
    """A row in short: its period, and what each open direction asks for."""
    told = [str(row.period)]
    for name, rule, source, target in _directions(row):
        if rule is not None:
            told.append(_whole_rule(name, rule, _years(row, rule, source, target, policy)))
    return "；".join(told)


def _whole_rule(name: str, rule: DirectedRule, years: str) -> str:
    asked = "" if rule.conditions == ALWAYS_TRUE else f"，{_asked(rule.conditions)}"
    return f"{name}: years {years}{asked}"


def _years(row: CatalogRow, rule: DirectedRule, source: Target, target: Target, policy: PolicyStack | None) -> str:
    """Years that a rule asks for; those that it leaves to the policy are the floor's, and are told as such."""
    if rule.years is not None:
        return str(rule.years)
    floor = _floor(row, source, target, policy) if policy else None
    return "政策底线 policy floor" if floor is None else f"{floor}（政策底线 policy floor）"


def _floor(row: CatalogRow, source: Target, target: Target, policy: PolicyStack) -> int | None:
    """The floor in force when the row begins, in years."""
    floors = [one for one in policy.floor(source.level, target.level) if row.period.start in one.period]
    return max(one.years for one in floors[0].requires) if floors else None


def _row(old: CatalogRow, new: CatalogRow, policy: PolicyStack | None) -> Iterator[Difference]:
    key = _sides(new.skill, new.title)
    for name in ("period", "related", "groups", "dual_certificate", "dual_track"):
        yield from _field("row", key, name, getattr(old, name), getattr(new, name), new.number)
    for (name, before, source, target), (_, after, _s, _t) in zip(_directions(old), _directions(new), strict=True):
        rules = ((old, before), (new, after))
        told = [_years(row, rule, source, target, policy) if rule else "" for row, rule in rules]
        yield from _rule(key, name, (before, told[0]), (after, told[1]), new.number)


def _rule(
    key: str, name: str, old: tuple[DirectedRule | None, str], new: tuple[DirectedRule | None, str], row: int
) -> Iterator[Difference]:
    (before, years_before), (after, years_after) = old, new
    if before is None or after is None:
        if before is not after:
            change = Change.ADDED if before is None else Change.REMOVED
            told = [_whole_rule(name, rule, years) if rule else None for rule, years in (old, new)]
            yield Difference(change, "row", key, name, told[0], told[1], row)
        return
    yield from _field("row", key, f"{name}.years", years_before, years_after, row)
    yield from _field("row", key, f"{name}.conditions", _asked(before.conditions), _asked(after.conditions), row)


def _asked(condition: Condition) -> str:
    """A condition as a catalog writes it: what each part asks for at least, joined by and, or."""
    if isinstance(condition, All):
        return " 且 and ".join(map(_asked, condition.parts)) or "—"
    if isinstance(condition, Any_):
        return f"（{' 或 or '.join(map(_asked, condition.parts))}）"
    if isinstance(condition, EvidenceAtLeast):
        most = ", ".join(shown(one) for one in condition.most)
        counted = f"（每项至多计 counted up to {most}）" if any(one is not None for one in condition.most) else ""
        return f"{condition.label_zh} {condition.label_en} [{' + '.join(condition.keys)}] ≥ {condition.amount}{counted}"
    if isinstance(condition, Awarded):
        where = f" [{shown(condition.occupations)}]" if condition.occupations else ""
        return f"竞赛 contest{where} {shown(condition.tiers)} ≥ {condition.rank}"
    if isinstance(condition, RowYears):
        return f"年限 years ≥ {condition.years}"
    return shown(condition)


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
        for _, rule, source, target in _directions(row):
            floor = _floor(row, source, target, policy)
            if rule and floor is not None:
                found.append(Margin(row.number, source, target, floor, max(floor, rule.years or 0)))
    return found
