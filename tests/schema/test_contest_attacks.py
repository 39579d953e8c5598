"""What nobody may do about contests and the pilot list over the graph, tried by those who would gain by it."""

from typing import Any

import pytest
from sqlmodel import func, select

from core.ladders import Level
from core.models import ContestDecision, ContestRequest, Credential, Enterprise, PilotDecision
from core.permissions import Actor, Role
from core.storage.row_scope import EVERY_ROW
from schema.ids import encode_id
from tests import builders
from tests.schema import rows
from tests.schema.conftest import AUDITOR, OFFICER, Graph
from tests.schema.contest_world import Contests, contests_in, person_id, seen
from tests.schema.plugin_world import WELDER
from tests.schema.round_world import BOTH

pytestmark = pytest.mark.anyio
SKILL, TITLE = {"skill": BOTH["skill"]}, {"title": BOTH["title"]}


@pytest.fixture
async def contests(graph: Graph) -> Contests:
    return await contests_in(graph)


async def neighbour(contests: Contests) -> tuple[Enterprise, Actor]:
    """Another enterprise on the list with its own office, equal in everything."""
    other = builders.enterprise(is_municipal=True)
    authorities = (rows.authority(other, series=None), rows.skill_authority(other, occupation=None))
    await contests.graph.add(other, rows.listing(other), *authorities)
    return other, Actor.of(Role.EVALUATION_OFFICER, "示例外厂", enterprise_id=other.id)


async def kept(contests: Contests, table: Any) -> int:
    """How many rows there are."""
    async with contests.graph.database.read(EVERY_ROW) as session:
        return int((await session.exec(select(func.count()).select_from(table))).one())


async def test_another_enterprise_reaches_no_award_no_request_and_no_scheme(contests: Contests) -> None:
    winner = await contests.yard.worker()
    award = await contests.award(winner, await contests.competition())
    other, office = await neighbour(contests)
    theirs = contests.asking(award, enterprise=encode_id("Enterprise", other.id))
    assert await contests.yard.refused("askContest", office, **theirs) == "NOT_FOUND"
    assert await contests.yard.refused("askContest", office, **contests.asking(award)) == "NOT_FOUND"
    request = await contests.asked(winner, award)
    for mutation, given in (("decideContest", {"granted": True}), ("withdrawContest", {})):
        assert await contests.yard.refused(mutation, office, seen=seen(request), **given) == "NOT_FOUND"
    read = "query($id: ID!) { node(id: $id) { id } }"
    assert (await contests.graph.ask(read, office, id=request["id"]))["node"] is None
    assert (await contests.graph.ask(read, office, id=award))["node"] is None
    # A worker of theirs under the workshop's scheme: its version is not found there.
    person = builders.person()
    spell = builders.employment(person, other, occupation=WELDER)
    await contests.graph.add(person, spell, builders.credential(person, occupation=WELDER, level=Level.SENIOR_WORKER))
    stranger = Actor.of(Role.WORKER, "示例外人", person_id=person.id)
    own = await contests.award(stranger, await contests.cup())
    wanted = contests.asking(own, own=True, enterprise=encode_id("Enterprise", other.id))
    assert await contests.yard.refused("askContest", office, **wanted) == "NOT_FOUND"
    assert await contests.yard.refused("askContest", stranger, **wanted) == "NOT_FOUND"
    assert await kept(contests, Credential) == 3


async def test_a_worker_asks_for_nobody_else_and_decides_nothing(contests: Contests) -> None:
    winner, colleague = await contests.yard.worker(), await contests.yard.worker("示例同事")
    award = await contests.award(winner, await contests.competition())
    assert await contests.yard.refused("askContest", colleague, **contests.asking(award)) == "NOT_FOUND"
    request = await contests.asked(winner, award)
    assert await contests.yard.refused("withdrawContest", colleague, seen=seen(request)) == "NOT_FOUND"
    for actor in (winner, colleague, contests.yard.plugins.admin, AUDITOR):
        assert await contests.yard.refused("decideContest", actor, seen=seen(request), granted=True) == "NOT_PERMITTED"
    assert await kept(contests, ContestDecision) == 0


async def test_nobody_of_the_office_or_the_bureau_decides_their_own_request(contests: Contests) -> None:
    winner = await contests.yard.worker()
    award = await contests.award(winner, await contests.competition())
    request = await contests.asked(winner, award)
    owner = contests.yard.plugins.owner.id
    for actor in (
        Actor.of(Role.EVALUATION_OFFICER, "示例评价办", enterprise_id=owner, person_id=winner.person_id),
        Actor.of(Role.BUREAU_OFFICER, "示例经办", person_id=winner.person_id),
    ):
        result = await contests.yard.do("decideContest", actor, seen=seen(request), granted=True)
        assert (result["__typename"], result["code"]) == ("Problem", "RECUSED")
    assert await kept(contests, ContestDecision) == 0


