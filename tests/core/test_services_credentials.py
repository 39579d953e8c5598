"""Use cases about credentials and awards: what each kind must carry, who records it, and numbers used once."""

import json
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import select

from core.errors import ErrorCode
from core.facts import ContestRank, ContestTier, CredentialKind, ObtainedBy
from core.ladders import Level
from core.models import AuditPersonal, Credential, Enterprise, Person
from core.services.competitions import NewAward, NewCompetition, record_award, record_competition
from core.services.credential_form import NewCredential
from core.services.credentials import record_credential, revoke_credential
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from tests import builders as make
from tests.core.calls import admin_of, done, events, refused, said, store
from tests.core.round_world import key
from tests.core.test_services_enterprises import _skill_recognition, _title_review
from tests.core.test_services_enterprises import grant_authority as grant

pytestmark = pytest.mark.anyio


def skill(person: Person, **given: Any) -> NewCredential:
    return NewCredential(
        **{
            "person_id": person.id,
            "kind": CredentialKind.SKILL_CERTIFICATE,
            "level": Level.SENIOR_WORKER,
            "occupation": make.FITTER,
            "number": "Y000044000001223000001",
            "issuer_name": "示例评价机构",
            "legal_basis": "示例依据",
            "obtained_by": ObtainedBy.ASSESSMENT,
            "awarded_on": date(2025, 6, 1),
            **given,
        }
    )


def title(person: Person, **given: Any) -> NewCredential:
    return skill(
        person,
        **{
            "kind": CredentialKind.PROFESSIONAL_TITLE,
            "level": Level.ASSISTANT,
            "occupation": None,
            "series": "engineering",
            "specialty": "mechanical",
            "number": "2025-001-0001",
            "obtained_by": ObtainedBy.REVIEW,
            "review_year": 2024,
            **given,
        },
    )


@pytest.fixture
async def person(database: Database) -> Person:
    row = make.person()
    await store(database, row)
    return row


async def test_a_skill_certificate(database: Database, person: Person) -> None:
    stored: Credential = await done(database, record_credential, skill(person, number=" y000044000001223000001 "))
    assert (stored.level, stored.occupation, stored.number, stored.title_name) == (
        Level.SENIOR_WORKER,
        make.FITTER,
        "Y000044000001223000001",
        None,
    )
    [event] = await events(database)
    assert event.tag == "person:credential:record"
    assert "Y000044000001223000001" not in event.body
    async with database.read(EVERY_ROW) as session:
        [personal] = (await session.exec(select(AuditPersonal))).all()
    assert json.loads(personal.content) == {"number": "Y000044000001223000001"}


async def test_a_title_gets_its_official_name(database: Database, person: Person) -> None:
    stored: Credential = await done(database, record_credential, title(person))
    assert (stored.title_name, stored.review_year) == ("助理工程师", 2024)
    named = await done(database, record_credential, title(person, number=None, title_name="助理工程师（机械）"))
    assert named.title_name == "助理工程师（机械）"


async def test_special_and_chief_technicians_are_appointed(database: Database, person: Person) -> None:
    given = skill(
        person,
        level=Level.CHIEF_TECHNICIAN,
        number=None,
        obtained_by=ObtainedBy.APPOINTMENT,
        appointed_post="首席技师岗",
        appointed_on=date(2025, 6, 2),
    )
    stored: Credential = await done(database, record_credential, given)
    assert (stored.appointed_post, stored.appointed_on) == ("首席技师岗", date(2025, 6, 2))


