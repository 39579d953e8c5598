"""Facts that a scheme declares, put on record by the evaluation office of the enterprise whose version runs."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import select

from core.audit import Finding, verify_event
from core.errors import ErrorCode, GuantongError
from core.models import AuditPersonal, ComputedFacts, Evaluation, Person, RecordedFacts
from core.permissions import Actor, Role
from core.published import as_stored
from core.schemes import FactField, FactType
from core.services.activations import Switch, suspend
from core.services.evaluations import record_evaluation
from core.services.recorded_facts import FactGiven, NewFacts, erase_recorded_facts, record_scheme_facts
from core.storage.database import Database
from core.storage.queries.kept_facts import FactOrigin, facts_of_evaluations, facts_of_people, recordings_of
from core.storage.row_scope import EVERY_ROW
from core.texts import Text
from tests import builders as make
from tests.core.calls import OFFICER, admin_of, done, evaluator_of, events, refused, said, store
from tests.core.evaluation_world import Yard, yard_in
from tests.core.filing_world import read_document

pytestmark = pytest.mark.anyio
KEY = "example_ship"
STAGES = FactField("hull_stages", Text("掌握的船体工序", "Hull stages"), FactType.INTEGER, "person")
COACH = FactField("is_coach", Text("是否教练", "Whether a coach"), FactType.BOOLEAN, "person")
SINCE_DAY = FactField("since_day", Text("起始日", "Since when"), FactType.DATE, "person")
MOTTO = FactField("motto", Text("座右铭", "Motto"), FactType.TEXT, "person")
SAFE = FactField("safe_days", Text("安全天数", "Safe days"), FactType.INTEGER, "person", computed=True)
DOCKS = FactField("docks", Text("船坞", "Docks"), FactType.INTEGER, "person", least=1, most=6)
GRADE = FactField("grade", Text("操作等级", "Grade"), FactType.TEXT, "person", choices=("一级 I", "二级 II"))
PANEL = FactField("panel", Text("现场考核组", "Panel on site"), FactType.TEXT, "evaluation")
FACTS = (STAGES, COACH, SINCE_DAY, MOTTO, SAFE, DOCKS, GRADE, PANEL)


@pytest.fixture
async def yard(database: Database) -> Yard:
    return await yard_in(database, facts=[as_stored(one) for one in FACTS])


def facts(yard: Yard, *given: tuple[str, Any], **more: Any) -> NewFacts:
    fields = {"key": f"key-{uuid4()}", "scheme": KEY, "basis": "示例工序考核表"}
    about = {} if "evaluation_id" in more else {"person_id": yard.worker.id}
    told = tuple(FactGiven(key=key, value=value) for key, value in given)
    return NewFacts(**fields | about | {"facts": told} | more)


async def recorded(yard: Yard, *given: tuple[str, Any], **more: Any) -> RecordedFacts:
    wanted = facts(yard, *given, **more)
    return await done(yard.database, record_scheme_facts, wanted, actor=yard.actor)  # type: ignore[no-any-return]


async def refusal(yard: Yard, *given: tuple[str, Any], **more: Any) -> GuantongError:
    actor = more.pop("actor", yard.actor)
    return await refused(yard.database, record_scheme_facts, facts(yard, *given, **more), actor=actor)


async def counting(yard: Yard, actor: Actor | None = None) -> dict[str, Any]:
    async with yard.database.read(EVERY_ROW) as session:
        kept = await facts_of_people(session, actor or yard.actor, [yard.worker.id])
    return {one.key: one.value for one in kept[yard.worker.id]}


async def evaluation_of(yard: Yard) -> Evaluation:
    given = (read_document, yard.evaluation())
    return await done(yard.database, record_evaluation, *given, actor=yard.actor)  # type: ignore[no-any-return]


async def test_facts_of_a_person_are_recorded_with_what_they_rest_on(yard: Yard) -> None:
    row = await recorded(yard, ("hull_stages", 4), ("is_coach", True), ("since_day", "2024-03-01"), ("motto", " 精 "))
    assert (row.subject_id, row.person_id, row.evaluation_id) == (yard.worker.id, yard.worker.id, None)
    assert (row.scheme_key, row.version, row.revision, row.recorded_at) == (KEY, "1.0.0", 1, make.NOON)
    assert row.facts == {"hull_stages": 4, "is_coach": True, "since_day": "2024-03-01", "motto": "精"}
    assert (row.basis, row.reason) == ("示例工序考核表", "示例理由")
    async with yard.database.read(EVERY_ROW) as session:
        (one, *_rest) = (await facts_of_people(session, yard.actor, [yard.worker.id]))[yard.worker.id]
    assert (one.key, one.value, one.origin, one.revision, one.at) == (
        "hull_stages",
        4,
        FactOrigin.DECLARED,
        1,
        make.NOON,
    )
    event = (await events(yard.database))[-1]
    assert (event.tag, event.subject_id, event.reason) == ("person:fact:record", str(row.id), "示例理由")
    assert "2024-03-01" not in event.body, "what is said of somebody stands apart, so that it can be erased"


async def test_a_correction_is_another_row_and_the_newest_value_of_each_fact_counts(yard: Yard) -> None:
    await recorded(yard, ("hull_stages", 4), ("motto", "精"))
    await recorded(yard, ("hull_stages", 5), revision=1)
    assert await counting(yard) == {"hull_stages": 5, "motto": "精"}
    withdrawn = await recorded(yard, ("motto", None), revision=2)
    assert withdrawn.revision == 3
    assert await counting(yard) == {"hull_stages": 5}
    async with yard.database.read(EVERY_ROW) as session:
        history = (await recordings_of(session, yard.actor, [yard.worker.id]))[yard.worker.id]
    assert [(one.row.revision, one.row.facts) for one in history] == [
        (1, {"hull_stages": 4, "motto": "精"}),
        (2, {"hull_stages": 5}),
        (3, {"motto": None}),
    ]
    with pytest.raises(RuntimeError, match="rows of recorded_facts are never changed or deleted"):
        async with yard.database.write(EVERY_ROW) as session:
            (await session.get_one(RecordedFacts, withdrawn.id)).basis = "另一依据"


async def test_what_is_declared_holds_at_its_bounds(yard: Yard) -> None:
    await recorded(yard, ("docks", 1), ("grade", "二级 II"))
    await recorded(yard, ("docks", 6), revision=1)
    assert await counting(yard) == {"docks": 6, "grade": "二级 II"}


async def test_whoever_corrects_what_was_recorded_anew_meanwhile_is_told(yard: Yard) -> None:
    await recorded(yard, ("hull_stages", 4))
    error = await refusal(yard, ("hull_stages", 5))
    assert said(error) == (
        ErrorCode.OUT_OF_DATE,
        "事实登记已有变化（当前为第 1 次登记，所据为第 0 次）；请刷新后再更正",
        "the facts have been recorded anew since (revision 1, you read 0); read them again",
    )
    assert await counting(yard) == {"hull_stages": 4}


async def test_the_same_request_is_done_once(yard: Yard) -> None:
    wanted = facts(yard, ("hull_stages", 4))
    first = await done(yard.database, record_scheme_facts, wanted, actor=yard.actor)
    again = await done(yard.database, record_scheme_facts, wanted, actor=yard.actor)
    assert first.id == again.id
    other = wanted.model_copy(update={"basis": "另一考核表"})
    error = await refused(yard.database, record_scheme_facts, other, actor=yard.actor)
    assert error.code is ErrorCode.KEY_REUSED


async def test_facts_of_an_evaluation_of_ones_own(yard: Yard) -> None:
    evaluation = await evaluation_of(yard)
    row = await recorded(yard, ("panel", "一组"), evaluation_id=evaluation.id)
    assert (row.subject_id, row.person_id, row.evaluation_id) == (evaluation.id, yard.worker.id, evaluation.id)
    async with yard.database.read(EVERY_ROW) as session:
        kept = await facts_of_evaluations(session, yard.actor, [evaluation.id])
    assert [(one.key, one.value) for one in kept[evaluation.id]] == [("panel", "一组")]
    assert await counting(yard) == {}, "they are none of the person"
    error = await refusal(yard, ("hull_stages", 4), evaluation_id=evaluation.id)
    assert error.message.en == "version 1.0.0 declares no fact 'hull_stages' of an evaluation"
    error = await refusal(yard, ("panel", "一组"), evaluation_id=evaluation.id, scheme="example_ships")
    assert said(error) == (
        ErrorCode.BAD_ARGUMENT,
        "该评价依据方案“example_ship”作出，不能登记方案“example_ships”的事实",
        "the evaluation was made under scheme 'example_ship': it takes no facts of 'example_ships'",
    )
    assert error.nearest == KEY


@pytest.mark.parametrize(
    ("given", "code", "zh", "en", "nearest"),
    [
        (
            [("hull_stage", 4)],
            ErrorCode.UNKNOWN_CODE,
            "版本 1.0.0 没有为人员声明事实“hull_stage”",
            "version 1.0.0 declares no fact 'hull_stage' of a person",
            "hull_stages",
        ),
        (
            [("safe_days", 4)],
            ErrorCode.BAD_ARGUMENT,
            "“安全天数”由方案代码据材料计算，不能登记；请更正材料",
            "'Safe days' is computed from evidence by the scheme's code and not recorded; mend the evidence",
            None,
        ),
        (
            [("hull_stages", "4")],
            ErrorCode.BAD_ARGUMENT,
            "“掌握的船体工序”应为整数，实为“4”",
            "'Hull stages' should be a whole number and is '4'",
            "4",
        ),
        (
            [("hull_stages", True)],
            ErrorCode.BAD_ARGUMENT,
            "“掌握的船体工序”应为整数，实为“true”",
            "'Hull stages' should be a whole number and is 'true'",
            None,
        ),
        (
            [("hull_stages", 2**31)],
            ErrorCode.BAD_ARGUMENT,
            "“掌握的船体工序”须在 -2147483647 至 2147483647 之间",
            "'Hull stages' should be from -2147483647 to 2147483647",
            "2147483647",
        ),
        (
            [("is_coach", "是")],
            ErrorCode.BAD_ARGUMENT,
            "“是否教练”应为是否（true 或 false），实为“是”",
            "'Whether a coach' should be true or false and is '是'",
            "true",
        ),
        (
            [("since_day", "2024/3/1")],
            ErrorCode.BAD_ARGUMENT,
            "“起始日”应为日期，如 2026-03-15，实为“2024/3/1”",
            "'Since when' should be a day such as 2026-03-15 and is '2024/3/1'",
            "2024-03-01",
        ),
        (
            [("since_day", "2024-02-30")],
            ErrorCode.BAD_ARGUMENT,
            "“起始日”应为日期，如 2026-03-15，实为“2024-02-30”",
            "'Since when' should be a day such as 2026-03-15 and is '2024-02-30'",
            None,
        ),
        (
            [("motto", 7)],
            ErrorCode.BAD_ARGUMENT,
            "“座右铭”应为文字，实为“7”",
            "'Motto' should be text and is '7'",
            '"7"',
        ),
        (
            [("motto", "精" * 301)],
            ErrorCode.BAD_ARGUMENT,
            "“座右铭”应为一行 1 至 300 字的文字，现为 301 字",
            "'Motto' should be one line of 1 to 300 characters and has 301",
            None,
        ),
        (
            [("motto", "精\n益")],
            ErrorCode.BAD_ARGUMENT,
            "“座右铭”应为一行 1 至 300 字的文字，现为 3 字",
            "'Motto' should be one line of 1 to 300 characters and has 3",
            None,
        ),
        (
            [("docks", 7)],
            ErrorCode.BAD_ARGUMENT,
            "“船坞”为 7，方案规定至多为 6",
            "'Docks' is 7; the scheme asks for at most 6",
            "6",
        ),
        (
            [("docks", 0)],
            ErrorCode.BAD_ARGUMENT,
            "“船坞”为 0，方案规定至少为 1",
            "'Docks' is 0; the scheme asks for at least 1",
            "1",
        ),
        (
            [("grade", "一级")],
            ErrorCode.BAD_ARGUMENT,
            "“操作等级”为“一级”，方案只列：一级 I、二级 II",
            "'Grade' is '一级'; the scheme lists: 一级 I、二级 II",
            "一级 I",
        ),
        (
            [("hull_stages", None)],
            ErrorCode.BAD_ARGUMENT,
            "“掌握的船体工序”没有登记值，无可撤销；请给出取值",
            "nothing is on record of 'Hull stages' that could be withdrawn; give a value",
            None,
        ),
        (
            [("motto", "精"), ("motto", "益")],
            ErrorCode.DUPLICATE,
            "事实“motto”出现两次",
            "fact 'motto' is given twice",
            None,
        ),
        ([], ErrorCode.BAD_ARGUMENT, "请至少给出一项事实", "give at least one fact", None),
    ],
)
async def test_a_value_that_is_not_as_declared(
    yard: Yard, given: list[tuple[str, Any]], code: ErrorCode, zh: str, en: str, nearest: str | None
) -> None:
    error = await refusal(yard, *given)
    assert said(error) == (code, zh, en)
    assert error.nearest == nearest


async def test_whom_or_what_it_is_about(yard: Yard) -> None:
    for about in ({"person_id": None}, {"person_id": yard.worker.id, "evaluation_id": uuid4()}):
        error = await refusal(yard, ("hull_stages", 4), **about)
        assert error.message.en == "give either a person or an evaluation"
    error = await refusal(yard, ("hull_stages", 4), person_id=uuid4())
    assert error.message.en == "no such person within your reach; check the id"
    error = await refusal(yard, ("panel", "一组"), evaluation_id=uuid4())
    assert error.message.en == "no such evaluation within your reach; check the id"


async def test_only_the_evaluation_office_of_whose_scheme_it_is(yard: Yard) -> None:
    other = make.enterprise()
    await store(yard.database, other, make.employment(yard.worker, other))
    error = await refusal(yard, ("hull_stages", 4), actor=evaluator_of(other))
    assert said(error) == (
        ErrorCode.UNKNOWN_CODE,
        "本企业没有方案“example_ship”",
        "the enterprise has no scheme 'example_ship'",
    )
    assert (await refusal(yard, ("hull_stages", 4), actor=admin_of(yard.own))).code is ErrorCode.NOT_PERMITTED
    evaluation = await evaluation_of(yard)
    error = await refusal(yard, ("panel", "一组"), evaluation_id=evaluation.id, actor=evaluator_of(other))
    assert error.code is ErrorCode.NOT_FOUND
    assert (await refusal(yard, ("hull_stages", 4), scheme="example_shop")).nearest == KEY


async def test_nothing_is_recorded_under_a_scheme_that_does_not_run(yard: Yard) -> None:
    await yard.world.do(OFFICER, suspend, Switch(filing_id=yard.filing_id))
    error = await refusal(yard, ("hull_stages", 4))
    assert said(error) == (
        ErrorCode.NOT_IN_FORCE,
        "方案“example_ship”今日没有版本在运行；启用后再登记",
        "no version of scheme 'example_ship' runs today; record its facts once one does",
    )


async def test_nobody_records_facts_of_their_own(yard: Yard) -> None:
    own = Actor.of(Role.EVALUATION_OFFICER, "某人", enterprise_id=yard.own.id, person_id=yard.worker.id)
    assert (await refusal(yard, ("hull_stages", 4), actor=own)).code is ErrorCode.RECUSED
    namesake = Actor.of(Role.EVALUATION_OFFICER, yard.worker.name, enterprise_id=yard.own.id)
    evaluation = await evaluation_of(yard)
    error = await refusal(yard, ("panel", "一组"), evaluation_id=evaluation.id, actor=namesake)
    assert error.message.en == "you are recused: the applicant bears your name"


async def test_who_reads_them(yard: Yard) -> None:
    await recorded(yard, ("hull_stages", 4))
    other = make.enterprise()
    await store(yard.database, other, make.employment(yard.worker, other))
    worker = Actor.of(Role.WORKER, "示例本人", person_id=yard.worker.id)
    auditor = Actor.of(Role.BUREAU_AUDITOR, "示例审计")
    for reader, seen in ((worker, {"hull_stages": 4}), (auditor, {"hull_stages": 4}), (evaluator_of(other), {})):
        assert await counting(yard, reader) == seen, reader.role


async def test_they_are_erased_with_the_person_and_the_log_still_verifies(yard: Yard) -> None:
    other = make.person(name="示例乙")
    await store(yard.database, other, make.employment(other, yard.own))
    await recorded(yard, ("hull_stages", 4))
    await recorded(yard, ("hull_stages", 5), revision=1)
    await recorded(yard, ("hull_stages", 6), person_id=other.id)
    assert await erased(yard.database, yard.worker) == 2
    assert await counting(yard) == {}
    async with yard.database.read(EVERY_ROW) as session:
        assert (await session.exec(select(RecordedFacts.person_id))).all() == [other.id]
        left = (await session.exec(select(sa.func.count()).select_from(AuditPersonal))).one()
        told = [one for one in await events(yard.database) if one.tag == "person:fact:record"]
        found = [await verify_event(session, event) for event in told]
    assert found == [Finding.ERASED, Finding.ERASED, Finding.INTACT]
    assert left >= 1


async def erased(database: Database, person: Person) -> int:
    async with database.write(EVERY_ROW) as session:
        return await erase_recorded_facts(session, person.id)


async def test_the_later_of_what_is_computed_and_what_is_recorded_counts(yard: Yard) -> None:
    await recorded(yard, ("hull_stages", 4))

    kept = ComputedFacts(
        person_id=yard.worker.id,
        enterprise_id=yard.own.id,
        scheme_key=KEY,
        version="0.9.0",
        wheel_digest="d" * 64,
        basis="0" * 64,
        facts={"hull_stages": 9, "safe_days": 100},
        computed_at=make.NOON - timedelta(minutes=1),
    )
    await store(yard.database, kept)
    assert await counting(yard) == {"hull_stages": 4, "safe_days": 100}
    async with yard.database.write(EVERY_ROW) as session:
        (await session.get_one(ComputedFacts, kept.id)).computed_at = make.NOON + timedelta(minutes=1)
    assert await counting(yard) == {"hull_stages": 9, "safe_days": 100}
