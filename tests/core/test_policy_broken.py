"""Packs that must not load: each file's first line is the exact error, with file, entry, date and nearest value."""

from pathlib import Path

import pytest

from core.errors import ErrorCode, GuantongError
from core.policy.load import check_packs, load_packs

BROKEN = Path(__file__).parent / "broken_packs"
BASE = BROKEN / "base.toml"
SOUND = {"base", "authorised", "loop"}
FILES = sorted(path.stem for path in BROKEN.glob("*.toml") if path.stem not in SOUND | {"many_faults"})


def expected(name: str) -> str:
    encoding = "gb18030" if name == "wrong_encoding" else "utf-8"
    return (BROKEN / f"{name}.toml").read_text(encoding=encoding).splitlines()[0].removeprefix("# ")


@pytest.mark.parametrize("name", [name for name in FILES if name != "not_toml"])
def test_a_broken_pack_is_refused_in_these_words(name: str) -> None:
    with pytest.raises(GuantongError) as caught:
        load_packs([BASE, BROKEN / f"{name}.toml"])
    assert str(caught.value) == expected(name)


def test_a_file_that_is_not_toml_is_named_with_the_parsers_own_words() -> None:
    with pytest.raises(GuantongError) as caught:
        load_packs([BROKEN / "not_toml.toml"])
    assert str(caught.value).startswith(expected("not_toml"))
    assert "at line" in str(caught.value)


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(GuantongError) as caught:
        load_packs([BROKEN / "missing.toml"])
    assert caught.value.code is ErrorCode.BAD_FILE
    assert str(caught.value.where) == "missing.toml"


def test_every_code_for_packs_is_provoked() -> None:
    codes = {expected(name).split()[0] for name in FILES}
    wanted = {code for code in ErrorCode if code.startswith("POLICY_")} | {ErrorCode.UNKNOWN_CODE, ErrorCode.DUPLICATE}
    assert codes >= wanted


def test_the_base_that_the_broken_packs_are_laid_over_is_sound() -> None:
    assert check_packs([BASE]) == []
    assert [route.id for route in load_packs([BASE]).routes] == ["base.s2t"]


def test_a_laxer_pack_that_cites_its_authority_is_sound() -> None:
    assert check_packs([BASE, BROKEN / "authorised.toml"]) == []


def test_all_faults_are_found_at_once() -> None:
    found = check_packs([BASE, BROKEN / "many_faults.toml"])
    assert [(fault.code, fault.where and fault.where.entry) for fault in found] == [
        (ErrorCode.POLICY_UNCITED, "local.limit"),
        (ErrorCode.POLICY_OVERLAP, "local.other"),
    ]


def test_faults_of_several_files_are_found_at_once() -> None:
    found = check_packs([BROKEN / "not_toml.toml", BROKEN / "bad_date.toml", BROKEN / "wrong_encoding.toml"])
    assert [fault.where and fault.where.file for fault in found] == [
        "not_toml.toml",
        "bad_date.toml",
        "wrong_encoding.toml",
    ]
