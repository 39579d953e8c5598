"""Use cases about enterprises, their authorities, the pilot list, and the import of occupations."""

import json
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import select

from core.citations import Confidence
from core.errors import ErrorCode
from core.ladders import Level
from core.models import Authority, AuthorityKind, Enterprise, PilotListing
from core.models import Occupation as Stored
from core.permissions import Actor, Role
from core.services.enterprises import NewAuthority, NewEnterprise, grant_authority, register_enterprise
from core.services.occupations import Import, store_occupations
from core.services.pilot import Delisting, NewListing, delist_pilot, list_pilot
from core.storage.database import Database
from core.storage.queries.occupations import imported_occupations
from core.storage.row_scope import EVERY_ROW
from core.texts import Text
from core.vocabulary import Occupation
from tests import builders as make
from tests.core.calls import admin_of, done, events, refused, said, store

pytestmark = pytest.mark.anyio


def _enterprise(**given: Any) -> NewEnterprise:
    return NewEnterprise(**{"uscc": make.credit_code(77), "key": "lingnan-ship", "zh": "岭南船舶示例企业", **given})


async def test_an_enterprise_is_registered_under_code_and_key(database: Database) -> None:
    code = make.credit_code(77)
    stored: Enterprise = await done(
        database, register_enterprise, _enterprise(uscc=f"{code[:6]} {code[6:].lower()}", is_municipal=True)
    )
    assert (stored.uscc, stored.key, stored.is_municipal, stored.in_city) == (code, "lingnan-ship", True, True)
    [event] = await events(database)
    assert (event.tag, event.subject_kind, event.subject_id) == (
        "city:enterprise:register",
        "enterprise",
        str(stored.id),
    )
    assert json.loads(event.body)["after"]["zh"] == "岭南船舶示例企业"


@pytest.mark.parametrize("changed", [{"key": "another"}, {"uscc": make.credit_code(78)}])
async def test_code_and_key_are_taken_once(database: Database, changed: dict[str, str]) -> None:
    await done(database, register_enterprise, _enterprise())
    error = await refused(database, register_enterprise, _enterprise(**changed))
    assert error.code is ErrorCode.DUPLICATE
    assert error.message.zh.endswith("已由“岭南船舶示例企业”使用")


async def test_a_wrong_credit_code_is_refused(database: Database) -> None:
    error = await refused(database, register_enterprise, _enterprise(uscc="914401000000000000"))
    assert error.code is ErrorCode.USCC_INVALID


async def test_enterprises_register_no_enterprises(database: Database) -> None:
    error = await refused(database, register_enterprise, _enterprise(), actor=Actor.of(Role.ENTERPRISE_ADMIN, "示例"))
    assert error.code is ErrorCode.NOT_PERMITTED


def _title_review(enterprise: Enterprise, **given: Any) -> NewAuthority:
    return NewAuthority(
        **{
            "enterprise_id": enterprise.id,
            "kind": AuthorityKind.TITLE_REVIEW,
            "series": "engineering",
            "highest": Level.ASSOCIATE_SENIOR,
            "document": "示例批复",
            "starts": date(2024, 1, 1),
            **given,
        }
    )


def _skill_recognition(enterprise: Enterprise, **given: Any) -> NewAuthority:
    return _title_review(
        enterprise,
        **{
            "kind": AuthorityKind.SKILL_RECOGNITION,
            "series": None,
            "occupation": make.FITTER,
            "highest": Level.TECHNICIAN,
            **given,
        },
    )


async def test_both_authorities_are_granted(database: Database) -> None:
    own = make.enterprise()
    await store(database, own)
    await done(database, grant_authority, _title_review(own))
    await done(database, grant_authority, _skill_recognition(own))
    async with database.read(EVERY_ROW) as session:
        found = (await session.exec(select(Authority).order_by(Authority.id))).all()
    assert [(one.series, one.occupation, one.highest) for one in found] == [
        ("engineering", None, Level.ASSOCIATE_SENIOR),
        (None, make.FITTER, Level.TECHNICIAN),
    ]


@pytest.mark.parametrize(
    ("changed", "code", "words"),
    [
        ({"series": None}, ErrorCode.BAD_ARGUMENT, "a title review authority takes a series and a title level"),
        ({"occupation": make.FITTER}, ErrorCode.BAD_ARGUMENT, "a title review authority takes a series"),
        ({"highest": Level.TECHNICIAN}, ErrorCode.BAD_ARGUMENT, "a title review authority takes a series"),
        ({"series": "enginering"}, ErrorCode.UNKNOWN_CODE, "title series 'enginering' is not in the vocabulary"),
        ({"ends": date(2023, 1, 1)}, ErrorCode.PERIOD_REVERSED, "must end after it starts"),
        ({"enterprise_id": uuid4()}, ErrorCode.NOT_FOUND, "no such enterprise"),
    ],
)
async def test_an_authority_that_cannot_be(
    database: Database, changed: dict[str, Any], code: ErrorCode, words: str
) -> None:
    own = make.enterprise()
    await store(database, own)
    error = await refused(database, grant_authority, _title_review(own, **changed))
    assert error.code is code
    assert words in error.message.en


def _listing(enterprise: Enterprise, **given: Any) -> NewListing:
    return NewListing(
        **{
            "enterprise_id": enterprise.id,
            "batch": "第一批",
            "basis": "示例公告",
            "priority_industry": "advanced_manufacturing",
            "starts": date(2026, 1, 1),
            **given,
        }
    )


def _delisting(enterprise: Enterprise, ends: date) -> Delisting:
    return Delisting(enterprise_id=enterprise.id, batch="第二批", basis="示例调整公告", ends=ends)


