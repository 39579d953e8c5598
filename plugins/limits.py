"""How much a scheme may hold: the platform's own limits (平台默认), far above what any scheme needs.

They bound what verification takes, in whatever form a scheme comes. No policy says them; they are declared here alone.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Final

from pydantic import BaseModel

from core.texts import Text
from plugins.catalog_form import CatalogForm, RowForm
from plugins.findings import Finding, Place
from plugins.manifest import Manifest
from plugins.need_forms import AllNeed, AnyNeed, EvidenceNeed, Need
from plugins.refusals import Refusal, refusal
from plugins.standards_forms import EvidenceForm, FieldForm, TabulatedForm


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` of something; ``remedy`` is what to do about more."""

    name: Text
    most: int
    remedy: Text


SHORTER: Final = Text("请精简", "make it smaller")
SPLIT: Final = Text("请分为几个方案", "split the scheme")
JOIN: Final = Text("请合并", "join them")
COARSER: Final = Text("请减少取值", "give its fields fewer values")
FLATTER: Final = Text("请改写得更简单", "write it more simply")

LIMITS: Final[Mapping[str, Limit]] = {
    "row": Limit(Text("目录行", "rows of the catalog"), 1000, SPLIT),
    "same_sides": Limit(Text("两侧相同的行", "rows with the same two sides"), 40, JOIN),
    "group": Limit(Text("具体人群", "groups"), 40, JOIN),
    "evidence": Limit(Text("材料种类", "kinds of evidence"), 200, JOIN),
    "criterion": Limit(Text("评价要素", "criteria"), 60, JOIN),
    "bonus": Limit(Text("加分项", "bonuses"), 40, JOIN),
    "contest": Limit(Text("竞赛", "contests"), 40, JOIN),
    "process": Limit(Text("流程步骤", "steps of the process"), 40, JOIN),
    "preference": Limit(Text("优先条款", "preferences"), 40, JOIN),
    "link": Limit(Text("衔接条款", "links"), 40, JOIN),
    "fact": Limit(Text("事实", "facts"), 40, SHORTER),
    "needs": Limit(Text("一项条件中的要求", "needs in one condition"), 30, FLATTER),
    "nesting": Limit(Text("条件的嵌套层数", "levels of nesting in one condition"), 4, FLATTER),
    "keys": Limit(Text("一项要求中的材料", "kinds of evidence in one need"), 12, JOIN),
    "fields": Limit(Text("一张制表评分的字段", "fields of one tabulated scorer"), 6, JOIN),
    "cells": Limit(Text("一张制表评分的格数", "cells of one tabulated scorer"), 20_000, COARSER),
    "all_cells": Limit(Text("全部制表评分的格数", "cells of all tabulated scorers"), 100_000, COARSER),
    "steps": Limit(Text("一张分档表的档数", "steps of one table"), 50, JOIN),
    "groups": Limit(Text("一行的人群", "groups of one row"), 40, JOIN),
    "related": Limit(Text("一行的相关职业", "related occupations of one row"), 60, SHORTER),
    "name": Limit(Text("一个名称的字数", "characters of one name"), 200, SHORTER),
    "text": Limit(Text("一段文字的字数", "characters of one text"), 2000, SHORTER),
}
LISTS: Final = ("evidence", "group", "criterion", "bonus", "contest", "process", "preference", "link", "fact")
NAMES: Final = ("zh", "en")


def beyond_in_manifest(form: Manifest, file: str) -> Iterator[Finding]:
    """Whatever of ``scheme.toml`` is beyond a limit."""
    place = Place(file=file)
    for name in LISTS:
        yield from _beyond(name, len(getattr(form, name)), place, name)
    for number, group in enumerate(form.group, 1):
        yield from _condition(group.requires, place, f"group[{number}].requires")
    for number, criterion in enumerate(form.criterion, 1):
        yield from _table(criterion.scoring, place, f"criterion[{number}].scoring")
    yield from _domains(form, place)
    for number, bonus in enumerate(form.bonus, 1):
        yield from _beyond("keys", len(bonus.evidence), place, f"bonus[{number}].evidence")
    yield from _texts(form, place)


def rows_beyond(count: int, file: str) -> Iterator[Finding]:
    """The refusal of a catalog of so many rows, which takes no more than counting them."""
    yield from _beyond("row", count, Place(file=file), "row")


def beyond_in_catalog(form: CatalogForm, file: str) -> Iterator[Finding]:
    """Whatever of the catalog is beyond a limit."""
    yield from rows_beyond(len(form.row), file)
    sides = Counter(map(_sides, form.row))
    for index, row in enumerate(form.row, 1):
        place, entry = Place(file=file, row=row.number), f"row[{index}]"
        # Told of once, where the first row too many stands.
        if sides[_sides(row)] > LIMITS["same_sides"].most:
            yield from _beyond("same_sides", sides.pop(_sides(row)), place, entry)
        yield from _beyond("groups", len(row.groups), place, f"{entry}.groups")
        yield from _beyond("related", len(row.related), place, f"{entry}.related")
        for name, rule in (("skill_to_title", row.skill_to_title), ("title_to_skill", row.title_to_skill)):
            yield from _condition(rule.requires if rule else [], place, f"{entry}.{name}.requires")
        yield from _texts(row, place, entry)


