"""Every rule: documented, shown by tiny schemes on disk, and alone in what it says of them."""

import json
import re
from collections import Counter

import pytest

from plugins.findings import Severity, Stage
from plugins.rules import RULES, Rule, verify
from server.documents import ROOT
from tests.plugins.broken import BROKEN, CLEAN, FOLDER, grave, subject, told

PAGE = ROOT / "plugins" / "rules" / "README.md"
CODES = [rule.code for rule in RULES]


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_scheme_is_rejected_by_its_code_alone(name: str) -> None:
    found = grave(verify(subject(name)))
    assert {one.code for one in found} == {name.partition("_")[0]}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_scheme_gets_its_documented_text(name: str) -> None:
    assert told(name) == (FOLDER / name / "expected.txt").read_text("utf-8")


@pytest.mark.parametrize("name", CLEAN)
def test_nothing_at_all_is_said_of_a_clean_scheme(name: str) -> None:
    assert verify(subject(name)) == []


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_scheme_is_seen_at_a_glance(name: str) -> None:
    files = {path.name for path in (FOLDER / name).rglob("*") if path.is_file()}
    assert {"scheme.toml", "catalog.toml", "expected.txt"} <= files <= {*_FILES}
    lengths = [len(path.read_text("utf-8").splitlines()) for path in (FOLDER / name).rglob("*.*")]
    assert max(lengths) < 60


_FILES = ("scheme.toml", "catalog.toml", "expected.txt", "context.toml", "cases.toml", "scorer.py")
_STAGES = {"0": Stage.STATIC, "1": Stage.STATIC, "2": Stage.STATIC, "3": Stage.STANDARDS, "4": Stage.BEHAVIOUR}


def test_there_are_enough_broken_schemes() -> None:
    assert len(BROKEN) >= 100


@pytest.mark.parametrize("rule", RULES, ids=CODES)
class TestEveryRule:
    def test_has_a_broken_scheme(self, rule: Rule) -> None:
        assert any(name.startswith(f"{rule.code}_") for name in BROKEN)

    def test_says_what_it_asks_for_with_an_example(self, rule: Rule) -> None:
        assert rule.summary.endswith(".")
        assert len(rule.summary) > 20
        assert rule.example.endswith(".")
        assert rule.example.count("``") % 2 == 0

    def test_is_on_the_documentation_page_with_a_finding(self, rule: Rule) -> None:
        page = PAGE.read_text("utf-8")
        (section,) = re.findall(rf"(?ms)^### {rule.code} .*?(?=^### |^## |\Z)", page)
        assert rule.summary in section
        assert rule.example in section
        shown = [line for name in BROKEN if name.startswith(rule.code) for line in told(name).splitlines()]
        assert any(line in section for line in shown)

    def test_stands_in_its_stage_by_its_code(self, rule: Rule) -> None:
        assert re.fullmatch(r"SCH[0-4]\d\d", rule.code)
        assert rule.stage is _STAGES[rule.code[3]]


def test_codes_are_unique_and_in_order() -> None:
    assert sorted(set(CODES)) == CODES
    assert len({rule.check for rule in RULES}) == len(RULES)


def test_every_broken_scheme_is_of_some_rule() -> None:
    assert {name.partition("_")[0] for name in BROKEN} == set(CODES)


def test_findings_speak_both_languages() -> None:
    for name in BROKEN:
        for one in verify(subject(name)):
            assert re.search(r"[一-鿿]", one.what.zh), name
            assert re.search(r"[a-z]{2}", one.what.en), name
            if one.counterexample:
                assert re.search(r"[一-鿿]", one.counterexample.zh)
                assert re.search(r"[a-z]{2}", one.counterexample.en)


def test_findings_are_plain_json() -> None:
    (one,) = verify(subject("SCH201_shortcut_by_evidence"), distribution="tiny-works")
    assert json.loads(json.dumps(one.as_json())) == {
        "code": "SCH201",
        "stage": "static",
        "severity": "error",
        "place": {
            "distribution": "tiny-works",
            "version": "1.0.0",
            "file": "catalog.toml",
            "row": 1,
            "cell": None,
            "entry": "skill_to_title.years",
        },
        "what": {
            "zh": "技师（二级）→中级职称：满1年即可通过，低于下限3年（2026-03-01 起有效）",
            "en": "technician (level 2) to title of intermediate level: 1 year would pass, below the floor of 3 years "
            "(in force from 2026-03-01)",
        },
        "value": "0",
        "nearest": "3",
        "clause": "《高技能人才与专业技术人才职业融合发展试点实施方案》支持高技能人才参加职称评审",
        "counterexample": {
            "zh": "持技师（二级）满1年、工艺改进（项）=3者将被准许申报",
            "en": "a holder of technician (level 2) after 1 year with process improvements = 3 would be let through",
        },
    }


def test_most_broken_schemes_are_told_a_clause() -> None:
    """What Python does wrong is held against the contract, of which a policy says nothing."""
    data = [name for name in BROKEN if not (FOLDER / name / "scorer.py").exists()]
    cited = Counter(any(one.clause for one in verify(subject(name))) for name in data)
    assert cited[True] > cited[False]


def test_no_rule_stops_another() -> None:
    """Faults of three schemes in one are all told, in the order of the table."""
    at = subject("SCH001_unknown_occupation", keys={"tiny_works": "another"}, on_record=False)
    assert [one.code for one in verify(at)] == ["SCH001", "SCH102", "SCH104"]


def test_severities_are_those_of_the_table() -> None:
    weights = {name: {one.severity for one in verify(subject(name))} for name in BROKEN}
    table = {rule.code: rule.severity for rule in RULES}
    shifted = {name for name, found in weights.items() if found != {table[name.partition("_")[0]]}}
    # These two lie in series that the platform's table knows nothing of, and a pack calls that a notice.
    strange = {"SCH202_series_not_open", "SCH205_title_that_the_series_lacks"}
    # Beside cases that are not understood a notice says that none was run.
    assert shifted == strange | {name for name in BROKEN if name.startswith("SCH401_")}
    assert {rule.severity for rule in RULES} == {Severity.ERROR, Severity.WARNING}
