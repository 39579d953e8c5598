"""Other people's clients as they come, in one conversation with the server as it runs.

Each asks a query with variables, is told a typed error, and follows a round over every transport that it has.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.clients.following import Followable, Told, followable
from tests.clients.programs import talking

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
PERSISTED = {
    "post": [["POST", False, NOT_KEPT], ["POST", True, "OK"], ["POST", False, "OK"]],
    "get": [["GET", False, NOT_KEPT], ["POST", True, "OK"], ["GET", False, "OK"]],
}


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_asks_and_follows(client: str, sqlite_template: Path, tmp_path: Path, monkeypatch: Any) -> None:
    with followable(sqlite_template, tmp_path, monkeypatch) as world:
        heard = conversation(world, client)
    query, error, *rest = heard
    assert query == {"query": {"data": {"round": world.shown(1)}, "codes": []}}
    assert (error["error"]["data"], error["error"]["codes"]) == (None, ["BAD_ARGUMENT"])
    told = [Told(**one) for one in rest if "transport" in one]
    assert [one.transport for one in told] == [way for way in CLIENTS[client] for _ in range(2)]
    for number, one in enumerate(told):
        # The second result of each transport is of the move that came between; the next transport begins there.
        assert one.told == {"data": {"progress": world.shown(1 + (number + 1) // 2)}, "codes": []}
    assert {one["way"]: one["requests"] for one in rest if "way" in one} == (PERSISTED if client == "apollo" else {})
    assert heard[-1] == {"over": True}


def conversation(world: Followable, client: str) -> list[dict[str, Any]]:
    """Everything that a client says; the round is moved when it was told of it once on a transport."""
    heard: list[dict[str, Any]] = []
    for one in talking("talk.mjs", client, world.url, world.token, world.round_id):
        is_first = "transport" in one and one["transport"] not in {before.get("transport") for before in heard}
        heard.append(one)
        if is_first:
            world.move()
    return heard
