"""The occupations of a row: code and name must agree, because either alone is easily mistaken."""

import re
from typing import Final

from core.errors import nearest_of
from core.files.cells import plain
from core.texts import Text, shorten
from core.vocabulary.occupation_files import split_marks
from plugins.refusals import Refusal
from plugins.workbook.phrases import spell
from plugins.workbook.row_cells import RowCells

SEPARATORS: Final = "；;、,，\n"
AROUND: Final = f"{SEPARATORS} ()（）"
_NOT_A_CODE = Text("格式应为 6-18-01-01", "should be written like 6-18-01-01")
_NOT_LISTED = Text("不在职业分类中；请核对", "is not in the classification; check it")
_CODE = re.compile(r"[1-8]-\d{2}-\d{2}-\d{2}")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))


def occupation(cells: RowCells) -> str | None:
    """The code of the row's own occupation."""
    code = plain((cells.text("occupation") or "").translate(_DASHES))
    name = split_marks(cells.text("occupation_name") or "")[0]
    owner = cells.all.owners.get(plain(name))
    if not code:
        cells.empty("occupation", owner)
    if not name:
        listed = cells.all.vocabulary.occupations.get(code)
        cells.empty("occupation_name", listed.name.zh if listed else None)
    return _checked(cells, "occupation", code, name) if code and name else None


def _checked(cells: RowCells, field: str, code: str, name: str) -> str | None:
    """The code, if it is one and the classification gives it this name."""
    known = cells.all.vocabulary.occupations
    owner = cells.all.owners.get(plain(name))
    if code not in known:
        said, nearest = shorten(code, 40), owner or nearest_of(code, list(known))
        is_code = _CODE.fullmatch(code)
        zh, en = _NOT_LISTED if is_code else _NOT_A_CODE
        cells.refuse(Refusal.UNKNOWN_NAME, field, Text(f"“{said}”{zh}", f"'{said}' {en}"), nearest)
        return None
    listed = known[code].name.zh
    if name and plain(name) != plain(listed):
        other = (f"，“{name}”的编码是 {owner}", f", '{name}' is {owner}") if owner else ("", "")
        what = Text(f"{code} 是“{listed}”，不是“{name}”{other[0]}", f"{code} is '{listed}', not '{name}'{other[1]}")
        cells.refuse(Refusal.CODE_AND_NAME, field, what, listed, name)
        return None
    return code


def related(cells: RowCells) -> list[str]:
    """Codes, each with or without its name, in any usual separation."""
    text = (cells.text("related") or "").translate(_DASHES)
    spelt = spell(text)
    found = list(_CODE.finditer(spelt))
    before = text[: found[0].start() if found else None].strip(AROUND)
    if before:
        what = Text("应写职业编码", "should give occupation codes")
        cells.refuse(Refusal.UNKNOWN_NAME, "related", what, cells.all.owners.get(plain(before)), before)
    ends = [*(one.start() for one in found[1:]), len(text)]
    named = [(one[0], text[one.end() : end].strip(AROUND)) for one, end in zip(found, ends, strict=False)]
    codes = [_checked(cells, "related", code, name) for code, name in named]
    return [code for code in codes if code is not None]
