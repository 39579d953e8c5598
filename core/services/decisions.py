"""What is kept of a decision: the person's facts as they were, what eligibility said, and how each side was scored."""

import asyncio
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from core.eligibility.rulebook import Rulebook
from core.facts import EvidenceItem, PersonFacts
from core.ladders import Target
from core.models import Person, SnapshotKind
from core.policy.load import stack_content
from core.replay.contents import CALENDAR, WEEKDAYS_ONLY, digest_of, facts_content, vocabulary_content
from core.replay.deciding import Points, decision_outcome, score_outcome
from core.replay.snapshots import Basis, DecisionSnapshot, ScoreSnapshot, Standing, snapshot_content
from core.schemes import NoSchemes, Scheme
from core.scoring_tables import CriterionSide
from core.services.call import Call
from core.services.pinned import Pinned
from core.services.snapshots import Content, store_snapshots
from core.storage.employers import load_employers
from core.storage.facts import load_facts

SALT_BYTES = 16


Claims = Mapping[str, tuple[EvidenceItem, ...]]
NO_CLAIMS: Claims = {}


@dataclass(frozen=True, slots=True)
class Kept:
    """A decision that is kept; ``outcome`` as in its snapshot."""

    basis: Basis
    digest: str
    outcome: Any


@dataclass(frozen=True, slots=True)
class Decided(Kept):
    """A decision that is kept, with what scores of the same day rest on."""

    facts: PersonFacts
    scheme: Scheme


@dataclass(frozen=True, slots=True)
class Scored:
    """A score that is kept; ``outcome`` as in its snapshot."""

    digest: str
    outcome: Any


async def keep_decision(
    call: Call,
    pinned: Pinned,
    scheme: Scheme,
    person: Person,
    targets: Sequence[Target],
    day: date,
    claims: Claims = NO_CLAIMS,
) -> Decided:
    """Decide on ``day`` for the targets under the pinned version, and keep that with everything it rests on.

    ``claims`` are evidence that is put forward and not on record yet.
    """
    facts = with_claims((await load_facts(call.session, [person.id], day))[person.id], claims)
    kept = await keep_decision_on(call, facts, targets, day, (pinned, scheme))
    return Decided(kept.basis, kept.digest, kept.outcome, facts, scheme)


async def keep_decision_on(
    call: Call, facts: PersonFacts, targets: Sequence[Target], day: date, under: tuple[Pinned, Scheme] | None
) -> Kept:
    """Decide on given facts and keep that: under a pinned version and its content, or by the policy alone."""
    pinned, scheme = under if under is not None else (None, None)
    standing = await standing_of(call, pinned, day) if pinned is not None else None
    known = facts_content(facts, secrets.token_hex(SALT_BYTES))
    # Binding a catalog takes a while, and other requests should not wait for it.
    words = await asyncio.to_thread(vocabulary_content, call.vocabulary)
    digest = pinned.version.digest if pinned is not None else None
    basis = Basis(day, digest_of(known), call.policy.digest, WEEKDAYS_ONLY, digest_of(words), digest)
    rules = Rulebook(call.policy, call.vocabulary)
    outcome = await asyncio.to_thread(decision_outcome, facts, day, rules, standing, scheme, targets)
    decision = Content.of(
        SnapshotKind.DECISION, snapshot_content(DecisionSnapshot(basis, standing, tuple(targets), outcome))
    )
    await store_snapshots(call, (Content.of(SnapshotKind.FACTS, known), *_shared(call, pinned, basis), decision))
    return Kept(basis, decision.digest, outcome)


def with_claims(facts: PersonFacts, claims: Claims) -> PersonFacts:
    """The facts with evidence that is put forward."""
    if not claims:
        return facts
    evidence = {key: (*facts.evidence.get(key, ()), *claims.get(key, ())) for key in {*facts.evidence, *claims}}
    return replace(facts, evidence=evidence)


def _shared(call: Call, pinned: Pinned | None, basis: Basis) -> Iterator[Content]:
    """What many decisions rest on alike."""
    yield Content(SnapshotKind.POLICY, basis.policy, lambda: stack_content(call.policy))
    yield Content(SnapshotKind.CALENDAR, basis.calendar, lambda: CALENDAR)
    yield Content(SnapshotKind.VOCABULARY, basis.vocabulary, lambda: vocabulary_content(call.vocabulary))
    if pinned is not None:
        yield Content(SnapshotKind.SCHEME, pinned.version.digest, lambda: pinned.version.document)


async def standing_of(call: Call, pinned: Pinned, day: date) -> Standing:
    """The enterprise without its schemes: the decision is one under the pinned version, whatever else runs that day."""
    [employer] = await load_employers(call.session, [pinned.owner.uscc], day, NoSchemes())
    return Standing(employer.enterprise, employer.listings, employer.authorities)


async def keep_score(call: Call, decided: Decided, side: CriterionSide, points: Points) -> Scored:
    """Score one certificate from the assessors' points and keep that."""
    basis = decided.basis
    given = {key: tuple(sorted(each)) for key, each in points.items()}
    outcome = score_outcome(decided.facts, basis.day, call.policy, decided.scheme, side, given)
    score = Content.of(SnapshotKind.SCORE, snapshot_content(ScoreSnapshot(basis, side, given, outcome)))
    await store_snapshots(call, [score])
    return Scored(score.digest, outcome)
