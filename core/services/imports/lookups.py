"""What is on record about the people of some rows, looked up for all of them together."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from core.errors import ErrorCode, GuantongError, Where
from core.importing.rows import ReadRow
from core.models import Employment, Person
from core.services.call import Call
from core.texts import Text

Worked = tuple[UUID, str, date]


def numbers_of(rows: Sequence[ReadRow]) -> set[str]:
    """The identity numbers that rows speak of."""
    return {row.values["identity_number"] for row in rows if row.values.get("identity_number")}


async def people_of(call: Call, rows: Sequence[ReadRow]) -> dict[str, Person]:
    """Who is registered under the identity numbers of rows, by number."""
    by_index = {call.keyring.index(number): number for number in numbers_of(rows)}
    found = await call.session.exec(select(Person).where(col(Person.identity_index).in_(by_index)))
    return {by_index[person.identity_index]: person for person in found}


async def employments_at(call: Call, people: Iterable[Person], enterprise_id: UUID) -> dict[Worked, Employment]:
    """The employments of people at an enterprise, by person, post and first day."""
    ids = [person.id for person in people]
    at = (col(Employment.person_id).in_(ids), col(Employment.enterprise_id) == enterprise_id)
    found = await call.session.exec(select(Employment).where(*at))
    return {(one.person_id, one.post, one.starts): one for one in found}


def agrees(given: Any, kept: Any, field: str, zh: str, en: str) -> None:
    """Refuse what differs from what is on record, which stays unsaid: the file's author may not know it."""
    if given is not None and given != kept:
        raise GuantongError(
            ErrorCode.DUPLICATE,
            Text(
                f"“{zh}”与此证件号码已登记的不一致；请核对证件，须更正登记的请联系主管部门",
                f"'{en}' differs from what is on record under this identity number; compare with the document, or "
                "have the bureau mend the record",
            ),
            where=Where(entry=field),
        )
