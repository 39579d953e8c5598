"""Rules about what could be read: every name known, every number once, every period forward. Others see the rest."""

from collections.abc import Iterator

from core.errors import ErrorCode, Where
from plugins.lookups import Misread
from plugins.rules.subject import MANIFEST, Fault, Subject


def codes_are_known(subject: Subject) -> Iterator[Fault]:
    """Every occupation, level, series, specialty and group that is named exists; each that does not is listed.

    Example: ``occupation = "6-18-02-40"`` for 焊工, which is 6-18-02-04.
    """
    yield from _of(subject, ErrorCode.UNKNOWN_CODE)


def numbers_are_unique(subject: Subject) -> Iterator[Fault]:
    """No two rows of the catalog have one number: whatever refers to it would be ambiguous.

    Example: two rows with ``number = 2``.
    """
    yield from _of(subject, ErrorCode.DUPLICATE)


def periods_run_forward(subject: Subject) -> Iterator[Fault]:
    """The scheme and its rows end after they begin.

    Example: a row ``until = 2026-01-01`` in a scheme from 2026-03-01.
    """
    yield from _of(subject, ErrorCode.PERIOD_REVERSED)


def contests_lead_somewhere(subject: Subject) -> Iterator[Fault]:
    """A contest leads to a skill level, or to a title that is named in full, or to both.

    Example: a ``[[contest]]`` with neither ``skill_level`` nor ``series``.
    """
    yield from _of(subject, ErrorCode.SCHEME_INVALID)


def _of(subject: Subject, code: ErrorCode) -> Iterator[Fault]:
    return (_fault(one) for one in subject.faults if one.error.code is code)


def _fault(one: Misread) -> Fault:
    where = one.error.where or Where(file=MANIFEST)
    return Fault(one.error.message, where.file or MANIFEST, where.row, where.entry, one.value, one.error.nearest)
