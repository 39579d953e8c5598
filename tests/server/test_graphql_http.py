"""The wire format of GraphQL over HTTP, apart from the application."""

from typing import Any

import pytest

from core.errors import ErrorCode
from schema.operation import Operation
from server.graphql_http import GRAPHQL_JSON, check_content_type, encode, negotiate, parse_request
from server.responses import JSON, RequestFault

NOT_FOUND = {"message": "no", "path": ["person"]}


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("application/json", JSON),
        ("application/json; charset=utf-8", JSON),
        ("application/graphql-response+json", GRAPHQL_JSON),
        ("Application/GraphQL-Response+JSON", GRAPHQL_JSON),
        ("application/graphql-response+json, application/json;q=0.9", GRAPHQL_JSON),
        ("application/graphql-response+json;q=0.5, application/json", JSON),
        ("application/graphql-response+json, */*", GRAPHQL_JSON),
        ("text/html, */*;q=0.1", JSON),
        ("text/html", None),
        ("application/json;q=0", None),
        ("application/json;q=much", None),
    ],
)
def test_negotiation(accept: str, chosen: str | None) -> None:
    assert negotiate(accept) == chosen


@pytest.mark.parametrize(
    "content_type", ["application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"']
)
def test_json_is_accepted(content_type: str) -> None:
    check_content_type(content_type)


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/json; charset=gbk"],
)
def test_anything_else_is_refused(content_type: str) -> None:
    with pytest.raises(RequestFault) as caught:
        check_content_type(content_type)
    assert caught.value.status == 415
    assert caught.value.error.message.en == f"send application/json in UTF-8, not '{content_type}'"


def test_a_request_is_read() -> None:
    body = b'{"query": "{ a }", "variables": {"n": 1}, "operationName": "A", "extensions": {}, "other": 1}'
    assert parse_request(body) == Operation("{ a }", {"n": 1}, "A")
    assert parse_request(b'{"query": "{ a }", "variables": null}') == Operation("{ a }")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "the body is not JSON: "),
        (b"{", "the body is not JSON: "),
        (b"\xff\xfe", "the body is not JSON: "),
        (b"[" * 100_000, "the body is not JSON: "),
        (b"[]", "the body must be a JSON object"),
        (b'"{ a }"', "the body must be a JSON object"),
        (b"{}", "the parameter query is missing, or documentId"),
        (b'{"query": null}', "the parameter query is missing, or documentId"),
        (b'{"query": 1}', "the parameter query must be a string"),
        (b'{"query": "{ a }", "variables": [1]}', "the parameter variables must be an object"),
        (b'{"query": "{ a }", "variables": "{}"}', "the parameter variables must be an object"),
        (b'{"query": "{ a }", "operationName": 1}', "the parameter operationName must be a string"),
        (b'{"query": "{ a }", "extensions": 1}', "the parameter extensions must be an object"),
    ],
)
def test_a_malformed_request_is_named(body: bytes, message: str) -> None:
    with pytest.raises(RequestFault) as caught:
        parse_request(body)
    assert (caught.value.status, caught.value.error.code) == (400, ErrorCode.REQUEST_INVALID)
    assert caught.value.error.message.en.startswith(message)


@pytest.mark.parametrize(
    ("result", "body", "status"),
    [
        ({"data": {"名": 1}}, '{"data":{"名":1}}'.encode(), 200),
        ({"data": {"a": None}, "errors": [NOT_FOUND]}, None, 200),
        # A field that must not be null took the whole data with it: that was executed.
        ({"data": None, "errors": [NOT_FOUND]}, None, 200),
        ({"data": None, "errors": [{"message": "bad"}]}, b'{"errors":[{"message":"bad"}]}', 400),
        ({"errors": [{"message": "bad"}]}, b'{"errors":[{"message":"bad"}]}', 400),
    ],
)
def test_results(result: dict[str, Any], body: bytes | None, status: int) -> None:
    encoded = encode(result, GRAPHQL_JSON)
    assert encoded[1] == status
    assert body is None or encoded[0] == body
    # Older clients read the body whatever went wrong, and are told 200.
    assert encode(result, JSON) == (encoded[0], 200, {})