INCOMPLETE, BAD, UNKNOWN = ErrorCode.CREDENTIAL_INCOMPLETE, ErrorCode.BAD_ARGUMENT, ErrorCode.UNKNOWN_CODE
SPECIAL = {"level": Level.SPECIAL_TECHNICIAN, "number": None}
FAULTY_SKILL: list[tuple[dict[str, Any], ErrorCode, str]] = [
    ({"level": Level.ASSISTANT}, BAD, "职业技能等级没有“助理级职称”这一等级"),
    ({"occupation": None}, INCOMPLETE, "职业技能等级须有职业"),
    ({"occupation": "6-20-01-0"}, UNKNOWN, "职业编码“6-20-01-0”不在词表中"),
    ({"series": "engineering"}, BAD, "职业技能等级没有职称系列"),
    ({"specialty": "mechanical"}, BAD, "职业技能等级没有职称专业"),
    ({"review_year": 2024}, BAD, "职业技能等级没有评审年度"),
    ({"title_name": "工程师"}, BAD, "职业技能等级没有职称名称"),
    ({"obtained_by": ObtainedBy.REVIEW}, BAD, "职业技能等级不经评审取得"),
    ({"obtained_by": ObtainedBy.APPOINTMENT}, BAD, "只有特级技师、首席技师有聘任岗位和日期"),
    ({"appointed_post": "班组长"}, BAD, "只有特级技师、首席技师有聘任岗位和日期"),
    (SPECIAL, INCOMPLETE, "特级技师、首席技师为评聘，须有聘任岗位"),
    ({**SPECIAL, "appointed_post": "岗"}, INCOMPLETE, "特级技师、首席技师为评聘，须有聘任日期"),
    ({"number": "Y1"}, ErrorCode.CERTIFICATE_NUMBER_INVALID, "证书编号“Y1”不符合任何认可的格式"),
    (
        {"number": "Y000044000001222000001"},
        ErrorCode.CERTIFICATE_NUMBER_INVALID,
        "证书编号“Y000044000001222000001”的等级位为“2”，与证书等级“3”不符",
    ),
    ({"awarded_on": date(1990, 4, 30)}, ErrorCode.CREDENTIAL_BEFORE_BIRTH, "“awarded_on”1990-04-30 早于本人出生日期"),
    ({"awarded_on": date(2026, 3, 3)}, ErrorCode.BAD_DATE, "“awarded_on”为 2026-03-03，晚于今天 2026-03-02"),
    ({"valid_until": date(2025, 6, 1)}, ErrorCode.PERIOD_REVERSED, "的结束日期须晚于开始日期"),
    ({"linked_credential_id": uuid4()}, ErrorCode.NOT_FOUND, "没有此凭证，或无权操作"),
    ({"evaluation_id": uuid4()}, BAD, "所依据的评价须属同一人"),
    ({"issuer_enterprise_id": uuid4()}, ErrorCode.NOT_FOUND, "没有此企业，或无权操作"),
    ({"person_id": uuid4()}, ErrorCode.NOT_FOUND, "没有此人员，或无权操作"),
]
FAULTY_TITLE: list[tuple[dict[str, Any], ErrorCode, str]] = [
    ({"level": Level.SENIOR_WORKER}, BAD, "职称没有“高级工（三级）”这一等级"),
    ({"series": None}, INCOMPLETE, "职称须有职称系列"),
    ({"specialty": None}, INCOMPLETE, "职称须有职称专业"),
    ({"occupation": make.FITTER}, BAD, "职称没有职业"),
    ({"trade": "钳工"}, BAD, "职称没有工种"),
    ({"series": "enginering"}, UNKNOWN, "职称系列“enginering”不在词表中"),
    ({"specialty": "mechanics"}, UNKNOWN, "职称专业“mechanics”不在词表中"),
    ({"review_year": None}, INCOMPLETE, "经评审取得的职称须有评审年度"),
    ({"review_year": 2026}, BAD, "评审年度 2026 晚于取得日期 2025-06-01"),
    ({"obtained_by": ObtainedBy.ASSESSMENT}, BAD, "职称不经技能等级认定取得"),
    ({"number": "号"}, ErrorCode.CERTIFICATE_NUMBER_INVALID, "证书编号“号”不符合任何认可的格式"),
]


@pytest.mark.parametrize(("changed", "code", "words"), FAULTY_SKILL)
async def test_a_skill_certificate_that_cannot_be(
    database: Database, person: Person, changed: dict[str, Any], code: ErrorCode, words: str
) -> None:
    error = await refused(database, record_credential, skill(person, **changed))
    assert error.code is code
    assert words in error.message.zh


