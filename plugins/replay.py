"""Replay (重放): recompute a past decision or score from what it rested on, and say equal or show the difference.

A snapshot names everything by digest: the person's facts, the scheme documents, the policy packs, the calendar, and the
enterprise's standing on the day. Contents come from a store by digest; whatever does not have its digest is refused
there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from pydantic import TypeAdapter

from core.dates import Period
from core.eligibility.blocks import Authority, Employer
from core.eligibility.decide import Case, Decision, opportunities
from core.eligibility.rulebook import Rulebook
from core.eligibility.snapshot import WEEKDAYS_ONLY, canonical, digest_of, facts_content, facts_from
from core.policy.load import stack_content, stack_from
from core.scoring import Result, result
from core.scoring_tables import CriterionSide
from core.vocabulary import Vocabulary
from plugins.document import SchemeDocument

ENGINE = "eligibility 1"
Contents = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Standing:
    """An enterprise on the day of a decision, its schemes by digest."""

    enterprise: str
    listings: tuple[Period, ...]
    authorities: tuple[Authority, ...]
    schemes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionSnapshot:
    """Everything that the opportunities of one person on one day rested on, and the digest of what came out."""

    day: date
    facts: str
    policy: str
    calendar: str
    standing: tuple[Standing, ...]
    outcome: str
    engine: str


@dataclass(frozen=True, slots=True)
class ScoreSnapshot:
    """Everything that one certificate's result rested on, and the digest of what came out."""

    scheme: str
    side: CriterionSide
    points: Mapping[str, int]
    amounts: Mapping[str, int]
    subject_mark: int
    outcome: str
    engine: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay found. ``differences`` name what is not as it was; none means equal."""

    recorded: str
    recomputed: str
    differences: tuple[str, ...]

    @property
    def is_equal(self) -> bool:
        return self.recorded == self.recomputed


_DECISION = TypeAdapter(DecisionSnapshot)
_SCORE = TypeAdapter(ScoreSnapshot)


def outcome_content(decisions: list[Decision]) -> str:
    """What came out of a decision, in canonical JSON: targets, states, dates, conditions, blocks."""
    return canonical([_told(decision) for decision in decisions])


def _told(decision: Decision) -> dict[str, Any]:
    return {
        "targets": decision.targets,
        "mode": decision.mode,
        "offer": decision.offer,
        "state": decision.state,
        "may_apply_from": decision.may_apply_from,
        "fulfilled_on": decision.fulfilled_on,
        "routes": [route.route.id for route in decision.routes],
        "conditions": [(c.need.en, c.is_met, c.due, str(c.citation)) for c in decision.explanation.conditions],
        "blocks": [(block.code, block.until) for block in decision.blocks],
    }


def snapshot_decision(case: Case, documents: Mapping[str, SchemeDocument]) -> tuple[DecisionSnapshot, dict[str, str]]:
    """The snapshot of a case's opportunities, and every content it names by digest, to be stored.

    ``documents`` are the documents of the employers' schemes by digest.
    """
    facts, policy = facts_content(case.dossier.facts), stack_content(case.rulebook.policy)
    outcome = outcome_content(opportunities(case, everything=True))
    standing = tuple(
        Standing(e.enterprise, e.listings, e.authorities, tuple(s.digest for s in e.schemes))
        for e in case.employers.values()
    )
    schemes = {scheme.digest: documents[scheme.digest].canonical() for scheme in case.schemes}
    snapshot = DecisionSnapshot(
        case.day, digest_of(facts), digest_of(policy), WEEKDAYS_ONLY, standing, digest_of(outcome), ENGINE
    )
    return snapshot, {digest_of(text): text for text in (facts, policy, outcome)} | schemes


def snapshot_content(snapshot: DecisionSnapshot | ScoreSnapshot) -> str:
    """A snapshot in canonical JSON, to be stored under its own digest."""
    return canonical(snapshot)


def decision_from(content: str) -> DecisionSnapshot:
    """The snapshot of a decision, as stored."""
    return _DECISION.validate_json(content)


def score_from(content: str) -> ScoreSnapshot:
    """The snapshot of a score, as stored."""
    return _SCORE.validate_json(content)


def replay_decision(snapshot: DecisionSnapshot, contents: Contents, vocabulary: Vocabulary) -> Replayed:
    """Decide again from the stored contents and compare with what came out then."""
    rulebook = Rulebook(stack_from(contents[snapshot.policy]), vocabulary)
    employers = [
        Employer(s.enterprise, s.listings, s.authorities, tuple(_scheme(contents[d]) for d in s.schemes))
        for s in snapshot.standing
    ]
    case = Case.of(facts_from(contents[snapshot.facts]), snapshot.day, rulebook, employers)
    now = outcome_content(opportunities(case, everything=True))
    return _compared(snapshot.outcome, contents.get(snapshot.outcome), now)


def _scheme(content: str) -> Any:
    return SchemeDocument.of(orjson.loads(content)).scheme()


def snapshot_score(
    document: SchemeDocument, side: CriterionSide, points: Mapping[str, int], amounts: Mapping[str, int], mark: int
) -> tuple[ScoreSnapshot, dict[str, str]]:
    """The snapshot of one certificate's result, and every content it names by digest."""
    outcome = score_content(result(document.scheme(), side, points, amounts, mark))
    snapshot = ScoreSnapshot(document.digest, side, dict(points), dict(amounts), mark, digest_of(outcome), ENGINE)
    return snapshot, {document.digest: document.canonical(), digest_of(outcome): outcome}


def score_content(found: Result) -> str:
    """A result in canonical JSON."""
    subjects = {subject.criterion.key: subject.thousandths() for subject in found.subjects}
    told = {"side": found.side, "subjects": subjects, "bonus": found.bonus, "total": found.total}
    return canonical(told | {"failed": found.failed})


def replay_score(snapshot: ScoreSnapshot, contents: Contents) -> Replayed:
    """Score again from the stored contents and compare with what came out then."""
    scheme = _scheme(contents[snapshot.scheme])
    now = score_content(result(scheme, snapshot.side, snapshot.points, snapshot.amounts, snapshot.subject_mark))
    return _compared(snapshot.outcome, contents.get(snapshot.outcome), now)


def _compared(recorded: str, before: str | None, now: str) -> Replayed:
    recomputed = digest_of(now)
    if recomputed == recorded:
        return Replayed(recorded, recomputed, ())
    if before is None:
        return Replayed(recorded, recomputed, ("the recorded outcome itself is not stored",))
    return Replayed(recorded, recomputed, tuple(_differences(orjson.loads(before), orjson.loads(now), "")))


def _differences(before: Any, now: Any, path: str) -> list[str]:
    """Where two JSON values differ, by path."""
    if isinstance(before, dict) and isinstance(now, dict):
        keys = sorted(before.keys() | now.keys())
        return [d for k in keys for d in _differences(before.get(k), now.get(k), f"{path}.{k}")]
    if isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        return [d for i, (b, n) in enumerate(zip(before, now, strict=True)) for d in _differences(b, n, f"{path}[{i}]")]
    return [] if before == now else [f"{path or '.'}: {before!r} → {now!r}"]
