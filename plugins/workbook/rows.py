"""One row of the catalog's table as the content of a ``[[row]]``; what cannot be read is left out and said."""

from typing import Any, Final

from core.files.cells import is_nothing
from core.texts import Text, shorten
from plugins.refusals import Refusal
from plugins.workbook.condition_reading import read_conditions
from plugins.workbook.phrases import spell
from plugins.workbook.row_cells import RowCells
from plugins.workbook.row_occupation import SEPARATORS, occupation, related

DIRECTIONS: Final = ("skill_to_title", "title_to_skill")


def content_of(cells: RowCells) -> dict[str, Any]:
    """The row as content of the form."""
    series, specialty = _title(cells)
    words = cells.all.words
    read = {
        "number": cells.number,
        "occupation": occupation(cells),
        "trade": cells.text("trade"),
        "skill_level": cells.named("skill_level", words.skill_level),
        "series": series,
        "specialty": specialty,
        "title_level": cells.named("title_level", lambda word: words.title_level(word, series, specialty)),
        "related": related(cells),
        "groups": _groups(cells),
        "dual_certificate": cells.yes("dual_certificate"),
        "dual_track": cells.yes("dual_track"),
        "from": cells.day("from"),
        "until": cells.day("until"),
        "skill_to_title": _direction(cells, "skill_to_title"),
        "title_to_skill": _direction(cells, "title_to_skill"),
    }
    return {key: value for key, value in read.items() if value is not None}


def _title(cells: RowCells) -> tuple[str | None, str | None]:
    series = cells.named("series", cells.all.words.series)
    if series is None:
        cells.needed("specialty")
        return None, None
    return series, cells.named("specialty", lambda word: cells.all.words.specialty(series, word))


def _groups(cells: RowCells) -> list[str]:
    text = cells.text("groups") or ""
    spelt, at, keys = spell(text), 0, []
    while at < len(text):
        if spelt[at].isspace() or spelt[at] in SEPARATORS:
            at += 1
        elif found := cells.all.groups.at(spelt, at, SEPARATORS):
            keys.append(found.key)
            at = found.end
        else:
            end = next((i for i in range(at, len(text)) if spelt[i] in SEPARATORS), len(text))
            _unknown_group(cells, text[at:end])
            at = end
    return keys


def _unknown_group(cells: RowCells, word: str) -> None:
    known = cells.all.groups.all_shown or "—"
    said = shorten(word, 40)
    what = Text(
        f"“{said}”未在 scheme.toml 中声明；可用：{known}",
        f"'{said}' is not declared in scheme.toml; known: {known}",
    )
    cells.refuse(Refusal.UNKNOWN_NAME, "groups", what, cells.all.groups.nearest(word), word)


def _direction(cells: RowCells, name: str) -> dict[str, Any] | None:
    """One direction; closed where all its cells are blank or hold a dash."""
    fields = [f"{name}.{part}" for part in ("clause", "years", "requires")]
    if all(is_nothing(cells.value(one)) for one in fields):
        return None
    clause = cells.text(fields[0])
    if clause is None:
        what = Text("为空，而该方向另有内容；请填写条款", "is empty though the direction is open; name the clause")
        cells.refuse(Refusal.NO_CLAUSE, fields[0], what)
    rule = {"clause": clause, "years": cells.years(fields[1]), "requires": _needs(cells, fields[2], clause or "—")}
    return {key: value for key, value in rule.items() if value is not None}


def _needs(cells: RowCells, name: str, clause: str) -> list[dict[str, Any]]:
    needs, faults = read_conditions(cells.text(name) or "", cells.all.language, clause)
    for fault in faults:
        what = Text(f"：{fault.what.zh}", f": {fault.what.en}")
        cells.refuse(Refusal.CONDITION, name, what, fault.nearest, fault.value)
    return needs
