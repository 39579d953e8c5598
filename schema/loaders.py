"""The loaders of a request, made anew for each: every relation of any number of rows takes one statement."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from strawberry.dataloader import DataLoader

from core.dates import Clock
from core.jobs.phases import JobSeverity
from core.models import (
    Activation,
    Authority,
    Award,
    CatalogRow,
    Competition,
    Credential,
    Employment,
    Enterprise,
    Evaluation,
    Fault,
    Filing,
    Job,
    JobFile,
    JobFinding,
    Person,
    PilotListing,
    Quarantine,
    Review,
    Scheme,
    SchemeVersion,
    Schooling,
    Score,
    ServiceToken,
    Verification,
    WebhookAttempt,
    WebhookDelivery,
    WebhookOutbox,
    WebhookSubscription,
    Wheel,
)
from core.permissions import Actor
from core.secrets import Keyring
from core.services.artifacts import artifacts_bytes
from core.services.evidence_files import evidence_contents
from core.services.job_files import job_contents
from core.storage.pages import Page, Slice
from core.storage.queries import (
    accounts,
    credentials,
    enterprises,
    evaluations,
    filings,
    jobs,
    kept_facts,
    lookups,
    nested,
    people,
    person_records,
    plugin_records,
    schemes,
    webhooks,
)
from core.storage.queries.kept_facts import KeptFact, KeptRow
from core.webhooks import DeliveryState
from schema.batches import alike, few, many, one, paired
from schema.contest_loaders import ContestLoaders
from schema.reader import Reader
from schema.round_loaders import RoundLoaders

DeliveriesAsked = tuple[DeliveryState | None, Slice]
JobFindingsAsked = tuple[JobSeverity | None, Slice]
Query = Callable[..., Awaitable[Any]]
# Files are up to 16 MB each and held in memory together.
MOST_ARTIFACTS = 10


@dataclass(frozen=True, slots=True)
class CredentialsAsked:
    """Which of a person's credentials: the arguments that several people's may be loaded together with."""

    filters: credentials.CredentialFilter
    order: credentials.CredentialOrder
    descending: bool
    part: Slice


class Loaders:
    """The loaders of one request, for one reader on one day."""

    def __init__(self, reader: Reader, actor: Actor, day: date, keyring: Keyring, clock: Clock) -> None:
        def dated(query: Query) -> Any:
            """A query of what the actor may read on the day; it still wants ids."""
            return partial(reader.run, query, actor, day)

        def undated(query: Query) -> Any:
            return partial(reader.run, query, actor)

        def plain(query: Query) -> Any:
            """A query of what hangs on rows that the actor was given."""
            return partial(reader.run, query)

        async def credentials_pages(ids: Collection[UUID], asked: CredentialsAsked) -> dict[UUID, Page[Credential]]:
            load = dated(credentials.credentials_pages_of)
            found: dict[UUID, Page[Credential]] = await load(
                ids, asked.filters, asked.order, descending=asked.descending, part=asked.part
            )
            return found

        async def contents_of_jobs(ids: Collection[UUID]) -> dict[UUID, bytes]:
            return await reader.run(job_contents, keyring, actor, ids, clock.now())

        async def contents_of_evidence(ids: Collection[UUID]) -> dict[UUID, bytes]:
            return await reader.run(evidence_contents, keyring, actor, ids)

        self.people: DataLoader[UUID, Person | None] = one(dated(people.people_by_id))
        self.employments: DataLoader[UUID, list[Employment]] = many(dated(person_records.employments_of))
        self.schooling: DataLoader[UUID, list[Schooling]] = many(dated(person_records.schooling_of))
        self.awards: DataLoader[UUID, list[Award]] = many(dated(person_records.awards_of))
        self.competitions: DataLoader[UUID, Competition | None] = one(undated(person_records.competitions_by_id))
        self.awards_pages: DataLoader[tuple[UUID, Slice], Page[Award] | None] = alike(dated(nested.awards_pages))
        self.award_counts: DataLoader[UUID, int | None] = one(dated(nested.count_awards))
        self.awards_by_id: DataLoader[UUID, Award | None] = one(dated(lookups.awards_by_id))

        self.credentials: DataLoader[UUID, Credential | None] = one(dated(credentials.credentials_by_id))
        self.credentials_of: DataLoader[UUID, list[Credential]] = many(dated(credentials.credentials_of))
        self.pairs: DataLoader[tuple[UUID, UUID | None], Credential | None] = paired(dated(lookups.pairs_of))
        self.credentials_pages: DataLoader[tuple[UUID, CredentialsAsked], Page[Credential] | None]
        self.credentials_pages = alike(credentials_pages)
        self.credential_counts: DataLoader[tuple[UUID, credentials.CredentialFilter], int | None]
        self.credential_counts = alike(dated(credentials.count_credentials_of))

        self.enterprises: DataLoader[UUID, Enterprise | None] = one(dated(enterprises.enterprises_by_id))
        self.enterprises_by_uscc: DataLoader[str, Enterprise | None] = one(dated(lookups.enterprises_by_uscc))
        self.enterprises_by_key: DataLoader[str, Enterprise | None] = one(dated(lookups.enterprises_by_key))
        self.authorities: DataLoader[UUID, list[Authority]] = many(dated(enterprises.authorities_of))
        self.listings: DataLoader[UUID, list[PilotListing]] = many(undated(enterprises.listings_of))
        self.authorities_by_id: DataLoader[UUID, Authority | None] = one(dated(lookups.authorities_by_id))
        self.listings_by_id: DataLoader[UUID, PilotListing | None] = one(undated(lookups.listings_by_id))
        self.employees_pages: DataLoader[tuple[UUID, Slice], Page[Person] | None]
        self.employees_pages = alike(dated(nested.employees_pages))
        self.employee_counts: DataLoader[UUID, int | None] = one(dated(nested.count_employees))

        self.schemes: DataLoader[UUID, Scheme | None] = one(dated(schemes.schemes_by_id))
        self.schemes_by_key: DataLoader[str, Scheme | None] = one(dated(lookups.schemes_by_key))
        self.schemes_of: DataLoader[UUID, list[Scheme]] = many(dated(schemes.schemes_of))
        self.versions: DataLoader[UUID, SchemeVersion | None] = one(dated(schemes.versions_by_id))
        self.versions_of: DataLoader[UUID, list[SchemeVersion]] = many(dated(schemes.versions_of))
        self.rows: DataLoader[UUID, CatalogRow | None] = one(dated(schemes.rows_by_id))
        self.rows_pages: DataLoader[tuple[UUID, Slice], Page[CatalogRow] | None] = alike(dated(nested.rows_pages))
        self.row_counts: DataLoader[UUID, int | None] = one(dated(nested.count_rows_of))

        self.evaluations: DataLoader[UUID, Evaluation | None] = one(undated(evaluations.evaluations_by_id))
        self.evaluations_of: DataLoader[UUID, list[Evaluation]] = many(undated(evaluations.evaluations_of))
        self.scores: DataLoader[UUID, list[Score]] = many(undated(evaluations.scores_of))

        self.service_tokens: DataLoader[UUID, ServiceToken | None] = one(undated(accounts.service_tokens_by_id))

        self.filings: DataLoader[UUID, Filing | None] = one(undated(filings.filings_by_id))
        self.filings_of: DataLoader[UUID, list[Filing]] = many(undated(filings.filings_of))
        self.filings_by_version: DataLoader[UUID, Filing | None] = one(undated(plugin_records.filings_by_version))
        self.filings_by_wheel: DataLoader[UUID, Filing | None] = one(undated(plugin_records.filings_by_wheel))
        self.reviews: DataLoader[UUID, list[Review]] = many(undated(filings.reviews_of))
        self.activations: DataLoader[UUID, list[Activation]] = many(undated(plugin_records.activations_of))
        self.artifacts: DataLoader[str, bytes | None] = few(plain(artifacts_bytes), MOST_ARTIFACTS)
        self.wheels: DataLoader[UUID, Wheel | None] = one(undated(filings.wheels_by_id))
        self.verifications: DataLoader[UUID, list[Verification]] = many(undated(filings.verifications_of))
        self.faults: DataLoader[UUID, list[Fault]] = many(undated(plugin_records.faults_of))
        self.quarantines: DataLoader[UUID, list[Quarantine]] = many(undated(plugin_records.quarantines_of))

        self.facts_of_people: DataLoader[UUID, list[KeptFact]] = many(undated(kept_facts.facts_of_people))
        self.facts_of_evaluations: DataLoader[UUID, list[KeptFact]] = many(undated(kept_facts.facts_of_evaluations))
        self.recordings: DataLoader[UUID, list[KeptRow]] = many(undated(kept_facts.recordings_of))
        self.jobs: DataLoader[UUID, Job | None] = one(undated(jobs.jobs_by_id))
        self.job_files: DataLoader[UUID, list[JobFile]] = many(undated(jobs.files_of_jobs))
        self.job_findings: DataLoader[tuple[UUID, JobFindingsAsked], Page[JobFinding] | None]
        self.job_findings = alike(undated(jobs.findings_pages))
        self.job_finding_counts: DataLoader[tuple[UUID, JobSeverity | None], int | None]
        self.job_finding_counts = alike(undated(jobs.count_findings))
        self.job_contents: DataLoader[UUID, bytes | None]
        self.job_contents = few(contents_of_jobs, MOST_ARTIFACTS)
        self.evidence_contents: DataLoader[UUID, bytes | None]
        self.evidence_contents = few(contents_of_evidence, MOST_ARTIFACTS)

        self.webhook_subscriptions: DataLoader[UUID, WebhookSubscription | None]
        self.webhook_subscriptions = one(undated(webhooks.subscriptions_by_id))
        self.webhook_deliveries_by_id: DataLoader[UUID, WebhookDelivery | None]
        self.webhook_deliveries_by_id = one(undated(webhooks.deliveries_by_id))
        self.webhook_deliveries: DataLoader[tuple[UUID, DeliveriesAsked], Page[WebhookDelivery] | None]
        self.webhook_deliveries = alike(undated(webhooks.deliveries_pages))
        self.webhook_delivery_counts: DataLoader[tuple[UUID, DeliveryState | None], int | None]
        self.webhook_delivery_counts = alike(undated(webhooks.count_deliveries))
        self.webhook_attempts: DataLoader[UUID, list[WebhookAttempt]] = many(undated(webhooks.attempts_of))
        self.webhook_events: DataLoader[UUID, WebhookOutbox | None] = one(plain(webhooks.events_by_id))

        self.rounds = RoundLoaders(dated, undated)
        self.contests = ContestLoaders(dated, undated, plain)
