"""The measurements measure what they say: everybody answers alike, tables hold what was found, no part is lost."""

import asyncio
import importlib
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import orjson
import pytest

from bench.__main__ import Part, chosen, parts, run
from bench.peers.city import build
from bench.peers.contestants import AUDITOR, OFFERED, UNLIMITED
from bench.peers.figures import IN_SHORT, Figures, Measured, Server, growth, in_short, table
from bench.peers.floor.server import START, statements_of
from bench.peers.match import Match, same
from bench.peers.on_postgresql import OnPostgresql
from bench.peers.on_sqlite import OnSqlite
from bench.peers.questions import ALL, PAGE, PLAIN, POSTGRAPHILE, PRODUCT, Dialect, normal, scalars
from bench.peers.store import Store
from bench.results import Ran, head, kept, read, section, written
from schema.context import Dependencies
from schema.ids import encode_id
from schema.limits.budget import budgets_with
from schema.operation import Operation
from schema.service import GraphQLService
from schema.terms import Terms
from server.documents import IN_SHORT as QUOTED
from server.documents import ROOT
from server.settings import Settings
from server.wiring import open_parts
from tests.conftest import DEMONSTRATED_ON_SQLITE_AT_NIGHT

PEOPLE = 300  # enough for a second page of Q3
PEER = "bench.peers.strawberry.server"


@pytest.fixture
def store(demonstrated: Settings) -> Store:
    """A tiny city with its copy."""
    url = demonstrated.database
    found = OnPostgresql(url) if url.startswith("postgresql") else OnSqlite(demonstrated.home / "guantong.db")
    build(found, demonstrated.home, PEOPLE)
    return found


