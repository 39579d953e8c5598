"""Faults as clients see them: coded, in both languages, naming the culprit and the remedy."""

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
import structlog

from core.permissions import ANONYMOUS
from core.storage.queries import people, person_records
from schema.ids import encode_id
from schema.operation import Operation
from tests import builders
from tests.schema import rows
from tests.schema.conftest import OFFICER, Graph

pytestmark = pytest.mark.anyio


async def test_a_fault_carries_code_texts_place_nearest_and_clause(graph: Graph) -> None:
    error = await graph.fault('{ policy(pack: "guangzho") { id } }', ANONYMOUS)
    assert error == {
        "message": "政策包编号“guangzho”不在词表中 / id of a policy pack 'guangzho' is not in the vocabulary",
        "locations": [{"line": 1, "column": 3}],
        "path": ["policy"],
        "extensions": {
            "code": "UNKNOWN_CODE",
            "message": {
                "zh": "政策包编号“guangzho”不在词表中",
                "en": "id of a policy pack 'guangzho' is not in the vocabulary",
            },
            "where": None,
            "nearest": "guangzhou",
            "clause": None,
        },
    }


@pytest.mark.parametrize("written", ["2026-02-30", "2026-2-3", "20260302", "2026-W10-1", "", "yesterday"])
@pytest.mark.parametrize("as_variable", [True, False])
async def test_a_date_that_does_not_exist(graph: Graph, written: str, as_variable: bool) -> None:
    if as_variable:
        error = await graph.fault("query($d: Date) { policyRoutes(on: $d) { id } }", ANONYMOUS, d=written)
    else:
        error = await graph.fault(f'{{ policyRoutes(on: "{written}") {{ id }} }}', ANONYMOUS)
    assert error["extensions"]["code"] == "BAD_DATE"
    assert error["message"] == (
        f"“{written}”不是存在的日期；请写作 YYYY-MM-DD，如 2026-03-02 / "
        f"'{written}' is no date that exists; write YYYY-MM-DD, such as 2026-03-02"
    )


async def test_a_number_is_no_date(graph: Graph) -> None:
    error = await graph.fault("query($d: Date) { policyRoutes(on: $d) { id } }", ANONYMOUS, d=20260302)
    assert error["extensions"]["code"] == "BAD_DATE"


@pytest.mark.parametrize(("day", "is_asked"), [("1989-12-31", False), ("1990-01-01", True), ("2100-12-31", True)])
async def test_years_from_1990(graph: Graph, day: str, is_asked: bool) -> None:
    answer = await graph.answer(f'{{ policyRoutes(on: "{day}") {{ id }} }}', ANONYMOUS)
    assert ("errors" not in answer) is is_asked


async def test_years_to_2100(graph: Graph) -> None:
    error = await graph.fault('{ pilotList(asOf: "2101-01-01") { totalCount } }', ANONYMOUS)
    assert error["extensions"]["code"] == "BAD_DATE"
    assert error["message"] == (
        "日期 2101-01-01 超出范围；年份须在 1990 至 2100 之间 / "
        "2101-01-01 is out of range; years from 1990 to 2100 are accepted"
    )


async def test_syntax(graph: Graph) -> None:
    error = await graph.fault("{ viewer { role ")
    assert error["message"] == "Syntax Error: Expected Name, found <EOF>."
    assert error["extensions"] == {"code": "GRAPHQL_SYNTAX"}


async def test_an_unknown_field_comes_with_suggestions(graph: Graph) -> None:
    error = await graph.fault("{ viewer { rol } }")
    assert error["message"] == "Cannot query field 'rol' on type 'Viewer'. Did you mean 'role'?"
    assert error["extensions"] == {"code": "GRAPHQL_VALIDATION"}
    assert "path" not in error


async def test_a_wrong_variable(graph: Graph) -> None:
    error = await graph.fault("query($n: Int) { people(first: $n) { totalCount } }", n="many")
    assert error["message"].startswith(
        "Variable '$n' has invalid value: Int cannot represent non-integer value: 'many'"
    )
    assert error["extensions"] == {"code": "GRAPHQL_VALIDATION"}


async def test_unknown_mutations_are_named(graph: Graph) -> None:
    error = await graph.fault("mutation { remove }")
    assert error["message"] == "Cannot query field 'remove' on type 'Mutation'."
    assert error["extensions"] == {"code": "GRAPHQL_VALIDATION"}


async def test_subscriptions_are_not_answered_once(graph: Graph) -> None:
    error = await graph.fault("subscription { changes }")
    assert error["message"].endswith("subscribe over a WebSocket (graphql-transport-ws), or accept text/event-stream")
    assert error["extensions"] == {"code": "GRAPHQL_VALIDATION"}


@pytest.mark.parametrize("query", ["", None])
async def test_no_query(graph: Graph, query: Any) -> None:
    error = await graph.fault(query)
    assert error["message"] == "请求中没有查询 / the request holds no query"
    assert error["extensions"] == {"code": "GRAPHQL_VALIDATION"}


