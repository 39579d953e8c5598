"""What offices keep beside the records, with what is seldom there.

Jobs in every phase and what they found; filings on their way, with their wheels.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from sqlmodel import col, select

from core.errors import ErrorCode
from core.jobs.phases import JobFileRole, JobKind, JobPhase, JobSeverity
from core.models import (
    Activation,
    ActivationState,
    Enterprise,
    Fault,
    FaultKind,
    Filing,
    FilingState,
    Job,
    JobFile,
    JobFinding,
    Person,
    Quarantine,
    Review,
    Step,
    Verification,
    Wheel,
)
from core.permissions import Role
from core.storage.row_scope import EVERY_ROW
from tests.builders import NOON
from tests.schema import rows
from tests.schema.access.world import DECLARED, Holding
from tests.schema.conftest import Graph
from tests.schema.contest_world import PREFERENCE
from tests.schema.job_rows import job_rows
from tests.schema.plugin_rows import activation_of, artifact_of, review_of, verification_of, wheel_of


def job_batches(owners: Sequence[Enterprise | None], person: Person, texts: Sequence[str]) -> Iterator[list[Any]]:
    """Jobs of each owner and one's own, many asked for at the same moment, with none to four findings."""
    jobs = [_job(place, owners[place % len(owners)], texts[place % len(texts)]) for place in range(2 * len(JobPhase))]
    jobs[2].person_id = jobs[5].person_id = person.id  # of no enterprise, as one's own are
    yield jobs
    yield [_file(job, role) for place, job in enumerate(jobs) for role in list(JobFileRole)[: place % 4]]
    yield [_finding(job, nth, texts[nth]) for place, job in enumerate(jobs) for nth in range(place % 5)]


def _job(place: int, owner: Enterprise | None, text: str) -> Job:
    job = job_rows(owner, text[:200])[0]
    job.kind, job.phase = list(JobKind)[place % len(JobKind)], list(JobPhase)[place % len(JobPhase)]
    job.reason, job.total = text * 2, None if place % 3 else 2**31 - 1
    job.created_at = NOON + timedelta(microseconds=place // 4, hours=-(place // 8))
    job.cancel_requested, job.started_at = place % 2 == 1, NOON if place % 3 else None
    if place % 4 == 3:
        job.ended_at = NOON + timedelta(microseconds=120_000)
    if job.phase is JobPhase.FAILED:
        job.error_code, job.error_zh, job.error_en = ErrorCode.NOT_FOUND, text, text
    return job


def _file(job: Job, role: JobFileRole) -> JobFile:
    return JobFile(
        job_id=job.id,
        enterprise_id=job.enterprise_id,
        role=role,
        filename=job.asked_by,
        media_type="text/csv",
        digest="0" * 64,
        size=2**31 - 1,
        stored_at=NOON,
        cleared_at=NOON if role is JobFileRole.MARKED else None,
        expires_at=NOON + timedelta(days=1) if role is JobFileRole.EXPORT else None,
    )


def _finding(job: Job, place: int, text: str) -> JobFinding:
    return JobFinding(
        job_id=job.id,
        enterprise_id=job.enterprise_id,
        severity=list(JobSeverity)[place % 2],
        code=list(ErrorCode)[place],
        row_number=place // 2,
        cell=text[:100] if place % 2 else None,
        header=text[:100] if place else None,
        zh=text,
        en=text,
        nearest=None if place % 3 else text[:200],
    )


async def filed(graph: Graph, holding: Holding, texts: Sequence[str]) -> AsyncIterator[list[Any]]:
    """Further filings of real content, returned with odd comments, of wheels with odd findings; a wheel without any."""
    yield [rows.listing(holding.owner, starts=date(2037, 3, 1))]  # a scheme may not outlast its enterprise's stay
    for place in range(4):
        version = f"{place + 6}.0.0"
        registered = await holding.world.register(version=version, key=holding.key, preference=PREFERENCE + DECLARED)
        assert registered["__typename"] != "Problem", registered
        async with graph.database.write(EVERY_ROW) as session:
            named = col(Filing.version) == version, col(Wheel.enterprise_id) == holding.owner.id
            query = select(Filing, Wheel).join(Wheel, col(Filing.wheel_id) == col(Wheel.id)).where(*named)
            filing, wheel = (await session.exec(query)).one()
            filing.state, filing.revision, filing.round = _STEPS[place][1], place + 1, place % 3
            wheel.filename, wheel.distribution = f"{texts[place][:190]}.zip", texts[place][:200]
        yield [_step(filing, nth, texts[nth]) for nth in range(1, place + 1)]
        yield [_switched(filing, nth, texts[nth]) for nth in range(place)]
        yield [_verified(wheel, nth, texts[nth + place]) for nth in range(place)]
        yield [kind(wheel_id=wheel.id, **given) for kind, given in _troubles(texts[place])[:place]]
    yield [artifact := artifact_of(b"no scheme at all")]
    yield [unread := wheel_of(holding.owner, None, artifact.digest)]
    verification = verification_of(unread)
    verification.findings = []
    yield [verification]


_STEPS = (
    (Step.DRAFT, FilingState.DRAFT),
    (Step.SUBMIT, FilingState.SUBMITTED),
    (Step.RETURN, FilingState.RETURNED),
    (Step.AMEND, FilingState.DRAFT),
)


def _step(filing: Filing, place: int, text: str) -> Review:
    review = review_of(filing, place + 1, *_STEPS[place])
    review.comments = [{"clause": text, "comment": text * 2}] * (place % 3)
    review.actor_role, review.body = list(Role)[place].value, text[:200] if place % 2 else None
    return review


def _switched(filing: Filing, place: int, text: str) -> Activation:
    """All from the same day on, and taken back at once but for the last."""
    activation = activation_of(filing)
    activation.state, activation.reason = list(ActivationState)[place % len(ActivationState)], text * 2
    activation.withdrawn_at = NOON if place < 2 else None
    activation.changed_at = NOON + timedelta(microseconds=5) if place else None
    return activation


def _verified(wheel: Any, place: int, text: str) -> Verification:
    """At one moment, so that ids decide which was the last."""
    verification = verification_of(wheel)
    words = {"zh": text, "en": text}
    odd = {"stage": "static", "value": text, "nearest": text, "clause": text, "what": words, "counterexample": words}
    where = {"place": {"distribution": "", "version": text, "file": text, "row": 7, "cell": "B7", "entry": text}}
    found: list[dict[str, Any]] = [{"code": "SCH106", "severity": "warning"}]
    verification.findings = [*found, found[0] | odd | where][: place + 1]
    verification.contract = text[:20] if place else None
    return verification


def _troubles(text: str) -> list[tuple[Any, dict[str, Any]]]:
    fault = {"kind": FaultKind.CRASH, "zh": text, "en": text, "at": NOON, "request_id": "r"}
    lifted = {"lifted_at": NOON + timedelta(microseconds=1), "lifted_by": "示例", "lifted_reason": text * 2}
    held = {"imposed_at": NOON, "reason": text * 2}
    return [(Fault, fault), (Quarantine, held | lifted), (Fault, fault | {"closed_at": NOON}), (Quarantine, held)]