@pytest.fixture
def strawberry(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The peer in this process, over the copy: it reads the address when it is imported."""
    monkeypatch.setenv("DATABASE_URL", store.copy_url)
    yield importlib.import_module(PEER)
    del sys.modules[PEER]


def variables(dialect: Dialect | None, question: str, person: str, after: str | None) -> dict[str, Any]:
    id_ = encode_id("Person", person) if dialect is PRODUCT else person
    return {"Q1": {"id": id_}, "Q3": {"after": after}}.get(question, {})


class Everybody:
    """Whoever answers in this process."""

    def __init__(self, settings: Settings, store: Store, peer: ModuleType) -> None:
        self.settings, self.store, self.peer = settings, store, peer
        self.after: dict[str, str | None] = {}

    async def answers(self) -> dict[str, Any]:
        """The one answer to each question; Q3 twice, the second time where the first ended."""
        match = Match(self.store, [])
        await match.prepare()
        assert match.depth >= 1
        found = {question: same(question, await self.asked(question, match.person)) for question in ALL}
        found["next"] = same("Q3", await self.asked("Q3", match.person))
        await self.peer.engine.dispose()
        return found

    async def asked(self, question: str, person: str) -> dict[str, Any]:
        told = {
            "product": await self.product(question, person),
            "strawberry": await self.strawberry(question, person),
            "floor": await self.floor(question, person),
        }
        if question == "Q3":
            self.after = {name: data["credentials"]["pageInfo"]["endCursor"] for name, data in told.items()}
        return told

    async def product(self, question: str, person: str) -> Any:
        async with open_parts(self.settings) as given:
            deps = Dependencies(
                given.database, given.vocabulary, given.policy, given.schemes, given.clock, given.keyring,
                given.verifier,
            )  # fmt: skip
            service = GraphQLService(deps, Terms(budgets=budgets_with(UNLIMITED)))
            values = variables(PRODUCT, question, person, self.after.get("product"))
            answer = await service.execute(Operation(PRODUCT.text(question), values), AUDITOR, "bench")
        assert "errors" not in answer, answer
        return orjson.loads(orjson.dumps(answer))["data"]  # compiled answers are JSON already

    async def strawberry(self, question: str, person: str) -> Any:
        values = variables(PLAIN, question, person, self.after.get("strawberry"))
        answer = await self.peer.schema.execute(PLAIN.text(question), values, context_value=self.peer.loaders())
        assert not answer.errors, answer.errors
        return answer.data

    async def floor(self, question: str, person: str) -> Any:
        statements = statements_of(self.store.copy_url)
        await statements.open(self.store.copy_url)
        day, last = (self.after.get("floor") or START).split(",")
        try:
            text = await statements.answer(question, person, day, last)
        finally:
            await statements.close()
        return orjson.loads(text)["data"]


@DEMONSTRATED_ON_SQLITE_AT_NIGHT
def test_everybody_answers_alike(demonstrated: Settings, store: Store, strawberry: ModuleType) -> None:
    found = asyncio.run(Everybody(demonstrated, store, strawberry).answers())
    assert scalars(found["Q1"]) > 50
    assert len(found["Q2"]) == 100
    assert len(found["Q3"]["nodes"]) == len(found["next"]["nodes"]) == PAGE
    assert found["Q3"]["nodes"] != found["next"]["nodes"]
    assert found["Q3"]["totalCount"] == found["next"]["totalCount"] >= 2 * PAGE
    assert found["Q4"]


ROW = {"kind": "SKILL_LEVEL", "number": "1", "awardedOn": "2020-01-01"}
PLAINLY = {"credentials": {"totalCount": 1, "pageInfo": {"hasNextPage": False, "endCursor": "2020-01-01,1"}}}
SAMPLES = {
    "product": {"edges": [{"node": ROW | {"issuer": {"name": "甲"}, "holder": {"name": "乙"}}}]},
    "PostGraphile": {"nodes": [ROW | {"kind": "skill_level", "issuerName": "甲", "personByPersonId": {"name": "乙"}}]},
    "plain": {"nodes": [ROW | {"issuer": "甲", "holder": {"name": "乙"}}]},
}


def test_words_of_every_server_become_one_form() -> None:
    answers = {name: {"found": PLAINLY["credentials"] | page} for name, page in SAMPLES.items()}
    nodes = [ROW | {"issuer": "甲", "holder": {"name": "乙"}}]
    assert same("Q3", answers) == {"totalCount": 1, "pageInfo": {"hasNextPage": False}, "nodes": nodes}


def test_lists_within_a_person_have_no_order_and_a_page_has() -> None:
    one, other = {"number": "1"}, {"number": "2"}
    assert normal({"person": {"credentials": [one, other]}}) == normal({"person": {"credentials": [other, one]}})
    assert normal({"people": [one, other]}) != normal({"people": [other, one]})


def test_counts_in_another_order_are_the_same_and_other_counts_are_not() -> None:
    count = {"enterprise": "a", "kind": "K", "level": "SKILL:X", "year": 2020, "count": 3}
    ours = {"enterprise": {"key": "a"}, "kind": "K", "skillLevel": "X", "titleLevel": None, "year": 2020, "count": 3}
    nobodys = ours | {"enterprise": None}
    more = count | {"year": 2021}
    product = {"found": [ours | {"year": 2021}, nobodys, ours]}
    assert same("Q4", {"product": product, "plain": {"found": [count, more]}}) == [count, more]
    with pytest.raises(AssertionError, match="Q4: product says"):
        same("Q4", {"product": product, "plain": {"found": [count, count]}})


@pytest.mark.parametrize("dialect", [PRODUCT, POSTGRAPHILE, PLAIN])
def test_every_server_is_asked_every_question(dialect: Dialect) -> None:
    assert all(dialect.text(question) for question in ALL)
    assert set(OFFERED["sqlite"]) <= set(OFFERED["postgresql"])


def measured(people: int, scale: float, *, is_apart: bool = True) -> Measured:
    servers = [Server("Ours", "product", "1"), Server("Slow", "peer", "2"), Server("Fast", "peer", "3")]
    rounds = {
        "Ours": [Figures(2 * scale, 300, 2 * scale, 1), Figures(4 * scale, 100, 2 * scale, 1)],
        "Slow": [Figures(9, 50, 9, 1)],
        "Fast": [Figures(3, 100, 3, 1)],
        "Hand": [Figures(1, 500, 0.5, 1)],
    }
    found = {question: dict(rounds) for question in ALL}
    del found["Q4"]["Fast"]
    return Measured("PostgreSQL 1", people, [*servers, Server("Hand", "floor", "4")], found, {"Q1": 7}, 3, is_apart)


def test_a_table_has_medians_and_ratios() -> None:
    lines = table(measured(10, 1), "Q1").splitlines()
    assert lines[0].startswith("### Q1: one person with everything (7 scalars)")
    assert lines[4] == "| Ours | 3.00 | 200.0 | 2.00 times | 2.00 | 4.00 times | 1.00 |"
    assert lines[7] == "| Hand | 1.00 | 500.0 | 5.00 times | 0.50 | 1.00 times | 1.00 |"
    widths = {line.count("|") for line in table(measured(10, 1, is_apart=False), "Q4").splitlines() if line[:1] == "|"}
    assert widths == {7}
    assert any(line.startswith("| Fast | not offered |") for line in table(measured(10, 1), "Q4").splitlines())


def test_in_short_names_the_fastest_peer_of_each_question() -> None:
    lines = in_short(measured(200_000, 1)).splitlines()
    assert lines[0] == IN_SHORT
    assert lines[2] == "PostgreSQL 1, 200,000 people, 16 connections:"
    assert lines[6] == "| Q1: one person with everything | 2.00 times | Fast | 4.00 times |"
    assert lines[9].endswith("| 4.00 times | Slow | 4.00 times |")
    assert "a small run" in in_short(measured(199_999, 1))


def test_growth_is_told_to_the_smallest() -> None:
    lines = growth([measured(200_000, 3), measured(10, 1)]).splitlines()
    assert lines[2] == "PostgreSQL 1; in brackets to 10 people."
    assert lines[4] == "**Ours**"
    assert lines[8] == "| Q1 | 10 | 3.00 (1.00) | 200.00 (1.00) | 2.00 (1.00) | 1.00 (1.00) |"
    assert lines[9] == "| Q1 | 200,000 | 9.00 (3.00) | 200.00 (1.00) | 6.00 (3.00) | 1.00 (1.00) |"
    assert len(lines) == 8 + 2 * len(ALL)


def test_growth_is_told_of_each_variant() -> None:
    cities = [measured(10, 1), measured(200_000, 3)]
    varied = [replace(one, servers=[*one.servers[:1], replace(one.servers[1], kind="variant")]) for one in cities]
    told = growth(varied)
    assert re.findall(r"^\*\*(.*)\*\*$", told, re.MULTILINE) == ["Ours", "Slow"]
    assert told.count("| Q4 | 200,000 |") == 2


def test_documents_find_what_is_in_short() -> None:
    told = [in_short(measured(200_000, 1)), table(measured(200_000, 1), "Q1")]
    text = written("# Results", {"Reads": "\n".join(["1 round", *told]), "Other": in_short(measured(5, 1)).strip()})
    quoted = QUOTED.findall(text)
    assert [one.splitlines()[0] for one in quoted] == [
        "PostgreSQL 1, 200,000 people, 16 connections:",
        "PostgreSQL 1, 5 people (a small run, from which nothing is claimed), 16 connections:",
    ]
    assert all(one.count("\n| Q") == len(ALL) for one in quoted)


def test_a_part_that_fails_leaves_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GUANTONG_TEST_POSTGRES", raising=False)
    file = tmp_path / "RESULTS.md"
    every = [Part("graph", "Reads", needs_postgresql=True), Part("nothing", "Nothing"), Part("results", "Silent")]
    file.write_text(written(head(), {"Silent": "old", "Gone": "of a part that is no more"}), "utf-8")
    assert run(every, every[:2], file) == 1
    about, found = read(file.read_text("utf-8"))
    assert about == head()
    assert list(found) == ["Reads", "Nothing", "Silent"]
    assert found["Reads"].startswith("Not measured: set GUANTONG_TEST_POSTGRES")
    assert re.search(r"Failed with exit code 1.*No module named bench\.nothing", found["Nothing"], re.DOTALL)
    assert found["Silent"] == "old"
    assert run(every, every[2:], file) == 0
    assert read(file.read_text("utf-8"))[1]["Silent"].startswith("`python -m bench.results`, 2")


def test_a_section_keeps_what_was_printed() -> None:
    ran = Ran("python -m bench.x", "2026-01-01", "abc", (1, 2.04), 3.4, "plain words\n")
    about = "`python -m bench.x`, 2026-01-01, commit abc, 3 s; load 1.0 before, 2.0 after."
    assert section(ran) == f"{about}\n\n```text\nplain words\n```"
    table_printed = Ran(ran.command, ran.day, ran.commit, ran.load, 3.4, "| a |\n| --- |\n", "why\n", 2)
    assert section(table_printed) == f"{about}\n\n| a |\n| --- |\n\n**Failed with exit code 2:**\n\n```text\nwhy\n```"


def test_what_another_machine_found_is_not_kept() -> None:
    text = written("head", {"A": "a", "B": "b"})
    assert kept(text, "head", ["B", "C"]) == {"B": "b"}
    assert kept(text, "another", ["B", "C"]) == {}


def test_every_measurement_is_a_part() -> None:
    every = parts(10, [1, 2], 1, 0.5)
    modules = {file.stem for file in (ROOT / "bench").glob("[a-z]*.py")} - {"results"}
    assert {part.module or part.name for part in every} == modules
    assert [part.name for part in chosen(every, ["graph", "web"])] == ["graph-postgresql", "graph-sqlite", "web"]
    assert chosen(every, []) == every
    with pytest.raises(ValueError, match="no part grap; there are: graph-postgresql, "):
        chosen(every, ["grap"])
