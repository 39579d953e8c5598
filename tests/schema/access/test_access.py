"""Every field and every mutation against every role: what is found must be what the table says.

The questions are made from the schema, so that a new field has no row and fails until somebody decides who reads it.
"""

import json
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLObjectType, GraphQLSchema, get_named_type

from core.storage.database import Database
from schema.build import build_schema
from schema.ids import encode_id
from schema.operation import Asker, Operation, free
from tests.conftest import POSTGRES_AT_NIGHT
from tests.schema.access.contest_deeds import CONTEST_DEEDS
from tests.schema.access.deeds import DEEDS
from tests.schema.access.matrix import FILE, Cell, read_matrix, write_matrix
from tests.schema.access.questions import ANSWERED_OR_REFUSED, arguments
from tests.schema.access.readers import Reader, readers
from tests.schema.access.round_deeds import ROUND_DEEDS, RULES
from tests.schema.access.selections import Selections
from tests.schema.access.world import AccessWorld, build
from tests.schema.conftest import WITHOUT_LIMIT, Graph

pytestmark = pytest.mark.anyio
SCHEMA: GraphQLSchema = build_schema()._schema
SELECTIONS = Selections(SCHEMA)
# Nodes that belong to nobody.
VOCABULARY = {"Occupation": "6-20-01-01", "TitleSeries": "engineering", "Specialty": "engineering:mechanical"}


def objects() -> Iterator[GraphQLObjectType]:
    for kind in SCHEMA.type_map.values():
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            yield kind


def node_types() -> list[GraphQLObjectType]:
    return sorted((one for one in objects() if SELECTIONS.is_node(one)), key=lambda one: one.name)


def value_types() -> dict[str, frozenset[str]]:
    """Types of which nothing is asked for by itself, with their fields."""
    roots = {"Query", "Mutation", "Subscription"}
    return {
        one.name: frozenset(one.fields) for one in objects() if not SELECTIONS.is_node(one) and one.name not in roots
    }


def root(name: str) -> GraphQLObjectType:
    kind = SCHEMA.type_map[name]
    assert isinstance(kind, GraphQLObjectType)
    return kind


@pytest.fixture
async def world(database: Database) -> tuple[Graph, AccessWorld]:
    graph = Graph(database)
    graph.serve(WITHOUT_LIMIT)
    return graph, await build(graph)


def cell_of(answer: dict[str, Any], what: str) -> Cell | None:
    """Refused or not found; None when there is an answer to look at."""
    codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
    if not codes:
        return None
    assert codes <= {"NOT_PERMITTED", "NOT_FOUND"}, f"{what}: {answer['errors']}"
    return Cell.REFUSED if "NOT_PERMITTED" in codes else Cell.HIDDEN


async def root_cells(graph: Graph, reader: Reader) -> dict[str, Cell]:
    found = {}
    fields = root("Query").fields
    for name, given in arguments(reader.asks_for).items():
        query = f"{{ {name}{given}{SELECTIONS.below(get_named_type(fields[name].type))} }}"
        answer = await graph.answer(query, reader.actor)
        told = json.dumps(answer.get("data"), ensure_ascii=False)
        shown = name in ANSWERED_OR_REFUSED or any(marker in told for marker in reader.asks_for.markers)
        is_there = shown and any(map(_inside, (answer.get("data") or {}).values()))
        found[f"Query.{name}"] = cell_of(answer, name) or (Cell.SEEN if is_there else Cell.HIDDEN)
    return found


async def followed_cells(graph: Graph, reader: Reader) -> dict[str, Cell]:
    """What becomes of following something: the first answer says it."""

    async def who() -> Asker:
        return Asker(reader.actor, free)

    found = {}
    for name, field in root("Subscription").fields.items():
        followed = {"progress": "Round", "jobProgress": "Job"}[name]
        given = f'({followed.lower()}: "{reader.asks_for.ids[followed]}")'
        query = f"subscription {{ {name}{given}{SELECTIONS.below(get_named_type(field.type))} }}"
        answers = graph.service.answers(Operation(query), who, "request-1")
        found[f"Subscription.{name}"] = cell_of(await anext(answers), name) or Cell.SEEN
        await answers.aclose()
    return found


async def node_cells(graph: Graph, reader: Reader, kind: GraphQLObjectType) -> dict[str, Cell]:
    """The fields of one node; all hidden when the node is."""
    id_ = reader.asks_for.ids.get(kind.name) or encode_id(kind.name, VOCABULARY[kind.name])
    ask = f"query($id: ID!) {{ node(id: $id) {{ ... on {kind.name} {{ %s }} }} }}"
    if (await graph.ask(ask % "id", reader.actor, id=id_))["node"] is None:
        return {f"{kind.name}.{name}": Cell.HIDDEN for name in kind.fields}
    selections = {name: SELECTIONS.of_field(kind.name, name, field) for name, field in kind.fields.items()}
    leaves = " ".join(one for one in selections.values() if " {" not in one)
    seen = await graph.answer(ask % leaves, reader.actor, id=id_)
    found = {}
    for name, selection in selections.items():
        is_leaf = " {" not in selection
        # What is refused refuses everything beside it, so then each is asked by itself.
        together = is_leaf and "errors" not in seen
        answer = seen if together else await graph.answer(ask % selection, reader.actor, id=id_)
        found[f"{kind.name}.{name}"] = cell_of(answer, f"{kind.name}.{name}") or _shown(answer, name, is_leaf)
    return found


