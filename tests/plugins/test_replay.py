"""A decision and a score are recomputed years later from what was stored, and a change of anything shows."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import orjson
import pytest

from core.dates import Period
from core.eligibility.blocks import Authority, Employer
from core.eligibility.decide import Case
from core.eligibility.rulebook import Rulebook
from core.eligibility.snapshot import digest_of, facts_content, facts_from
from core.facts import CredentialKind, EvidenceItem, HeldCredential, PersonFacts, WorkSpell
from core.ladders import Level
from core.policy.load import load_packs, stack_content, stack_from
from core.scoring_tables import CriterionSide
from core.vocabulary import load_vocabulary
from plugins.document import read_folder
from plugins.replay import (
    decision_from,
    replay_decision,
    replay_score,
    score_from,
    snapshot_content,
    snapshot_decision,
    snapshot_score,
)

FOLDERS = Path(__file__).parents[2] / "enterprise_schemes"
SHIP = read_folder(FOLDERS / "lingnan_ship/scheme_lingnan_ship")
RAIL = read_folder(FOLDERS / "yuexiu_rail/scheme_yuexiu_rail")
WELDER = "6-18-02-04"
DAY = date(2026, 11, 23)
FACTS = PersonFacts(
    date(1986, 4, 12),
    (HeldCredential("a", CredentialKind.SKILL_CERTIFICATE, Level.TECHNICIAN, date(2019, 6, 10), WELDER),),
    (WorkSpell("91990000MA0EXTJ012", Period(date(2010, 7, 1)), WELDER, municipal=True),),
    evidence={k: (EvidenceItem(60, date(2020, 1, 1)),) for k in ("frontline_months", "process_improvements")},
)


def case(day: date = DAY, facts: PersonFacts = FACTS) -> Case:
    scheme = SHIP.scheme()
    authority = Authority("engineering", Level.FULL_SENIOR, Period(date(2010, 1, 1)))
    employer = Employer(scheme.enterprise, (Period(date(2026, 1, 15)),), (authority,), (scheme,))
    return Case.of(facts, day, Rulebook(load_packs(), load_vocabulary()), (employer,))


def test_facts_and_policy_come_back_as_they_were() -> None:
    assert facts_from(facts_content(FACTS)) == FACTS
    packs = load_packs()
    again = stack_from(stack_content(packs))
    assert again.digest == packs.digest == digest_of(stack_content(packs))
    assert again.routes == packs.routes


def test_a_decision_replays_equal_from_storage() -> None:
    snapshot, contents = snapshot_decision(case(), {SHIP.digest: SHIP})
    stored = decision_from(snapshot_content(snapshot))
    assert stored == snapshot
    replayed = replay_decision(stored, contents, load_vocabulary())
    assert replayed.is_equal
    assert replayed.differences == ()
    assert all(digest_of(text) == digest for digest, text in contents.items())


@pytest.mark.parametrize("what", ["facts", "policy", "scheme"])
def test_a_decision_on_anything_else_shows_where_it_differs(what: str) -> None:
    snapshot, contents = snapshot_decision(case(), {SHIP.digest: SHIP})
    if what == "facts":
        later = replace(FACTS.credentials[0], awarded_on=date(2024, 6, 10))
        contents[snapshot.facts] = facts_content(replace(FACTS, credentials=(later,)))
    elif what == "policy":
        contents[snapshot.policy] = contents[snapshot.policy].replace('"years":3', '"years":9')
    else:
        document = orjson.loads(contents[SHIP.digest])
        document["catalog"]["row"][16]["skill_to_title"]["years"] = 9
        contents[SHIP.digest] = orjson.dumps(document).decode()
    replayed = replay_decision(snapshot, contents, load_vocabulary())
    assert not replayed.is_equal
    assert any("may_apply_from" in difference for difference in replayed.differences)


def test_a_score_replays_equal_and_names_what_changed() -> None:
    points = {"safe_running": 80, "fault_handling": 75, "teaching": 68, "practical_test": 55}
    snapshot, contents = snapshot_score(RAIL, CriterionSide.SKILL, points, {"city_awards": 1}, 60)
    stored = score_from(snapshot_content(snapshot))
    assert replay_score(stored, contents).is_equal
    changed = replace(stored, points={**points, "practical_test": 65})
    differences = replay_score(changed, contents).differences
    assert ".failed: ['practical_test'] → []" in differences
    assert ".total: 75050 → 77050" in differences
