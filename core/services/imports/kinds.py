"""Every kind of import: its form, who may ask for it, what its rows lead to. A new kind is a module and a line here."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol

from core.importing.form import ListForm
from core.importing.rows import ReadRow
from core.jobs.phases import JobKind
from core.models import Job
from core.permissions import Permission
from core.services.call import Call
from core.services.imports import awards, credentials, employments, pilot_list, roster, scores
from core.services.imports.outside import Outside


class Batch(Protocol):
    """Some rows with whatever is on record about them, looked up together."""

    async def judge(self, row: ReadRow) -> bool:
        """Whether the row is on record already. Raises GuantongError for what would be refused."""

    async def apply(self, row: ReadRow, reason: str) -> None:
        """Put the row on record, by the rules and with the audit event of the service for a single one."""

    async def finish(self) -> None:
        """Write what was put off to be written together."""


@dataclass(frozen=True, slots=True)
class Import:
    """A kind of import. ``everywhere`` is the permission to do it for any enterprise.

    What is not ``of_enterprise`` is the city's, and imported for nobody in particular, or one's ``own``. The rows of
    one that is ``whole`` are at most so many, and are applied together or not at all.
    """

    form: ListForm
    permissions: tuple[Permission, ...]
    everywhere: Permission
    look: Callable[[Call, Job, Sequence[ReadRow], Outside], Awaitable[Batch]]
    of_enterprise: bool = True
    own: bool = False
    whole: int | None = None


_PEOPLE = (Permission.CITY_PERSON_RECORD, Permission.ENTERPRISE_PERSON_RECORD)
_CREDENTIALS = (Permission.CITY_CREDENTIAL_RECORD, Permission.ENTERPRISE_CREDENTIAL_RECORD)

IMPORTS: Final[Mapping[JobKind, Import]] = MappingProxyType(
    {
        JobKind.IMPORT_ROSTER: Import(roster.FORM, _PEOPLE, Permission.CITY_PERSON_RECORD, roster.look),
        JobKind.IMPORT_EMPLOYMENTS: Import(employments.FORM, _PEOPLE, Permission.CITY_PERSON_RECORD, employments.look),
        JobKind.IMPORT_CREDENTIALS: Import(
            credentials.FORM, _CREDENTIALS, Permission.CITY_CREDENTIAL_RECORD, credentials.look
        ),
        JobKind.IMPORT_AWARDS: Import(
            awards.FORM,
            (Permission.CITY_COMPETITION_RECORD,),
            Permission.CITY_COMPETITION_RECORD,
            awards.look,
            of_enterprise=False,
        ),
        JobKind.IMPORT_PILOT_LIST: Import(
            pilot_list.FORM,
            (Permission.CITY_PILOT_RECORD,),
            Permission.CITY_PILOT_RECORD,
            pilot_list.look,
            of_enterprise=False,
            whole=pilot_list.MOST,
        ),
        JobKind.IMPORT_SCORES: Import(
            scores.FORM,
            (Permission.OWN_SCORE_GIVE,),
            Permission.OWN_SCORE_GIVE,
            scores.look,
            of_enterprise=False,
            own=True,
        ),
    }
)
