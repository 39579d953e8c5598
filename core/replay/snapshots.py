"""Snapshots (快照) of a decision and of a score: what each rested on, by digest, and what came out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from core.dates import Period
from core.eligibility.blocks import Authority
from core.ladders import SkillTarget, TitleTarget
from core.replay.contents import DECISION, SCORE, canonical, readable
from core.scoring_tables import CriterionSide

# Raised with whatever makes the engine decide or score the same content in another way.
ENGINE = "eligibility 1"


@dataclass(frozen=True, slots=True)
class Basis:
    """What a decision on ``day`` and its scores rest on, each by SHA-256, and the version of the engine.

    Without a ``scheme``, the policy alone decided.
    """

    day: date
    facts: str
    policy: str
    calendar: str
    vocabulary: str
    scheme: str | None
    engine: str = ENGINE


@dataclass(frozen=True, slots=True)
class Standing:
    """The enterprise (credit code) that decides, with its pilot listings and its authorities."""

    enterprise: str
    listings: tuple[Period, ...]
    authorities: tuple[Authority, ...]


@dataclass(frozen=True, slots=True)
class DecisionSnapshot:
    """A person's eligibility for ``targets`` under one scheme, or by the policy alone; ``outcome`` is plain JSON."""

    basis: Basis
    standing: Standing | None
    targets: tuple[SkillTarget | TitleTarget, ...]
    outcome: Any


@dataclass(frozen=True, slots=True)
class ScoreSnapshot:
    """The result for one certificate. ``points`` are those of the assessors by criterion, lowest first, no names."""

    basis: Basis
    side: CriterionSide
    points: Mapping[str, tuple[int, ...]]
    outcome: Any


_DECISION = TypeAdapter(DecisionSnapshot)
_SCORE = TypeAdapter(ScoreSnapshot)


def snapshot_content(snapshot: DecisionSnapshot | ScoreSnapshot) -> str:
    """A snapshot in canonical JSON, to be stored under its own digest."""
    return canonical(snapshot)


def decision_from(content: str) -> DecisionSnapshot:
    """The snapshot of a decision, as stored. Raises BAD_FILE."""
    return readable(DECISION, _DECISION.validate_json, content)


def score_from(content: str) -> ScoreSnapshot:
    """The snapshot of a score, as stored. Raises BAD_FILE."""
    return readable(SCORE, _SCORE.validate_json, content)