def _sides(row: RowForm) -> tuple[str | None, ...]:
    return row.occupation, row.trade, row.skill_level, row.series, row.specialty, row.title_level


def _beyond(name: str, count: int, place: Place, entry: str) -> Iterator[Finding]:
    limit = LIMITS[name]
    if count > limit.most:
        what = Text(
            f"{limit.name.zh} {count}，最多 {limit.most}；{limit.remedy.zh}",
            f"{count} {limit.name.en}, at most {limit.most}; {limit.remedy.en}",
        )
        there = Place(file=place.file, row=place.row, entry=entry)
        yield refusal(Refusal.BEYOND_LIMIT, what, there, value=count, nearest=str(limit.most))


def _condition(needs: Sequence[Need], place: Place, entry: str) -> Iterator[Finding]:
    """A condition's needs, walked without recursion, because nothing has bounded its depth yet."""
    waiting: list[tuple[Need, int]] = [(need, 1) for need in needs]
    count, depth, keys = 0, 0, 0
    while waiting:
        need, level = waiting.pop()
        inner = need.any if isinstance(need, AnyNeed) else need.all if isinstance(need, AllNeed) else ()
        waiting += [(one, level + 1) for one in inner]
        count += not inner
        depth = max(depth, level)
        keys = max(keys, len(need.evidence) if isinstance(need, EvidenceNeed) else 0)
    yield from _beyond("needs", count, place, entry)
    yield from _beyond("nesting", depth, place, entry)
    yield from _beyond("keys", keys, place, entry)


def _table(table: Any, place: Place, entry: str) -> Iterator[Finding]:
    if table is not None:
        yield from _beyond("keys", len(table.evidence), place, f"{entry}.evidence")
        yield from _beyond("steps", len(getattr(table, "steps", ())), place, f"{entry}.steps")


def _domains(form: Manifest, place: Place) -> Iterator[Finding]:
    """Domains of tabulated scorers that are too large to be run through, with the field to coarsen."""
    known = {one.key: one for one in form.evidence}
    tabulated = [(n, c.scoring) for n, c in enumerate(form.criterion, 1) if isinstance(c.scoring, TabulatedForm)]
    sizes = {n: [_length(field, known) for field in scoring.fields] for n, scoring in tabulated}
    for number, scoring in tabulated:
        yield from _beyond("fields", len(scoring.fields), place, f"criterion[{number}].scoring.fields")
        if prod(sizes[number]) > LIMITS["cells"].most:
            longest = max(range(len(scoring.fields)), key=sizes[number].__getitem__)
            key = scoring.fields[longest].evidence
            field = known.get(key)
            name = Text(field.zh, field.en) if field else Text(key, key)
            where = Place(file=place.file, entry=f"criterion[{number}].scoring.fields[{longest + 1}].values")
            yield _too_large(sizes[number], name, sizes[number][longest], where)
    if all(prod(lengths) <= LIMITS["cells"].most for lengths in sizes.values()):
        yield from _beyond("all_cells", sum(map(prod, sizes.values())), place, "criterion")


def _length(field: FieldForm, known: Mapping[str, EvidenceForm]) -> int:
    if field.values:
        return len(field.values)
    return known[field.evidence].most + 1 if field.evidence in known else 1


def _too_large(sizes: Sequence[int], name: Text, length: int, where: Place) -> Finding:
    cells, most = prod(sizes), LIMITS["cells"].most
    fitting = most // (cells // length)
    shape = " × ".join(map(str, sizes))
    what = Text(
        f"评分表 {shape} = {cells} 格，最多 {most} 格；请减少字段“{name.zh}”的取值（现有 {length} 个，"
        f"{'至多 ' + str(fitting) + ' 个' if fitting > 1 else '其他字段也须减少'}）",
        f"a table of {shape} = {cells} cells, at most {most}; give the field '{name.en}' fewer values "
        f"(it has {length}, {'at most ' + str(fitting) + ' fit' if fitting > 1 else 'and others need fewer as well'})",
    )
    return refusal(Refusal.BEYOND_LIMIT, what, where, value=cells, nearest=str(most))


def _texts(form: BaseModel, place: Place, entry: str = "") -> Iterator[Finding]:
    """Names and texts that are too long: findings quote them, once a row."""
    for path, value in _strings(form, entry):
        name = "name" if path.rpartition(".")[2] in NAMES else "text"
        yield from _beyond(name, len(value), place, path)


def _strings(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, BaseModel):
        for name, one in value:
            yield from _strings(one, f"{path}.{name}".removeprefix("."))
    elif isinstance(value, list):
        for number, one in enumerate(value, 1):
            yield from _strings(one, f"{path}[{number}]")