def _inside(value: Any) -> Any:
    """What a page holds; anything else as it is."""
    return value["edges"] if isinstance(value, dict) and "edges" in value else value


def _shown(answer: dict[str, Any], name: str, is_leaf: bool) -> Cell:
    value = answer["data"]["node"][name]
    if is_leaf:
        return Cell.SEEN
    inside = _inside(value)
    return Cell.SEEN if inside else Cell.HIDDEN


@POSTGRES_AT_NIGHT
async def test_every_field_is_read_by_whom_the_table_says(world: tuple[Graph, AccessWorld], tmp_path: Path) -> None:
    graph, things = world
    columns = readers(things)
    found: dict[str, list[Cell]] = {}
    for reader in columns:
        cells = await root_cells(graph, reader) | await followed_cells(graph, reader)
        for kind in node_types():
            cells |= await node_cells(graph, reader, kind)
        for name, cell in cells.items():
            found.setdefault(name, []).append(cell)
    cells, _ = read_matrix()
    expected = {name: list(row) for name, row in cells.items() if not name.startswith("Mutation.")}
    assert found == expected, _told(found, cells, [one.name for one in columns], tmp_path)


def _told(found: dict[str, list[Cell]], known: dict[str, tuple[Cell, ...]], columns: list[str], folder: Path) -> str:
    """The whole table as it was found, to be read, judged, and put in place of the old one if it is right."""
    roots = {name: row for name, row in found.items() if name.startswith("Query.")}
    deeds = {name: list(row) for name, row in known.items() if name.startswith("Mutation.")}
    file = folder / "matrix.txt"
    file.write_text(write_matrix(roots | deeds | found, value_types(), columns), encoding="utf-8")
    wrong = [name for name in found.keys() | known.keys() if list(known.get(name, ())) != found.get(name)]
    return f"{sorted(wrong)} differ from {FILE.name}; as it is now: {file}"


def test_no_field_is_without_a_rule() -> None:
    """Every field of the schema has its row, or belongs to a value that the table lists with its fields."""
    cells, values = read_matrix()
    asked = [root("Query"), root("Mutation"), root("Subscription"), *node_types()]
    assert {f"{kind.name}.{name}" for kind in asked for name in kind.fields} == set(cells)
    assert values == value_types()


def test_the_questions_reach_every_field_of_every_value() -> None:
    """What comes with a field is asked for with it, so that a refusal deep within would show."""
    reach = Selections(SCHEMA)
    for kind in node_types():
        for name, field in kind.fields.items():
            reach.of_field(kind.name, name, field)
    for name in ("Query", "Mutation", "Subscription"):
        for field in root(name).fields.values():
            reach.below(get_named_type(field.type))
    every = {f"{name}.{field}" for name, fields in value_types().items() for field in fields}
    assert every - reach.reached == set()


def test_nothing_is_asked_that_is_gone() -> None:
    assert set(DEEDS) == set(root("Mutation").fields)


class Copies:
    """The world in a file, and a copy of it that serves until a deed has changed it: what is refused leaves nothing."""

    def __init__(self, original: Path) -> None:
        self._original = original
        self._copy: Graph | None = None

    async def tried(self, name: str, reader: Reader) -> Cell:
        """What becomes of a deed."""
        if self._copy is None:
            path = self._original.with_name("copy.db")
            shutil.copy(self._original, path)
            self._copy = Graph(Database(f"sqlite:///{path}"))
        mutation, variables = DEEDS[name](reader.asks_for)
        answered = await self._copy.ask(mutation, reader.actor, reason="示例理由", **variables)
        (result,) = answered.values()
        if result["__typename"] != "Problem":
            await self.close()
            return Cell.SEEN
        refused = {"NOT_PERMITTED": Cell.REFUSED, "WIDER_THAN_OWN": Cell.REFUSED, "NOT_FOUND": Cell.HIDDEN}
        if name in ROUND_DEEDS or name in CONTEST_DEEDS:
            refused |= dict.fromkeys(RULES, Cell.SEEN)
        assert result["code"] in refused, f"{name} by {reader.name}: {result}"
        return refused[result["code"]]

    async def close(self) -> None:
        if self._copy is not None:
            await self._copy.database.dispose()
            self._copy = None


@pytest.fixture
async def copies(sqlite_template: Path, tmp_path: Path, anyio_backend: str) -> AsyncIterator[Any]:
    original = tmp_path / "world.db"
    shutil.copy(sqlite_template, original)
    database = Database(f"sqlite:///{original}")
    things = await build(Graph(database))
    await database.dispose()
    made = Copies(original)
    yield things, made.tried
    await made.close()


async def test_every_mutation_is_done_by_whom_the_table_says(copies: Any) -> None:
    things, tried = copies
    cells, _ = read_matrix()
    expected = {name: list(row) for name, row in cells.items() if name.startswith("Mutation.")}
    found = {f"Mutation.{name}": [await tried(name, reader) for reader in readers(things)] for name in DEEDS}
    assert found == expected, "\n".join(f"{name:58}{' '.join(row)}" for name, row in found.items())
