"""What a whole table shows: every claim is decided on every cell, and a fault names the two cells that disagree."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from core.schemes import EvidenceField
from core.scoring_tables import TabulatedScore
from core.texts import Text
from plugins.conformance.words import further, rest, said
from plugins.rules.subject import Fault

CODE = "scheme.toml"


@dataclass(frozen=True, slots=True)
class Shown:
    """One table with the names that its author knows its fields by."""

    criterion: str
    score: TabulatedScore
    fields: Mapping[str, EvidenceField]

    @property
    def entry(self) -> str:
        return f"criterion.{self.criterion}"

    def cell(self, number: int) -> dict[str, int]:
        """The evidence of a cell."""
        found = {}
        for axis, stride in zip(self.score.axes, self.score.strides, strict=True):
            place, number = divmod(number, stride)
            found[axis.evidence] = axis.values[place]
        return found


def steps(score: TabulatedScore) -> Iterator[tuple[int, int, int]]:
    """Every two neighbouring cells: the axis between them, the lower, the higher."""
    for number, (axis, stride) in enumerate(zip(score.axes, score.strides, strict=True)):
        length = len(axis.values)
        for cell in range(score.size):
            if cell // stride % length < length - 1:
                yield number, cell, cell + stride


def falls(shown: Shown) -> Iterator[Fault]:
    """Where better evidence scores lower: for each field the first such step."""
    cells = shown.score.cells
    falling: dict[int, list[tuple[int, int]]] = {}
    for axis, lower, higher in steps(shown.score):
        if cells[higher] < cells[lower]:
            falling.setdefault(axis, []).append((lower, higher))
    for axis, found in falling.items():
        yield _fall(shown, shown.score.axes[axis].evidence, *found[0], len(found))


def _fall(shown: Shown, key: str, lower: int, higher: int, count: int) -> Fault:
    one, other = shown.cell(lower), shown.cell(higher)
    before, after = shown.score.cells[lower], shown.score.cells[higher]
    name, others, more = shown.fields[key].name, rest(one, key, shown.fields), further(count)
    text = Text(
        f"“{name.zh}”由 {one[key]} 增至 {other[key]}，得分由 {before} 降至 {after}{others.zh}{more.zh}",
        f"from {name.en} = {one[key]} to {other[key]} points fall from {before} to {after}{others.en}{more.en}",
    )
    return Fault(text, entry=shown.entry, value=after, nearest=before)


def idle(shown: Shown) -> Iterator[Fault]:
    """Fields that change the points of nobody."""
    moving = {axis for axis, one, other in steps(shown.score) if shown.score.cells[one] != shown.score.cells[other]}
    for number, axis in enumerate(shown.score.axes):
        if number not in moving:
            name = shown.fields[axis.evidence].name
            text = Text(
                f"字段“{name.zh}”对得分没有任何影响；请删除，或在评分中使用",
                f"the field '{name.en}' changes the points of nobody; remove it, or score by it",
            )
            yield Fault(text, entry=f"{shown.entry}.scoring.fields[{number + 1}]", value=axis.evidence)


def unequal(shown: Shown, one: bytes, other: bytes, how: Text) -> Iterator[Fault]:
    """Cells to which two runs gave different points."""
    found = [number for number, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]]
    if found:
        first, more = found[0], further(len(found))
        cell = said(shown.cell(first), shown.fields)
        text = Text(
            f"“{cell.zh}”一次得 {one[first]} 分，{how.zh}得 {other[first]} 分{more.zh}",
            f"'{cell.en}' gives {one[first]} points once and {other[first]} {how.en}{more.en}",
        )
        yield Fault(text, entry=shown.entry, value=other[first], nearest=one[first])


@dataclass(frozen=True, slots=True)
class Influence:
    """The most points that some fields move: from the cell without any of them to another that has them."""

    points: int
    without: int
    having: int


def influence(shown: Shown, keys: Collection[str]) -> Influence:
    """By how many points the fields of ``keys`` together move somebody at most."""
    score, most = shown.score, Influence(0, 0, 0)
    places = [
        (stride, len(axis.values))
        for axis, stride in zip(score.axes, score.strides, strict=True)
        if axis.evidence in keys
    ]
    for cell in range(score.size):
        without = cell - sum(cell // stride % length * stride for stride, length in places)
        moved = score.cells[cell] - score.cells[without]
        if moved > most.points:
            most = Influence(moved, without, cell)
    return most