@pytest.mark.parametrize(("changed", "code", "words"), FAULTY_TITLE)
async def test_a_title_that_cannot_be(
    database: Database, person: Person, changed: dict[str, Any], code: ErrorCode, words: str
) -> None:
    error = await refused(database, record_credential, title(person, **changed))
    assert error.code is code
    assert words in error.message.zh


async def test_the_birthday_itself_is_not_before_birth(database: Database, person: Person) -> None:
    stored = await done(database, record_credential, skill(person, awarded_on=person.born_on))
    assert stored.awarded_on == person.born_on


async def test_a_number_is_used_once(database: Database, person: Person) -> None:
    await done(database, record_credential, skill(person))
    error = await refused(database, record_credential, skill(person, issuer_name="另一机构"))
    assert said(error) == (
        ErrorCode.CERTIFICATE_NUMBER_TAKEN,
        "证书编号“Y000044000001223000001”已登记；证书编号不可重复，请核对",
        "certificate number 'Y000044000001223000001' is on record already; numbers are never used twice, check it",
    )


async def test_a_title_number_is_unique_within_its_issuer(database: Database, person: Person) -> None:
    await done(database, record_credential, title(person))
    await done(database, record_credential, title(person, issuer_name="另一机构"))
    error = await refused(database, record_credential, title(person))
    assert error.code is ErrorCode.CERTIFICATE_NUMBER_TAKEN


async def test_a_pair_is_of_one_person_and_of_both_ladders(database: Database, person: Person) -> None:
    other = make.person()
    await store(database, other)
    first = await done(database, record_credential, skill(person))
    for wrong in (skill(person, number=None), title(other)):
        linked = wrong.model_copy(update={"linked_credential_id": first.id})
        error = await refused(database, record_credential, linked)
        assert error.message.zh == "一评双证的另一证书须属同一人、另一序列"
    pair = await done(database, record_credential, title(person, linked_credential_id=first.id))
    assert pair.linked_credential_id == first.id


async def _employer(database: Database, person: Person) -> Enterprise:
    own = make.enterprise(zh="示例船厂")
    await store(database, own, make.employment(person, own))
    await done(database, grant, _skill_recognition(own, highest=Level.SENIOR_WORKER, starts=date(2025, 1, 1)))
    await done(database, grant, _title_review(own, highest=Level.ASSISTANT))
    return own


async def test_an_enterprise_records_what_it_issued_within_its_authority(database: Database, person: Person) -> None:
    own = await _employer(database, person)
    for given in (skill, title):
        stored = await done(
            database, record_credential, given(person, issuer_enterprise_id=own.id), actor=admin_of(own)
        )
        assert stored.issuer_enterprise_id == own.id


@pytest.mark.parametrize(
    ("make_one", "changed"),
    [
        (skill, {"level": Level.TECHNICIAN, "number": None}),
        (skill, {"occupation": "6-18-02-04"}),
        (skill, {"awarded_on": date(2024, 12, 31)}),
        (title, {"level": Level.INTERMEDIATE}),
        (title, {"awarded_on": date(2023, 12, 31), "review_year": 2023}),
    ],
)
async def test_an_enterprise_records_nothing_beyond_its_authority(
    database: Database, person: Person, make_one: Any, changed: dict[str, Any]
) -> None:
    own = await _employer(database, person)
    given = make_one(person, issuer_enterprise_id=own.id, **changed)
    error = await refused(database, record_credential, given, actor=admin_of(own))
    assert error.code is ErrorCode.NOT_PERMITTED
    assert f"“示例船厂”在 {given.awarded_on} 没有评价" in error.message.zh


async def test_an_authority_for_titles_of_one_series_is_none_for_another(database: Database, person: Person) -> None:
    own = make.enterprise()
    await store(database, own, make.employment(person, own))
    await done(database, grant, _title_review(own, series="economics"))
    given = title(person, issuer_enterprise_id=own.id)
    error = await refused(database, record_credential, given, actor=admin_of(own))
    assert error.code is ErrorCode.NOT_PERMITTED


