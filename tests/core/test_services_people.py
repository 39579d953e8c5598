"""Use cases about people and employments: what is stored, who may, what is refused, and that nothing is left of it."""

import json
from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from core.audit import Finding, verify_event
from core.errors import ErrorCode, GuantongError
from core.facts import EducationLevel
from core.identifiers import IdentityKind, Sex
from core.models import AuditPersonal, Person
from core.permissions import Actor, Role
from core.services.employments import NewEmployment, end_employment, record_employment
from core.services.people import (
    NewEvidence,
    NewPerson,
    NewSchooling,
    establish_fraud,
    read_identity_number,
    record_evidence,
    record_schooling,
    register_person,
)
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from tests import builders as make
from tests.core.calls import admin_of, call, done, events, refused, said, store

pytestmark = pytest.mark.anyio
AUDITOR = Actor.of(Role.BUREAU_AUDITOR, "示例审计")


async def test_a_person_is_stored_sealed_masked_and_found_by_number(database: Database) -> None:
    number = make.identity_number(2)
    stored: Person = await done(database, register_person, NewPerson(name="示例甲", identity_number=number))
    assert (stored.born_on, stored.sex, stored.identity_kind) == (
        date(1842, 8, 29),
        Sex.FEMALE,
        IdentityKind.RESIDENT_CARD,
    )
    assert stored.identity_masked == f"440*************{number[-2:]}"
    assert stored.identity_index == make.KEYRING.index(number)
    assert number.encode() not in stored.identity_cipher
    assert await done(database, read_identity_number, stored.id) == number


async def test_no_event_holds_the_identity_number_or_the_name(database: Database) -> None:
    number = make.identity_number(2)
    stored = await done(database, register_person, NewPerson(name="示例甲", identity_number=number))
    await done(database, read_identity_number, stored.id)
    registered, read = await events(database)
    assert [registered.tag, read.tag] == ["city:person:register", "person:identity:read"]
    for event in (registered, read):
        assert number not in event.body
        assert "示例甲" not in event.body
        assert event.reason == "示例理由"
    async with database.read(EVERY_ROW) as session:
        [personal] = (await session.exec(select(AuditPersonal))).all()
        assert json.loads(personal.content) == {
            "name": "示例甲",
            "sex": "female",
            "born_on": "1842-08-29",
            "identity_masked": stored.identity_masked,
        }
        assert await verify_event(session, registered) is Finding.INTACT


async def test_an_example_brings_its_own_birthday_and_another_may_not(database: Database) -> None:
    given = {"name": "示例甲", "identity_number": make.identity_number(1), "born_on": date(1990, 1, 1)}
    error = await refused(database, register_person, NewPerson(**given))
    assert said(error) == (
        ErrorCode.IDENTITY_NUMBER_INVALID,
        "“born_on”与证件号码不符；请核对证件",
        "'born_on' differs from the identity number; compare",
    )
    stored = await done(database, register_person, NewPerson(**given, is_example=True))
    assert stored.born_on == date(1990, 1, 1)


async def test_a_number_is_registered_once(database: Database) -> None:
    given = NewPerson(name="示例甲", identity_number=make.identity_number(1))
    await done(database, register_person, given)
    error = await refused(database, register_person, given)
    assert said(error) == (
        ErrorCode.DUPLICATE,
        "此证件号码的人员已登记；请以证件号码登记其任职",
        "a person with this identity number is registered; record the employment with the number",
    )
    assert given.identity_number not in str(error)


async def test_a_wrong_check_digit_is_refused_without_a_trace(database: Database) -> None:
    number = make.identity_number(1)
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    error = await refused(database, register_person, NewPerson(name="示例甲", identity_number=wrong))
    assert error.code is ErrorCode.IDENTITY_NUMBER_INVALID
    assert wrong not in str(error)


async def test_a_birthday_to_come_is_refused(database: Database) -> None:
    number = make.identity_number(1, born="20260303")
    error = await refused(database, register_person, NewPerson(name="示例甲", identity_number=number))
    assert said(error) == (
        ErrorCode.BAD_DATE,
        "“born_on”为 2026-03-03，晚于今天 2026-03-02；请核对",
        "'born_on' is 2026-03-03, after today 2026-03-02; check it",
    )


