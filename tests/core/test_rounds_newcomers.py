"""A pool that nobody is left in: experts are added, and one of them is drawn in a way that anybody can repeat."""

import hashlib
from datetime import date, datetime
from typing import Any

import pytest

from core.errors import ErrorCode
from core.ladders import Level
from core.models import Application, Committee, CommitteeMember
from core.services.committees import Choice
from core.services.experts import NewExpert, record_expert
from core.services.replacements import Stepping, replace_member
from core.services.results import conclude_round
from core.services.rounds import lay_before_committee
from core.storage.database import Database
from tests.core.calls import events, policy_with, said
from tests.core.filing_world import read_document
from tests.core.round_case import BOTH
from tests.core.round_world import Rounds, key, rounds_in
from tests.made_once import reached_once

pytestmark = pytest.mark.anyio


@pytest.fixture
async def yard(database: Database) -> Rounds:
    return await rounds_in(database)


@reached_once
async def exhausted(yard: Rounds) -> tuple[Application, Committee]:
    """A round whose one application is scored, before a committee to which the pool of eight lent everybody."""
    await yard.opened()
    row = await yard.apply(await yard.worker(both=True), **BOTH)
    await yard.scoring(row)
    await yard.mark_all(row)
    await yard.pool(6, 2)
    committee = await yard.draw()
    await replace(yard, committee)
    return row, committee


async def stepping(yard: Rounds, committee: Committee) -> Stepping:
    leaving = next(one for one in await yard.members(committee) if not one.is_outside)
    return Stepping(**await yard.seen(member_id=leaving.id))


async def replace(yard: Rounds, committee: Committee) -> CommitteeMember:
    given = await stepping(yard, committee)
    return await yard.do(yard.office, replace_member, read_document, given, reason="因病")  # type: ignore[no-any-return]


async def newcomers(yard: Rounds, first: int, last: int, **given: Any) -> None:
    for n in range(first, last):
        person = await yard.member_of_staff(f"新来专家{n}")
        fields: dict[str, Any] = {"series": "engineering", "specialty": "mechanical", "unit": "示例单位"}
        fields |= {"level": Level.ASSOCIATE_SENIOR, "starts": date(2026, 1, 1), "number": f"N{n:03d}"}
        await yard.do(yard.office, record_expert, NewExpert(key=key(), person_id=person.id, **fields | given))


def order_by_hand(seed: str, numbers: list[str]) -> list[str]:
    return sorted(numbers, key=lambda n: (hashlib.sha256(f"{seed}:{n}".encode()).hexdigest(), n))


async def test_newcomers_are_drawn_once_nobody_is_left(yard: Rounds) -> None:
    _row, committee = await exhausted(yard)
    error = await yard.refuses(yard.office, replace_member, read_document, await stepping(yard, committee))
    assert said(error)[:2] == (
        ErrorCode.COMMITTEE_UNFIT,
        "专家库中已无可递补的专家；请先入库至少 3 名专家（现新入库 0 名），再更换评委，即从中另行抽取",
    )
    await newcomers(yard, 0, 4)
    await newcomers(yard, 4, 6, specialty="electrical")
    first = await replace(yard, committee)
    now: Committee = await yard.row(Committee, committee.id)
    [draw] = now.further_draws
    assert (now.seed, now.pool) == (committee.seed, committee.pool), "the first draw stays as it was"
    assert draw["seed"] != now.seed
    assert (draw["drawn_on"], datetime.fromisoformat(draw["drawn_at"])) == (yard.today.isoformat(), yard.now)
    numbers = [one["number"] for one in draw["pool"]]
    assert numbers == ["N000", "N001", "N002", "N003"], "experts of another specialty are none of its pool"
    order = order_by_hand(draw["seed"], numbers)
    assert first.number == order[0]
    told = [event.body for event in await events(yard.database) if event.tag == "enterprise:committee:draw"]
    assert [draw["seed"] in str(body) for body in told] == [False, True]
    assert [(await replace(yard, committee)).number for _ in range(3)] == order[1:], "and its order goes on"
    assert len((await yard.row(Committee, committee.id)).further_draws) == 1


async def test_every_further_draw_is_kept(yard: Rounds) -> None:
    row, committee = await exhausted(yard)
    await newcomers(yard, 0, 3)
    for _ in range(3):
        await replace(yard, committee)
    await newcomers(yard, 3, 6)
    last = await replace(yard, committee)
    draws = (await yard.row(Committee, committee.id)).further_draws
    assert [[one["number"] for one in draw["pool"]] for draw in draws] == [
        ["N000", "N001", "N002"],
        ["N003", "N004", "N005"],
    ]
    assert last.number == order_by_hand(draws[1]["seed"], ["N003", "N004", "N005"])[0]
    await yard.step(lay_before_committee)
    for member in await yard.meet(committee):
        await yard.vote(row, member, Choice.AGREE)
    assert (await yard.step(conclude_round)).state == "concluded"


async def test_where_the_pack_lets_no_pool_be_enlarged_the_round_can_be_cancelled(yard: Rounds) -> None:
    _row, committee = await exhausted(yard)
    await newcomers(yard, 0, 4)
    yard.policy = policy_with(committee__pool_may_be_enlarged=False)
    error = await yard.refuses(yard.office, replace_member, read_document, await stepping(yard, committee))
    assert said(error) == (
        ErrorCode.COMMITTEE_UNFIT,
        "专家库中已无可递补的专家；本批次只能取消",
        "the pool holds nobody who could follow; the round can only be cancelled",
    )
    assert "平台默认" in (error.clause or "")
    assert (await yard.row(Committee, committee.id)).further_draws == []
