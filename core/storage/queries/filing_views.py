"""A filing as it was known: what its steps so far come to."""

from dataclasses import dataclass
from uuid import UUID

from core.dates import Period, span
from core.models import FilingState, Review, Step

_APPROVALS = (Step.COUNTERSIGN, Step.RECORD)
_STANDING = (FilingState.COUNTERSIGNED, FilingState.RECORDED, FilingState.SUPERSEDED)


@dataclass(frozen=True, slots=True)
class Approval:
    """A countersignature or a record; ``stands`` unless a return or another content has voided it."""

    review: Review
    stands: bool


@dataclass(frozen=True, slots=True)
class FilingView:
    """A filing as it was known: its last step, its approvals, and the days on which it is on record.

    ``own`` is the period that the scheme gives itself; None when it is not on record.
    """

    id: UUID
    last: Review
    approvals: tuple[Approval, ...]
    record_number: str | None
    on_record: Period | None
    own: Period | None = None

    @property
    def state(self) -> FilingState:
        return self.last.state


def view_of(steps: list[Review], own: Period | None = None) -> FilingView:
    """A filing by its steps so far, in order, and the period that the scheme gives itself."""
    last = steps[-1]
    record = _unless_undone(steps, Step.RECORD, Step.WITHDRAW)
    ended = _unless_undone(steps, Step.SUPERSEDE, Step.RESTORE)
    return FilingView(
        id=last.filing_id,
        last=last,
        approvals=tuple(Approval(step, _stands(step, last, record)) for step in steps if step.step in _APPROVALS),
        record_number=record.record_number if record else None,
        on_record=_on_record(record, ended),
        own=own,
    )


def _unless_undone(steps: list[Review], done: Step, undone: Step) -> Review | None:
    """The newest of two opposite steps, if it is the one that does."""
    newest = next((step for step in reversed(steps) if step.step in (done, undone)), None)
    return newest if newest is not None and newest.step is done else None


def _on_record(record: Review | None, ended: Review | None) -> Period | None:
    since, until = record.effective_from if record else None, ended.effective_until if ended else None
    return span(since, until)  # none for what was retired and superseded before its first day came


def _stands(approval: Review, last: Review, record: Review | None) -> bool:
    bound = (approval.round, approval.digest) == (last.round, last.digest)
    withdrawn = approval.step is Step.RECORD and approval is not record
    return bound and last.state in _STANDING and not withdrawn
