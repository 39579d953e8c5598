"""The standards at their limits: what is just enough passes, what is one off does not; and the most anybody scores."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.schemes import EvidenceKind
from core.scoring import WHOLE, declared_points, result
from core.scoring_tables import CriterionSide
from plugins.document import SchemeDocument
from plugins.rules import Subject, verify
from plugins.rules.measures import most_points, most_total, shown
from tests.plugins.broken import context, document, grave, subject_of

NAME = {"zh": "名称", "en": "name"}
FOUR = ("paper", "degree", "seniority", "award")
KINDS = dict(zip(("improvements", "papers", "degrees", "served", "honours"), ("contribution", *FOUR), strict=True))
USED = [{"evidence": [key], "at_least": 1, **NAME, "clause": "第三条"} for key in KINDS]


def scheme(criteria: list[dict[str, Any]], **manifest: Any) -> Subject:
    """The clean scheme with other criteria, and evidence of every four-only kind, at most 10 of each."""
    read = document("clean_base")
    content = read.manifest.model_dump(mode="json", by_alias=True, exclude_none=True) | manifest
    content["criterion"] = [NAME | {"key": f"c{n:03}"} | one for n, one in enumerate(criteria)]
    content["evidence"] = [{**NAME, "key": key, "kind": kind, "most": 10} for key, kind in KINDS.items()]
    content["group"].append({**NAME, "key": "anybody", "requires": [{"any": USED}]})
    catalog = read.catalog.model_dump(mode="json", by_alias=True, exclude_none=True)
    catalog["row"][0]["groups"].append("anybody")
    return subject_of(SchemeDocument.of({"manifest": content, "catalog": catalog}), context("clean_base"))


def codes(at: Subject) -> set[str]:
    return {one.code for one in grave(verify(at))}


def one(kind: str, weight: int, side: str = "both", **given: Any) -> dict[str, Any]:
    return {"kind": kind, "weight": weight, "side": side, **given}


def bonus(key: str, points: int, evidence: str, side: str = "title") -> dict[str, Any]:
    return {**NAME, "key": key, "evidence": [evidence], "at_least": 1, "points": points, "side": side}


def steps(evidence: list[str], *pairs: tuple[int, int]) -> dict[str, Any]:
    return {"evidence": evidence, "steps": [{"at_least": a, "points": p} for a, p in pairs]}


def line(evidence: list[str], per: int, base: int = 0, most: int = 100) -> dict[str, Any]:
    return {"evidence": evidence, "per": per, "base": base, "most": most}


WORK, REST, HAND = one("performance", 500), one("practical", 500), one("practical", 400)


@pytest.mark.parametrize(
    ("criteria", "manifest", "told"),
    [
        ([WORK, REST], {}, set()),
        # sums and ranges
        ([WORK, one("practical", 499)], {}, {"SCH301"}),
        ([WORK, one("practical", 499), one("defence", 1)], {}, set()),
        ([one("performance", 1000)], {}, set()),
        ([one("performance", 1000), one("practical", 0)], {}, {"SCH302"}),
        # the floor of performance and contribution
        ([one("performance", 499), one("practical", 501)], {}, {"SCH304"}),
        ([one("performance", 250), one("contribution", 250), REST], {}, set()),
        # caps
        ([WORK, one("practical", 300), one("paper", 200, "title"), one("theory", 200, "skill")], {}, set()),
        ([WORK, one("practical", 299), one("paper", 201, "title"), one("theory", 201, "skill")], {}, {"SCH305"}),
        ([WORK, one("practical", 300), one("paper", 200, pass_mark=0)], {}, set()),
        ([WORK, one("practical", 300), one("paper", 200)], {}, {"SCH307"}),
        ([WORK, one("practical", 100), *(one(kind, 100, pass_mark=0) for kind in FOUR)], {}, set()),
        # what a criterion measures
        ([WORK, HAND, one("other", 100, scoring=line(["papers"], 10), pass_mark=0)], {}, {"SCH306"}),
        ([WORK, HAND, one("paper", 100, scoring=line(["papers"], 10), pass_mark=0)], {}, set()),
        ([WORK, HAND, one("other", 100, scoring=line(["papers", "honours"], 10, 60))], {}, set()),
        # own marks
        ([WORK, one("practical", 500, pass_mark=60)], {}, set()),
        ([WORK, one("practical", 500, pass_mark=59)], {}, {"SCH309"}),
        ([WORK, one("practical", 500, "title", pass_mark=10), one("theory", 500, "skill")], {}, set()),
        # tables
        ([WORK, one("practical", 500, scoring=steps(["improvements"], (1, 0), (2, 60), (10, 100)))], {}, set()),
        ([WORK, one("practical", 500, scoring=steps(["improvements"], (1, 60), (2, 60), (10, 100)))], {}, set()),
        ([WORK, one("practical", 500, scoring=steps(["improvements"], (1, 60), (11, 100)))], {}, {"SCH312"}),
        ([WORK, one("practical", 500, scoring=steps(["improvements", "served"], (1, 60), (20, 100)))], {}, set()),
        ([WORK, one("practical", 500, scoring=steps(["improvements"], (1, 59)))], {}, {"SCH317"}),
        ([WORK, one("practical", 500, scoring=line(["improvements"], 0, 60))], {}, set()),
        ([WORK, one("practical", 500, scoring=line(["improvements"], 5, 10))], {}, set()),
        ([WORK, one("practical", 500, scoring=line(["improvements"], 5, 9))], {}, {"SCH317"}),
        ([WORK, one("practical", 500, scoring=line(["improvements"], 20, 0, 101))], {}, {"SCH310"}),
        ([WORK, one("practical", 500, scoring=line(["improvements"], 20, -1))], {}, {"SCH310"}),
        # the pass mark of the title
        ([WORK, REST], {"title_pass_mark": 60}, set()),
        ([WORK, REST], {"title_pass_mark": 61}, {"SCH318"}),
        ([WORK, REST], {"title_pass_mark": 0}, set()),
        ([WORK, REST], {"title_pass_mark": 101}, {"SCH317", "SCH318"}),
        # extra points
        ([WORK, REST], {"bonus": [bonus("one", 20, "honours")]}, set()),
        ([WORK, REST], {"bonus": [bonus("one", 21, "honours")]}, {"SCH313"}),
        ([WORK, REST], {"bonus": [bonus("one", 10, "honours"), bonus("two", 11, "honours")]}, {"SCH313"}),
        ([WORK, REST], {"bonus": [bonus("one", 15, "honours"), bonus("two", 15, "papers")]}, set()),
        ([WORK, REST], {"bonus": [bonus("one", 15, "honours"), bonus("two", 15, "honours", "skill")]}, set()),
        ([WORK, REST], {"bonus": [bonus("one", 100, "improvements")]}, set()),
        ([WORK, REST], {"bonus": [bonus("one", 101, "improvements")]}, {"SCH310"}),
        ([WORK, REST], {"bonus": [bonus("one", 0, "improvements")]}, {"SCH311"}),
        # balance
        ([WORK, one("practical", 500, "skill"), one("contribution", 500, "title")], {}, set()),
        ([WORK, one("contribution", 500, "skill"), one("defence", 500, "title")], {}, {"SCH315"}),
        # the generic sheet with its performance brought up to the floor and nothing else of one's own is that sheet
        ([one("performance", 500), one("theory", 200), one("practical", 200), one("ethics", 100)], {}, {"SCH316"}),
        ([one("performance", 599), one("theory", 200), one("practical", 200), one("ethics", 1)], {}, {"SCH316"}),
        ([one("performance", 600), one("theory", 200), one("practical", 200)], {}, set()),
    ],
)  # fmt: skip
def test_just_enough_and_one_off(criteria: list[dict[str, Any]], manifest: dict[str, Any], told: set[str]) -> None:
    assert codes(scheme(criteria, **manifest)) == told


def test_a_shared_criterion_over_its_cap_is_told_once() -> None:
    found = verify(scheme([WORK, one("practical", 299), one("paper", 201, pass_mark=0)]))
    assert [(f.code, f.place.entry) for f in found] == [("SCH305", "criterion.c002")]


def test_every_kind_that_the_pass_mark_hides_is_told() -> None:
    """With papers and awards at 200 each and a mark of 85, whoever lacks either is at 80."""
    both = [one("paper", 200, "title"), one("award", 200, "title"), one("practical", 400, "skill")]
    found = verify(scheme([one("performance", 600, pass_mark=85), *both], title_pass_mark=85))
    assert [(f.code, f.what.en.partition(":")[0]) for f in found if f.code == "SCH307"] == [
        ("SCH307", "a hidden gate of papers"),
        ("SCH307", "a hidden gate of awards"),
    ]


def test_a_bonus_may_make_up_for_what_a_gate_would_hide() -> None:
    """The same marks, but improvements earn the missing five points."""
    criteria = [one("performance", 600, pass_mark=85), one("paper", 200, "title"), one("defence", 200, "title")]
    skill = [one("practical", 400, "skill", pass_mark=85)]
    assert codes(scheme([*criteria, *skill], title_pass_mark=85)) == {"SCH307"}
    extra = {"bonus": [bonus("one", 5, "improvements")]}
    assert codes(scheme([*criteria, *skill], title_pass_mark=85, **extra)) == set()


MIXED = [
    one("performance", 400),
    one("contribution", 200, scoring=line(["improvements"], 12)),
    one("practical", 200, scoring=steps(["improvements", "honours"], (3, 60), (12, 100))),
    one("award", 100, scoring=line(["honours"], 25), pass_mark=0),
    one("other", 100, scoring=line(["papers", "served"], 7, 30)),
]
AT = scheme(MIXED, bonus=[bonus("one", 8, "papers", "both"), bonus("two", 5, "improvements", "title")])
FREE = [c for c in AT.scheme.criteria if c.table is None]
amounts = st.fixed_dictionaries({key: st.integers(0, 12) for key in KINDS})
lacking = st.sets(st.sampled_from([EvidenceKind(kind) for kind in KINDS.values()])).map(frozenset)


@given(amounts, st.integers(0, 100), lacking)
def test_nobody_scores_more_than_the_most(
    given_amounts: dict[str, int], free: int, without: frozenset[EvidenceKind]
) -> None:
    had = {key: 0 if EvidenceKind(KINDS[key]) in without else amount for key, amount in given_amounts.items()}
    points = declared_points(AT.scheme, had) | {c.key: free for c in FREE}
    assert all(points[c.key] <= most_points(AT, c, without) for c in AT.scheme.criteria)
    for side in (CriterionSide.SKILL, CriterionSide.TITLE):
        assert result(AT.scheme, side, points, had, 60).total <= most_total(AT, side, without)


@given(lacking)
def test_somebody_scores_the_most(without: frozenset[EvidenceKind]) -> None:
    had = {key: 0 if EvidenceKind(kind) in without else 10 for key, kind in KINDS.items()}
    points = declared_points(AT.scheme, had) | {c.key: 100 for c in FREE}
    for side in (CriterionSide.SKILL, CriterionSide.TITLE):
        assert result(AT.scheme, side, points, had, 60).total == most_total(AT, side, without)


@pytest.mark.parametrize(("thousandths", "text"), [(90_000, "90"), (87_500, "87.5"), (99_999, "99.999"), (0, "0")])
def test_totals_are_said_as_people_write_points(thousandths: int, text: str) -> None:
    assert shown(thousandths) == text
    assert thousandths <= 100 * WHOLE
