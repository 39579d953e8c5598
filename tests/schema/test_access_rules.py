"""Who may ask for a field is declared on it, and decided for the whole operation before anything is read."""

from collections.abc import Iterator
from typing import Any

import pytest
import strawberry

from core.permissions import ANONYMOUS, Actor, Permission, Role
from core.storage.database import Database
from schema import documents
from schema.access import EVERYBODY, Needed, check_roots, needed_by, required_by
from schema.build import build_schema
from schema.fields import computed
from schema.operation import Operation
from tests import builders
from tests.schema import rows
from tests.schema.conftest import AUDITOR, WITHOUT_LIMIT, Graph

pytestmark = pytest.mark.anyio
REVIEWER = Actor.of(Role.INDUSTRY_REVIEWER, "示例会签")


async def refused(graph: Graph, query: str, actor: Actor = ANONYMOUS, **variables: object) -> str:
    """Where the only error of an answer says that the permission is missing."""
    answer = await graph.answer(query, actor, **variables)
    (error,) = answer["errors"]
    assert answer["data"] is None
    assert error["extensions"]["code"] == "NOT_PERMITTED"
    found: str = error["extensions"]["where"]
    return found


async def test_one_field_refuses_the_whole_operation_before_anything_is_read(database: Database) -> None:
    graph = Graph(database)
    with database.count_queries() as sent:
        assert await refused(graph, "{ pilotList { totalCount } people { totalCount } }") == "Query.people"
    assert sent == []


async def test_the_refusal_points_at_the_field(graph: Graph) -> None:
    error = await graph.fault("{\n  viewer { role }\n  all: people { totalCount }\n}", ANONYMOUS)
    assert error["locations"] == [{"line": 3, "column": 3}]
    assert error["message"] == (
        "角色 anonymous 没有权限 city:person:read, enterprise:person:read, own:person:read；请使用具备该权限的令牌 / "
        "role anonymous lacks city:person:read, enterprise:person:read, own:person:read; use a token that carries it"
    )


@pytest.mark.parametrize(
    "query",
    [
        "{ pilotList { edges { node { enterprise { people { totalCount } } } } } }",
        "{ pilotList { edges { node { ...deep } } } } fragment deep on PilotListing { enterprise { ...deeper } } "
        "fragment deeper on Enterprise { people { totalCount } }",
        '{ node(id: "RW50ZXJwcmlzZTow") { ... on Enterprise { people { totalCount } } } }',
        "{ pilotList { edges { node { ... { enterprise { ... @include(if: true) { people { totalCount } } } } } } } }",
        "query($no: Boolean = false) { pilotList { edges { node { enterprise { people @skip(if: $no) "
        "{ totalCount } } } } } }",
    ],
)
async def test_no_way_through_the_document_hides_a_field(graph: Graph, query: str) -> None:
    assert await refused(graph, query) == "Enterprise.people"


async def test_what_a_condition_leaves_out_is_not_asked_for(graph: Graph) -> None:
    listed = builders.enterprise()
    await graph.add(listed, rows.listing(listed))
    query = (
        "query($all: Boolean!) { pilotList { edges { node { enterprise { key people @include(if: $all) "
        "{ totalCount } ...more @skip(if: true) } } } } } fragment more on Enterprise { authorities { id } }"
    )
    data = await graph.ask(query, ANONYMOUS, all=False)
    assert data["pilotList"]["edges"] == [{"node": {"enterprise": {"key": listed.key}}}]
    assert await refused(graph, query, all=True) == "Enterprise.people"


async def test_a_document_of_doubling_fragments_is_walked_in_a_line(graph: Graph) -> None:
    graph.serve(WITHOUT_LIMIT)
    levels = 25
    doubled = " ".join(f"fragment f{n} on Enterprise {{ ...f{n - 1} ...f{n - 1} }}" for n in range(1, levels))
    query = (
        f"{{ pilotList {{ edges {{ node {{ enterprise {{ ...f{levels - 1} }} }} }} }} }} {doubled} "
        "fragment f0 on Enterprise { people { totalCount } }"
    )
    assert await refused(graph, query) == "Enterprise.people"


async def test_the_chosen_operation_alone_counts(graph: Graph) -> None:
    document = "query open { viewer { role } } query closed { people { totalCount } }"
    for name, expected in (("open", None), ("closed", "NOT_PERMITTED")):
        answer = await graph.service.execute(Operation(document, None, name), ANONYMOUS, "request-1")
        codes = [error["extensions"]["code"] for error in answer.get("errors", [])]
        assert codes == ([expected] if expected else [])


async def test_a_right_to_one_side_is_no_right_to_the_other(graph: Graph) -> None:
    assert await graph.ask("{ schemes { totalCount } }", REVIEWER) == {"schemes": {"totalCount": 0}}
    assert await refused(graph, "{ schemes { totalCount } people { totalCount } }", REVIEWER) == "Query.people"
    assert await graph.ask("{ schemes { totalCount } people { totalCount } }", AUDITOR)


def test_every_root_field_says_for_whom_it_is() -> None:
    @strawberry.type
    class Careless:
        @computed("Anything. 任意")
        def anything(self) -> int:
            return 1

    with pytest.raises(TypeError, match=r"Careless\.anything does not say who may ask for it: give it requires="):
        check_roots(Careless)


def test_only_what_is_meant_to_be_is_everybody_s() -> None:
    roots = build_schema()._schema
    assert roots.query_type is not None
    assert roots.mutation_type is not None
    open_to_all = {name for name, one in roots.query_type.fields.items() if required_by(one) == EVERYBODY}
    assert open_to_all == {"node", "nodes", "viewer"}
    assert all(required_by(one) for one in roots.mutation_type.fields.values())
    assert required_by(roots.query_type.fields["policy"]) == (Permission.PUBLIC_POLICY_READ,)


async def test_what_an_operation_needs_is_collected_once_a_document(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    collected = []

    def counting(*asked: Any) -> Iterator[Needed]:
        collected.append(asked)
        return needed_by(*asked)

    monkeypatch.setattr(documents, "needed_by", counting)
    query = "query($all: Boolean = true) { viewer { role } people @include(if: $all) { totalCount } }"
    for _ in range(3):
        assert await refused(graph, query) == "Query.people"
    assert len(collected) == 1
    for _ in range(2):
        assert await graph.ask(query, ANONYMOUS, all=False) == {"viewer": {"role": "ANONYMOUS"}}
        assert await refused(graph, query, all=True) == "Query.people"
    assert len(collected) == 3
