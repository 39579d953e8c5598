"""Rules about golden cases (示例案例): what a scheme's author says it is meant to do, and whether it does."""

from collections.abc import Iterator

from core.errors import Where
from plugins.case_reading import CASES, CaseReader
from plugins.golden import Bench
from plugins.lookups import Lookups
from plugins.rules.subject import Fault, Subject


def cases_are_understood(subject: Subject) -> Iterator[Fault]:
    """Every name in a golden case is known, and nothing that it needs is left out.

    Example: ``points = { practical = 80 }`` for a criterion whose key is ``practical_test``.
    """
    if subject.cases is None:
        return
    at = Lookups(subject.vocabulary)
    CaseReader(subject.scheme, at).check(subject.cases)
    for one in at.faults:
        where = one.error.where or Where()
        yield Fault(one.error.message, CASES, entry=where.entry, value=one.value, nearest=one.error.nearest)


def cases_hold(subject: Subject) -> Iterator[Fault]:
    """Every golden case comes out as it says: points, totals, certificates, and who may apply from when.

    Example: a case that expects 60 points from one improvement where the table gives 70.
    """
    if subject.cases is None:
        return
    for miss in Bench(subject.scheme, subject.policy, subject.vocabulary).run(subject.cases):
        yield Fault(miss.what, CASES, entry=miss.entry, value=miss.got.zh, clause=miss.why)
