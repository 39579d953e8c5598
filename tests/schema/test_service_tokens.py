"""Service tokens in the graph: minted and shown once, listed without their text, revoked; and who asks."""

from dataclasses import replace
from typing import Any

import pytest

from core.models import Enterprise
from core.permissions import ANONYMOUS, Actor, Proof, Role, Via
from core.services.sign_ins import token_actor
from core.storage.queries.identity import service_token_by_id
from schema.ids import encode_id, row_key
from tests import builders
from tests.schema.conftest import AUDITOR, OFFICER, Graph

pytestmark = pytest.mark.anyio
PROBLEM = "... on Problem { code message { zh en } where nearest }"
TOKEN = "id name permissions role enterprise { key } startsAt endsAt mintedBy mintedWith { id } revokedAt isInForce"
MINT = (
    "mutation($input: MintServiceTokenInput!) { mintServiceToken(input: $input) { __typename "
    f"... on MintedServiceToken {{ secret serviceToken {{ {TOKEN} }} }} {PROBLEM} }} }}"
)
REVOKE = (
    "mutation($input: RevokeServiceTokenInput!) { revokeServiceToken(input: $input) { __typename "
    f"... on RevokedServiceToken {{ serviceToken {{ {TOKEN} revokedBy }} }} {PROBLEM} }} }}"
)
LIST = f"query($e: ID) {{ serviceTokens(enterprise: $e) {{ totalCount edges {{ node {{ {TOKEN} }} }} }} }}"


@pytest.fixture
async def own(graph: Graph) -> Enterprise:
    enterprise = builders.enterprise(key="own")
    await graph.add(enterprise)
    return enterprise


def admin(enterprise: Enterprise) -> Actor:
    return Actor.of(Role.ENTERPRISE_ADMIN, "示例管理员", enterprise_id=enterprise.id)


async def mint(graph: Graph, actor: Actor, *permissions: str, **given: Any) -> dict[str, Any]:
    wanted = {"name": "示例系统", "permissions": permissions, "reason": "示例理由", **given}
    found: dict[str, Any] = (await graph.ask(MINT, actor, input=wanted))["mintServiceToken"]
    return found


async def test_a_token_is_minted_listed_without_its_text_and_revoked(graph: Graph, own: Enterprise) -> None:
    for_own = {"enterprise": encode_id("Enterprise", own.id)}
    minted = await mint(graph, admin(own), "enterprise:scheme:read", "enterprise:person:read", **for_own)
    shown = minted["serviceToken"]
    assert minted["secret"].startswith(f"gts_{row_key(shown['id'], 'ServiceToken').hex}_")
    assert {name: shown[name] for name in ("name", "permissions", "role", "enterprise", "mintedBy", "isInForce")} == {
        "name": "示例系统",
        "permissions": ["enterprise:person:read", "enterprise:scheme:read"],
        "role": "ENTERPRISE_ADMIN",
        "enterprise": {"key": "own"},
        "mintedBy": "示例管理员",
        "isInForce": True,
    }
    for reader in (admin(own), OFFICER, AUDITOR):
        answer = await graph.ask(LIST, reader, e=for_own["enterprise"])
        assert answer["serviceTokens"] == {"totalCount": 1, "edges": [{"node": shown}]}
        assert minted["secret"].split("_", 2)[2] not in str(answer)
    gone = await graph.ask(REVOKE, admin(own), input={"serviceToken": shown["id"], "reason": "示例理由"})
    revoked = gone["revokeServiceToken"]["serviceToken"]
    assert (revoked["isInForce"], revoked["revokedBy"]) == (False, "示例管理员")


async def test_a_wider_token_is_refused_by_the_first_permission_that_exceeds(graph: Graph, own: Enterprise) -> None:
    for_own = {"enterprise": encode_id("Enterprise", own.id)}
    refused = await mint(graph, admin(own), "enterprise:person:read", "city:person:read", **for_own)
    assert (refused["__typename"], refused["code"], refused["where"]) == ("Problem", "WIDER_THAN_OWN", "permissions")
    assert refused["message"]["en"] == ("permission city:person:read is more than you hold; choose among your own")
    unknown = await mint(graph, admin(own), "enterprise:persn:read", **for_own)
    assert (unknown["code"], unknown["nearest"]) == ("UNKNOWN_CODE", "enterprise:person:read")
    assert (await graph.ask(LIST, OFFICER))["serviceTokens"]["totalCount"] == 0


