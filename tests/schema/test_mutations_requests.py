"""Mutations as requests: several in one transaction, faults among them, files, documents of both kinds."""

import asyncio
import json
from pathlib import Path
from typing import Any

import orjson
import pytest

from core.errors import ErrorCode
from core.services.verifier import Candidate, Surroundings, Verdict
from plugins.verifier import SchemeVerifier
from schema.build import build_schema
from schema.operation import Operation
from schema.service import GraphQLService
from tests.schema.conftest import Graph
from tests.schema.plugin_world import (
    PROBLEM,
    REASON,
    REGISTER,
    STEP,
    World,
    artifact,
    stored,
    world_in,
)

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[2]
NOBODY = "01a20797-307d-70f7-ae76-2fd369d1941f"
FIELDS = build_schema()._schema.mutation_type.fields  # type: ignore[union-attr]


@pytest.fixture
async def world(graph: Graph) -> World:
    return await world_in(graph)


async def test_several_mutations_follow_one_another_in_one_transaction(world: World) -> None:
    await world.register()
    both = f"""mutation($seen: SeenFilingInput!, $again: SeenFilingInput!, $file: Upload!) {{
      first: registerScheme(input: {{file: $file, reason: "一"}}) {{
        ... on VerifiedArtifact {{ filing {{ state revision }} }}
      }}
      second: submitFiling(input: {{seen: $seen, reason: "二"}}) {{ {PROBLEM} }}
      third: submitFiling(input: {{seen: $again, reason: "三"}}) {{
        ... on MovedFiling {{ filing {{ state revision steps {{ step reason }} }} }} {PROBLEM}
      }}
    }}"""
    other = artifact(world.owner, name="Another name")
    digest = world.graph.verifier.read(other.content, other.filename).digest
    again = world.seen(revision=2, digest=digest)
    data = await world.graph.ask(both, world.admin, seen=world.seen(), again=again, file=other)
    assert data["first"]["filing"] == {"state": "DRAFT", "revision": 2}
    assert data["second"]["code"] == "OUT_OF_DATE"  # it sees what the first did
    # What the first loaded is loaded anew, and the refusal between them left nothing.
    assert data["third"]["filing"] == {
        "state": "SUBMITTED",
        "revision": 3,
        "steps": [
            {"step": "DRAFT", "reason": REASON},
            {"step": "AMEND", "reason": "一"},
            {"step": "SUBMIT", "reason": "三"},
        ],
    }


@pytest.mark.parametrize(
    ("name", "declared", "given"),
    [("registerScheme", "$file: Upload!", "file: $file"), ("verifyWheel", "$digest: String!", "digest: $digest")],
)
async def test_what_verifies_comes_first_so_that_nobody_waits_for_it(
    world: World, name: str, declared: str, given: str
) -> None:
    await world.register()
    query = f"""mutation($seen: SeenFilingInput!, {declared}) {{
      first: submitFiling(input: {{seen: $seen, reason: "一"}}) {{ __typename }}
      second: {name}(input: {{{given}, reason: "二"}}) {{ __typename {PROBLEM} }}
    }}"""
    variables = {"file": artifact(world.owner), "digest": world.seen()["digest"]}
    data = await world.graph.ask(query, world.admin, seen=world.seen(), **variables)
    assert data["first"]["__typename"] == "MovedFiling"
    assert data["second"] == {
        "__typename": "Problem",
        "code": "REQUEST_INVALID",
        "message": {
            "zh": f"{name} 需先行校验，须为请求中的第一个操作；请单独提交",
            "en": f"{name} verifies first and has to be the first mutation of its request; send it by itself",
        },
        "where": name,
        "nearest": None,
        "clause": None,
    }