async def test_each_body_decides_what_it_issues_and_nothing_else(contests: Contests) -> None:
    national = await contests.competition()
    first, second, third = [await contests.yard.worker(name) for name in ("甲", "乙", "丙")]
    title = await contests.asked(first, await contests.award(first, national), targets=TITLE)
    skill = await contests.asked(second, await contests.award(second, national), targets=SKILL)
    own = await contests.asked(third, await contests.award(third, await contests.cup()), own=True)
    for actor, request in ((contests.office, title), (OFFICER, skill), (OFFICER, own)):
        result = await contests.yard.do("decideContest", actor, seen=seen(request), granted=True)
        assert (result["code"], bool(result["clause"])) == ("NOT_PERMITTED", True)
    half = await contests.asked(
        first, await contests.award(first, await contests.competition("又一大赛")), targets=SKILL
    )
    await contests.decided(contests.office, half)
    assert await contests.yard.refused("decideContest", contests.office, seen=seen(half), granted=True) == "OUT_OF_DATE"
    again = {**seen(half), "revision": 2}
    assert await contests.yard.refused("decideContest", contests.office, seen=again, granted=True) == "DUPLICATE"


async def test_a_key_with_other_arguments_and_a_stale_revision_do_nothing(contests: Contests) -> None:
    winner = await contests.yard.worker()
    award = await contests.award(winner, await contests.competition())
    asking = {"key": "asked-by-me", **contests.asking(award)}
    first = (await contests.yard.done("askContest", winner, **asking))["request"]
    assert (await contests.yard.done("askContest", winner, **asking))["request"]["id"] == first["id"]
    assert await contests.yard.refused("askContest", winner, **asking | {"targets": SKILL}) == "KEY_REUSED"
    granting = {"key": "granted-once", "seen": seen(first), "granted": True}
    await contests.yard.done("decideContest", OFFICER, **granting)
    repeated = await contests.yard.done("decideContest", OFFICER, **granting)
    assert [one["side"] for one in repeated["request"]["decisions"]] == ["TITLE"]
    assert await contests.yard.refused("decideContest", OFFICER, **granting | {"granted": False}) == "KEY_REUSED"
    assert (
        await contests.yard.refused("decideContest", contests.office, seen=seen(first), granted=True) == "OUT_OF_DATE"
    )
    assert await contests.yard.refused("withdrawContest", winner, seen=seen(first)) == "OUT_OF_DATE"
    assert (await kept(contests, ContestRequest), await kept(contests, ContestDecision)) == (1, 1)
    competition = {"key": "competition-1", "name": "一", "tier": "CITY", "heldOn": "2026-01-05", "basis": "公告"}
    await contests.yard.done("recordCompetition", OFFICER, **competition)
    assert await contests.yard.refused("recordCompetition", OFFICER, **competition | {"tier": "WORLD"}) == "KEY_REUSED"


async def test_only_the_bureau_records_competitions_results_coaches_and_the_list(contests: Contests) -> None:
    winner = await contests.yard.worker()
    competition = await contests.cup()
    award = await contests.award(winner, competition)
    one = {"person": person_id(winner), "occupation": WELDER, "rank": "GOLD", "awardedOn": "2026-02-01"}
    named = {"name": "自办", "tier": "NATIONAL", "heldOn": "2026-02-01", "basis": "自拟"}
    change = {"revision": 0, "batch": "自批", "basis": "自拟", "effectiveOn": "2026-03-02"}
    for actor in (winner, contests.office, contests.yard.plugins.admin, AUDITOR):
        for mutation, given in (
            ("recordCompetition", named),
            ("recordAwards", {"competition": competition, "awards": [one]}),
            ("recordCoaching", {"award": award, "coach": person_id(winner), "basis": "自拟"}),
            ("changePilotList", {**change, "leaves": [contests.enterprise]}),
        ):
            assert await contests.yard.refused(mutation, actor, **given) == "NOT_PERMITTED", (mutation, actor.name)
    assert await kept(contests, PilotDecision) == 0


async def test_ids_of_other_things_are_refused(contests: Contests) -> None:
    winner = await contests.yard.worker()
    award = await contests.award(winner, await contests.competition())
    wrong = contests.asking(person_id(winner))
    assert await contests.yard.refused("askContest", winner, **wrong) == "BAD_ARGUMENT"
    assert await contests.yard.refused("askContest", winner, **contests.asking(award, targets={})) == "BAD_ARGUMENT"
    elsewhere = contests.asking(award, schemeVersion=encode_id("SchemeVersion", "0" * 32))
    assert await contests.yard.refused("askContest", winner, **elsewhere) == "NOT_FOUND"
