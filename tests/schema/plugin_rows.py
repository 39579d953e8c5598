"""Rows of plugins and filings for tests of the graph, put on record directly, and what each list of them may cost."""

import hashlib
from datetime import date
from typing import Any

from core.models import (
    Activation,
    ActivationState,
    Artifact,
    Enterprise,
    Fault,
    FaultKind,
    Filing,
    FilingState,
    Quarantine,
    Review,
    Scheme,
    SchemeVersion,
    Step,
    Verification,
    Wheel,
    WheelState,
)
from tests import builders
from tests.builders import NOON

DAY = date(2026, 3, 1)

PLUGINS = "{ plugins { edges { node { %s } } } }"
FILINGS = "{ filings(first: 100) { edges { node { %s } } } }"
VERSIONS = "{ schemes(first: 100) { edges { node { versions { %s } } } } }"
CHANGES = '{ pluginChanges(from: "2026-02-01", to: "2026-03-02") { edges { node { %s } } } }'
# What these give was loaded with them, or lay in the file that was read.
IN_MEMORY = {
    "AllNeeds",
    "AnyNeed",
    "ContestNeed",
    "DeclaredScoring",
    "EvidenceNeed",
    "FilingStep",
    "PluginStatus",
    "RowImpact",
    "RowImpactConnection",
    "SchemeBonus",
    "SchemeContent",
    "SchemeDiff",
    "SchemeGroup",
    "SchemeImpact",
    "SchemePreference",
    "SchemeRow",
    "SchemeRule",
    "ScoringField",
    "TabulatedScoring",
    "Verification",
    "VerifiedArtifact",
}
# The audit of one day is so many statements.
COUNTS: list[tuple[str, int]] = [
    (
        PLUGINS % "version isActive enterprise { key } findings { code } approvals { step { actor } } checks { holds }",
        6,
    ),
    (PLUGINS % "faults { kind } quarantine { reason } activation { starts }", 6),
    (PLUGINS % "filing { state steps { step } }", 8),
    (PLUGINS % "wheel { filename enterprise { key } filing { id } }", 8),
    ("{ activeSchemes { edges { node { version } } } }", 6),
    (CHANGES % "plugin { version } before { isActive }", 12),
    ('{ pluginHistory(key: "example_works_0") { edges { node { tag } } } }', 3),
    (FILINGS % "version state", 1),
    ("{ filings { totalCount } }", 2),
    (FILINGS % "steps { number comments { clause } } activations { state }", 3),
    (FILINGS % "scheme { key enterprise { key } filings { version } } schemeVersion { version }", 5),
    (FILINGS % "wheel { findings { code } verifications { state } faults { kind } quarantines { reason } }", 5),
    (VERSIONS % "filing { state } findings { code }", 4),
]


def records(serial: int) -> list[Any]:
    """One enterprise with a scheme on record and everything behind it, each after what it refers to."""
    owner = builders.enterprise()
    scheme = builders.scheme(owner, key=f"example_works_{serial}")
    version = builders.scheme_version(scheme)
    content = f"artifact {serial}".encode()
    wheel = wheel_of(owner, scheme, hashlib.sha256(content).hexdigest())
    filing = filing_of(scheme, wheel, version)
    return [
        owner,
        artifact_of(content),
        scheme,
        version,
        wheel,
        filing,
        verification_of(wheel),
        review_of(filing, 1, Step.COUNTERSIGN, FilingState.COUNTERSIGNED),
        review_of(filing, 2, Step.RECORD, FilingState.RECORDED, record_number=f"示例{serial}", effective_from=DAY),
        activation_of(filing),
        Fault(wheel_id=wheel.id, kind=FaultKind.CRASH, zh="崩溃", en="crash", at=NOON, request_id="r"),
        Quarantine(wheel_id=wheel.id, imposed_at=NOON, reason="示例", lifted_at=NOON),
    ]


def artifact_of(content: bytes) -> Artifact:
    digest = hashlib.sha256(content).hexdigest()
    return Artifact(
        digest=digest,
        content=content,
        size=len(content),
        filename="a.zip",
        media_type="application/zip",
        stored_at=NOON,
    )


def wheel_of(owner: Enterprise, scheme: Scheme | None, digest: str) -> Wheel:
    """A wheel of a scheme, or of what cannot be read."""
    return Wheel(
        digest=digest,
        artifact_digest=digest,
        filename="a.zip",
        enterprise_id=owner.id,
        key=scheme.key if scheme else None,
        version="1.0.0" if scheme else None,
        state=WheelState.VERIFIED if scheme else WheelState.REJECTED,
        registered_at=NOON,
        registered_by="admin",
    )


def verification_of(wheel: Wheel) -> Verification:
    return Verification(
        wheel_id=wheel.id,
        state=WheelState.VERIFIED,
        findings=[{"code": "SCH106", "severity": "warning"}],
        policy_digest="0" * 64,
        at=NOON,
    )


def filing_of(scheme: Scheme, wheel: Wheel, version: SchemeVersion) -> Filing:
    return Filing(
        scheme_id=scheme.id,
        version="1.0.0",
        wheel_id=wheel.id,
        digest=wheel.digest,
        industry_authority="示例主管部门",
        state=FilingState.RECORDED,
        revision=2,
        round=1,
        record_number=f"示例{scheme.key}",
        effective_from=DAY,
        scheme_version_id=version.id,
    )


def review_of(filing: Filing, number: int, step: Step, state: FilingState, **given: Any) -> Review:
    return Review(
        filing_id=filing.id,
        number=number,
        step=step,
        state=state,
        round=1,
        digest=filing.digest,
        industry_authority=filing.industry_authority,
        actor_role="industry-reviewer",
        actor_name="reviewer",
        at=NOON,
        reason="示例",
        **given,
    )


def activation_of(filing: Filing) -> Activation:
    return Activation(
        scheme_id=filing.scheme_id,
        filing_id=filing.id,
        state=ActivationState.ACTIVE,
        starts=DAY,
        recorded_at=NOON,
        actor_role="bureau-officer",
        actor_name="officer",
        reason="示例",
    )
