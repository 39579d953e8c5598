"""What is inferred or a platform default is shown wherever it decides, and only there; blocks that need care."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from core.dates import Period
from core.eligibility.blocks import Authority, BlockCode, Employer
from core.eligibility.decide import decide
from core.eligibility.decisions import Case, Decision
from core.eligibility.rulebook import Rulebook
from core.facts import CredentialKind, EvidenceItem, HeldCredential, ObtainedBy, PersonFacts, WorkSpell
from core.ladders import Level, SkillTarget, Target, TitleTarget
from core.policy.load import load_packs
from core.vocabulary import load_vocabulary
from plugins.document import read_folder

SCHEME = read_folder(Path(__file__).parents[2] / "enterprise_schemes/lingnan_ship/scheme_lingnan_ship").scheme()
YARD, DAY = SCHEME.enterprise, date(2026, 11, 23)
WELDER, FOUNDER, HULL = "6-18-02-04", "6-18-02-01", "6-23-02-01"
HIGHER, RELATED, BROKEN = "relation.higher_level_counts", "relation.related_occupation", "clock.days_per_year"
POLICY = load_packs()
EVIDENCE = {key: (EvidenceItem(60, date(2015, 1, 1)),) for key in ("frontline_months", "technical_post_months")}


def skill(level: Level, on: date, occupation: str = WELDER) -> HeldCredential:
    return HeldCredential(f"{level}{on}", CredentialKind.SKILL_CERTIFICATE, level, on, occupation)


def title(level: Level, on: date, kind: CredentialKind = CredentialKind.PROFESSIONAL_TITLE) -> HeldCredential:
    held = HeldCredential(f"{level}{on}", kind, level, on, series="engineering", specialty="ship_and_ocean")
    return replace(held, obtained_by=ObtainedBy.REVIEW, review_year=on.year)


def person(*credentials: HeldCredential, work: tuple[WorkSpell, ...] = ()) -> PersonFacts:
    spells = work or (WorkSpell(YARD, Period(date(2010, 1, 1)), WELDER),)
    return PersonFacts(date(1985, 1, 1), credentials, spells, evidence=EVIDENCE)


def best(facts: PersonFacts, target: Target, *, offered: bool) -> Decision:
    levels = (Level.CHIEF_TECHNICIAN, Level.FULL_SENIOR)
    authorities = tuple(Authority(None, level, Period(date(2010, 1, 1))) for level in levels)
    employer = Employer(YARD, (Period(date(2026, 1, 15)),), authorities, (SCHEME,))
    case = Case.of(facts, DAY, Rulebook(POLICY, load_vocabulary()), (employer,))
    return next(d for d in decide(case, target) if (d.offer is not None) is offered)


def shown(decision: Decision) -> set[str]:
    """The readings among the weakly founded clauses of a decision."""
    cited = {name: POLICY.value(name, DAY).citation for name in (HIGHER, RELATED, BROKEN)}
    return {name for name, citation in cited.items() if citation in decision.explanation.weak}


TITLE = TitleTarget("engineering", "mechanical", Level.ASSISTANT)
TECHNICIAN = SkillTarget(WELDER, Level.TECHNICIAN)
LONG_AGO = date(2016, 3, 1)
SPELLS = (
    WorkSpell(YARD, Period(date(2010, 1, 1), date(2019, 1, 1)), WELDER),
    WorkSpell(YARD, Period(date(2020, 1, 1)), WELDER),
)


@pytest.mark.parametrize(
    ("facts", "target", "offered", "readings"),
    [
        (person(skill(Level.SENIOR_WORKER, LONG_AGO)), TITLE, True, set()),
        (person(skill(Level.TECHNICIAN, LONG_AGO)), TITLE, True, {HIGHER}),
        (person(skill(Level.SENIOR_WORKER, LONG_AGO)), TECHNICIAN, False, set()),
        (person(skill(Level.SENIOR_WORKER, LONG_AGO, FOUNDER)), TECHNICIAN, False, {RELATED}),
        (person(skill(Level.SENIOR_WORKER, LONG_AGO), work=SPELLS), TECHNICIAN, False, {BROKEN}),
    ],
    ids=["exactly what is named", "a higher level", "own occupation", "a related occupation", "years with a gap"],
)
def test_a_reading_is_shown_where_it_decides_and_only_there(
    facts: PersonFacts, target: Target, offered: bool, readings: set[str]
) -> None:
    decision = best(facts, target, offered=offered)
    assert decision.may_apply_from is not None
    assert shown(decision) == readings


def test_a_row_of_a_higher_title_is_not_open_from_a_lower_one() -> None:
    on_hull = (WorkSpell(YARD, Period(date(2005, 1, 1)), HULL),)
    special = SkillTarget(HULL, Level.SPECIAL_TECHNICIAN)
    rows = tuple(row for row in SCHEME.rows if row.skill == special)
    assert [row.title.level for row in rows] == [Level.FULL_SENIOR]
    rule = SCHEME.rows[0].title_to_skill
    scheme = replace(SCHEME, rows=(replace(rows[0], title_to_skill=rule),), digest="with a way back")
    authorities = (Authority(None, Level.CHIEF_TECHNICIAN, Period(date(2010, 1, 1))),)
    employer = Employer(YARD, (Period(date(2026, 1, 15)),), authorities, (scheme,))
    for level, opens in ((Level.ASSOCIATE_SENIOR, False), (Level.FULL_SENIOR, True)):
        facts = person(title(level, date(2018, 12, 1)), work=on_hull)
        case = Case.of(facts, DAY, Rulebook(POLICY, load_vocabulary()), (employer,))
        offered = [d for d in decide(case, special) if d.offer]
        assert [d.may_apply_from is not None for d in offered] == [opens]


def test_a_professional_qualification_is_no_title_held_already() -> None:
    target = TitleTarget("engineering", "ship_and_ocean", Level.INTERMEDIATE)
    for kind, blocked in (
        (CredentialKind.PROFESSIONAL_QUALIFICATION, False),
        (CredentialKind.PROFESSIONAL_TITLE, True),
    ):
        decision = best(person(title(Level.INTERMEDIATE, LONG_AGO, kind)), target, offered=False)
        assert (BlockCode.ALREADY_HELD in {b.code for b in decision.blocks}) is blocked


def test_a_revoked_certificate_does_not_use_up_the_year() -> None:
    this_year = skill(Level.INTERMEDIATE_WORKER, date(2026, 2, 1))
    for held, blocked in ((this_year, True), (replace(this_year, ends_on=date(2026, 6, 1)), False)):
        decision = best(person(skill(Level.SENIOR_WORKER, LONG_AGO), held), TECHNICIAN, offered=False)
        assert (BlockCode.ONE_A_YEAR in {b.code for b in decision.blocks}) is blocked
