"""The public's terms: registered documents, and a schema of which nothing is given away."""

import pytest
from graphql import get_introspection_query

from core.permissions import ANONYMOUS
from schema import documents
from schema.operation import Operation
from schema.service import GraphQLService
from schema.terms import Terms
from schema.trusted import TrustedDocuments, document_id
from tests.schema.conftest import AUDITOR, Graph

pytestmark = pytest.mark.anyio

ROLE = "query Role { viewer { role } }"
KINDS = "query Kind { viewer { __typename } }"
WRONG = "query Wrong { viewer { roles } }"
TOO_MANY = "{ " + " ".join(f"p{n}: policy {{ id label {{ zh en }} text {{ zh en }} }}" for n in range(20)) + " }"
SCHEMA = get_introspection_query()
DECISION = """query($input: TargetInput!) {
  people(first: 1) { edges { node { decision(target: $input) { state } } } } }"""
TRUSTED = TrustedDocuments.of((ROLE, KINDS, WRONG, TOO_MANY, SCHEMA, DECISION))

CHANGES = "mutation Changes { __typename }"
FOLLOWS = "subscription Follows { progress(round: 1) { revision } }"
READS_BESIDE = f"{ROLE} {CHANGES}"


@pytest.fixture
def public(graph: Graph) -> GraphQLService:
    return GraphQLService(graph.deps(), Terms(is_public=True, trusted=TRUSTED))


async def code(service: GraphQLService, operation: Operation) -> str:
    answer = await service.execute(operation, ANONYMOUS, "request-1")
    assert answer["data"] is None
    found: str = answer["errors"][0]["extensions"]["code"]
    return found


@pytest.mark.parametrize("prefix", ["", "sha256:", "SHA256:"])
async def test_a_trusted_document_by_its_id(public: GraphQLService, prefix: str) -> None:
    for query, answer in ((ROLE, {"role": "ANONYMOUS"}), (KINDS, {"__typename": "Viewer"})):
        asked = Operation(None, document_id=prefix + document_id(query))
        told = await public.execute(asked, ANONYMOUS, "request-1")
        assert (told["data"], "errors" in told) == ({"viewer": answer}, False)


async def test_its_text_is_as_good_as_its_id(public: GraphQLService) -> None:
    assert "errors" not in await public.execute(Operation(ROLE), ANONYMOUS, "request-1")
    assert await code(public, Operation(ROLE + " ")) == "DOCUMENT_NOT_TRUSTED"


async def test_the_id_decides_nothing_beside_a_text(public: GraphQLService) -> None:
    """Nobody slips a text of their own in under the id of another."""
    asked = Operation("{ policy { id } }", document_id=document_id(ROLE))
    assert await code(public, asked) == "DOCUMENT_NOT_TRUSTED"


