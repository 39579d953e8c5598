"""An upload's own workbook comes back with the findings in it, from whatever file it came in."""

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from core.errors import GuantongError
from core.texts import Text
from plugins.artifact import pack_folder, pack_pair
from plugins.findings import Finding, Place, Severity, Stage
from plugins.handback import marked_catalog, workbook_of
from server.documents import ROOT
from tests.plugins.hostile import wheels as w
from tests.plugins.hostile.workbooks import book

FINDING = Finding(
    "SCH201", Stage.STATIC, Severity.ERROR, Place("x", "1.0.0", file="catalog.toml", row=1), Text("低", "low"), "1", "2"
)


def result(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))["校验结果"]["B2"].value


def test_the_workbook_of_a_pair_a_folder_and_a_wheel() -> None:
    workbook = book({})
    pair = pack_pair(w.SCHEME_TOML.encode(), workbook)
    wheel = w.wheel({w.CATALOG: None, f"{w.PACKAGE}/catalog.xlsx": workbook})
    for content, name in ((pair, "scheme.zip"), (wheel, w.NAME)):
        assert workbook_of(content, name) == workbook
        marked = marked_catalog(content, name, [FINDING])
        assert marked is not None
        assert result(marked) == "SCH201"
    folder = ROOT / "enterprise_schemes" / "lingnan_ship" / "scheme_lingnan_ship"
    assert workbook_of(pack_folder(folder), "x.zip") == Path(folder / "catalog.xlsx").read_bytes()


def test_there_is_none_without_a_workbook_or_where_nothing_can_be_opened() -> None:
    assert marked_catalog(w.bundle(), "scheme.zip", [FINDING]) is None
    assert marked_catalog(b"no zip", "scheme.zip", [FINDING]) is None


def test_what_is_no_workbook_is_not_handed_back() -> None:
    with pytest.raises(GuantongError) as refused:
        marked_catalog(pack_pair(w.SCHEME_TOML.encode(), b"no workbook"), "scheme.zip", [FINDING])
    assert refused.value.code == "BAD_FILE"


def test_a_finding_survives_being_stored() -> None:
    whole = Finding(
        "SCH201",
        Stage.STANDARDS,
        Severity.WARNING,
        Place("d", "1.0.0", "catalog.xlsx", 3, "目录!B3", "title_level"),
        Text("甲", "a"),
        "1",
        "2",
        "第一条",
        Text("某人", "somebody"),
    )
    for one in (whole, FINDING):
        assert Finding.from_json(one.as_json()) == one
    old = Finding.from_json({"code": "SCH106", "severity": "warning"})
    assert (old.code, old.severity, old.what, old.place) == (
        "SCH106",
        Severity.WARNING,
        Text("SCH106", "SCH106"),
        Place(),
    )
