"""The GraphiQL page: what it is given, what it loads, and that the loaded files are the packages' own."""

import hashlib
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from graphql import build_schema, parse, validate
from starlette.testclient import TestClient

from schema.sdl import print_sdl
from server.app import PAGE_ACTOR
from server.clock import SystemClock
from server.page import STATIC, example_queries, render_page
from server.settings import Profile, Settings
from server.tokens import token_authority
from tests.server.tools import configuration

MANIFEST = json.loads((STATIC / "graphiql" / "manifest.json").read_text(encoding="utf-8"))


class Loads(HTMLParser):
    """Collects every address a page loads or leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attributes if name in ("src", "href", "action", "srcset")]


def test_everything_comes_from_this_server(client: TestClient) -> None:
    loads = Loads()
    loads.feed(client.get("/").text)
    local = [address for address in loads.addresses if address.startswith("/static/")]
    assert set(loads.addresses) - set(local) == {"data:,"}
    assert len(local) == 6
    for address in local:
        assert client.get(address).status_code == 200


def test_the_style_sheets_load_nothing_from_elsewhere() -> None:
    for sheet in STATIC.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert re.findall(r"url\(\s*[\"']?(?!data:)[^)]{0,80}", text) == []
        assert "@import" not in text


def test_own_scripts_name_no_address() -> None:
    assert not re.search(r"https?:|//[a-z]+\.", (STATIC / "page.js").read_text(encoding="utf-8"))


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: entry["file"])
def test_vendored_files_are_the_published_ones(entry: dict[str, str]) -> None:
    content = (STATIC / "graphiql" / entry["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]


def test_every_vendored_file_is_in_the_manifest_with_its_licence() -> None:
    present = {path.name for path in (STATIC / "graphiql").iterdir()} - {"manifest.json", "LICENSES"}
    assert present == {entry["file"] for entry in MANIFEST}
    licences = (STATIC / "graphiql" / "LICENSES").read_text(encoding="utf-8")
    for entry in MANIFEST:
        assert f"=== {entry['package']} {entry['version']} ===" in licences


def test_the_demonstration_page_acts_as_an_auditor(client: TestClient, settings: Settings) -> None:
    token = configuration(client.get("/").text)["token"]
    assert token_authority(settings, SystemClock()).verify(token).actor == PAGE_ACTOR


def test_the_production_page_acts_as_nobody(serve: Callable[[Settings], TestClient], production: Settings) -> None:
    page = serve(production.model_copy(update={"profile": Profile.PARTNER})).get("/").text
    assert configuration(page)["token"] is None
    assert "eyJ" not in page


def test_the_page_with_a_token_is_not_kept(client: TestClient) -> None:
    assert client.get("/").headers["cache-control"] == "no-store"


def test_configuration_cannot_break_out_of_its_element() -> None:
    page = render_page("</script><script>alert(1)</script>")
    assert "<script>alert" not in page
    assert configuration(page)["token"] == "</script><script>alert(1)</script>"


def test_five_queries_are_ready(client: TestClient) -> None:
    tabs = configuration(client.get("/").text)["tabs"]
    assert tabs == example_queries()
    names = [definition.name.value for tab in tabs for definition in parse(tab).definitions]  # type: ignore[attr-defined]
    assert names == [
        "PolicyAndPilots",
        "PeopleAcrossEnterprises",
        "OpportunitiesOfOnePerson",
        "PilotListAndItsChanges",
        "ContestsAndWhatTheyLeadTo",
    ]


@pytest.mark.parametrize("query", example_queries())
def test_the_ready_queries_fit_the_graph(query: str) -> None:
    assert validate(build_schema(print_sdl()), parse(query)) == []
