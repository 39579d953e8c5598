"""Use cases about people: registering them, their schooling and evidence, fraud, and reading an identity number."""

from datetime import date
from uuid import UUID

from pydantic import Field
from uuid_utils.compat import uuid7

from core.audit import Deed, Tag
from core.errors import ErrorCode, GuantongError, Where
from core.facts import EducationLevel
from core.identifiers import IdentityNumber, Sex, parse_identity_number
from core.models import EvidenceItem, Person, Schooling
from core.permissions import Permission
from core.secrets import Sealed
from core.services.call import Call, checked_reason, deed_on, use_case
from core.services.form import Code, Form, LongName, Name
from core.services.reach import PERSON, existing, person_by_number, person_in_reach
from core.services.rules import duplicate, not_before_birth, not_in_future, values_of
from core.texts import Text

_RECORD = (Permission.CITY_PERSON_RECORD, Permission.ENTERPRISE_PERSON_RECORD)
_SEALED = ("identity_cipher", "identity_key_id", "identity_index", "identity_masked")
_PERSONAL = ("name", "sex", "born_on")


class NewPerson(Form):
    """A person to register. Birthday and sex follow from the identity number.

    Examples, whose numbers are invented, give their own.
    """

    name: Name
    identity_number: str
    born_on: date | None = None
    sex: Sex | None = None
    is_example: bool = False


@use_case
async def register_person(call: Call, given: NewPerson, reason: str) -> Person:
    """Register a person under an identity number that is not on record yet."""
    call.require(*_RECORD)
    identity = parse_identity_number(given.identity_number)
    _agrees(given, identity)
    if await person_by_number(call, identity.number) is not None:
        raise duplicate(
            "此证件号码的人员已登记；请以证件号码登记其任职",
            "a person with this identity number is registered; record the employment with the number",
        )
    person, deed = registration(call, given, identity, reason)
    await call.store(person)
    await call.note_all([deed])
    return person


def registration(call: Call, given: NewPerson, identity: IdentityNumber, reason: str) -> tuple[Person, Deed]:
    """A person to put on record and the event of it, once nobody is found under the number. Part of other use cases."""
    person = _sealed_person(call, given, identity)
    not_in_future(call, person.born_on, "born_on")
    personal = person.model_dump(include=set(_PERSONAL)) | {"identity_masked": person.identity_masked}
    after = values_of(person, *_SEALED, *_PERSONAL)
    return person, deed_on(Tag.CITY_PERSON_REGISTER, person, reason, after=after, personal=personal)


def _agrees(given: NewPerson, identity: IdentityNumber) -> None:
    if given.is_example:
        return
    for field, told, found in (("born_on", given.born_on, identity.born_on), ("sex", given.sex, identity.sex)):
        if told not in (None, found):
            raise GuantongError(
                ErrorCode.IDENTITY_NUMBER_INVALID,
                Text(f"“{field}”与证件号码不符；请核对证件", f"'{field}' differs from the identity number; compare"),
                where=Where(entry=field),
            )


def _sealed_person(call: Call, given: NewPerson, identity: IdentityNumber) -> Person:
    id_ = uuid7()
    sealed = call.keyring.seal(identity.number, id_.bytes)
    return Person(
        id=id_,
        name=given.name,
        sex=given.sex or identity.sex,
        born_on=given.born_on or identity.born_on,
        identity_kind=identity.kind,
        identity_cipher=sealed.data,
        identity_key_id=sealed.key_id,
        identity_index=call.keyring.index(identity.number),
        identity_masked=identity.masked,
        created_at=call.now,
        is_example=given.is_example,
    )


@use_case
async def read_identity_number(call: Call, person_id: UUID, reason: str) -> str:
    """The whole identity number; that it was read, and why, is recorded."""
    call.require(Permission.CITY_IDENTITY_READ)
    checked_reason(reason)
    person = await existing(call, Person, person_id, PERSON)
    await call.note(Tag.PERSON_IDENTITY_READ, person, reason)
    return call.keyring.open(Sealed(person.identity_key_id, person.identity_cipher), person.id.bytes)


class NewSchooling(Form):
    """A completed education; ``specialties`` as ``series:specialty``."""

    person_id: UUID
    level: EducationLevel
    graduated_on: date
    school: LongName
    occupations: tuple[Code, ...] = ()
    specialties: tuple[Code, ...] = ()


@use_case
async def record_schooling(call: Call, given: NewSchooling, reason: str) -> Schooling:
    """Record a completed education of a person in reach."""
    call.require(*_RECORD)
    person = await person_in_reach(call, given.person_id)
    not_in_future(call, given.graduated_on, "graduated_on")
    not_before_birth(given.graduated_on, person.born_on, "graduated_on")
    for occupation in given.occupations:
        call.vocabulary.occupation(occupation)
    for specialty in given.specialties:
        call.vocabulary.specialty(*specialty.split(":", 1)) if ":" in specialty else _no_pair(specialty)
    schooling = Schooling(**given.model_dump(exclude={"occupations", "specialties"}))
    schooling.occupations, schooling.specialties = sorted(given.occupations), sorted(given.specialties)
    await call.store(schooling)
    await call.note(Tag.PERSON_SCHOOLING_RECORD, schooling, reason, after=values_of(schooling))
    return schooling


def _no_pair(specialty: str) -> None:
    raise GuantongError(
        ErrorCode.BAD_ARGUMENT,
        Text(f"专业“{specialty}”应写作 系列:专业", f"specialty '{specialty}' should be written series:specialty"),
        where=Where(entry="specialties"),
    )


class NewEvidence(Form):
    """An amount of one kind of evidence, usable from ``since``; ``key`` as conditions name it."""

    person_id: UUID
    key: Code
    amount: int = Field(ge=1, le=1_000_000)
    since: date
    scheme_key: Code | None = None


@use_case
async def record_evidence(call: Call, given: NewEvidence, reason: str) -> EvidenceItem:
    """Record evidence of a person in reach."""
    call.require(*_RECORD)
    person = await person_in_reach(call, given.person_id)
    not_in_future(call, given.since, "since")
    not_before_birth(given.since, person.born_on, "since")
    item = EvidenceItem(**given.model_dump())
    await call.store(item)
    await call.note(Tag.PERSON_EVIDENCE_RECORD, item, reason, after=values_of(item))
    return item


@use_case
async def establish_fraud(call: Call, person_id: UUID, found_on: date, reason: str) -> Person:
    """Record that deceit in an application was established (弄虚作假); the latest day counts."""
    call.require(Permission.CITY_PERSON_RECORD)
    return await mark_fraud(call, await existing(call, Person, person_id, PERSON), found_on, reason)


async def mark_fraud(call: Call, person: Person, found_on: date, reason: str) -> Person:
    """Put established deceit on record. Part of other use cases, so it asks for no permission of its own."""
    not_in_future(call, found_on, "found_on")
    not_before_birth(found_on, person.born_on, "found_on")
    before = person.fraud_found_on
    person.fraud_found_on = max(found_on, before or found_on)
    await call.store(person)
    after = {"fraud_found_on": person.fraud_found_on}
    await call.note(Tag.PERSON_FRAUD_ESTABLISH, person, reason, before={"fraud_found_on": before}, after=after)
    return person