async def _pilot(database: Database) -> Enterprise:
    own = make.enterprise(zh="示例船厂")
    await store(database, own)
    await done(database, grant_authority, _title_review(own))
    await done(database, grant_authority, _skill_recognition(own))
    return own


async def test_an_enterprise_is_listed_delisted_and_listed_again(database: Database) -> None:
    own = await _pilot(database)
    first: PilotListing = await done(database, list_pilot, _listing(own))
    assert (first.reason, first.ends) == ("示例理由", None)
    ended = await done(database, delist_pilot, _delisting(own, date(2026, 2, 1)))
    assert (ended.ends, ended.ended_reason) == (date(2026, 2, 1), "示例理由")
    await done(database, list_pilot, _listing(own, starts=date(2026, 2, 1)))
    tags = [event.tag for event in await events(database)]
    moves = ("enterprise:pilot:list", "enterprise:pilot:delist", "enterprise:pilot:list")
    assert tags[2:] == [tag for move in moves for tag in ("city:pilot:decide", move)]


async def test_stays_on_the_list_do_not_overlap(database: Database) -> None:
    own = await _pilot(database)
    await done(database, list_pilot, _listing(own, ends=date(2026, 6, 1)))
    error = await refused(database, list_pilot, _listing(own, starts=date(2026, 5, 31)))
    assert said(error) == (
        ErrorCode.DUPLICATE,
        "“示例船厂”在 [2026-01-01, 2026-06-01) 已列入试点（第一批）；请先移出或改期",
        "'示例船厂' is on the pilot list for [2026-01-01, 2026-06-01) (第一批); end that stay first",
    )
    await done(database, list_pilot, _listing(own, starts=date(2026, 6, 1)))


async def test_the_policy_asks_for_both_authorities_and_is_cited(database: Database) -> None:
    own = make.enterprise(zh="示例船厂")
    await store(database, own)
    await done(database, grant_authority, _title_review(own))
    await done(database, grant_authority, _skill_recognition(own, ends=date(2026, 1, 1)))
    error = await refused(database, list_pilot, _listing(own))
    assert error.message.zh == "“示例船厂”在 2026-01-01 未同时具备职称自主评审权和职业技能等级认定资质；请先登记"
    assert error.clause is not None
    assert "试点范围" in error.clause


async def test_a_listing_before_the_pilot_began_has_no_policy(database: Database) -> None:
    own = await _pilot(database)
    error = await refused(database, list_pilot, _listing(own, starts=date(2025, 12, 21)))
    assert error.code is ErrorCode.NOT_IN_FORCE


async def test_a_priority_industry_is_one_of_the_policy(database: Database) -> None:
    own = await _pilot(database)
    error = await refused(database, list_pilot, _listing(own, priority_industry="advanced_manufactoring"))
    assert said(error) == (
        ErrorCode.UNKNOWN_CODE,
        "重点产业“advanced_manufactoring”不在词表中",
        "priority industry 'advanced_manufactoring' is not in the vocabulary",
    )
    assert error.nearest == "advanced_manufacturing"


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2026, 6, 2)])
async def test_only_what_is_listed_can_be_taken_off(database: Database, day: date) -> None:
    own = await _pilot(database)
    await done(database, list_pilot, _listing(own, ends=date(2026, 6, 1)))
    error = await refused(database, delist_pilot, _delisting(own, day))
    assert said(error) == (
        ErrorCode.NOT_FOUND,
        f"“示例船厂”在 {day} 的前一日不在试点名单上，无从移出",
        f"'示例船厂' is not on the pilot list on the day before {day}, so it cannot be taken off",
    )


async def test_an_enterprise_does_not_list_itself(database: Database) -> None:
    own = await _pilot(database)
    error = await refused(database, list_pilot, _listing(own), actor=admin_of(own))
    assert error.code is ErrorCode.NOT_PERMITTED


WELDER = Occupation(code="6-99-99-97", name=Text("示例焊工", "example welder"), green=True)
TESTER = Occupation(code="6-99-99-98", name=Text("示例检验员", "示例检验员"), minor_class_name="示例小类")


async def test_occupations_are_added_changed_and_left(database: Database) -> None:
    first = await done(database, store_occupations, [WELDER, TESTER, TESTER], "示例目录", Confidence.SECONDARY)
    renamed = Occupation(code="6-99-99-97", name=Text("示例焊工", "welder"), digital=True)
    second = await done(database, store_occupations, [renamed, TESTER], "示例目录", Confidence.SECONDARY)
    assert (first, second) == (Import(2, 0, 0), Import(0, 1, 1))
    async with database.read(EVERY_ROW) as session:
        found = await imported_occupations(session)
    assert [(one.code, one.name.en, one.green, one.digital) for one in found] == [
        ("6-99-99-97", "welder", False, True),
        ("6-99-99-98", "示例检验员", False, False),
    ]
    last = (await events(database))[-1]
    assert json.loads(last.body)["after"] == {"source": "示例目录", "added": 0, "changed": 1, "unchanged": 1}


async def test_another_name_for_a_shipped_occupation_is_refused_whole(database: Database) -> None:
    wrong = Occupation(code=make.FITTER, name=Text("示例工", "example"))
    error = await refused(database, store_occupations, [WELDER, wrong], "示例目录", Confidence.SECONDARY)
    assert error.code is ErrorCode.DUPLICATE
    assert error.message.zh == f"职业编码 {make.FITTER} 是“装配钳工”，不能再作“示例工”"
    async with database.read(EVERY_ROW) as session:
        assert (await session.exec(select(Stored))).all() == []
