"""Two ways to serve the graph: to partners, and to the public."""

from collections.abc import Callable, Iterator

import pytest
from starlette.testclient import TestClient

from core.errors import ErrorCode, GuantongError
from core.permissions import Role
from schema.operation import Operation
from schema.trusted import document_id
from server.page import example_queries
from server.settings import Profile, Settings, load_settings
from server.terms import terms_of
from tests.server.fakes import FakeGraph

Serve = Callable[[Settings], TestClient]


@pytest.fixture
def public(serve: Serve) -> Iterator[TestClient]:
    yield serve(load_settings(profile="public"))


def test_production_serves_the_public_and_the_demonstration_partners(settings: Settings, production: Settings) -> None:
    assert (settings.served_to, production.served_to) == (Profile.PARTNER, Profile.PUBLIC)
    assert load_settings(profile="public").served_to is Profile.PUBLIC
    opened = production.model_copy(update={"profile": Profile.PARTNER})
    assert opened.served_to is Profile.PARTNER


def test_the_terms_of_each(settings: Settings, production: Settings) -> None:
    partner, public = terms_of(settings), terms_of(production)
    assert (partner.is_public, partner.tells_cost, partner.deadline) == (False, True, 30)
    assert (public.is_public, public.tells_cost, public.deadline) == (True, False, 10)
    assert list(public.trusted.texts.values()) == example_queries()


def test_an_operator_may_set_budgets_and_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUANTONG_BUDGETS", '{"worker": {"cost": 500}}')
    monkeypatch.setenv("GUANTONG_DEADLINE", "2.5")
    terms = terms_of(load_settings())
    assert (terms.budgets[Role.WORKER].cost, terms.deadline) == (500, 2.5)


@pytest.mark.parametrize("budgets", ["5", '{"worker": 5}', '{"worker": {"cost": "much"}}'])
def test_budgets_that_cannot_be_read_are_refused(monkeypatch: pytest.MonkeyPatch, budgets: str) -> None:
    monkeypatch.setenv("GUANTONG_BUDGETS", budgets)
    with pytest.raises(GuantongError) as caught:
        load_settings()
    assert caught.value.code is ErrorCode.SETTINGS_INVALID
    assert "GUANTONG_BUDGETS" in caught.value.message.en


@pytest.mark.parametrize("path", ["/", "/static/page.js", "/static/graphiql/graphiql.min.js"])
def test_the_public_gets_no_page(public: TestClient, client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 200
    assert public.get(path).status_code == 404


def test_documents_are_named_as_either_kind_of_client_does(client: TestClient, graph: FakeGraph) -> None:
    persisted = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "sha256:ABC"}}}
    for asked, read in (
        ({"documentId": "sha256:abc"}, Operation(None, {"n": 1}, document_id="sha256:abc")),
        (persisted, Operation(None, {"n": 1}, hash="abc")),
    ):
        assert client.post("/graphql", json={**asked, "variables": {"n": 1}}).status_code == 200
        assert graph.operation == read


def test_a_text_with_its_hash_is_taken_and_with_another_is_not(client: TestClient, graph: FakeGraph) -> None:
    for hash_, status in ((document_id("{ ok }"), 200), (document_id("{ no }"), 400), ("", 200)):
        asked = {"query": "{ ok }", "extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash_}}}
        answer = client.post("/graphql", json=asked)
        assert answer.status_code == status
    assert [one.hash for one in graph.operations] == [document_id("{ ok }"), None]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"documentId": 1}, "the parameter documentId must be a string"),
        ({"extensions": {"persistedQuery": "abc"}}, "the parameter persistedQuery must be an object"),
        ({"extensions": {"persistedQuery": {"sha256Hash": 5}}}, "the parameter sha256Hash must be a string"),
        ({"extensions": {"persistedQuery": {}}}, "the parameter query is missing, or documentId"),
        ({"documentId": ""}, "the parameter query is missing, or documentId"),
    ],
)
def test_ids_of_documents_that_are_none(client: TestClient, graph: FakeGraph, asked: object, message: str) -> None:
    answer = client.post("/graphql", json=asked)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"].endswith(message)
    assert graph.calls == []
