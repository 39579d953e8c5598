"""Rows of contests, coaches and the pilot list for tests of the graph, and what each list of them may cost."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from core.dates import Period
from core.facts import ContestRank, ContestTier
from core.ladders import Level, SkillTarget, TitleTarget
from core.models import (
    Award,
    Coaching,
    ContestDecision,
    ContestPath,
    ContestRequest,
    Credential,
    Enterprise,
    Evaluation,
    Person,
    PilotDecision,
)
from core.schemes import ContestRule, CriterionSide, Preference, PreferenceMatter, PreferredPerson, Scheme
from core.texts import Text
from tests import builders
from tests.builders import FITTER
from tests.schema import rows
from tests.schema.round_rows import real_document

DAY = date(2026, 3, 2)
ALWAYS = Period(date(2026, 1, 1))
DIGEST = "0" * 64
PEOPLE = "{ people(first: 100) { edges { node { %s } } } }"
ENTERPRISES = "{ enterprises(first: 100) { edges { node { %s } } } }"
COMPETITIONS = "{ competitions(first: 100) { edges { node { %s } } } }"
AWARDS = COMPETITIONS % "awards(first: 100) { edges { node { %s } } }"
REQUESTS = "{ contestRequests(first: 100) { edges { node { %s } } } }"
APPLICATIONS = "{ applications(first: 100) { edges { node { %s } } } }"
DECISIONS = "{ pilotDecisions(first: 100) { edges { node { %s } } } }"
LISTINGS = "{ pilotList(first: 100) { edges { node { %s } } } }"
DIFFERENCE = '{ pilotListDifference(from: "2025-12-31", to: "2026-03-02") { %s } }'
# What these give was loaded with them.
IN_MEMORY = {"ClaimablePreference", "ContestOutcome"}
FACTS, EMPLOYERS, GROUNDS = 6, 3, 2
COUNTS: list[tuple[str, int]] = [
    (COMPETITIONS % "host { key }", 2),
    (AWARDS % "outcomes { path issuer decision { state conditions { gap { zh } } } }", 2 + 1 + FACTS + EMPLOYERS + 2),
    (AWARDS % "outcomes { enterprise { key } }", 2 + 1 + FACTS + EMPLOYERS + 3),
    (AWARDS % "requests { state } coaches { basis coach { name } award { rank } }", 6),
    (REQUESTS % "path state targets { name { zh } }", 1),
    ("{ contestRequests { totalCount } }", 2),
    ("{ contestRequests(filter: {waitsFor: OFFICE}) { edges { node { state } } } }", 1),
    (REQUESTS % "award { rank } person { name } enterprise { key } schemeVersion { version }", 5),
    (REQUESTS % "waitsFor decisions { granted decidedBy request { state } credential { number } }", 4),
    (REQUESTS % "decisions { evaluation { decidedOn } }", 3),
    (REQUESTS % "decisions { replay { __typename } }", 4),
    (PEOPLE % "contestRequests { state } coachings { basis award { rank } }", 4),
    (PEOPLE % "preferences { person matters preference { key } occupation { code } }", 1 + FACTS + EMPLOYERS + GROUNDS),
    (APPLICATIONS % "preferences { person matters preference { key } }", 2 + GROUNDS),
    (ENTERPRISES % "competitions { totalCount edges { node { name { zh } } } }", 3),
    (ENTERPRISES % "contestRequests { totalCount edges { node { state } } }", 3),
    (DECISIONS % "batch basis", 1),
    ("{ pilotDecisions { totalCount } }", 2),
    (DECISIONS % "joined { enterprise { key } decision { batch } } left { enterprise { key } }", 6),
    (LISTINGS % "decision { batch } endedDecision { batch }", 2),
    (DIFFERENCE % "joined { basis reason enterprise { key } listing { batch } }", 3),
    (DIFFERENCE % "left { decision { batch joined { batch } } } changed { listingBefore { batch } }", 3),
]


@dataclass(frozen=True)
class Around:
    """What a contest hangs on: at which enterprise, under which version, who won and who coached."""

    host: Enterprise
    winner: Person
    coach: Person
    award: Award
    credential: Credential
    evaluation: Evaluation


def contest_rows(around: Around) -> list[Any]:
    """A request of which one certificate is granted and one is not decided, and a coach; in order of reference."""
    same = {"enterprise_id": around.host.id, "person_id": around.winner.id, "award_id": around.award.id}
    aims = {"occupation": FITTER, "skill_level": Level.TECHNICIAN}
    aims |= {"series": "engineering", "specialty": "mechanical", "title_level": Level.INTERMEDIATE}
    path = {"path": ContestPath.ENTERPRISE, "scheme_version_id": around.evaluation.scheme_version_id}
    asked = ContestRequest(asked_on=DAY, is_example=True, revision=2, **path, **aims, **same)
    given = {"decided_on": DAY, "decided_by": "示例经办", "reason": "示例", "request_id": asked.id, **same}
    granted = {"evaluation_id": around.evaluation.id, "credential_id": around.credential.id}
    granted |= {"decision_digest": DIGEST, "facts_digest": DIGEST, "policy_digest": DIGEST, "engine_version": "1"}
    return [
        asked,
        ContestDecision(side=CriterionSide.SKILL, granted=True, **granted, **given),
        Coaching(award_id=around.award.id, person_id=around.coach.id, basis="示例证明"),
    ]


def pilot_decision(**given: Any) -> PilotDecision:
    fields = {"batch": "示例批次", "basis": "示例公告", "decided_on": DAY, "effective_on": DAY, "reason": "示例理由"}
    return PilotDecision(**fields | given)


def records(serial: int) -> list[Any]:
    """One enterprise that joined by a decision and one that left, a winner of its contest, a coach, a request."""
    host, gone = builders.enterprise(), builders.enterprise()
    scheme = builders.scheme(host, key=f"example_contests_{serial}")
    version = builders.scheme_version(scheme, **real_document())
    winner, coach = builders.person(), builders.person()
    held = rows.competition(zh=f"示例比武{serial}", enterprise_id=host.id, tier=ContestTier.NATIONAL)
    award = rows.award(winner, held)
    evaluation = builders.evaluation(winner, host, version)
    skill = builders.credential(winner, issuer_enterprise_id=host.id, evaluation_id=evaluation.id)
    decision = pilot_decision(batch=f"示例批次{serial}")
    return [
        host,
        gone,
        scheme,
        version,
        winner,
        coach,
        builders.employment(winner, host, starts=date(2020, 1, 1)),
        builders.employment(coach, host, starts=date(2020, 1, 1)),
        held,
        award,
        evaluation,
        skill,
        decision,
        rows.listing(host, decision_id=decision.id),
        rows.listing(gone, starts=date(2025, 1, 1), ends=DAY, ended_decision_id=decision.id),
        builders.application(winner, host, version),
        *contest_rows(Around(host, winner, coach, award, skill, evaluation)),
    ]


def contest_scheme(owner: Enterprise, **given: Any) -> Scheme:
    """A scheme as core reads it, with a contest for fitters and a preference for winners of the nation and coaches."""
    rule = ContestRule(
        key="example_cup",
        name=Text("示例比武", "example contest"),
        tier=ContestTier.NATIONAL,
        rank=ContestRank.EXCELLENCE,
        period=ALWAYS,
        citation=rows.CLAUSE,
        skill=SkillTarget(FITTER, Level.TECHNICIAN),
        title=TitleTarget("engineering", "mechanical", Level.INTERMEDIATE),
        occupation=FITTER,
    )
    preference = Preference(
        key="winners",
        text=Text("获奖选手优先", "winners come first"),
        people=frozenset(PreferredPerson),
        tiers=frozenset({ContestTier.NATIONAL}),
        rank=ContestRank.EXCELLENCE,
        matters=frozenset(PreferenceMatter),
        period=ALWAYS,
        citation=rows.CLAUSE,
    )
    return rows.recorded_scheme(owner, contests=(rule,), preferences=(preference,), **given)
