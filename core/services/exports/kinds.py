"""Every list that can be exported: who may ask for it, and how its pages are read. A new list is a line here."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from core.exporting.form import ExportKind
from core.exporting.papers import Head
from core.permissions import Permission
from core.scoring_tables import CriterionSide
from core.services.call import Call
from core.services.exports.asked import Asked, PageOf
from core.services.exports.certificates import certificates_of
from core.services.exports.heads import committee_head, notice_head, skill_head, title_head
from core.services.exports.people import audit_page, roster_page
from core.services.exports.rounds import applications_page, committee_page, notice_page, results_page

_ROUNDS = (Permission.CITY_PERSON_READ, Permission.ENTERPRISE_EVALUATION_READ)
_ISSUERS = (Permission.CITY_IDENTITY_READ, Permission.ENTERPRISE_ROUND_RUN)

HeadOf = Callable[[Call, Asked], Awaitable[Head]]


@dataclass(frozen=True, slots=True)
class Export:
    """``numbers`` are the permissions to have identity numbers in full; without any nobody has them.

    What has a ``head`` can be had as a paper. What is ``of_events`` can be had of some days and kinds of events.
    """

    page: PageOf
    permissions: tuple[Permission, ...] = _ROUNDS
    numbers: tuple[Permission, ...] = ()
    of_round: bool = True
    of_enterprise: bool = False
    of_events: bool = False
    head: HeadOf | None = None


EXPORTS: Final[Mapping[ExportKind, Export]] = MappingProxyType(
    {
        ExportKind.ROSTER: Export(
            roster_page,
            (Permission.CITY_PERSON_READ, Permission.ENTERPRISE_PERSON_READ),
            (Permission.CITY_IDENTITY_READ, Permission.ENTERPRISE_PERSON_RECORD),
            of_round=False,
            of_enterprise=True,
        ),
        ExportKind.APPLICATIONS: Export(applications_page, numbers=_ISSUERS),
        ExportKind.RESULTS: Export(results_page, numbers=_ISSUERS),
        ExportKind.SKILL_CERTIFICATES: Export(certificates_of(CriterionSide.SKILL), numbers=_ISSUERS, head=skill_head),
        ExportKind.TITLE_CERTIFICATES: Export(certificates_of(CriterionSide.TITLE), numbers=_ISSUERS, head=title_head),
        ExportKind.NOTICE: Export(notice_page, head=notice_head),
        ExportKind.COMMITTEE: Export(committee_page, head=committee_head),
        ExportKind.AUDIT: Export(audit_page, (Permission.CITY_AUDIT_READ,), of_round=False, of_events=True),
    }
)
# Whoever may ask for some export; whoever may have the report is among them.
ASKERS: Final = tuple(sorted({permission for export in EXPORTS.values() for permission in export.permissions}))
