"""Everything that the packs say as flat rows, for people: each with document, clause and confidence."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.citations import Citation
from core.dates import Period
from core.policy.cited import Cited
from core.policy.layers import Layers
from core.policy.model import (
    ClockForm,
    ClockVersion,
    DatedCited,
    LevelGroupForm,
    LevelGroupVersion,
    PackForm,
    PackHeader,
    RouteForm,
    RouteVersion,
    ValueForm,
    ValueVersion,
)
from core.policy.words import clock_text, group_text, level_text, requirement_text, value_text
from core.texts import Text

Entry = ValueForm | ClockForm | LevelGroupForm | RouteForm


class RowKind(StrEnum):
    """What a row shows."""

    VALUE = "value"  # 取值
    CLOCK = "clock"  # 年限起算
    LEVEL_GROUP = "level_group"  # 等级读法
    REQUIREMENT = "requirement"  # 申报条件


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One value, clock, reading of a level or requirement; a requirement's id is its route's with a number."""

    kind: RowKind
    id: str
    label: Text
    text: Text
    unit: Text | None
    period: Period
    pack: PackHeader
    citation: Citation

    def cells(self) -> dict[str, str]:
        """The row as text for a table, Chinese and English side by side."""
        source = self.citation.source
        return {
            "id": self.id,
            "label": str(self.label),
            "text": str(self.text),
            "from": self.period.start.isoformat(),
            "until": self.period.until.isoformat() if self.period.until else "",
            "pack": self.pack.id,
            "document": source.title,
            "number": source.number or "",
            "clause": self.citation.clause,
            "confidence": str(self.citation.confidence.label),
            "url": source.url,
        }


def everything(layers: Layers, day: date | None = None) -> tuple[PolicyRow, ...]:
    """Every row that decides on ``day``; without a day every version of every pack."""
    return tuple(
        row
        for form in layers.forms
        for entry in _entries(form)
        for version in entry.version
        if day is None or (day in version.period and not _overruled(layers, form, entry, day))
        for row in _rows(layers, form, entry, version)
    )


def _entries(form: PackForm) -> Iterator[Entry]:
    yield from form.value
    yield from form.clock
    yield from form.level_group
    yield from form.route


def _overruled(layers: Layers, form: PackForm, entry: Entry, day: date) -> bool:
    """Whether a more specific pack has the same entry in force on ``day``."""
    return any(
        closer.id == entry.id and day in version.period
        for other in layers.forms
        if other.pack.breadth > form.pack.breadth
        for closer in _entries(other)
        for version in closer.version
    )


def _rows(layers: Layers, form: PackForm, entry: Entry, version: DatedCited) -> Iterator[PolicyRow]:
    def row(kind: RowKind, id_: str, text: Text, cited: Cited, unit: Text | None = None) -> PolicyRow:
        return PolicyRow(kind, id_, entry.label, text, unit, version.period, form.pack, layers.cite(cited))

    def name(level: str) -> Text:
        groups = layers.groups.get(level)
        return groups[0].label if groups else level_text(level)

    match entry, version:
        case ValueForm(), ValueVersion():
            yield row(
                RowKind.VALUE, entry.id, value_text(entry, version), version, Text(*entry.unit) if entry.unit else None
            )
        case ClockForm(), ClockVersion():
            yield row(RowKind.CLOCK, entry.id, clock_text(version), version)
        case LevelGroupForm(), LevelGroupVersion():
            yield row(RowKind.LEVEL_GROUP, entry.id, group_text(version), version)
        case RouteForm(), RouteVersion():
            for number, one in enumerate(version.requires, start=1):
                yield row(RowKind.REQUIREMENT, f"{entry.id}#{number}", requirement_text(one, name), one)
