"""Counts of credentials as the graph shows them: null for what was not asked, in order, and refused in words."""

from datetime import date
from typing import Any

import pytest

from core.ladders import Level
from core.permissions import Actor, Role
from schema.ids import encode_id
from tests import builders
from tests.schema.conftest import Graph

pytestmark = pytest.mark.anyio


@pytest.fixture
async def issuers(graph: Graph) -> list[Any]:
    """Two enterprises that issued: four titles and skill certificates of two years, and one of neither."""
    holder, issuers = builders.person(), [builders.enterprise(key="first"), builders.enterprise(key="second")]
    first, second = (one.id for one in issuers)
    day = date(2025, 12, 31)
    await graph.add(
        holder,
        *issuers,
        builders.credential(holder, issuer_enterprise_id=first, awarded_on=day, level=Level.TECHNICIAN),
        builders.credential(holder, issuer_enterprise_id=first, awarded_on=day),
        builders.credential(holder, issuer_enterprise_id=second, awarded_on=date(2026, 1, 1)),
        builders.title(holder, issuer_enterprise_id=first, awarded_on=day),
        builders.title(holder, issuer_enterprise_id=None, awarded_on=date(2026, 1, 1)),
    )
    return issuers


async def told(graph: Graph, query: str, **variables: Any) -> list[tuple[Any, ...]]:
    found = (await graph.ask(query, **variables))["credentialCounts"]
    return [tuple((one or {}).get("key") if key == "enterprise" else one for key, one in row.items()) for row in found]


async def test_every_dimension_in_the_order_asked_for(graph: Graph, issuers: list[Any]) -> None:
    shown = "enterprise { key } kind skillLevel titleLevel year count"
    assert await told(graph, f"{{ credentialCounts(by: [YEAR, ENTERPRISE, LEVEL, KIND]) {{ {shown} }} }}") == [
        ("first", "SKILL_CERTIFICATE", "SENIOR_WORKER", None, 2025, 1),
        ("first", "SKILL_CERTIFICATE", "TECHNICIAN", None, 2025, 1),
        ("first", "PROFESSIONAL_TITLE", None, "ASSISTANT", 2025, 1),
        ("second", "SKILL_CERTIFICATE", "SENIOR_WORKER", None, 2026, 1),
        (None, "PROFESSIONAL_TITLE", None, "ASSISTANT", 2026, 1),
    ]
    assert await told(graph, f"{{ credentialCounts(by: [KIND]) {{ {shown} }} }}") == [
        (None, "SKILL_CERTIFICATE", None, None, None, 3),
        (None, "PROFESSIONAL_TITLE", None, None, None, 2),
    ]


async def test_filters(graph: Graph, issuers: list[Any]) -> None:
    query = "query($wanted: CredentialCountFilter) { credentialCounts(by: [ENTERPRISE], filter: $wanted) "
    query += "{ enterprise { key } count } }"
    first = encode_id("Enterprise", issuers[0].id)
    for wanted, expected in (
        (None, [("first", 3), ("second", 1), (None, 1)]),
        ({"enterprise": first}, [("first", 3)]),
        ({"kind": "PROFESSIONAL_TITLE"}, [("first", 1), (None, 1)]),
        ({"level": {"skill": "SENIOR_WORKER"}}, [("first", 1), ("second", 1)]),
        ({"level": {"title": "ASSISTANT"}, "yearTo": 2025}, [("first", 1)]),
        ({"yearFrom": 2026}, [("second", 1), (None, 1)]),
        ({"yearFrom": 2026, "yearTo": 2025}, []),
    ):
        assert await told(graph, query, wanted=wanted) == expected, wanted


async def test_a_total_and_the_counts_agree(graph: Graph, issuers: list[Any]) -> None:
    data = await graph.ask(
        "{ credentials(filter: {kind: PROFESSIONAL_TITLE}) { totalCount } credentialCounts(by: [KIND]) { count } }"
    )
    assert data == {"credentials": {"totalCount": 2}, "credentialCounts": [{"count": 3}, {"count": 2}]}


@pytest.mark.parametrize(
    ("by", "message"),
    [("[]", "未给出统计维度"), ("[YEAR, KIND, YEAR]", "统计维度 YEAR 重复；每个维度只写一次")],
)
async def test_dimensions_that_make_no_sense_are_refused(graph: Graph, by: str, message: str) -> None:
    fault = await graph.fault(f"{{ credentialCounts(by: {by}) {{ count }} }}")
    assert fault["extensions"]["code"] == "BAD_ARGUMENT"
    assert fault["extensions"]["where"] == "by"
    assert message in fault["message"]


async def test_an_enterprise_may_not_ask(graph: Graph, issuers: list[Any]) -> None:
    admin = Actor.of(Role.ENTERPRISE_ADMIN, "admin", enterprise_id=issuers[0].id)
    fault = await graph.fault("{ credentialCounts(by: [YEAR]) { count } }", admin)
    assert fault["extensions"]["code"] == "NOT_PERMITTED"
