"""Deadlines (期限): a stored day and how it was counted. Whether it has passed is asked of it; no job watches it.

One that was counted in a year without announced holidays is provisional: it is counted anew, from the same day, by the
first calendar that knows the year. A firm one stays as it was.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from core.citations import Citation
from core.policy.stack import PolicyStack
from core.rounds.workdays import Counted, WorkCalendar
from core.texts import Text


class Term(StrEnum):
    """What is due (期限种类)."""

    APPLICATIONS = "applications"  # 申报截止
    NOTICE = "notice"  # 公示期
    RESULTS = "results"  # 结果报备
    REVIEW = "review"  # 主管部门审核
    CORRECTION = "correction"  # 退回补正
    CERTIFICATE_DATA = "certificate_data"  # 证书数据报送
    ANSWER = "answer"  # 答复异议

    @property
    def label(self) -> Text:
        return _LABELS[self]

    @property
    def is_period(self) -> bool:
        """Whether others are heard until then, and the next step waits for its end: nobody is late with it."""
        return self in (Term.APPLICATIONS, Term.NOTICE)


_LABELS = {
    Term.APPLICATIONS: Text("申报截止", "closing of applications"),
    Term.NOTICE: Text("公示期", "public notice"),
    Term.RESULTS: Text("结果统计、公示并报备", "tally, notice and filing of results"),
    Term.REVIEW: Text("主管部门审核", "review by the bureau"),
    Term.CORRECTION: Text("改正并重新报备", "correction and filing anew"),
    Term.CERTIFICATE_DATA: Text("证书数据报送", "report of certificate data"),
    Term.ANSWER: Text("答复异议", "answer to an objection"),
}
VALUES = {
    Term.NOTICE: "process.public_notice_days",
    Term.RESULTS: "process.tally_and_notice_days",
    Term.REVIEW: "process.bureau_review_days",
    Term.CORRECTION: "process.correction_days",
    Term.CERTIFICATE_DATA: "process.certificate_data_days",
    Term.ANSWER: "process.objection_answer_days",
}
STARTS = "process.start_day_counts"
# A scheme may only make a period longer in which others are heard; what the office owes cannot be put off by it.
_MAY_BE_LONGER = frozenset({Term.NOTICE})


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a term: ``days`` working days after ``start``, by the calendar of digest ``calendar``.

    ``days`` None: the day was set, not counted.
    """

    term: Term
    start: date
    days: int | None
    due: date
    calendar: str
    provisional: bool = False

    def is_over(self, day: date) -> bool:
        """Whether the last day lies before ``day``."""
        return day > self.due


def days_of(policy: PolicyStack, term: Term, day: date, longer: int | None = None) -> int:
    """The working days of a term that begins on ``day``: the policy's, or the scheme's where it may lengthen them."""
    days = policy.integer(VALUES[term], day)
    return max(days, longer or 0) if term in _MAY_BE_LONGER else days


def clause_of(policy: PolicyStack, term: Term, day: date) -> Citation:
    """The clause that a term rests on."""
    return policy.value(VALUES[term], day).citation


def counted(
    policy: PolicyStack, calendar: WorkCalendar, term: Term, start: date, longer: int | None = None
) -> Deadline:
    """The deadline of a term that begins on ``start``."""
    days = days_of(policy, term, start, longer)
    found = _end_of(policy, calendar, start, days)
    return Deadline(term, start, days, found.day, calendar.digest, found.provisional)


def _end_of(policy: PolicyStack, calendar: WorkCalendar, start: date, days: int) -> Counted:
    """The last of ``days`` working days, ``start`` among them where the policy counts the day on which a term begins.

    A term of no days ends as it begins, whichever way it is counted.
    """
    counts = days > 0 and policy.flag(STARTS, start)
    return calendar.after(start - timedelta(days=1) if counts else start, days)


def fixed(calendar: WorkCalendar, term: Term, start: date, due: date) -> Deadline:
    """A deadline whose day was set by hand."""
    return Deadline(term, start, None, due, calendar.digest)


def standing(policy: PolicyStack, deadline: Deadline, calendar: WorkCalendar) -> Deadline:
    """The deadline as it stands by ``calendar``: counted anew if it was provisional and more is known now."""
    if not deadline.provisional or deadline.days is None or deadline.calendar == calendar.digest:
        return deadline
    found = _end_of(policy, calendar, deadline.start, deadline.days)
    return replace(deadline, due=found.day, calendar=calendar.digest, provisional=found.provisional)
