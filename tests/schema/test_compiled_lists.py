"""Lists of offices are read by one statement, however many rows there are, with what hangs on each row."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any
from uuid import uuid4

import pytest

from core.models import Enterprise, Replicable
from schema.build import build_schema
from schema.compiled.declared import COMPILED
from schema.compiled.selected import definition_of
from schema.ids import encode_id
from schema.terms import Terms
from tests import builders
from tests.schema import job_rows, plugin_rows, round_rows, webhook_rows
from tests.schema.conftest import Graph

pytestmark = pytest.mark.anyio
PAGE = """query($after: String) {
  jobs(first: 2, after: $after) { edges { cursor } pageInfo { hasNextPage endCursor } } }"""
Rows = Callable[[Enterprise], Sequence[Any]]
SERIAL = count()
TOKENS = [
    "{ serviceTokens(first: 100) { edges { node { name permissions role enterprise { key } mintedWith { name } } } } }",
    "{ serviceTokens { totalCount } }",
]
RESULT_FILINGS = [
    """{ rounds(first: 100) { edges { node { resultFilings {
      number state comments { row comment } rows { application { status } result { number reason } } } } } } }""",
    """{ rounds(first: 100) { edges { node { schemeVersion { rounds(first: 2) { totalCount edges { cursor } } }
      enterprise { rounds { edges { node { state } } } contestRequests { totalCount } } } } } }""",
]
LEFT_TO_RESOLVERS = {
    *("applicationWarnings", "filingPrecheck", "idlePilots", "pilotSummary", "schemeDiff", "schemeImpact", "tasks"),
    *("policy", "policyPacks", "policyRoutes", "skillLevels", "titleLevels", "titleSeries", "occupations", "viewer"),
    *("activeSchemes", "pluginChanges", "pluginHistory", "plugins", "pilotListDifference", "supervisionAlerts"),
    "exportColumns",
}
MARKS = [
    "{ replicableSchemes(first: 100) { edges { node { mark name { zh } parts enterprise { key } } } } }",
    "{ replicableSchemes { totalCount } }",
]


async def both(graph: Graph, query: str, **variables: Any) -> tuple[Any, dict[str, str], int]:
    """What a query is answered with, which resolvers must answer alike; what they answered; the statements."""
    graph.serve(Terms(tells_cost=True))
    with graph.database.count_queries() as sent:
        answer = await graph.answer(query, **variables)
    other = Graph(graph.database)
    other.serve(Terms(compiles=False))
    expected = await other.answer(query, **variables)
    assert answer["data"] == expected["data"]
    assert answer.get("errors") == expected.get("errors")
    return answer["data"], answer["extensions"].get("resolved", {}), len(sent)


def filing_rows(_owner: Enterprise) -> list[Any]:
    """A filing of its own enterprise, whose content no query here asks for."""
    return plugin_rows.records(next(SERIAL))


def token_rows(owner: Enterprise) -> list[Any]:
    return [builders.service_token(enterprise_id=owner.id)]


def mark_rows(owner: Enterprise) -> list[Any]:
    scheme = builders.scheme(owner)
    version = builders.scheme_version(scheme)
    named = {"scheme_key": scheme.key, "version": version.version, "zh": version.zh, "en": version.en}
    told = {"parts": ["process", "groups"], "marked_on": builders.DAY, "marked_by": "示例", "reason": "示例"}
    return [scheme, version, Replicable(scheme_version_id=version.id, owner_id=owner.id, **named, **told)]


QUERIES: dict[str, tuple[Rows, list[str]]] = {
    "jobs": (job_rows.job_rows, [query for query, _ in job_rows.COUNTS]),
    "filings": (filing_rows, [query for query, _ in plugin_rows.COUNTS if query.startswith("{ filings")]),
    "tokens": (token_rows, TOKENS),
    "webhooks": (webhook_rows.webhook_rows, [query for query, _ in webhook_rows.COUNTS]),
    "replicable": (mark_rows, MARKS),
    "result filings": (lambda _owner: round_rows.records(next(SERIAL)), RESULT_FILINGS),
}


def test_which_root_fields_are_left_to_the_resolvers() -> None:
    """Each with its reason in DECISIONS 59."""
    root = build_schema()._schema.query_type
    assert root is not None
    assert {
        name for name, one in root.fields.items() if COMPILED not in definition_of(one).metadata
    } == LEFT_TO_RESOLVERS


@pytest.mark.parametrize("number", [1, 3, 30])
@pytest.mark.parametrize("name", QUERIES)
async def test_a_list_is_one_statement_however_many_rows(graph: Graph, name: str, number: int) -> None:
    made, queries = QUERIES[name]
    owners = [builders.enterprise() for _ in range(number)]
    await graph.add(*owners, *(row for owner in owners for row in made(owner)))
    for query in queries:
        data, resolved, sent = await both(graph, query)
        assert (query, resolved, sent) == (query, {}, 1)
        (found,) = data.values()
        assert number <= (len(found["edges"]) if "edges" in found else found["totalCount"])


async def test_a_job_with_a_file_that_names_its_path(graph: Graph) -> None:
    job, file, *rest = job_rows.job_rows(owner := builders.enterprise())
    await graph.add(owner, job, file, *rest)
    id_ = encode_id("Job", job.id)
    data, resolved, _ = await both(graph, "query($id: ID!) { job(id: $id) { files { path role } } }", id=id_)
    assert (data["job"]["files"], resolved) == ([{"path": f"/jobs/{id_}/files/input", "role": "INPUT"}], {})


async def test_bytes_of_files_are_the_resolvers(graph: Graph) -> None:
    await graph.add(owner := builders.enterprise(), *job_rows.job_rows(owner))
    _, resolved, _ = await both(graph, "{ jobs { edges { node { files { content } } } } }")
    assert resolved == {"jobs": "content is not declared"}


async def test_whether_a_token_holds_now_is_the_resolvers(graph: Graph) -> None:
    await graph.add(builders.service_token())
    _, resolved, _ = await both(graph, "{ serviceTokens { edges { node { name isInForce } } } }")
    assert resolved == {"serviceTokens": "isInForce is not declared"}


async def test_pages_by_moment_are_alike_both_ways(graph: Graph) -> None:
    """Of one moment, of fractions of seconds and of none."""
    owner = builders.enterprise()
    await graph.add(owner)
    for place in range(6):
        job, *_ = job_rows.job_rows(owner)
        job.created_at = builders.NOON.replace(microsecond=place // 2 * 70)
        await graph.add(job)
    after, seen = None, []
    for _ in range(3):
        data, resolved, sent = await both(graph, PAGE, after=after)
        assert (resolved, sent) == ({}, 1)
        seen += [edge["cursor"] for edge in data["jobs"]["edges"]]
        after = data["jobs"]["pageInfo"]["endCursor"]
    assert len(set(seen)) == 6
    assert data["jobs"]["pageInfo"]["hasNextPage"] is False


@pytest.mark.parametrize(
    "moment",
    [
        "2026-03-02 12:00:00",
        "2026-03-02 12:00:00+08:00",
        "0001-01-01 00:00:00+23:59",
        "2026-03-02T12:00:00+00:00",
        "2026-03-02 12:00:00Z",
    ],
)
async def test_a_moment_that_no_cursor_holds_is_refused_both_ways(graph: Graph, moment: str) -> None:
    """Without a zone, of another one, before the first of all, or spelt in another way."""
    content = json.dumps(["created_at:desc", moment, str(uuid4())], separators=(",", ":"))
    cursor = urlsafe_b64encode(content.encode()).decode().rstrip("=")
    query = "query($after: String) { enterprises { totalCount } jobs(after: $after) { totalCount } }"
    await both(graph, query, after=cursor)
    assert (await graph.fault(query, after=cursor))["extensions"]["code"] == "BAD_CURSOR"