async def test_an_enterprise_records_nobody_elses_credentials(database: Database, person: Person) -> None:
    own, other, stranger = await _employer(database, person), make.enterprise(), make.person()
    await store(database, other, stranger)
    actor = admin_of(own)
    assert (await refused(database, record_credential, skill(person), actor=actor)).code is ErrorCode.NOT_PERMITTED
    of_other = skill(person, issuer_enterprise_id=other.id)
    assert (await refused(database, record_credential, of_other, actor=actor)).code is ErrorCode.NOT_FOUND
    of_stranger = skill(stranger, issuer_enterprise_id=own.id)
    assert (await refused(database, record_credential, of_stranger, actor=actor)).code is ErrorCode.NOT_FOUND


async def test_a_credential_is_revoked_once_with_a_reason(database: Database, person: Person) -> None:
    first = await done(database, record_credential, skill(person))
    early = await refused(database, revoke_credential, first.id, date(2025, 5, 31))
    assert early.message.zh == "撤销日期 2025-05-31 早于取得日期 2025-06-01"
    late = await refused(database, revoke_credential, first.id, date(2026, 3, 3))
    assert late.code is ErrorCode.BAD_DATE
    stored: Credential = await done(database, revoke_credential, first.id, date(2026, 1, 1))
    assert (stored.revoked_on, stored.revoked_reason) == (date(2026, 1, 1), "示例理由")
    again = await refused(database, revoke_credential, first.id, date(2026, 1, 2))
    assert said(again) == (
        ErrorCode.DUPLICATE,
        "该凭证已于 2026-01-01 撤销",
        "the credential was revoked on 2026-01-01 already",
    )
    assert [event.tag for event in await events(database)][-1] == "person:credential:revoke"


async def test_an_enterprise_revokes_only_what_it_issued(database: Database, person: Person) -> None:
    own = await _employer(database, person)
    foreign = await done(database, record_credential, skill(person))
    issued = await done(database, record_credential, title(person, issuer_enterprise_id=own.id), actor=admin_of(own))
    error = await refused(database, revoke_credential, foreign.id, date(2026, 1, 1), actor=admin_of(own))
    assert error.code is ErrorCode.NOT_FOUND
    assert (await done(database, revoke_credential, issued.id, date(2026, 1, 1), actor=admin_of(own))).revoked_on


def _contest(**given: Any) -> NewCompetition:
    return NewCompetition(
        **{
            "key": key(),
            "zh": "示例技能大赛",
            "tier": ContestTier.NATIONAL,
            "held_on": date(2025, 9, 1),
            "basis": "示例通知",
            **given,
        }
    )


async def test_a_competition_and_an_award_are_recorded_once(database: Database, person: Person) -> None:
    contest = await done(database, record_competition, _contest())
    assert contest.year == 2025
    assert (await refused(database, record_competition, _contest())).message.zh == (
        "2025-09-01 举办的“示例技能大赛”已登记"
    )
    given = NewAward(
        competition_id=contest.id,
        person_id=person.id,
        occupation=make.FITTER,
        rank=ContestRank.EXCELLENCE,
        position=8,
        participants=20,
        awarded_on=date(2025, 9, 5),
    )
    assert (await done(database, record_award, given)).rank is ContestRank.EXCELLENCE
    again = await refused(database, record_award, given)
    assert again.message.zh == f"此人在“示例技能大赛”职业 {make.FITTER} 的成绩已登记"
    wrong = given.model_copy(update={"occupation": "6-18-02-04", "position": 21})
    error = await refused(database, record_award, wrong)
    assert said(error) == (
        ErrorCode.BAD_ARGUMENT,
        "名次 21 超过参赛人数 20",
        "position 21 is beyond the number of participants, 20",
    )
    unknown = given.model_copy(update={"occupation": "6-18-02-0"})
    assert (await refused(database, record_award, unknown)).code is ErrorCode.UNKNOWN_CODE


async def test_a_competition_to_come_is_refused(database: Database) -> None:
    error = await refused(database, record_competition, _contest(held_on=date(2026, 3, 3)))
    assert error.code is ErrorCode.BAD_DATE
