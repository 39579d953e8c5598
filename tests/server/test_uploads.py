"""Requests with files: what is accepted, where the files end up, and what is refused how."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from core.permissions import Actor, Role
from core.services.artifacts import LARGEST_ARTIFACT, Upload
from core.services.jobs import LARGEST_LIST
from server.clock import SystemClock
from server.settings import MOST_ARTIFACT, Settings, load_settings
from server.tokens import token_authority
from server.uploads import is_multipart
from tests.server.fakes import FakeGraph

Serve = Callable[[Settings], TestClient]
QUERY = "mutation($file: Upload!) { registerScheme(input: {file: $file}) { __typename } }"
MAP = {"0": ["variables.file"]}
FILE = ("scheme.zip", b"PK\x03\x04 content", "application/zip")


def headers(settings: Settings) -> dict[str, str]:
    token = token_authority(settings, SystemClock()).issue(Actor.of(Role.ENTERPRISE_ADMIN, "admin"), timedelta(hours=1))
    return {"authorization": f"Bearer {token}", "graphql-preflight": "1"}


def operations(**variables: Any) -> str:
    return json.dumps({"query": QUERY, "variables": variables or {"file": None}})


class Sender:
    """Posts forms to the application."""

    def __init__(self, client: TestClient, settings: Settings) -> None:
        self.client = client
        self.headers = headers(settings)

    def post(self, fields: dict[str, Any], files: Any, **others: str | None) -> Any:
        told = {name: value for name, value in (self.headers | others).items() if value is not None}
        return self.client.post("/graphql", data=fields, files=files, headers=told)

    def refused(self, status: int, fields: dict[str, Any], files: Any, **others: str | None) -> str:
        """The English message of a refusal."""
        answer = self.post(fields, files, **others)
        assert answer.status_code == status, answer.text
        error = answer.json()["errors"][0]
        zh, _, en = error["message"].partition(" / ")
        assert zh
        found: str = en
        return found


@pytest.fixture
def sender(serve: Serve, settings: Settings) -> Sender:
    return Sender(serve(settings), settings)


@pytest.fixture
def small(serve: Serve) -> Sender:
    """An application that accepts files of two kilobytes, and one kilobyte beside them."""
    settings = load_settings(artifact_limit=2048, body_limit=1024)
    return Sender(serve(settings), settings)


def test_a_file_takes_its_place_among_the_variables(sender: Sender, graph: FakeGraph) -> None:
    answer = sender.post({"operations": operations(), "map": json.dumps(MAP)}, {"0": FILE})
    assert (answer.status_code, answer.json()) == (200, {"data": {"ok": True}})
    query, variables, name, actor, request_id = graph.calls[0]
    assert (query, name, actor.role) == (QUERY, None, Role.ENTERPRISE_ADMIN)
    assert variables == {
        "file": Upload(filename="scheme.zip", media_type="application/zip", content=b"PK\x03\x04 content")
    }
    assert request_id == answer.headers["x-request-id"]


def test_files_take_places_within_objects_and_lists(sender: Sender, graph: FakeGraph) -> None:
    fields = {
        "operations": operations(input={"pair": [None, None]}, same=None),
        "map": json.dumps({"a": ["variables.input.pair.0", "variables.same"], "b": ["variables.input.pair.1"]}),
    }
    pair = {"a": ("scheme.toml", b"1"), "b": ("catalog.xlsx", b"2")}
    assert sender.post(fields, pair).status_code == 200
    variables = graph.calls[0][1]
    assert [file.content for file in variables["input"]["pair"]] == [b"1", b"2"]
    assert variables["same"] is variables["input"]["pair"][0]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("C:\\Users\\me\\方案.xlsx", "方案.xlsx"), ("../../etc/passwd", "passwd"), ("plain.whl", "plain.whl")],
)
def test_only_the_name_of_a_file_is_kept(sender: Sender, graph: FakeGraph, sent: str, kept: str) -> None:
    assert sender.post({"operations": operations(), "map": json.dumps(MAP)}, {"0": (sent, b"x")}).status_code == 200
    assert graph.calls[0][1]["file"].filename == kept


def test_a_file_stays_in_memory(sender: Sender, graph: FakeGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    def on_disk(*_: Any, **__: Any) -> None:
        raise AssertionError("a file was written to disk")

    monkeypatch.setattr("tempfile.TemporaryFile", on_disk)
    big = b"x" * (3 * 1024 * 1024)  # the library would spool it from one megabyte on
    assert sender.post({"operations": operations(), "map": json.dumps(MAP)}, {"0": ("a.zip", big)}).status_code == 200
    assert graph.calls[0][1]["file"].content == big


def test_a_form_of_another_site_is_not_accepted(sender: Sender, graph: FakeGraph) -> None:
    fields = {"operations": operations(), "map": json.dumps(MAP)}
    told = sender.refused(415, fields, {"0": FILE}, **{"graphql-preflight": None})
    assert told == "a request with files needs the header graphql-preflight: 1"
    assert graph.calls == []


def test_a_file_needs_a_token(sender: Sender, graph: FakeGraph) -> None:
    fields = {"operations": operations(), "map": json.dumps(MAP)}
    answer = sender.post(fields, {"0": FILE}, authorization=None)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.json()["errors"][0]["message"].endswith("a request with files needs a token")
    wrong = sender.post(fields, {"0": FILE}, authorization="Bearer nonsense")
    assert wrong.json()["errors"][0]["extensions"]["code"] == "TOKEN_INVALID"
    assert graph.calls == []


@pytest.mark.parametrize(
    ("fields", "files", "told"),
    [
        ({"map": json.dumps(MAP)}, {"0": FILE}, "there must be one text field operations, and only one"),
        ({"operations": operations()}, {"0": FILE}, "there must be one text field map, and only one"),
        ({"operations": "{", "map": "{}"}, {"0": FILE}, "the field operations is not JSON: "),
        ({"operations": "[]", "map": "{}"}, {"0": FILE}, "the field operations must be a JSON object"),
        ({"operations": operations(), "map": "{"}, {"0": FILE}, "the field map is not JSON: "),
        ({"operations": operations(), "map": "[]"}, {"0": FILE}, 'the field map must look like {"field": ["variables'),
        ({"operations": operations(), "map": '{"0": "variables.file"}'}, {"0": FILE}, "the field map must look like"),
        ({"operations": operations(), "map": '{"0": []}'}, {"0": FILE}, "the field map must look like"),
        ({"operations": operations(), "map": '{"0": [1]}'}, {"0": FILE}, "the field map must look like"),
        ({"operations": operations(), "map": "{}"}, {"0": FILE}, "map gives no place for the file '0'"),
        (
            {"operations": operations(), "map": '{"0": ["variables.file"], "1": ["variables.other"]}'},
            {"0": FILE},
            "map names a file '1' that is not in the request",
        ),
        (
            {"operations": operations(), "map": json.dumps(MAP)},
            {"0": ("x" * 201, b"x")},
            "'filename' is too long",
        ),
        (
            {"operations": operations(), "map": json.dumps(MAP)},
            [("0", FILE), ("0", FILE)],
            "'0' must be one file",
        ),
    ],
)
def test_a_malformed_form_is_named(
    sender: Sender, graph: FakeGraph, fields: dict[str, str], files: Any, told: str
) -> None:
    assert sender.refused(400, fields, files).startswith(told)
    assert graph.calls == []


@pytest.mark.parametrize(
    "place",
    ["file", "variables", "query", "variables.other", "variables.taken", "variables.list.1", "variables.list.x",
     "variables.taken.deeper", "variables.file.deeper", "variables.list.0000", "variables.list.-1", ""],
)  # fmt: skip
def test_a_place_must_be_there_and_empty(sender: Sender, graph: FakeGraph, place: str) -> None:
    fields = {"operations": operations(file=None, taken=1, list=[None]), "map": json.dumps({"0": [place]})}
    told = sender.refused(400, fields, {"0": FILE})
    assert told == f"'{place}', the place of the file '0', is not in operations or is not null there"
    assert graph.calls == []


def test_one_place_takes_one_file(sender: Sender) -> None:
    fields = {"operations": operations(), "map": '{"0": ["variables.file"], "1": ["variables.file"]}'}
    told = sender.refused(400, fields, {"0": FILE, "1": FILE})
    assert told.startswith("'variables.file', the place of the file '1', is not in operations")


def test_a_body_that_is_no_form_is_refused(sender: Sender, graph: FakeGraph) -> None:
    for content_type, content in (
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=x", b"nothing of the kind"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n\r\n--x--\r\n"),
    ):
        answer = sender.client.post(
            "/graphql", content=content, headers=sender.headers | {"content-type": content_type}
        )
        assert answer.status_code == 400, answer.text
        assert answer.json()["errors"][0]["extensions"]["code"] == "REQUEST_INVALID"
    assert graph.calls == []


def test_a_file_that_is_too_large_is_refused(small: Sender, graph: FakeGraph) -> None:
    fields = {"operations": operations(), "map": json.dumps(MAP)}
    assert small.post(fields, {"0": ("a.zip", b"x" * 2048)}).status_code == 200
    told = small.refused(413, fields, {"0": ("a.zip", b"x" * 2049)})
    assert told == "the file '0' has 2049 bytes, at most 2048 are accepted"
    assert len(graph.calls) == 1


def test_no_more_is_read_than_the_limits(small: Sender, graph: FakeGraph) -> None:
    fields = {"operations": operations(), "map": json.dumps(MAP)}
    assert small.refused(413, fields, {"0": ("a.zip", b"x" * 4000)}) == "the body is longer than 3072 bytes"
    assert "Part exceeded maximum size of 1KB" in small.refused(400, fields | {"map": " " * 1500}, {"0": FILE})
    many = {str(number): ("a.zip", b"") for number in range(11)}
    assert "Too many files" in small.refused(400, fields, many)
    assert "Too many fields" in small.refused(400, fields | {"other": "x"}, {"0": FILE})
    assert graph.calls == []


def test_a_body_that_does_not_say_its_length_is_stopped_too(small: Sender, graph: FakeGraph) -> None:
    sent = 0

    def endless() -> Any:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="0"; filename="a.zip"\r\n\r\n'
        for _ in range(100):
            sent += 1024
            yield b"x" * 1024

    told = small.headers | {"content-type": "multipart/form-data; boundary=x"}
    answer = small.client.post("/graphql", content=endless(), headers=told)
    assert answer.status_code == 413
    assert graph.calls == []


def test_requests_without_files_are_as_before(sender: Sender, graph: FakeGraph) -> None:
    answer = sender.client.post("/graphql", json={"query": "{ ok }"})
    assert answer.status_code == 200
    assert graph.calls[0][:3] == ("{ ok }", None, None)


def test_the_limit_is_at_most_what_is_stored() -> None:
    assert MOST_ARTIFACT == LARGEST_LIST
    assert load_settings().artifact_limit == LARGEST_ARTIFACT


@pytest.mark.parametrize(
    ("content_type", "answer"),
    [
        ("multipart/form-data; boundary=x", True),
        ("Multipart/Form-Data", True),
        ("multipart/mixed", False),
        ("application/json", False),
        ("", False),
    ],
)
def test_what_counts_as_a_form(content_type: str, answer: bool) -> None:
    assert is_multipart(content_type) is answer
