"""What is kept of a decision and of a score: worked out once to be recorded, and again to be compared."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from core.eligibility.blocks import Employer
from core.eligibility.decide import decide, decide_both
from core.eligibility.decisions import Case, Decision, RouteDecision
from core.eligibility.explain import ConditionResult
from core.eligibility.rulebook import Rulebook
from core.facts import PersonFacts
from core.ladders import SkillTarget, Target, TitleTarget
from core.policy.stack import PolicyStack
from core.replay.contents import plain
from core.replay.snapshots import Standing
from core.schemes import Scheme
from core.scoring import SUBJECT_MARK, Result, agreed, declared_points, result
from core.scoring_tables import CriterionSide

Points = Mapping[str, Sequence[int]]


def decision_outcome(
    facts: PersonFacts,
    day: date,
    rules: Rulebook,
    standing: Standing | None,
    scheme: Scheme | None,
    targets: Sequence[Target],
) -> Any:
    """What eligibility says of each target, and of both at once, by target and place to apply.

    Without an enterprise and its scheme, by the packs' own rules alone. As JSON, and without words: they may be said
    better some day, and nothing else was decided then.
    """
    return {_named(one): plain(_decision(one)) for one in decided(facts, day, rules, standing, scheme, targets)}


def decided(
    facts: PersonFacts,
    day: date,
    rules: Rulebook,
    standing: Standing | None,
    scheme: Scheme | None,
    targets: Sequence[Target],
) -> list[Decision]:
    """What eligibility says of each target, and of both at once, with its reasons in words."""
    employers: tuple[Employer, ...] = ()
    if standing is not None and scheme is not None:
        employers = (Employer(standing.enterprise, standing.listings, standing.authorities, (scheme,)),)
    return list(_decisions(Case.of(facts, day, rules, employers), targets))


def _decisions(case: Case, targets: Sequence[Target]) -> Iterable[Decision]:
    for target in targets:
        yield from decide(case, target)
    for skill in (one for one in targets if isinstance(one, SkillTarget)):
        for title in (one for one in targets if isinstance(one, TitleTarget)):
            yield from decide_both(case, skill, title)


def _named(decision: Decision) -> str:
    """Which decision it is, whatever order the dates put it in."""
    place = decision.offer.scheme if decision.offer else "policy"
    return f"{' + '.join(_target(target) for target in decision.targets)} @ {place}"


def _target(target: Target) -> str:
    if isinstance(target, TitleTarget):
        return f"{target.series}:{target.specialty} {target.level}"
    return " ".join(filter(None, (target.occupation, target.trade, target.level)))


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "targets": decision.targets,
        "mode": decision.mode,
        "offer": decision.offer,
        "state": decision.state,
        "may_apply_from": decision.may_apply_from,
        "fulfilled_on": decision.fulfilled_on,
        "routes": [_route(route) for route in decision.routes],
        "conditions": [_condition(one) for one in decision.explanation.conditions],
        "blocks": [
            {"code": block.code, "until": block.until, "clause": str(block.citation)} for block in decision.blocks
        ],
    }


def _route(decision: RouteDecision) -> dict[str, Any]:
    return {"id": decision.route.id, "may_apply_from": decision.may_apply_from}


def _condition(found: ConditionResult) -> dict[str, Any]:
    return {
        "clause": str(found.citation) if found.citation else None,
        "is_met": found.is_met,
        "due": found.due,
        "fulfilled_on": found.fulfilled_on,
        "any_of": [_condition(one) for one in found.any_of],
    }


def score_outcome(
    facts: PersonFacts, day: date, policy: PolicyStack, scheme: Scheme, side: CriterionSide, points: Points
) -> Any:
    """The result for one certificate as JSON, from the assessors' points and the evidence on record by ``day``."""
    amounts = amounts_on(facts, day)
    scored = declared_points(scheme, amounts) | {key: agreed(given) for key, given in points.items()}
    return _result(result(scheme, side, scored, amounts, policy.integer(SUBJECT_MARK, day)))


def amounts_on(facts: PersonFacts, day: date) -> dict[str, int]:
    """How much of each kind of evidence a person may use on ``day``."""
    return {key: sum(item.amount for item in items if item.since <= day) for key, items in facts.evidence.items()}


def _result(found: Result) -> Any:
    return plain(
        {
            "side": found.side,
            "subjects": {subject.criterion.key: subject.thousandths() for subject in found.subjects},
            "bonus": found.bonus,
            "total": found.total,
            "failed": found.failed,
            "mark": found.mark,
        }
    )
