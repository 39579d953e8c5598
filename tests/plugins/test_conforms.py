"""The test case that authors are given: it passes what the bureau passes, and says everything where it does not."""

import shutil
from pathlib import Path

import pytest

from plugins.conforms import conforms
from server.documents import ROOT

RAIL = ROOT / "enterprise_schemes" / "yuexiu_rail"
SHIP = ROOT / "enterprise_schemes" / "lingnan_ship"


def test_the_examples_conform() -> None:
    table, facts = conforms(RAIL)
    assert table.zh.startswith("✓ 带徒传技：11 × 11 = 121 格，各算两次")
    assert facts.en.startswith("✓ computed facts: ")
    assert conforms(SHIP) == ()


def test_the_same_nonce_tries_the_same_again() -> None:
    assert conforms(RAIL, nonce="one") == conforms(RAIL, nonce="one") != conforms(RAIL, nonce="other")


def test_a_fault_is_told_with_the_two_cells_and_the_report(tmp_path: Path) -> None:
    copy = shutil.copytree(RAIL, tmp_path / "copy")
    code = copy / "scheme_yuexiu_rail" / "__init__.py"
    text = code.read_text("utf-8")
    assert "MOST if apprentices else WITHOUT_APPRENTICES" in text
    code.write_text(text.replace("MOST if apprentices else WITHOUT", "MOST if not apprentices else WITHOUT"), "utf-8")
    with pytest.raises(AssertionError) as told:
        conforms(copy)
    lines = str(told.value).splitlines()
    assert lines[0] == "scheme_yuexiu_rail-1.0.0-py3-none-any.whl:"
    (fall,) = (line for line in lines if "SCH405" in line)
    assert "“带徒出师（人）”由 0 增至 1，得分由 92 降至 84（被采用的操作法（项）=4）；同样情形共 7 处" in fall
    assert any("SCH402" in line for line in lines)
    assert lines[-2].startswith("✗ 带徒传技：11 × 11 = 121 格")


def test_what_cannot_be_read_does_not_conform(tmp_path: Path) -> None:
    (tmp_path / "scheme.toml").write_text("contract = 1\n", "utf-8")
    with pytest.raises(AssertionError, match="ART017"):
        conforms(tmp_path)
