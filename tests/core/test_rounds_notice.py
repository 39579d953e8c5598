"""What a public notice shows of people, and to whom: names as the packs say, and nothing of a document."""

from typing import Any

import pytest

from core.models import NoticeRow
from core.permissions import ANONYMOUS, Actor
from core.rounds.notice import noticed_name
from core.storage.database import Database
from core.storage.queries.rounds import notices_of, rows_of_notices
from core.storage.row_scope import RowScope
from tests import builders as make
from tests.core.calls import OFFICER, evaluator_of, policy, policy_with, store
from tests.core.round_case import FIRST_DAY
from tests.core.round_world import Rounds, rounds_in
from tests.made_once import reached_once

pytestmark = pytest.mark.anyio
NAME = "欧阳示例"


@pytest.fixture
async def yard(database: Database) -> Rounds:
    return await rounds_in(database)


@reached_once
async def noticed(yard: Rounds) -> Any:
    """A round in public notice; whose result is in it."""
    await yard.opened()
    worker = await yard.worker(name=NAME)
    row = await yard.apply(worker)
    await yard.scoring(row)
    await yard.noticed(row)
    return worker


async def shown(yard: Rounds, actor: Actor) -> list[NoticeRow]:
    assert yard.round_id is not None
    async with yard.database.read(RowScope.of(actor)) as session:
        notices = (await notices_of(session, actor, yard.today, [yard.round_id]))[yard.round_id]
        rows = await rows_of_notices(session, actor, yard.today, [one.id for one in notices])
        return [row for of_notice in rows.values() for row in of_notice]


async def test_each_reader_is_shown_what_the_packs_say(yard: Rounds) -> None:
    worker = await noticed(yard)
    colleague, other = yard.acting(await yard.worker()), make.enterprise()
    outsider = make.person()
    await store(yard.database, other, outsider, make.employment(outsider, other))
    for actor in (yard.acting(worker), colleague, yard.office, OFFICER):
        assert [row.name for row in await shown(yard, actor)] == [NAME], actor.role
    for actor in (ANONYMOUS, evaluator_of(other), yard.acting(outsider)):
        assert await shown(yard, actor) == [], actor.role
    await yard.filed()
    for actor in (yard.acting(worker), colleague):
        assert await shown(yard, actor) == [], "the notice is over"
    assert [row.name for row in await shown(yard, yard.office)] == [NAME]


async def test_a_row_holds_no_more_of_a_person_than_the_name(yard: Rounds) -> None:
    worker = await noticed(yard)
    [row] = await shown(yard, OFFICER)
    told = row.model_dump()
    assert not set(told) & {"person_id", "identity_masked", "identity_cipher", "identity_index", "born_on", "sex"}
    known = {worker.identity_masked, worker.identity_index, worker.id, worker.born_on}
    assert not known & {value for value in told.values() if value is not None}


async def test_a_pack_may_have_names_masked_for_everybody(yard: Rounds) -> None:
    yard.policy = policy_with(process__notice_name="masked")
    await noticed(yard)
    for actor in (yard.acting(await yard.worker()), yard.office, OFFICER):
        assert [row.name for row in await shown(yard, actor)] == ["欧***"], actor.role


def test_a_name_is_whole_or_its_first_character() -> None:
    masked = policy_with(process__notice_name="masked")
    assert [noticed_name(masked, FIRST_DAY, name) for name in ("王", "王五", "欧阳示例")] == ["王*", "王*", "欧***"]
    assert noticed_name(policy(), FIRST_DAY, "王五") == "王五"