@pytest.mark.parametrize("actor", [ANONYMOUS, AUDITOR, Actor.of(Role.ASSESSOR, "assessor")], ids=lambda one: one.role)
async def test_others_mint_and_revoke_nothing(graph: Graph, actor: Actor) -> None:
    token = builders.service_token()
    await graph.add(token)
    assert (await mint(graph, actor, "public:policy:read"))["code"] == "NOT_PERMITTED"
    given = {"serviceToken": encode_id("ServiceToken", token.id), "reason": "示例理由"}
    assert (await graph.ask(REVOKE, actor, input=given))["revokeServiceToken"]["code"] == "NOT_PERMITTED"


async def test_an_enterprise_sees_its_own_alone(graph: Graph, own: Enterprise) -> None:
    other = builders.enterprise()
    theirs, city = builders.service_token(enterprise_id=other.id), builders.service_token()
    child = builders.service_token(enterprise_id=own.id, parent_id=city.id)
    await graph.add(other, theirs, city, child)
    listed = (await graph.ask(LIST, admin(own)))["serviceTokens"]
    assert [edge["node"]["id"] for edge in listed["edges"]] == [encode_id("ServiceToken", child.id)]
    assert listed["edges"][0]["node"]["mintedWith"] is None  # it is there, and out of sight
    query = "query($id: ID!) { node(id: $id) { id } }"
    for token, seen in ((theirs, False), (city, False), (child, True)):
        id_ = encode_id("ServiceToken", token.id)
        assert ((await graph.ask(query, admin(own), id=id_))["node"] is not None) is seen
        given = {"serviceToken": id_, "reason": "示例理由"}
        answer = (await graph.ask(REVOKE, admin(own), input=given))["revokeServiceToken"]
        assert answer.get("code") == (None if seen else "NOT_FOUND")


async def test_a_token_of_an_answer_with_errors_was_never_minted(graph: Graph, own: Enterprise) -> None:
    given = {"name": "x", "permissions": ["enterprise:person:read"], "reason": "示例理由"}
    query = (
        "mutation($input: MintServiceTokenInput!) { mintServiceToken(input: $input) { ... on MintedServiceToken "
        "{ secret serviceToken { enterprise { people(first: 1000) { totalCount } } } } } }"
    )
    answer = await graph.answer(query, OFFICER, input=given | {"enterprise": encode_id("Enterprise", own.id)})
    assert answer["data"] is None
    assert answer["errors"][0]["extensions"]["code"] == "BAD_ARGUMENT"
    assert "gts_" not in str(answer)
    assert (await graph.ask(LIST, OFFICER))["serviceTokens"]["totalCount"] == 0


async def test_a_token_mints_by_itself_within_itself(graph: Graph, own: Enterprise) -> None:
    for_own = {"enterprise": encode_id("Enterprise", own.id)}
    first = await mint(graph, admin(own), "enterprise:token:mint", "enterprise:person:read", **for_own)
    row = await service_token_by_id(graph.database, row_key(first["serviceToken"]["id"], "ServiceToken"))
    assert row is not None
    actor = token_actor(row, Proof(Via.SERVICE_TOKEN, str(row.id), token_id=row.id, until=row.ends_at), builders.NOON)
    second = await mint(graph, actor, "enterprise:person:read", **for_own)
    assert second["serviceToken"]["mintedWith"] == {"id": first["serviceToken"]["id"]}
    assert (await mint(graph, actor, "enterprise:scheme:read", **for_own))["code"] == "WIDER_THAN_OWN"
    viewer = await graph.ask("{ viewer { role name via account expiresAt permissions enterprise { key } } }", actor)
    assert viewer["viewer"] == {
        "role": "SERVICE",
        "name": "示例系统",
        "via": "SERVICE_TOKEN",
        "account": None,
        "expiresAt": first["serviceToken"]["endsAt"],
        "permissions": ["enterprise:person:read", "enterprise:token:mint"],
        "enterprise": {"key": "own"},
    }


@pytest.mark.parametrize(
    ("actor", "expected"),
    [
        (ANONYMOUS, {"account": None, "via": None, "expiresAt": None}),
        (
            replace(OFFICER, proof=Proof(Via.SESSION, "1", builders.account().id, until=builders.NOON)),
            {"account": "officer", "via": "SESSION", "expiresAt": "2026-03-02T04:00:00+00:00"},
        ),
        (
            replace(OFFICER, proof=Proof(Via.TOKEN, "1")),
            {"account": None, "via": "TOKEN", "expiresAt": None},
        ),
    ],
    ids=["anonymous", "session", "demonstration token"],
)
async def test_the_viewer_says_by_what_it_is_known(graph: Graph, actor: Actor, expected: dict[str, Any]) -> None:
    assert (await graph.ask("{ viewer { account via expiresAt } }", actor))["viewer"] == expected
