"""Batches of one request about rounds, beside those of ``schema.loaders``."""

from typing import Any
from uuid import UUID

from strawberry.dataloader import DataLoader

from core.models import (
    Application,
    Certificate,
    Committee,
    CommitteeMember,
    EvidenceClaim,
    EvidenceFile,
    Expert,
    NoticeRow,
    Objection,
    PublicNotice,
    ResultFiling,
    ResultRow,
    Round,
    RoundAssessor,
    RoundDeadline,
    RoundStep,
    ScoreEntry,
    Tally,
    TieDeclaration,
    TitleBallot,
)
from core.storage.pages import Page, Slice
from core.storage.queries import applications, evidence_files, round_lookups, rounds
from schema.batches import alike, many, one


class RoundLoaders:
    """The loaders of one request. ``dated`` binds a query to its reader and day, ``undated`` to its reader alone."""

    def __init__(self, dated: Any, undated: Any) -> None:
        self.by_id: DataLoader[UUID, Round | None] = one(dated(rounds.rounds_by_id))
        self.steps: DataLoader[UUID, list[RoundStep]] = many(undated(rounds.steps_of))
        self.deadlines: DataLoader[UUID, list[RoundDeadline]] = many(dated(rounds.deadlines_of_rounds))
        self.assessors: DataLoader[UUID, list[RoundAssessor]] = many(undated(rounds.assessors_of))
        self.committees: DataLoader[UUID, list[Committee]] = many(undated(rounds.committees_of))
        self.members: DataLoader[UUID, list[CommitteeMember]] = many(undated(rounds.members_of))
        self.notices: DataLoader[UUID, list[PublicNotice]] = many(dated(rounds.notices_of))
        self.notice_rows: DataLoader[UUID, list[NoticeRow]] = many(dated(rounds.rows_of_notices))
        self.filings: DataLoader[UUID, list[ResultFiling]] = many(undated(rounds.filings_of))
        self.filed_rows: DataLoader[UUID, list[ResultRow]] = many(undated(rounds.rows_of_filings))
        self.objections: DataLoader[UUID, list[Objection]] = many(undated(rounds.objections_of))
        self.ties: DataLoader[UUID, list[TieDeclaration]] = many(undated(round_lookups.ties_of_rounds))
        self.pages_of_enterprises: DataLoader[tuple[UUID, Slice], Page[Round] | None]
        self.pages_of_enterprises = alike(dated(round_lookups.rounds_pages_of_enterprises))
        self.counts_of_enterprises: DataLoader[UUID, int | None]
        self.counts_of_enterprises = one(dated(round_lookups.count_rounds_of_enterprises))
        self.pages_of_versions: DataLoader[tuple[UUID, Slice], Page[Round] | None]
        self.pages_of_versions = alike(dated(round_lookups.rounds_pages_of_versions))
        self.counts_of_versions: DataLoader[UUID, int | None]
        self.counts_of_versions = one(dated(round_lookups.count_rounds_of_versions))

        self.applications_by_id: DataLoader[UUID, Application | None] = one(undated(applications.applications_by_id))
        self.applications: DataLoader[tuple[UUID, Slice], Page[Application] | None]
        self.applications = alike(undated(rounds.applications_pages))
        self.application_counts: DataLoader[UUID, int | None] = one(undated(rounds.count_applications))
        self.applications_of_people: DataLoader[tuple[UUID, Slice], Page[Application] | None]
        self.applications_of_people = alike(undated(applications.applications_pages_of_people))
        self.application_counts_of_people: DataLoader[UUID, int | None]
        self.application_counts_of_people = one(undated(applications.count_applications_of_people))
        self.claims: DataLoader[UUID, list[EvidenceClaim]] = many(undated(rounds.claims_of_applications))
        self.evidence: DataLoader[evidence_files.Named, EvidenceFile | None]
        self.evidence = one(undated(evidence_files.files_named))
        self.marks: DataLoader[UUID, list[ScoreEntry]] = many(undated(rounds.marks_of))
        self.tallies: DataLoader[UUID, list[Tally]] = many(undated(rounds.tallies_of))
        self.ballots: DataLoader[UUID, list[TitleBallot]] = many(undated(rounds.ballots_of))

        self.certificates_by_id: DataLoader[UUID, Certificate | None] = one(undated(applications.certificates_by_id))
        self.certificates_of: DataLoader[UUID, list[Certificate]]
        self.certificates_of = many(undated(applications.certificates_of_applications))
        self.certificates: DataLoader[tuple[UUID, Slice], Page[Certificate] | None]
        self.certificates = alike(undated(applications.certificates_pages_of_rounds))
        self.certificate_counts: DataLoader[UUID, int | None]
        self.certificate_counts = one(undated(applications.count_certificates_of_rounds))

        self.committees_by_id: DataLoader[UUID, Committee | None] = one(undated(round_lookups.committees_by_id))
        self.members_by_id: DataLoader[UUID, CommitteeMember | None] = one(undated(round_lookups.members_by_id))
        self.assessors_by_id: DataLoader[UUID, RoundAssessor | None] = one(undated(round_lookups.assessors_by_id))
        self.experts_by_id: DataLoader[UUID, Expert | None] = one(undated(round_lookups.experts_by_id))
        self.filings_by_id: DataLoader[UUID, ResultFiling | None] = one(undated(round_lookups.filings_by_id))
        self.marks_by_id: DataLoader[UUID, ScoreEntry | None] = one(undated(round_lookups.marks_by_id))
        self.tallies_by_id: DataLoader[UUID, Tally | None] = one(undated(round_lookups.tallies_by_id))
        self.notices_by_id: DataLoader[UUID, PublicNotice | None] = one(dated(round_lookups.notices_by_id))
        self.objections_by_id: DataLoader[UUID, Objection | None] = one(undated(round_lookups.objections_by_id))
