"""Review of schemes: who may take which step when, what is missing otherwise, and what voids an approval."""

import asyncio
import json
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlmodel import select

from core.errors import ErrorCode, GuantongError
from core.models import CatalogRow, FilingState, Review, SchemeVersion, Snapshot, Step, WheelState
from core.permissions import ANONYMOUS, ROLE_PERMISSIONS, Actor, Role
from core.services.docket import Seen
from core.services.filings import (
    Comment,
    Record,
    Return,
    countersign_filing,
    record_filing,
    return_filing,
    submit_filing,
)
from core.services.machine import PARTIES, TRANSITIONS
from core.services.names import same_name
from core.services.wheels import register_scheme, verify_again
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from tests import builders as make
from tests.core.calls import OFFICER, admin_of, call, events, said, store
from tests.core.filing_world import (
    AUDITOR,
    AUTHORITY,
    FIRST_DAY,
    OTHER_REVIEWER,
    REVIEWER,
    SERVICE,
    VERIFIER,
    World,
    content,
    refusal,
    upload,
    world_in,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
async def world(database: Database) -> World:
    return await world_in(database)


def test_the_table_says_of_every_step_who_takes_it() -> None:
    assert set(TRANSITIONS) == set(Step)
    for step, row in TRANSITIONS.items():
        assert row.step is step
        assert row.parties
        assert row.sources
        roles = {role for role, party in PARTIES.items() if party in row.parties}
        assert {role for role in Role if row.permission in ROLE_PERMISSIONS[role]} == roles
    assert [row.step for row in TRANSITIONS.values() if FilingState.SUPERSEDED in row.sources] == [Step.RESTORE]


async def test_the_way_onto_the_record(world: World) -> None:
    await world.register()
    assert (await world.submit()).state is FilingState.SUBMITTED
    assert (await world.countersign()).state is FilingState.COUNTERSIGNED
    filing = await world.record(number="穗人社备〔2026〕1号")
    assert (filing.state, filing.record_number, filing.effective_from) == (
        FilingState.RECORDED,
        "穗人社备〔2026〕1号",
        FIRST_DAY,
    )
    async with world.database.read(EVERY_ROW) as session:
        steps = (await session.exec(select(Review).order_by(Review.number))).all()
        version = (await session.exec(select(SchemeVersion))).one()
        row = (await session.exec(select(CatalogRow))).one()
        document = (await session.exec(select(Snapshot))).one()
    assert [(one.number, one.step, one.round, one.actor_name, one.body) for one in steps] == [
        (1, "draft", 0, "示例企业经办", "示例船厂"),
        (2, "submit", 1, "示例企业经办", "示例船厂"),
        (3, "countersign", 1, "示例会签人", AUTHORITY),
        (4, "record", 1, "示例经办", None),
    ]
    assert {one.digest for one in steps} == {filing.digest}
    assert (version.id, version.record_number, version.recorded_from, version.recorded_until) == (
        filing.scheme_version_id,
        "穗人社备〔2026〕1号",
        FIRST_DAY,
        None,
    )
    assert (row.scheme_version_id, row.skill_to_title_years) == (version.id, 2)
    assert (document.digest, document.content) == (version.digest, version.document)


async def test_every_step_has_its_event(world: World) -> None:
    await world.recorded()
    last = (await events(world.database))[-1]
    assert last.tag == "enterprise:scheme:record"
    body = json.loads(last.body)
    assert body["before"] == {"state": "countersigned", "revision": 3}
    filing = await world.filing()
    assert body["after"] == {
        "key": "example_ship",
        "version": "1.0.0",
        "state": "recorded",
        "revision": 4,
        "round": 1,
        "digest": filing.digest,
        "record_number": "示例备案1.0.0",
        "effective_from": "2026-03-02",
    }
    reviewer = next(event for event in await events(world.database) if event.tag.endswith("countersign"))
    assert json.loads(reviewer.body)["actor"]["authority"] == AUTHORITY


async def test_the_bureau_cannot_record_before_the_authority_countersigned(world: World) -> None:
    await world.register()
    await world.submit()
    given = Record(**await world.see(), record_number="示例1号", effective_from=FIRST_DAY)
    error = await world.refuses(OFFICER, record_filing, VERIFIER.read, given)
    assert said(error) == (
        ErrorCode.STEP_REFUSED,
        f"方案“example_ship”版本 1.0.0 已提交，不能备案：行业主管部门“{AUTHORITY}”尚未会签",
        f"version 1.0.0 of scheme 'example_ship' is submitted, so you cannot record it: the industry authority "
        f"'{AUTHORITY}' has not countersigned it",
    )
    assert error.clause is not None
    assert error.clause.endswith("明确评价标准")


@pytest.mark.parametrize(
    ("reached", "step", "words"),
    [
        ("register", "countersign", "为草稿，不能会签：企业尚未提交"),
        ("register", "send_back", "为草稿，不能退回：企业尚未提交"),
        ("submit", "submit", f"已提交，不能提交：行业主管部门“{AUTHORITY}”尚未会签"),
        ("countersign", "countersign", "已会签，不能会签：只待人社部门备案"),
        ("send_back", "record", "已退回，不能备案：企业须修改后重新提交"),
        ("record", "send_back", "已备案，不能退回：内容有变须用新版本号"),
        ("record", "submit", "已备案，不能提交：内容有变须用新版本号"),
    ],
)
async def test_a_step_out_of_turn_says_what_is_missing(world: World, reached: str, step: str, words: str) -> None:
    way = ["register", "submit", "countersign", reached] if reached in ("send_back", "record") else []
    for done in (
        way or ["register", "submit", "countersign"][: ["register", "submit", "countersign"].index(reached) + 1]
    ):
        await getattr(world, done)()
    error = await refusal(getattr(world, step))
    assert error.code is ErrorCode.STEP_REFUSED
    assert error.message.zh == f"方案“example_ship”版本 1.0.0 {words}"


async def test_only_the_authority_that_the_scheme_names_countersigns(world: World) -> None:
    await world.register()
    await world.submit()
    error = await refusal(lambda: world.countersign(actor=OTHER_REVIEWER))
    assert said(error) == (
        ErrorCode.NOT_PERMITTED,
        f"方案“example_ship”版本 1.0.0 写明的行业主管部门是“{AUTHORITY}”，您代表“示例交通主管部门”，不能会签",
        f"version 1.0.0 of scheme 'example_ship' names the industry authority '{AUTHORITY}'; you act for "
        "'示例交通主管部门' and cannot countersign it",
    )
    assert error.clause is not None
    nobody = Actor.of(Role.INDUSTRY_REVIEWER, "示例")
    assert "you act for 'none'" in (await refusal(lambda: world.countersign(actor=nobody))).message.en
    assert (await world.filing()).state is FilingState.SUBMITTED


@pytest.mark.parametrize("actor", [ANONYMOUS, AUDITOR, OFFICER, SERVICE, Actor.of(Role.WORKER, "示例")])
async def test_no_other_role_countersigns(world: World, actor: Actor) -> None:
    await world.register()
    await world.submit()
    assert (await refusal(lambda: world.countersign(actor=actor))).code is ErrorCode.NOT_PERMITTED


@pytest.mark.parametrize("actor", [ANONYMOUS, AUDITOR, REVIEWER, SERVICE])
async def test_no_other_role_records(world: World, actor: Actor) -> None:
    await world.register()
    await world.submit()
    await world.countersign()
    given = Record(**await world.see(), record_number="示例1号", effective_from=FIRST_DAY)
    assert (await world.refuses(actor, record_filing, VERIFIER.read, given)).code is ErrorCode.NOT_PERMITTED


async def test_a_permission_alone_makes_no_party(world: World) -> None:
    """A role that was given the permission by mistake is still no authority."""
    await world.register()
    await world.submit()
    officer = replace(OFFICER, permissions=ROLE_PERMISSIONS[Role.INDUSTRY_REVIEWER])
    error = await refusal(lambda: world.countersign(actor=officer))
    assert error.message.en == "role bureau-officer cannot countersign a scheme"


async def test_an_enterprise_moves_its_own_filings_only(world: World) -> None:
    await world.register()
    other = make.enterprise()
    await store(world.database, other)
    for seen in (await world.see(), await world.see() | {"filing_id": uuid4()}):
        error = await world.refuses(admin_of(other), submit_filing, Seen(**seen))
        assert said(error) == (
            ErrorCode.NOT_FOUND,
            "没有此备案申请，或无权操作；请核对标识",
            "no such filing within your reach; check the id",
        )


async def test_nobody_approves_what_they_filed(world: World) -> None:
    await world.register()
    await world.submit()
    same = Actor.of(Role.INDUSTRY_REVIEWER, " 示例企业经办 ", authority=AUTHORITY)
    error = await refusal(lambda: world.countersign(actor=same))
    assert said(error) == (
        ErrorCode.OWN_APPROVAL,
        "方案“example_ship”版本 1.0.0 由“示例企业经办”于 2026-03-02 经办过；审批须由另一人作出",
        "'示例企业经办' handled version 1.0.0 of scheme 'example_ship' on 2026-03-02; somebody else has to approve",
    )
    assert error.clause is not None


@pytest.mark.parametrize(
    "name",
    [
        "示例\u3000企业经办",
        "示例\u200b企业经办",
        "示例\u200d企业经办\ufe00",
        "示 例 企 业 经 办",
        "\u202e示例企业经办\u2800",
        "示例\u034f企业经办\U000e0100",
    ],
)
async def test_no_invisible_letter_makes_another_person(world: World, name: str) -> None:
    await world.register()
    await world.submit()
    same = Actor.of(Role.INDUSTRY_REVIEWER, name, authority=AUTHORITY)
    error = await refusal(lambda: world.countersign(actor=same))
    assert error.code is ErrorCode.OWN_APPROVAL


async def test_whoever_uploads_the_same_content_again_has_handled_it(world: World) -> None:
    await world.register()
    await world.submit()
    second = Actor.of(Role.ENTERPRISE_ADMIN, "示例第二经办", enterprise_id=world.owner.id)
    await world.do(second, register_scheme, VERIFIER, upload(content(world.owner)))
    same = Actor.of(Role.INDUSTRY_REVIEWER, "示例第二经办", authority=AUTHORITY)
    error = await refusal(lambda: world.countersign(actor=same))
    assert error.message.en == (
        "'示例第二经办' handled version 1.0.0 of scheme 'example_ship' on 2026-03-02; somebody else has to approve"
    )
    await world.countersign()


async def test_the_bureau_may_record_what_it_verified_again(world: World) -> None:
    wheel = await world.register()
    await world.submit()
    await world.countersign()
    await world.do(OFFICER, verify_again, VERIFIER, wheel.digest)
    assert (await world.record()).state is FilingState.RECORDED


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Wang Fang", "wangfang", True),
        ("Ｗａｎｇ", "wang", True),
        ("王芳", "王方", False),
        ("王芳", "王芳二", False),
        ("e\u0301va", "éva", True),
        ("㈱例", "(株)例", True),
    ],
)
def test_names_are_the_same_when_they_read_alike(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same


@pytest.mark.parametrize("reason", ["\u200b", " \u3000\ufeff", "\u2800\u3164", "\ufe0f\u200d"])
async def test_a_reason_that_nobody_can_read_is_none(world: World, reason: str) -> None:
    await world.register()
    seen = Seen(**await world.see())
    async with world.database.write(EVERY_ROW) as session:
        with pytest.raises(GuantongError) as caught:
            await submit_filing(call(session, world.admin, world.now), seen, reason)
    assert said(caught.value) == (
        ErrorCode.BAD_ARGUMENT,
        "请写明理由，不超过500字，现为0字",
        "give a reason of at most 500 characters; this has 0",
    )


async def test_nobody_gives_both_approvals(world: World) -> None:
    await world.register()
    await world.submit()
    await world.countersign(actor=Actor.of(Role.INDUSTRY_REVIEWER, "示例经办", authority=AUTHORITY))
    error = await refusal(world.record)
    assert error.code is ErrorCode.OWN_APPROVAL


async def test_an_earlier_round_binds_no_approver(world: World) -> None:
    await world.register()
    await world.submit()
    await world.countersign(actor=Actor.of(Role.INDUSTRY_REVIEWER, "示例经办", authority=AUTHORITY))
    await world.send_back(actor=REVIEWER)
    await world.submit()
    await world.countersign()
    assert (await world.record()).state is FilingState.RECORDED


async def test_a_decision_on_what_somebody_changed_is_refused(world: World) -> None:
    await world.register()
    await world.submit()
    seen = await world.see()
    await world.countersign()
    error = await world.refuses(REVIEWER, countersign_filing, Seen(**seen))
    digest = seen["digest"]
    assert said(error) == (
        ErrorCode.OUT_OF_DATE,
        f"方案“example_ship”版本 1.0.0 已改为第 3 次办理、摘要 {digest}，您所据的是第 2 次、摘要 {digest}；"
        "请重新查看后再决定",
        f"version 1.0.0 of scheme 'example_ship' is at step 3 with digest {digest} by now; you decided on step 2 with "
        f"digest {digest}: read it again",
    )


async def test_an_approval_names_the_content_it_approves(world: World) -> None:
    await world.register()
    await world.submit()
    error = await world.refuses(REVIEWER, countersign_filing, Seen(**await world.see() | {"digest": "0" * 64}))
    assert error.code is ErrorCode.OUT_OF_DATE


@pytest.mark.parametrize("actor", [REVIEWER, OFFICER])
@pytest.mark.parametrize("countersigned", [True, False])
async def test_a_return_carries_comments_and_voids_both_approvals(
    world: World, actor: Actor, countersigned: bool
) -> None:
    await world.register()
    await world.submit()
    if countersigned:
        await world.countersign()
    assert (await world.send_back(actor=actor)).state is FilingState.RETURNED
    async with world.database.read(EVERY_ROW) as session:
        last = (await session.exec(select(Review).order_by(Review.number))).all()[-1]
    assert (last.step, last.comments) == (Step.RETURN, [{"clause": "第一条", "comment": "年限请写明"}])
    assert json.loads((await events(world.database))[-1].body)["after"]["comments"] == last.comments
    filing = await world.submit()
    assert (filing.state, filing.round) == (FilingState.SUBMITTED, 2)
    assert (await refusal(world.record)).code is ErrorCode.STEP_REFUSED


async def test_a_return_without_comments_is_refused(world: World) -> None:

    await world.register()
    with pytest.raises(GuantongError) as caught:
        Return(**await world.see(), comments=())
    assert caught.value.where is not None
    assert caught.value.where.entry == "comments"
    with pytest.raises(GuantongError, match="'clause' must not be empty"):
        Comment(clause=" ", comment="x")


async def test_a_return_takes_a_reason(world: World) -> None:

    await world.register()
    await world.submit()
    given = Return(**await world.see(), comments=(Comment(clause="第一条", comment="x"),))
    async with world.database.write(EVERY_ROW) as session:
        with pytest.raises(GuantongError, match="give a reason"):
            await return_filing(call(session, OFFICER, world.now), given, " ")
    assert (await world.filing()).state is FilingState.SUBMITTED


async def test_concurrent_reviewers_cannot_both_decide(world: World) -> None:

    await world.register()
    await world.submit()
    seen = await world.see()
    back = Return(**seen, comments=(Comment(clause="第一条", comment="x"),))
    decisions = (
        world.do(REVIEWER, countersign_filing, Seen(**seen)),
        world.do(OFFICER, return_filing, back),
        world.do(replace(REVIEWER, name="示例会签人二"), countersign_filing, Seen(**seen)),
    )
    results = await asyncio.gather(*decisions, return_exceptions=True)
    refused = [one for one in results if isinstance(one, GuantongError)]
    assert [one.code for one in refused] == [ErrorCode.OUT_OF_DATE] * 2
    async with world.database.read(EVERY_ROW) as session:
        steps = (await session.exec(select(Review))).all()
    assert len(steps) == 3
    assert (await world.filing()).revision == 3


async def test_a_verified_wheel_stays_what_it_was_when_only_reverified(world: World) -> None:
    wheel = await world.register()
    again = await world.do(world.admin, verify_again, VERIFIER, wheel.digest)
    assert (again.id, again.state) == (wheel.id, WheelState.VERIFIED)
    assert (await world.filing()).revision == 1