async def test_another_request_writes_while_a_scheme_is_verified(world: World) -> None:
    begun, ends = asyncio.Event(), asyncio.Event()

    class Blocked(SchemeVerifier):
        async def verify(self, candidate: Candidate, around: Surroundings) -> Verdict:
            begun.set()
            await ends.wait()
            return await super().verify(candidate, around)

    await world.register()
    blocked = GraphQLService(world.graph.deps(verifier=Blocked(world.graph.verifier.vocabulary)))
    file = artifact(world.owner, version="1.1.0")
    doing = asyncio.create_task(
        blocked.execute(Operation(REGISTER, {"file": file, "manifest": None, "reason": REASON}), world.admin, "r")
    )
    await begun.wait()
    submitted = await world.submit()
    assert submitted["filing"]["state"] == "SUBMITTED"
    assert not doing.done()
    ends.set()
    answer = await doing
    assert answer["data"]["registerScheme"]["filing"]["version"] == "1.1.0"


async def test_an_answer_with_errors_changed_nothing(world: World) -> None:
    await world.register()
    before = stored(world.graph)
    # An enterprise may submit, but it does not read the number of another reader's people through a bad cursor.
    query = f"""mutation($seen: SeenFilingInput!, $reason: String!) {{
      submitFiling(input: {{seen: $seen, reason: $reason}}) {{ ... on MovedFiling {{ filing {{
        state scheme {{ enterprise {{ people(after: "nonsense") {{ totalCount }} }} }} }} }} {PROBLEM} }} }}"""
    answer = await world.graph.answer(query, world.admin, seen=world.seen(), reason=REASON)
    assert answer["data"] is None
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_CURSOR"]
    assert stored(world.graph) == before


async def test_a_bug_undoes_the_mutations_before_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any) -> None:
        raise RuntimeError("secret detail")

    await world.register()
    before = stored(world.graph)
    monkeypatch.setattr("schema.mutations.activations.suspend", broken)
    query = """mutation($seen: SeenFilingInput!, $filing: ID!) {
      submitFiling(input: {seen: $seen, reason: "一"}) { __typename }
      suspendScheme(input: {filing: $filing, reason: "二"}) { __typename }
    }"""
    answer = await world.graph.answer(query, world.admin, seen=world.seen(), filing=world.filings["1.0.0"]["id"])
    assert answer["data"] is None
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "INTERNAL"
    assert "secret" not in json.dumps(answer)
    assert stored(world.graph) == before


@pytest.mark.parametrize("file", ["scheme.zip", 1, {"content": "x"}, ["x"]])
async def test_only_an_uploaded_file_is_a_file(world: World, file: Any) -> None:
    error = await world.graph.fault(REGISTER, world.admin, file=file, reason=REASON)
    assert error["extensions"]["code"] == "BAD_ARGUMENT"
    assert error["message"].endswith("a file comes with the request as multipart/form-data, its variable null")


async def test_a_file_cannot_be_written_into_the_document(world: World) -> None:
    query = 'mutation { registerScheme(input: {file: "x", reason: "y"}) { __typename } }'
    error = await world.graph.fault(query, world.admin)
    assert "a file comes with the request as multipart/form-data" in error["message"]


async def test_queries_may_not_change_anything(world: World) -> None:
    error = await world.graph.fault("{ submitFiling { __typename } }", world.admin)
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION"


async def test_a_document_with_both_kinds_runs_the_one_that_is_named(world: World) -> None:
    await world.register()
    document = f"query Look {{ filings {{ totalCount }} }} {STEP % 'submitFiling'}".replace(
        "mutation(", "mutation Submit("
    )
    run = world.graph.service.execute
    looked = await run(Operation(document, None, "Look"), world.admin, "r")
    told = orjson.loads(orjson.dumps(looked))
    assert (told["data"], "errors" in told) == ({"filings": {"totalCount": 1}}, False)
    done = await run(Operation(document, {"seen": world.seen(), "reason": REASON}, "Submit"), world.admin, "r")
    assert done["data"]["submitFiling"]["filing"]["state"] == "SUBMITTED"
    unclear = await run(Operation(document), world.admin, "r")
    assert "name one as operationName" in unclear["errors"][0]["message"]


async def test_every_code_of_core_is_one_of_the_graph() -> None:
    kind = build_schema()._schema.type_map["ErrorCode"]
    assert set(kind.values) == set(ErrorCode.__members__)  # type: ignore[attr-defined]
