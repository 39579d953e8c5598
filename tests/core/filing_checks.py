"""What must hold of the audit of one scheme, whatever was done."""

from itertools import pairwise
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.dates import Period
from core.models import AuditEvent, Filing, FilingState, Review, Scheme, Step
from core.services.machine import TRANSITIONS
from core.storage.queries.plugins import PluginRow

TAGS = {step: row.tag for step, row in TRANSITIONS.items()}


def signature(rows: list[PluginRow]) -> list[Any]:
    """What the audit says of a day, to be compared with what it says later of what was known then."""
    return [
        (
            row.wheel.digest,
            (row.discovered, row.recorded, row.active, row.state, row.verified),
            row.filing and (row.filing.state, row.filing.record_number, row.filing.on_record),
            row.filing and [(one.review.id, one.stands) for one in row.filing.approvals],
        )
        for row in rows
    ]


def only_approved_content_is_active(rows: list[PluginRow]) -> None:
    for row in rows:
        if not row.active:
            continue
        assert row.recorded
        assert row.verified
        assert row.filing is not None
        standing = [one.review for one in row.filing.approvals if one.stands]
        assert [one.step for one in standing] == [Step.COUNTERSIGN, Step.RECORD]
        assert {one.digest for one in standing} == {row.wheel.digest}


def one_version_a_day(rows: list[PluginRow]) -> None:
    spans = [row.filing.on_record for row in rows if row.filing and row.filing.on_record]
    for one, other in pairwise(sorted(spans)):
        assert not Period.overlaps(one, other)


def no_approval_outlives_its_round(rows: list[PluginRow]) -> None:
    for row in rows:
        view = row.filing
        if view and view.state in (FilingState.DRAFT, FilingState.SUBMITTED, FilingState.RETURNED):
            assert not any(one.stands for one in view.approvals)


async def every_step_has_its_event(session: AsyncSession, key: str) -> None:
    query = select(Review).join(Filing).join(Scheme).where(col(Scheme.key) == key)
    steps = (await session.exec(query.order_by(col(Review.filing_id), col(Review.number)))).all()
    ids = [str(step.filing_id) for step in steps]
    written = select(AuditEvent).where(col(AuditEvent.subject_id).in_(ids), col(AuditEvent.tag).in_(TAGS.values()))
    events = (await session.exec(written.order_by(col(AuditEvent.seq)))).all()
    noted = sorted((event.subject_id, event.seq or 0, event.tag, event.actor_name) for event in events)
    taken = [(str(step.filing_id), TAGS[step.step], step.actor_name) for step in steps]
    assert [(id_, tag, name) for id_, _, tag, name in noted] == sorted(taken, key=lambda one: one[0])
    _nobody_approves_their_own(list(steps))


def _nobody_approves_their_own(steps: list[Review]) -> None:
    for approval in steps:
        if approval.step in (Step.COUNTERSIGN, Step.RECORD):
            earlier = [one for one in steps if one.filing_id == approval.filing_id and one.number < approval.number]
            handled = {one.actor_name for one in earlier if one.step in (Step.DRAFT, Step.AMEND, Step.SUBMIT)}
            assert approval.actor_name not in handled
