"""The tables of the product (SQLModel), one noun a file."""

from core.identifiers import IdentityKind, Sex
from core.models.account import Account
from core.models.activation import Activation, ActivationState, PluginEpoch
from core.models.application import Application, ApplicationStatus
from core.models.artifact import Artifact
from core.models.audit import AuditEvent, AuditPersonal
from core.models.authority import Authority, AuthorityKind
from core.models.award import Award
from core.models.base import METADATA, UtcDateTime
from core.models.catalog_row import CatalogRow
from core.models.coaching import Coaching
from core.models.committee import BallotRoll, Committee, CommitteeMember, TieDeclaration, TitleBallot
from core.models.competition import Competition
from core.models.computed_facts import ComputedFacts
from core.models.contest import ContestDecision, ContestPath, ContestRequest, ContestState
from core.models.credential import Credential
from core.models.credential_tally import CredentialTally
from core.models.employment import Employment
from core.models.enterprise import Enterprise
from core.models.evaluation import Evaluation, EvaluationOrigin, Outcome, Score
from core.models.evidence_claim import ClaimState, EvidenceClaim
from core.models.evidence_file import EvidenceFile, EvidenceFilePart
from core.models.evidence_item import EvidenceItem
from core.models.expert import Expert, RoundAssessor
from core.models.fault import FOUND_IN_STORE, Fault, FaultKind, Quarantine
from core.models.filing import Filing, FilingState
from core.models.job import Job, JobExecutor, JobFile, JobFilePart, JobFinding, JobKey
from core.models.occupation import Occupation
from core.models.person import Person
from core.models.pilot_decision import PilotDecision
from core.models.pilot_listing import PilotListing
from core.models.public_notice import NoticeRow, Objection, ObjectionState, PublicNotice
from core.models.recorded_facts import RecordedFacts
from core.models.replicable import Replicable, ReplicablePart
from core.models.request_key import RequestKey
from core.models.result_filing import Certificate, IssuerCode, NumberCounter, ResultFiling, ResultFilingState, ResultRow
from core.models.review import Review, Step
from core.models.revoked_token import RevokedToken
from core.models.round import Round, RoundDeadline, RoundStep
from core.models.scheme import Scheme, SchemeVersion
from core.models.schooling import Schooling
from core.models.score_entry import ScoreEntry, Tally
from core.models.service_token import ServiceToken
from core.models.sign_in import SignIn, SignInKind
from core.models.snapshot import Snapshot, SnapshotKind
from core.models.webhook import WebhookAttempt, WebhookDelivery, WebhookOutbox, WebhookSubscription
from core.models.wheel import Verification, Wheel, WheelState

__all__ = [
    "FOUND_IN_STORE",
    "METADATA",
    "Account",
    "Activation",
    "ActivationState",
    "Application",
    "ApplicationStatus",
    "Artifact",
    "AuditEvent",
    "AuditPersonal",
    "Authority",
    "AuthorityKind",
    "Award",
    "BallotRoll",
    "CatalogRow",
    "Certificate",
    "ClaimState",
    "Coaching",
    "Committee",
    "CommitteeMember",
    "Competition",
    "ComputedFacts",
    "ContestDecision",
    "ContestPath",
    "ContestRequest",
    "ContestState",
    "Credential",
    "CredentialTally",
    "Employment",
    "Enterprise",
    "Evaluation",
    "EvaluationOrigin",
    "EvidenceClaim",
    "EvidenceFile",
    "EvidenceFilePart",
    "EvidenceItem",
    "Expert",
    "Fault",
    "FaultKind",
    "Filing",
    "FilingState",
    "IdentityKind",
    "IssuerCode",
    "Job",
    "JobExecutor",
    "JobFile",
    "JobFilePart",
    "JobFinding",
    "JobKey",
    "NoticeRow",
    "NumberCounter",
    "Objection",
    "ObjectionState",
    "Occupation",
    "Outcome",
    "Person",
    "PilotDecision",
    "PilotListing",
    "PluginEpoch",
    "PublicNotice",
    "Quarantine",
    "RecordedFacts",
    "Replicable",
    "ReplicablePart",
    "RequestKey",
    "ResultFiling",
    "ResultFilingState",
    "ResultRow",
    "Review",
    "RevokedToken",
    "Round",
    "RoundAssessor",
    "RoundDeadline",
    "RoundStep",
    "Scheme",
    "SchemeVersion",
    "Schooling",
    "Score",
    "ScoreEntry",
    "ServiceToken",
    "Sex",
    "SignIn",
    "SignInKind",
    "Snapshot",
    "SnapshotKind",
    "Step",
    "Tally",
    "TieDeclaration",
    "TitleBallot",
    "UtcDateTime",
    "Verification",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookOutbox",
    "WebhookSubscription",
    "Wheel",
    "WheelState",
]
