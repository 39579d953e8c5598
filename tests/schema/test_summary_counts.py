"""Summaries and alerts cost the same statements for one group and for thirty; each count is literal."""

from datetime import UTC, datetime

import pytest

from tests.builders import FixedClock
from tests.schema.conftest import WITHOUT_LIMIT, Graph
from tests.schema.round_rows import records

pytestmark = pytest.mark.anyio
SUMMARY = '{ pilotSummary(by: [ENTERPRISE, SCHEME], from: "2020-01-01", to: "2030-12-31", first: 100) { %s } }'
ALERTS = '{ supervisionAlerts(from: "2020-01-01", to: "2030-12-31", first: 100) { %s } }'
COUNTS = [
    (SUMMARY % "totalCount", 6),
    (SUMMARY % "edges { node { isHidden year figures { applicants skill { rate } disparities { gap } } } }", 6),
    (SUMMARY % "edges { node { enterprise { key } scheme { key } occupation { code } } }", 8),
    (ALERTS % "totalCount edges { node { kind day text { zh } measured limit citation { clause } } }", 7),
    (ALERTS % "edges { node { enterprise { key } round { name } objection { state } } }", 10),
]


@pytest.fixture(params=[1, 3, 30])
async def filled(graph: Graph, request: pytest.FixtureRequest) -> Graph:
    """A graph with that many enterprises, each with a round."""
    graph.clock = FixedClock(datetime(2026, 4, 1, 4, 0, tzinfo=UTC))  # the deadlines of the rounds are over
    graph.serve(WITHOUT_LIMIT)
    for serial in range(request.param):
        await graph.add(*records(serial))
    return graph


async def test_counts(filled: Graph) -> None:
    assert await filled.miscounted(COUNTS) == {}


async def test_what_is_shown(graph: Graph) -> None:
    await graph.add(*records(0))
    [row] = await graph.listed(
        SUMMARY % "edges { node { isHidden smallGroup { confidence } figures { applicants medianDays imported "
        "both { evaluated passed rate } disparities { group having { evaluated } } } } }"
    )
    assert row["isHidden"] is False
    assert row["smallGroup"] == {"confidence": "PLATFORM_DEFAULT"}
    assert row["figures"]["applicants"] >= 1
    assert [one["group"] for one in row["figures"]["disparities"]] == ["DEGREE", "AWARDS", "SENIORITY"]


async def test_a_period_the_wrong_way_round_is_refused(graph: Graph) -> None:
    query = '{ pilotSummary(by: [], from: "2026-12-31", to: "2026-01-01") { totalCount } }'
    fault = await graph.fault(query)
    assert fault["extensions"]["code"] == "PERIOD_REVERSED"