async def test_what_is_not_registered_is_refused(public: GraphQLService) -> None:
    answer = await public.execute(Operation("{ viewer { role } }"), ANONYMOUS, "request-1")
    assert answer["errors"][0]["message"] == (
        "公开服务只执行已登记的查询文档；请以 documentId 指明一个，或申请登记 / "
        "only registered documents are executed here; name one by documentId, or have yours registered"
    )
    answer = await public.execute(Operation(None, document_id="0" * 64), ANONYMOUS, "request-1")
    assert answer["errors"][0]["message"].endswith(f"no document of id {'0' * 64} is registered; register it first")
    assert answer["errors"][0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"


async def test_a_text_that_is_not_registered_is_not_even_parsed(public: GraphQLService) -> None:
    assert await code(public, Operation("{ " * 10)) == "DOCUMENT_NOT_TRUSTED"


async def test_trusted_documents_have_a_budget_too(public: GraphQLService) -> None:
    assert await code(public, Operation(TOO_MANY)) == "BUDGET_EXCEEDED"


async def test_the_public_learns_nothing_of_the_schema(public: GraphQLService) -> None:
    assert await code(public, Operation(SCHEMA)) == "GRAPHQL_VALIDATION"
    answer = await public.execute(Operation(WRONG), ANONYMOUS, "request-1")
    assert [error["message"] for error in answer["errors"]] == ["Cannot query field 'roles' on type 'Viewer'."]
    asked = Operation(DECISION, {"input": {"skil": 1}})
    answer = await public.execute(asked, AUDITOR, "request-1")
    assert "Did you mean" not in str(answer)
    assert "skil" in str(answer)


async def test_partners_are_helped(graph: Graph) -> None:
    partner = GraphQLService(graph.deps(), Terms(trusted=TRUSTED))
    answer = await partner.execute(Operation(WRONG), ANONYMOUS, "request-1")
    assert answer["errors"][0]["message"] == "Cannot query field 'roles' on type 'Viewer'. Did you mean 'role'?"
    answer = await partner.execute(Operation(DECISION, {"input": {"skil": 1}}), AUDITOR, "request-1")
    assert "Did you mean 'skill'?" in str(answer)
    assert "errors" not in await partner.execute(Operation("{ viewer { name } }"), ANONYMOUS, "request-1")
    assert "errors" not in await partner.execute(Operation(None, document_id=document_id(ROLE)), ANONYMOUS, "request-1")
    assert await code(partner, Operation(None, document_id="nothing")) == "DOCUMENT_NOT_TRUSTED"


async def test_what_came_with_its_hash_is_known_by_it_to_partners(graph: Graph) -> None:
    partner, text = GraphQLService(graph.deps(), Terms(trusted=TRUSTED)), "{ viewer { name } }"
    by_hash = Operation(None, hash=document_id(text))
    (error,) = (await partner.execute(by_hash, ANONYMOUS, "request-1"))["errors"]
    assert error["message"] == "PersistedQueryNotFound"
    assert error["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
    assert error["extensions"]["message"].keys() == {"zh", "en"}
    await partner.execute(Operation(text), ANONYMOUS, "request-1")  # without its hash it is not
    assert await code(partner, by_hash) == "PERSISTED_QUERY_NOT_FOUND"
    await partner.execute(Operation(text, hash=document_id(text)), ANONYMOUS, "request-1")
    assert "errors" not in await partner.execute(by_hash, AUDITOR, "request-1")
    # What is not valid is not kept, and what is trusted is known from the start.
    wrong = "{ viewer { names } }"
    assert await code(partner, Operation(wrong, hash=document_id(wrong))) == "GRAPHQL_VALIDATION"
    assert await code(partner, Operation(None, hash=document_id(wrong))) == "PERSISTED_QUERY_NOT_FOUND"
    assert "errors" not in await partner.execute(Operation(None, hash=document_id(ROLE)), ANONYMOUS, "request-1")


async def test_the_public_registers_nothing_by_a_hash(graph: Graph) -> None:
    public, text = GraphQLService(graph.deps(), Terms(is_public=True, trusted=TRUSTED)), "{ viewer { name } }"
    for asked in (Operation(text, hash=document_id(text)), Operation(None, hash=document_id(text))):
        assert await code(public, asked) == "DOCUMENT_NOT_TRUSTED"
    assert "errors" not in await public.execute(Operation(None, hash=document_id(ROLE)), ANONYMOUS, "request-1")


async def test_a_hash_is_forgotten_with_its_text(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "KEPT_DOCUMENTS", 1)
    partner = GraphQLService(graph.deps(), Terms())
    for text in ("{ viewer { name } }", ROLE):
        await partner.execute(Operation(text, hash=document_id(text)), ANONYMOUS, "request-1")
    assert await code(partner, Operation(None, hash=document_id("{ viewer { name } }"))) == "PERSISTED_QUERY_NOT_FOUND"
    assert "errors" not in await partner.execute(Operation(None, hash=document_id(ROLE)), ANONYMOUS, "request-1")


@pytest.mark.parametrize(("text", "name"), [(CHANGES, None), (READS_BESIDE, "Changes")])
async def test_where_one_only_reads_nothing_else_is_executed(graph: Graph, text: str, name: str | None) -> None:
    service = GraphQLService(graph.deps(), Terms())
    asked = Operation(text, name=name, only_reads=True)
    answer = await service.execute(asked, AUDITOR, "request-1")
    assert answer["data"] is None
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "REQUEST_INVALID"
    assert error["message"].endswith("by GET one can only read; send what changes something by POST")


async def test_where_one_only_reads_one_may_follow_but_not_in_one_answer(graph: Graph) -> None:
    service = GraphQLService(graph.deps(), Terms())
    answer = await service.execute(Operation(FOLLOWS, only_reads=True), AUDITOR, "request-1")
    assert answer["errors"][0]["message"].endswith("or accept text/event-stream")


async def test_where_one_only_reads_queries_are_executed(graph: Graph) -> None:
    service = GraphQLService(graph.deps(), Terms())
    answer = await service.execute(Operation(READS_BESIDE, name="Role", only_reads=True), AUDITOR, "request-1")
    assert answer["data"] == {"viewer": {"role": "BUREAU_AUDITOR"}}