async def test_several_operations_need_a_name(graph: Graph) -> None:
    both = "query A { viewer { role } } query B { viewer { name } }"
    error = await graph.fault(both)
    assert error["message"] == (
        "请求含多个操作，须以 operationName 指明一个 / the document holds several operations; name one as operationName"
    )
    answer = await graph.service.execute(Operation(both, {}, "B"), OFFICER, "request-1")
    assert (answer["data"], "errors" in answer) == ({"viewer": {"name": "officer"}}, False)
    answer = await graph.service.execute(Operation(both, {}, "C"), OFFICER, "request-1")
    assert answer["errors"][0]["message"] == "文档中没有操作 C / the document holds no operation C"
    assert answer["errors"][0]["extensions"] == {"code": "GRAPHQL_VALIDATION"}


async def test_only_fragments(graph: Graph) -> None:
    error = await graph.fault("fragment F on Viewer { role }")
    assert error["message"] == "文档中没有操作 / the document holds no operation"


async def test_internal_errors_are_masked_and_logged(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any) -> None:
        raise RuntimeError("password=secret")

    graph.resolve()
    monkeypatch.setattr(people, "count_people", broken)
    with structlog.testing.capture_logs() as logs:
        error = await graph.fault("{ people { totalCount } }")
    assert error["message"] == (
        "系统内部错误，请凭请求编号联系管理员 / internal error; quote the request id to the operator"
    )
    assert error["path"] == ["people", "totalCount"]
    assert error["extensions"]["code"] == "INTERNAL"
    assert error["extensions"]["requestId"] == "request-1"
    assert "secret" not in str(error)
    (entry,) = logs
    assert (entry["event"], entry["request_id"]) == ("graphql_internal_error", "request-1")
    assert entry["path"] == ["people", "totalCount"]
    assert str(entry["exc_info"]) == "password=secret"


async def test_one_failing_field_leaves_its_siblings_alone(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any) -> None:
        raise RuntimeError("no")

    graph.resolve()
    monkeypatch.setattr(person_records, "competitions_by_id", broken)
    winner, contest = builders.person(), rows.competition()
    await graph.add(winner, contest, rows.award(winner, contest))
    query = "query($id: ID!) { node(id: $id) { ... on CompetitionAward { competition { id } } } people { totalCount } }"
    (award,) = (await graph.ask("{ people { edges { node { awards { id } } } } }"))["people"]["edges"][0]["node"][
        "awards"
    ]
    answer = await graph.answer(query, id=award["id"])
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["INTERNAL"]
    assert answer["data"] == {"node": None, "people": {"totalCount": 1}}


NUMBER = builders.identity_number(7)
ENCODED = urlsafe_b64encode(f'["id:asc","{NUMBER}"]'.encode()).decode()


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("query($n: Int) { people(first: $n) { totalCount } }", {"n": NUMBER}),
        ("query($n: Int) { people(first: $n) { totalCount } }", {"n": float(NUMBER)}),
        ("query($n: Int) { people(first: $n) { totalCount } }", {"n": "y" * 111 + NUMBER + "y" * 111}),
        ("query($n: Int) { people(first: $n) { totalCount } }", {"n": {"deep": [NUMBER]}}),
        ("query($d: Date) { policyRoutes(on: $d) { id } }", {"d": NUMBER}),
        ("query($d: Date) { policyRoutes(on: $d) { id } }", {"d": "x" * 30 + NUMBER}),
        ("query($id: ID!) { person(id: $id) { name } }", {"id": NUMBER}),
        ("query($id: ID!) { person(id: $id) { name } }", {"id": ENCODED}),
        ("query($id: ID!) { person(id: $id) { name } }", {"id": encode_id("Person", NUMBER)}),
        ("query($id: ID!) { person(id: $id) { name } }", {"id": encode_id(NUMBER, "key")}),
        ("query($a: String) { people(after: $a) { totalCount edges { cursor } } }", {"a": ENCODED}),
        ("query($a: String) { people(after: $a) { totalCount edges { cursor } } }", {"a": NUMBER}),
        (f"{{ people(first: {NUMBER}) {{ totalCount }} }}", {}),
        (f'{{ people(first: "{NUMBER}") {{ totalCount }} }}', {}),
        (f"{{ p{NUMBER} }}", {}),
        (f"{{ viewer {{ role }} }} x{NUMBER}", {}),
        (f"query q{NUMBER} {{ viewer {{ role }} }} query {{ viewer {{ role }} }}", {}),
        (f'{{ x{NUMBER}: person(id: "") {{ name }} }}', {}),
        (f"query(${'v' + NUMBER}: Int!) {{ people(first: ${'v' + NUMBER}) {{ totalCount }} }}", {}),
    ],
)
async def test_no_error_repeats_an_identity_number(graph: Graph, query: str, variables: dict[str, Any]) -> None:
    answer = await graph.answer(query, **variables)
    assert answer["errors"]
    text = json.dumps(answer["errors"], ensure_ascii=False)
    assert NUMBER[:10] not in text
    assert ENCODED[:30] not in text
    assert str(float(NUMBER))[:12] not in text
    assert "INTERNAL" not in text