@pytest.mark.parametrize(
    "role", sorted(set(Role) - {Role.BUREAU_OFFICER, Role.ENTERPRISE_ADMIN}), ids=lambda role: role.value
)
async def test_other_roles_register_nobody(database: Database, role: Role) -> None:
    given = NewPerson(name="示例甲", identity_number=make.identity_number(1))
    error = await refused(database, register_person, given, actor=Actor.of(role, "示例"))
    assert error.code is ErrorCode.NOT_PERMITTED
    assert f"role {role} lacks" in error.message.en


@pytest.mark.parametrize("reason", ["", "  ", "长" * 501])
async def test_every_decision_takes_a_reason(database: Database, reason: str) -> None:
    given = NewPerson(name="示例甲", identity_number=make.identity_number(1))
    async with database.write(EVERY_ROW) as session:
        with pytest.raises(GuantongError, match="give a reason of at most 500 characters"):
            await register_person(call(session), given, reason)
    async with database.read(EVERY_ROW) as session:
        assert (await session.exec(select(Person))).all() == []


async def test_only_the_bureau_reads_an_identity_number(database: Database) -> None:
    person = make.person()
    await store(database, person)
    for actor in (AUDITOR, Actor.of(Role.WORKER, "示例", person_id=person.id)):
        error = await refused(database, read_identity_number, person.id, actor=actor)
        assert error.code is ErrorCode.NOT_PERMITTED
    error = await refused(database, read_identity_number, uuid4())
    assert said(error) == (
        ErrorCode.NOT_FOUND,
        "没有此人员，或无权操作；请核对标识",
        "no such person within your reach; check the id",
    )


async def test_schooling_and_evidence(database: Database) -> None:
    person = make.person()
    await store(database, person)
    schooling = await done(
        database,
        record_schooling,
        NewSchooling(
            person_id=person.id,
            level=EducationLevel.JUNIOR_COLLEGE,
            graduated_on=date(2012, 7, 1),
            school="示例学院",
            occupations=(make.FITTER,),
            specialties=("engineering:mechanical",),
        ),
    )
    assert (schooling.occupations, schooling.specialties) == ([make.FITTER], ["engineering:mechanical"])
    item = await done(
        database, record_evidence, NewEvidence(person_id=person.id, key="projects", amount=2, since=date(2025, 1, 1))
    )
    assert (item.key, item.amount, item.scheme_key) == ("projects", 2, None)
    assert [event.tag for event in await events(database)] == ["person:schooling:record", "person:evidence:record"]


@pytest.mark.parametrize(
    ("changed", "code", "words"),
    [
        ({"graduated_on": date(1990, 4, 30)}, ErrorCode.CREDENTIAL_BEFORE_BIRTH, "早于本人出生日期"),
        ({"graduated_on": date(2026, 3, 3)}, ErrorCode.BAD_DATE, "晚于今天 2026-03-02"),
        ({"occupations": ("6-20-01-02x",)}, ErrorCode.UNKNOWN_CODE, "职业编码“6-20-01-02x”不在词表中"),
        ({"specialties": ("engineering:mechanics",)}, ErrorCode.UNKNOWN_CODE, "职称专业“mechanics”不在词表中"),
        ({"specialties": ("mechanical",)}, ErrorCode.BAD_ARGUMENT, "专业“mechanical”应写作 系列:专业"),
    ],
)
async def test_schooling_that_cannot_be(
    database: Database, changed: dict[str, object], code: ErrorCode, words: str
) -> None:
    person = make.person()
    await store(database, person)
    given = {
        "person_id": person.id,
        "level": EducationLevel.BACHELOR,
        "graduated_on": date(2012, 7, 1),
        "school": "示例学院",
    }
    error = await refused(database, record_schooling, NewSchooling(**{**given, **changed}))
    assert error.code is code
    assert words in error.message.zh


async def test_fraud_takes_the_latest_day(database: Database) -> None:
    person = make.person()
    await store(database, person)
    for day in (date(2025, 1, 1), date(2024, 1, 1)):
        stored = await done(database, establish_fraud, person.id, day)
    assert stored.fraud_found_on == date(2025, 1, 1)
    first, second = await events(database)
    assert json.loads(first.body)["before"] == {"fraud_found_on": None}
    assert json.loads(second.body)["after"] == {"fraud_found_on": "2025-01-01"}


