"""Every list that can be exported: who may ask for it, and how its pages are read. A new list is a line here."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from core.exporting.form import ExportKind
from core.permissions import Permission
from core.scoring_tables import CriterionSide
from core.services.exports.asked import PageOf
from core.services.exports.certificates import certificates_of
from core.services.exports.people import audit_page, roster_page
from core.services.exports.rounds import applications_page, committee_page, notice_page, results_page

_ROUNDS = (Permission.CITY_PERSON_READ, Permission.ENTERPRISE_EVALUATION_READ)
_ISSUERS = (Permission.CITY_IDENTITY_READ, Permission.ENTERPRISE_ROUND_RUN)


@dataclass(frozen=True, slots=True)
class Export:
    """``numbers`` are the permissions to have identity numbers in full; without any nobody has them."""

    page: PageOf
    permissions: tuple[Permission, ...] = _ROUNDS
    numbers: tuple[Permission, ...] = ()
    of_round: bool = True
    of_enterprise: bool = False


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
        ExportKind.SKILL_CERTIFICATES: Export(certificates_of(CriterionSide.SKILL), numbers=_ISSUERS),
        ExportKind.TITLE_CERTIFICATES: Export(certificates_of(CriterionSide.TITLE), numbers=_ISSUERS),
        ExportKind.NOTICE: Export(notice_page),
        ExportKind.COMMITTEE: Export(committee_page),
        ExportKind.AUDIT: Export(audit_page, (Permission.CITY_AUDIT_READ,), of_round=False),
    }
)
# Whoever may ask for some export.
ASKERS: Final = tuple({permission for export in EXPORTS.values() for permission in export.permissions})
