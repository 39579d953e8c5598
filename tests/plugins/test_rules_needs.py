"""Rules that need the bureau's records: run with them, told as unchecked without, and nothing else differs."""

import pytest

from core.services.verifier import Surroundings
from plugins.artifact import pack_folder
from plugins.findings import Severity
from plugins.rules import RULES, verify
from tests.plugins.broken import BROKEN, CLEAN, FOLDER, grave, subject
from tests.plugins.test_verifier import VERIFIER, around

NEEDY = [rule.code for rule in RULES if rule.need and rule.need.name == "the bureau's records"]


def test_it_is_known_which_rules_need_records() -> None:
    assert NEEDY == ["SCH102", "SCH104", "SCH119", "SCH120", "SCH210"]


def test_without_records_each_of_them_is_told_once_as_unchecked() -> None:
    found = verify(subject("clean_base", has_records=False))
    assert [(one.code, one.severity) for one in found] == [(code, Severity.NOTICE) for code in NEEDY]
    assert [str(one) for one in found] == [
        "notice SCH102 [tiny_works 1.0.0 · scheme.toml · scheme.key] 此处未核：方案标识是否已由他人使用；"
        "须查主管部门的记录，登记时核对 / not checked here: whether somebody else's scheme has the key already; "
        "it takes the bureau's records, and registration checks it",
        "notice SCH104 [tiny_works 1.0.0 · scheme.toml · scheme.enterprise] 此处未核："
        "企业在方案有效期内是否始终在试点名单；须查主管部门的记录，登记时核对 / "
        "not checked here: whether the enterprise is on the pilot list on every day of the scheme; it takes the "
        "bureau's records, and registration checks it",
        "notice SCH119 [tiny_works 1.0.0 · scheme.toml · fact] 此处未核：扩展事实的类型是否与此前版本已公布的一致；"
        "须查主管部门的记录，登记时核对 / not checked here: whether its facts are of the types that earlier versions "
        "have published; it takes the bureau's records, and registration checks it",
        "notice SCH120 [tiny_works 1.0.0 · scheme.toml · fact] 此处未核：此前版本已公布的扩展事实是否仍有声明；"
        "须查主管部门的记录，登记时核对 / not checked here: whether it declares every fact that earlier versions have "
        "published; it takes the bureau's records, and registration checks it",
        "notice SCH210 [tiny_works 1.0.0 · scheme.toml · scheme.enterprise] 此处未核："
        "企业的职称自主评审权与等级认定资质是否涵盖目录各行；须查主管部门的记录，登记时核对 / "
        "not checked here: whether the enterprise's two authorities cover every row; it takes the bureau's records, "
        "and registration checks it",
    ]


@pytest.mark.parametrize("name", [*BROKEN, *CLEAN])
def test_all_else_is_found_at_home_as_well(name: str) -> None:
    at_home = grave(verify(subject(name, has_records=False)))
    assert at_home == [one for one in grave(verify(subject(name))) if one.code not in NEEDY]


def test_an_enterprise_that_is_not_on_record_is_another_thing() -> None:
    assert [one.code for one in verify(subject("clean_base", on_record=False))] == ["SCH104"]


@pytest.mark.anyio
async def test_the_verifier_accepts_at_home_and_says_what_is_open() -> None:
    found = VERIFIER.read(pack_folder(FOLDER / "clean_base"), "scheme.zip")
    known = around()
    at_home = Surroundings.without_records(known.policy, known.vocabulary, known.day)
    verdict = await VERIFIER.verify(found, at_home)
    assert verdict.accepted
    assert [one["code"] for one in verdict.findings] == NEEDY
