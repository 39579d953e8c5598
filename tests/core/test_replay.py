"""A decision and a score are recomputed from their contents, and a change of anything shows where."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dates import Period
from core.eligibility.blocks import Authority
from core.eligibility.rulebook import Rulebook
from core.facts import CredentialKind, EvidenceItem, HeldCredential, PersonFacts, WorkSpell
from core.ladders import Level, SkillTarget, TitleTarget
from core.policy.load import load_packs, stack_content, stack_from
from core.replay.comparing import Difference, differences
from core.replay.contents import (
    CALENDAR,
    WEEKDAYS_ONLY,
    canonical,
    digest_of,
    facts_content,
    facts_from,
    vocabulary_content,
    vocabulary_from,
)
from core.replay.deciding import decision_outcome, score_outcome
from core.replay.replayer import Replayer
from core.replay.snapshots import (
    Basis,
    DecisionSnapshot,
    ScoreSnapshot,
    Standing,
    decision_from,
    score_from,
    snapshot_content,
)
from core.scoring import agreed
from core.scoring_tables import CriterionSide
from core.vocabulary import load_vocabulary
from plugins.document import read_folder, scheme_from
from tests.core import people
from tests.frozen import rail

FOLDERS = Path(__file__).parents[2] / "enterprise_schemes"
SHIP = read_folder(FOLDERS / "lingnan_ship/scheme_lingnan_ship")
RAIL = rail()
WELDER = "6-18-02-04"
DAY = date(2026, 11, 23)
FACTS = PersonFacts(
    date(1986, 4, 12),
    (HeldCredential("a", CredentialKind.SKILL_CERTIFICATE, Level.TECHNICIAN, date(2019, 6, 10), WELDER),),
    (WorkSpell("91990000MA0EXTJ012", Period(date(2010, 7, 1)), WELDER, municipal=True),),
    evidence={k: (EvidenceItem(60, date(2020, 1, 1)),) for k in ("frontline_months", "process_improvements")},
)
TITLE = TitleTarget("engineering", "mechanical", Level.INTERMEDIATE)
HIGHER = SkillTarget(WELDER, Level.SENIOR_TECHNICIAN)
POINTS = {"safe_running": (80,), "fault_handling": (70, 80), "teaching": (68,), "practical_test": (55,)}


def contents(facts: PersonFacts = FACTS, document: str = SHIP.canonical()) -> dict[str, str]:
    """What a decision and a score rest on, by what it is of."""
    return {
        "facts": facts_content(facts, "salt"),
        "policy": stack_content(load_packs()),
        "calendar": CALENDAR,
        "vocabulary": vocabulary_content(load_vocabulary()),
        "scheme": document,
    }


def basis(kept: dict[str, str]) -> Basis:
    return Basis(DAY, **{name: digest_of(text) for name, text in kept.items()})


def by_digest(kept: dict[str, str]) -> dict[str, str]:
    return {digest_of(text): text for text in kept.values()}


def decision(kept: dict[str, str]) -> DecisionSnapshot:
    """The snapshot of a decision, by way of its stored form."""
    authorities = (Authority(None, Level.FULL_SENIOR, Period(date(2010, 1, 1))),)
    standing = Standing("91990000MA0EXTJ012", (Period(date(2026, 1, 15)),), authorities)
    rules, targets = Rulebook(load_packs(), load_vocabulary()), (HIGHER, TITLE)
    outcome = decision_outcome(facts_from(kept["facts"]), DAY, rules, standing, SHIP.scheme(), targets)
    return decision_from(snapshot_content(DecisionSnapshot(basis(kept), standing, targets, outcome)))


def score(kept: dict[str, str]) -> ScoreSnapshot:
    facts, side = facts_from(kept["facts"]), CriterionSide.SKILL
    outcome = score_outcome(facts, DAY, load_packs(), RAIL.scheme(), side, POINTS)
    return score_from(snapshot_content(ScoreSnapshot(basis(kept), side, POINTS, outcome)))


def test_policy_vocabulary_and_calendar_come_back_as_they_were() -> None:
    packs, words = load_packs(), load_vocabulary()
    again = stack_from(stack_content(packs))
    assert again.digest == packs.digest == digest_of(stack_content(packs))
    assert again.routes == packs.routes
    read = vocabulary_from(vocabulary_content(words))
    assert read is not words
    for part in ("levels", "series", "specialties", "occupations", "by_minor_class", "by_specialty"):
        assert getattr(read, part) == getattr(words, part)
    assert vocabulary_content(read) == vocabulary_content(words)
    assert digest_of(CALENDAR) == WEEKDAYS_ONLY


@given(people.people())
def test_facts_come_back_as_they_were(facts: PersonFacts) -> None:
    assert facts_from(facts_content(facts, "salt")) == facts


def test_a_document_on_record_keeps_its_digest() -> None:
    """Also one that a later form would write otherwise."""
    spaced = orjson.dumps(orjson.loads(SHIP.canonical()), option=orjson.OPT_INDENT_2).decode()
    assert scheme_from(SHIP.canonical()) == SHIP.scheme()
    assert scheme_from(spaced) == replace(SHIP.scheme(), digest=digest_of(spaced))


def test_the_salt_hides_equal_facts() -> None:
    assert digest_of(facts_content(FACTS, "one")) != digest_of(facts_content(FACTS, "other"))


def test_a_decision_replays_equal() -> None:
    kept = contents()
    then = decision(kept)
    assert {name: found["state"] for name, found in then.outcome.items()} == {
        "6-18-02-04 skill:senior_technician @ policy": "now",
        "6-18-02-04 skill:senior_technician @ lingnan_ship": "missing",
        "engineering:mechanical title:intermediate @ policy": "now",
        "engineering:mechanical title:intermediate @ lingnan_ship": "now",
    }
    assert Replayer(scheme_from).decision(then, by_digest(kept)) == ()


@given(people.people(), st.dates(date(2025, 12, 22), date(2028, 12, 31)))
def test_any_decision_replays_equal(facts: PersonFacts, day: date) -> None:
    kept = contents(facts)
    rules, standing = Rulebook(load_packs(), load_vocabulary()), Standing(people.HERE, (Period(DAY),), ())
    targets = (SkillTarget(WELDER, Level.TECHNICIAN), TITLE)
    outcome = decision_outcome(facts, day, rules, standing, SHIP.scheme(), targets)
    then = DecisionSnapshot(replace(basis(kept), day=day), standing, targets, outcome)
    assert SHARED.decision(decision_from(snapshot_content(then)), by_digest(kept)) == ()


SHARED = Replayer(scheme_from)


def later_award(kept: dict[str, str]) -> str:
    held = replace(FACTS.credentials[0], awarded_on=date(2024, 6, 10))
    return facts_content(replace(FACTS, credentials=(held,)), "salt")


def nine_years(kept: dict[str, str]) -> str:
    return kept["policy"].replace('"years":3', '"years":9')


def no_correspondence(kept: dict[str, str]) -> str:
    words: Any = orjson.loads(kept["vocabulary"])
    for occupation in words["occupations"]:
        occupation["specialties"] = []
    return canonical(words)


def more_in_a_row(kept: dict[str, str]) -> str:
    document: Any = orjson.loads(kept["scheme"])
    for row in document["catalog"]["row"]:
        row.setdefault("skill_to_title", {"clause": "示例"})["years"] = 9
    return canonical(document)


@pytest.mark.parametrize(
    ("of", "change", "where"),
    [
        ("facts", later_award, "may_apply_from"),
        ("policy", nine_years, "may_apply_from"),
        ("vocabulary", no_correspondence, "decisions["),
        ("scheme", more_in_a_row, "may_apply_from"),
    ],
)
def test_a_decision_on_anything_else_shows_where_it_differs(
    of: str, change: Callable[[dict[str, str]], str], where: str
) -> None:
    kept = contents()
    then = decision(kept)
    changed = by_digest(kept) | {getattr(then.basis, of): change(kept)}
    found = Replayer(scheme_from).decision(then, changed)
    assert any(where in one.path for one in found)
    assert all(one.recorded != one.recomputed for one in found)


def test_a_score_replays_equal_and_names_what_changed() -> None:
    awarded = {"city_awards": (EvidenceItem(1, date(2025, 1, 1)), EvidenceItem(9, date(2027, 1, 1)))}
    kept = contents(replace(FACTS, evidence=awarded), RAIL.canonical())
    then = score(kept)
    assert then.outcome["bonus"] == 3  # what is on record from a later day on earns nothing yet
    assert then.outcome["total"] == 75050
    replayer = Replayer(scheme_from)
    assert replayer.score(then, by_digest(kept)) == ()
    changed = replace(then, points={**POINTS, "practical_test": (65,)})
    assert replayer.score(changed, by_digest(kept)) == (
        Difference("score.failed[0]", '"practical_test"', None),
        Difference("score.subjects.practical_test", "11000", "13000"),
        Difference("score.total", "75050", "77050"),
    )
    policy = kept["policy"].replace('"is":60', '"is":50')
    assert policy != kept["policy"]
    lower = Replayer(scheme_from).score(then, by_digest(kept) | {then.basis.policy: policy})
    assert lower == (Difference("score.failed[0]", '"practical_test"', None),)


@pytest.mark.parametrize(("points", "mean"), [([80], 80), ([70, 81], 76), ([70, 80, 81], 77), ([0, 0, 1], 0)])
def test_assessors_agree_on_their_mean(points: list[int], mean: int) -> None:
    assert agreed(points) == mean


def test_differences_name_every_place_with_both_values() -> None:
    then = {"same": [1, {"a": None}], "list": [1, 2], "gone": 1, "kind": {"a": 1}, "null": None, "a @ b": {"c": 1}}
    now = {"same": [1, {"a": None}], "list": [1, 3, None], "new": "x", "kind": [1], "null": False, "a @ b": {"c": 2}}
    assert differences(then, now, "top") == (
        Difference("top[a @ b].c", "1", "2"),
        Difference("top.gone", "1", None),
        Difference("top.kind", '{"a":1}', "[1]"),
        Difference("top.list[1]", "2", "3"),
        Difference("top.list[2]", None, "null"),
        Difference("top.new", None, '"x"'),
        Difference("top.null", "null", "false"),
    )
    assert differences(then, then, "top") == ()
