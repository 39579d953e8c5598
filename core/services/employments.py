"""Use cases about employments."""

from datetime import date
from uuid import UUID

from sqlmodel import col, select

from core.audit import Deed, Tag
from core.models import Employment, Enterprise, Person
from core.permissions import Permission
from core.services.call import Call, deed_on, use_case
from core.services.form import Code, Form, Name
from core.services.reach import existing, own_enterprise, person_met
from core.services.rules import duplicate, in_order, known_specialty, not_before_birth, values_of
from core.texts import Text

EMPLOYMENT = Text("任职", "employment")
_RECORD = (Permission.CITY_PERSON_RECORD, Permission.ENTERPRISE_PERSON_RECORD)


class NewEmployment(Form):
    """An employment of a person who is in reach, or whose whole identity number is given instead of an id."""

    person_id: UUID | None = None
    identity_number: str | None = None
    enterprise_id: UUID
    post: Name
    occupation: Code | None = None
    series: Code | None = None
    specialty: Code | None = None
    frontline: bool = False
    starts: date
    ends: date | None = None


@use_case
async def record_employment(call: Call, given: NewEmployment, reason: str) -> Employment:
    """Record that a person works, or worked, on a post of an enterprise."""
    call.require(*_RECORD)
    enterprise = await own_enterprise(call, given.enterprise_id, Permission.CITY_PERSON_RECORD)
    person = await person_met(call, given.person_id, given.identity_number)
    in_order(given.starts, given.ends)
    not_before_birth(given.starts, person.born_on, "starts")
    known_specialty(call, given.series, given.specialty)
    if given.occupation is not None:
        call.vocabulary.occupation(given.occupation)
    await _not_twice(call, person, enterprise, given)
    employment, deed = employment_of(person, given, reason)
    await call.store(employment)
    await call.note_all([deed])
    return employment


def employment_of(person: Person, given: NewEmployment, reason: str) -> tuple[Employment, Deed]:
    """An employment to put on record and the event of it, once it was checked. Part of other use cases."""
    values = given.model_dump(exclude={"person_id", "identity_number"})
    employment = Employment(person_id=person.id, **values)
    return employment, deed_on(Tag.PERSON_EMPLOYMENT_RECORD, employment, reason, after=values_of(employment))


async def _not_twice(call: Call, person: Person, enterprise: Enterprise, given: NewEmployment) -> None:
    same = (
        col(Employment.person_id) == person.id,
        col(Employment.enterprise_id) == enterprise.id,
        col(Employment.post) == given.post,
        col(Employment.starts) == given.starts,
    )
    if (await call.session.exec(select(Employment.id).where(*same))).first() is not None:
        raise duplicate(
            f"此人自 {given.starts} 起在该企业“{given.post}”岗位的任职已登记",
            f"the employment on the post '{given.post}' from {given.starts} is on record already",
        )


@use_case
async def end_employment(call: Call, employment_id: UUID, ends: date, reason: str) -> Employment:
    """Record the first day on which the person no longer works there."""
    call.require(*_RECORD)
    employment = await existing(call, Employment, employment_id, EMPLOYMENT)
    await own_enterprise(call, employment.enterprise_id, Permission.CITY_PERSON_RECORD)
    in_order(employment.starts, ends)
    before = employment.ends
    employment.ends = ends
    await call.store(employment)
    await call.note(Tag.PERSON_EMPLOYMENT_END, employment, reason, before={"ends": before}, after={"ends": ends})
    return employment
