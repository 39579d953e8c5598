"""What the bureau would return, told before results are filed and certificate data reported."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from core.ladders import Level
from core.models import Certificate, Person
from core.permissions import Actor
from core.storage.row_scope import EVERY_ROW
from tests import builders
from tests.made_once import made_once
from tests.schema.conftest import AUDITOR, Graph
from tests.schema.plugin_world import OFFICER, WELDER
from tests.schema.round_stages import noticed
from tests.schema.round_world import Rounds, rounds_in

pytestmark = pytest.mark.anyio
ASK = (
    "query($round: ID!) { filingPrecheck(round: $round) "
    "{ application code label { zh } message { zh en } nearest citation { document } } }"
)


@pytest.fixture
@made_once
async def yard(graph: Graph) -> Rounds:
    yard = await rounds_in(graph)
    await noticed(yard)
    return yard


async def found(yard: Rounds, actor: Actor | None = None) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (await yard.graph.ask(ASK, actor or yard.office, round=yard.round["id"]))[
        "filingPrecheck"
    ]
    return rows


async def worker_of(yard: Rounds) -> Person:
    async with yard.graph.database.read(EVERY_ROW) as session:
        return (await session.exec(select(Person).where(Person.name == "示例焊工"))).one()


async def test_a_sound_round_has_nothing_to_tell(yard: Rounds) -> None:
    assert await found(yard) == []
    await yard.filed()
    await yard.step("acceptResults", OFFICER)
    await yard.step("issueCertificates")
    assert await found(yard) == []


async def test_what_was_obtained_elsewhere_in_the_meantime_is_told(yard: Rounds) -> None:
    elsewhere = builders.credential(
        await worker_of(yard), occupation=WELDER, level=Level.TECHNICIAN, awarded_on=date(2026, 2, 1), number="Y1"
    )
    await yard.graph.add(elsewhere)
    many, repeated = await found(yard, AUDITOR)
    assert (many["code"], many["label"]["zh"]) == ("MANY_CERTIFICATES", "一人多证")
    assert many["message"]["zh"] == "同一年度取得多本技能证书：Y1；请核实后只报备一本"
    assert many["citation"]["document"] == "“同一年度一人一证”原则的转述"
    assert (repeated["code"], repeated["nearest"], repeated["citation"]) == ("REPEATED_EXAM", "Y1", None)
    assert repeated["message"]["zh"] == ("已持有同一职业技师（二级）证书“Y1”，属重复考证；请撤下本行或改报更高等级")


async def test_numbers_of_another_form_and_missing_fields_are_told(yard: Rounds) -> None:
    await yard.filed()
    await yard.step("acceptResults", OFFICER)
    await yard.step("issueCertificates")
    async with yard.graph.database.write(EVERY_ROW) as session:
        await session.exec(sa.text("UPDATE certificate SET number = 'y' || substr(number, 2) WHERE side = 'skill'"))
        await session.exec(sa.text("UPDATE certificate SET number = '??' WHERE side = 'title'"))
        await session.exec(sa.text("UPDATE application SET specialty = NULL"))
        numbers = (await session.exec(select(Certificate.number))).all()
    rows = await found(yard)
    assert [row["code"] for row in rows] == ["MISSING_FIELD", "NUMBER_FORMAT", "NUMBER_FORMAT"]
    assert rows[0]["message"]["zh"] == "通过的一侧缺少“专业”；请补充"
    small = next(row for row in rows if row["nearest"])
    assert small["nearest"] == next(one for one in numbers if one.startswith("y")).upper()
    assert small["citation"]["document"] == "职业技能等级证书编码规则"


async def test_it_costs_the_same_whatever_it_holds(yard: Rounds) -> None:
    first = await yard.graph.statements(ASK, yard.office, round=yard.round["id"])
    person = await worker_of(yard)
    await yard.graph.add(*(builders.credential(person, occupation=WELDER) for _ in range(30)))
    again = await yard.graph.statements(ASK, yard.office, round=yard.round["id"])
    assert (len(first), len(again)) == (4, 4)


async def test_another_round_is_not_found(yard: Rounds) -> None:
    fault = await yard.graph.fault(ASK, yard.assessors[0], round=yard.round["id"])
    assert fault["extensions"]["code"] == "NOT_PERMITTED"