def _job(enterprise_id: UUID, **given: object) -> NewEmployment:
    return NewEmployment(**{"enterprise_id": enterprise_id, "post": "装配钳工", "starts": date(2024, 1, 1), **given})


async def test_an_enterprise_employs_whom_it_met_and_sees_him_then(database: Database) -> None:
    number = make.identity_number(1)
    person, own = make.person(identity=number), make.enterprise()
    await store(database, person, own)
    unmet = await refused(database, record_employment, _job(own.id, person_id=person.id), actor=admin_of(own))
    assert unmet.code is ErrorCode.NOT_FOUND
    hired = await done(database, record_employment, _job(own.id, identity_number=number), actor=admin_of(own))
    assert hired.person_id == person.id
    again = _job(own.id, person_id=person.id, post="班组长")
    assert (await done(database, record_employment, again, actor=admin_of(own))).post == "班组长"


async def test_an_enterprise_employs_for_itself_only(database: Database) -> None:
    person, own, other = make.person(), make.enterprise(), make.enterprise()
    await store(database, person, own, other, make.employment(person, own))
    error = await refused(database, record_employment, _job(other.id, person_id=person.id), actor=admin_of(own))
    assert said(error) == (
        ErrorCode.NOT_FOUND,
        "没有此企业，或无权操作；请核对标识",
        "no such enterprise within your reach; check the id",
    )


@pytest.mark.parametrize(
    ("changed", "code", "words"),
    [
        ({"ends": date(2024, 1, 1)}, ErrorCode.PERIOD_REVERSED, "must end after it starts"),
        ({"starts": date(1980, 1, 1)}, ErrorCode.CREDENTIAL_BEFORE_BIRTH, "before the person was born"),
        ({"occupation": "6-20-01-0"}, ErrorCode.UNKNOWN_CODE, "occupation code '6-20-01-0' is not in the vocabulary"),
        ({"series": "engineering"}, ErrorCode.BAD_ARGUMENT, "give series and specialty together"),
        ({"series": "enginering", "specialty": "x"}, ErrorCode.UNKNOWN_CODE, "title series 'enginering'"),
        ({"person_id": None}, ErrorCode.BAD_ARGUMENT, "give either the person's id or the identity number"),
        ({"identity_number": "1"}, ErrorCode.BAD_ARGUMENT, "give either the person's id or the identity number"),
    ],
)
async def test_employment_that_cannot_be(
    database: Database, changed: dict[str, object], code: ErrorCode, words: str
) -> None:
    person, own = make.person(), make.enterprise()
    await store(database, person, own)
    error = await refused(database, record_employment, _job(own.id, **{"person_id": person.id, **changed}))
    assert error.code is code
    assert words in error.message.en


async def test_the_same_employment_is_recorded_once(database: Database) -> None:
    person, own = make.person(), make.enterprise()
    await store(database, person, own)
    await done(database, record_employment, _job(own.id, person_id=person.id))
    error = await refused(database, record_employment, _job(own.id, person_id=person.id))
    assert said(error) == (
        ErrorCode.DUPLICATE,
        "此人自 2024-01-01 起在该企业“装配钳工”岗位的任职已登记",
        "the employment on the post '装配钳工' from 2024-01-01 is on record already",
    )


async def test_an_employment_ends(database: Database) -> None:
    person, own, other = make.person(), make.enterprise(), make.enterprise()
    job = make.employment(person, own)
    await store(database, person, own, other, job)
    not_own = await refused(database, end_employment, job.id, date(2026, 1, 1), actor=admin_of(other))
    assert not_own.code is ErrorCode.NOT_FOUND
    reversed_ = await refused(database, end_employment, job.id, date(2020, 1, 1), actor=admin_of(own))
    assert reversed_.code is ErrorCode.PERIOD_REVERSED
    ended = await done(database, end_employment, job.id, date(2026, 1, 1), actor=admin_of(own))
    assert ended.ends == date(2026, 1, 1)
    [event] = await events(database)
    assert (event.tag, event.actor_name) == ("person:employment:end", "示例企业经办")
    assert json.loads(event.body)["after"] == {"ends": "2026-01-01"}
