"""The whole product with its demonstration, over HTTP: what each reader gets to see."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from core.permissions import Role
from server.app import create_app
from server.demonstration.accounts import FILE, read_passwords
from server.operations import load_demonstration
from server.page import example_queries
from server.service import open_service
from server.settings import Settings, load_settings
from tests.server.tools import configuration, guantong

OWN = "http://127.0.0.1"
POLICY, PEOPLE, OPPORTUNITIES, PILOT_LIST, CONTESTS = example_queries()
EVERYBODY = "{ people(first: 100) { totalCount edges { node { id name currentEmployment { enterprise { key } } } } } }"


@pytest.fixture
def settings(demonstration: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("GUANTONG_HOME", str(shutil.copytree(demonstration, tmp_path / "copy")))
    return load_settings()


@pytest.fixture
def product(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings, open_service), base_url=OWN, headers={"origin": OWN}) as client:
        yield client


def ask(client: TestClient, query: str, token: str | None = None) -> dict[str, Any]:
    headers = {} if token is None else {"authorization": f"Bearer {token}"}
    answer = client.post("/graphql", json={"query": query}, headers=headers)
    assert answer.status_code == 200, answer.text
    loaded: dict[str, Any] = answer.json()
    return loaded


def people(answer: dict[str, Any]) -> list[dict[str, Any]]:
    assert "errors" not in answer, answer["errors"]
    return [edge["node"] for edge in answer["data"]["people"]["edges"]]


def works_at(person: dict[str, Any], key: str) -> bool:
    employment = person["currentEmployment"]
    return employment is not None and bool(employment["enterprise"]["key"] == key)


@pytest.fixture
def auditor(product: TestClient) -> str:
    """The token that the page is given."""
    token: str = configuration(product.get("/").text)["token"]
    return token


def printed_token(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    assert guantong(monkeypatch, "token", *arguments) == 0
    return capsys.readouterr().out.strip()


def test_anonymous_reads_policy_and_pilot_list_only(product: TestClient) -> None:
    answer = ask(product, POLICY)
    assert "errors" not in answer
    assert len(answer["data"]["policy"]) > 50
    assert all(value["citation"]["clause"] and value["citation"]["confidence"] for value in answer["data"]["policy"])
    assert answer["data"]["pilotList"]["totalCount"] > 0
    listed = ask(product, PILOT_LIST)["data"]
    assert listed["pilotList"]["totalCount"] == len(listed["pilotListDifference"]["joined"]) > 0
    assert all(move["basis"] for move in listed["pilotListDifference"]["joined"])
    for query in (PEOPLE, OPPORTUNITIES, CONTESTS, EVERYBODY):
        refused = ask(product, query)
        assert "data" not in refused  # refused before anything was asked of the database
        assert refused["errors"][0]["extensions"]["code"] == "NOT_PERMITTED"


def test_the_page_reads_every_ready_query(product: TestClient, auditor: str) -> None:
    assert "errors" not in ask(product, POLICY, auditor)
    assert len(people(ask(product, PEOPLE, auditor))) > 5
    (one,) = people(ask(product, OPPORTUNITIES, auditor))
    assert one["opportunities"]
    assert all(chance["conditions"] for chance in one["opportunities"])
    held = [edge["node"] for edge in ask(product, CONTESTS, auditor)["data"]["competitions"]["edges"]]
    won = [edge["node"] for one in held for edge in one["awards"]["edges"]]
    assert any(award["outcomes"] for award in won)
    granted = [made for award in won for asked in award["requests"] for made in asked["decisions"]]
    assert len(granted) == 4, "a winner on each path, with two certificates each"
    assert all(one["credential"]["linkedCredential"]["number"] for one in granted)


def test_nobody_is_shown_an_identity_number(product: TestClient, auditor: str) -> None:
    numbers = [person["maskedIdentityNumber"] for person in people(ask(product, PEOPLE, auditor))]
    assert numbers
    assert all("*" * 10 in number for number in numbers)


def test_a_worker_reads_only_themself(
    product: TestClient, auditor: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    somebody, *others = people(ask(product, EVERYBODY, auditor))
    token = printed_token(monkeypatch, capsys, "worker", "--person", somebody["id"])
    assert [person["id"] for person in people(ask(product, EVERYBODY, token))] == [somebody["id"]]
    refused = ask(product, f"{{ person(id: {json.dumps(others[0]['id'])}) {{ name }} }}", token)
    assert refused["errors"][0]["extensions"]["code"] == "NOT_FOUND"


def test_an_enterprise_reads_its_own_people(
    product: TestClient, auditor: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    everybody = people(ask(product, EVERYBODY, auditor))
    employed = {person["id"] for person in everybody if works_at(person, "lingnan_ship")}
    token = printed_token(monkeypatch, capsys, "enterprise-admin", "--enterprise", "lingnan_ship")
    seen = {person["id"] for person in people(ask(product, EVERYBODY, token))}
    assert employed
    assert employed <= seen < {person["id"] for person in everybody}


def test_a_query_that_is_no_query_is_answered_by_its_fault(product: TestClient) -> None:
    accept = {"accept": "application/graphql-response+json"}
    answer = product.post("/graphql", json={"query": "{ nothing }"}, headers=accept)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION"
    assert "data" not in answer.json()


def test_each_role_signs_in_by_the_password_in_the_file(settings: Settings, product: TestClient) -> None:
    passwords = read_passwords(settings.home / FILE)
    assert passwords.keys() == {role.value for role in Role} - {"anonymous", "service"}
    for name, password in passwords.items():
        assert product.post("/auth/login", json={"name": name, "password": password}).status_code == 200
        viewer = ask(product, "{ viewer { name role enterprise { key } person { name } } }")["data"]["viewer"]
        assert (viewer["name"], viewer["role"]) == (name, name.replace("-", "_").upper())
        assert (viewer["enterprise"] or {}).get("key") == (
            "lingnan_ship" if name in ("enterprise-admin", "evaluation-officer") else None
        )
        assert (viewer["person"] is not None) == (name == "worker")


def test_an_administrator_mints_a_token_that_another_system_uses(settings: Settings, product: TestClient) -> None:
    password = read_passwords(settings.home / FILE)["enterprise-admin"]
    product.post("/auth/login", json={"name": "enterprise-admin", "password": password})
    own = ask(product, "{ viewer { enterprise { id } } }")["data"]["viewer"]["enterprise"]["id"]
    given = f'{{name: "人事系统", permissions: ["enterprise:person:read"], enterprise: "{own}", reason: "示例理由"}}'
    shown = "... on MintedServiceToken { secret serviceToken { id } }"
    mutation = f"mutation {{ mintServiceToken(input: {given}) {{ {shown} }} }}"
    minted = ask(product, mutation)["data"]["mintServiceToken"]
    seen = people(ask(product, EVERYBODY))
    product.cookies.clear()
    assert people(ask(product, EVERYBODY, minted["secret"])) == seen
    refused = ask(product, "{ evaluations { totalCount } }", minted["secret"])
    assert refused["errors"][0]["extensions"]["code"] == "NOT_PERMITTED"
    product.post("/auth/login", json={"name": "enterprise-admin", "password": password})
    given = f'{{serviceToken: "{minted["serviceToken"]["id"]}", reason: "示例理由"}}'
    revoked = ask(product, f"mutation {{ revokeServiceToken(input: {given}) {{ __typename }} }}")
    assert revoked["data"]["revokeServiceToken"] == {"__typename": "RevokedServiceToken"}
    headers = {"authorization": f"Bearer {minted['secret']}"}
    assert product.post("/graphql", json={"query": "{ viewer { role } }"}, headers=headers).status_code == 401


def test_the_demonstration_is_loaded_once(settings: Settings, product: TestClient, auditor: str) -> None:
    before = ask(product, EVERYBODY, auditor)
    asyncio.run(load_demonstration(settings))
    assert ask(product, EVERYBODY, auditor) == before
