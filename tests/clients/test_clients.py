"""Other people's clients for node as they come, in one conversation with the server as it runs.

Each asks a query with variables, is told a typed error, and follows a round over every transport that it has.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from graphql import parse, print_ast

from schema.trusted import document_id
from tests.clients.following import Followable, followable
from tests.clients.programs import node, talking

CLIENTS = {
    "graphql_ws": ("websocket",),
    "graphql_sse": ("events",),
    "eventsource": ("events",),
    "urql": ("websocket", "events"),
    "apollo": ("websocket", "events"),
    "relay": ("websocket", "events"),
}
NOT_KEPT = "PERSISTED_QUERY_NOT_FOUND"
# The first time a hash alone, then with its text; from then on alone, by GET where that is wanted.
PERSISTED = [
    {"way": "post", "requests": [["POST", False, NOT_KEPT], ["POST", True, "OK"], ["POST", False, "OK"]]},
    {"way": "get", "requests": [["GET", False, NOT_KEPT], ["POST", True, "OK"], ["GET", False, "OK"]]},
]


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_asks_and_follows(world: Followable, client: str) -> None:
    conversation = talking("talk.mjs", client, world.url, world.token, world.round_id)
    assert next(conversation) == {"query": {"data": {"round": world.shown}, "codes": []}}
    assert next(conversation) == {"error": {"data": None, "codes": ["BAD_ARGUMENT"]}}
    for transport in CLIENTS[client]:
        assert next(conversation) == told(transport, world)
        world.move()
        assert next(conversation) == told(transport, world)
    rest = list(conversation)
    assert rest == [*(PERSISTED if client == "apollo" else []), {"over": True}]


def test_apollo_names_trusted_documents(sqlite_template: Path, tmp_path: Path) -> None:
    # As Apollo writes its queries out, by tools or by itself.
    texts = [
        print_ast(parse(f"query {name}($id: ID!) {{ round(id: $id) {{ id state __typename }} }}"))
        for name in ("Persisted", "ByAddress")
    ]
    (tmp_path / "documents.json").write_text(json.dumps({document_id(text): text for text in texts}))
    with followable(sqlite_template, tmp_path, profile="public") as public:
        found = node("trusted.mjs", public.url, public.token, public.round_id)
    assert found == {"post": [["POST", False, "OK"]] * 2, "get": [["GET", False, "OK"]] * 2}


def told(transport: str, world: Followable) -> dict[str, Any]:
    """What a client says when it is told of the round as it is now."""
    return {"transport": transport, "told": {"data": {"progress": world.shown}, "codes": []}}
