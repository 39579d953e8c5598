"""``graphql-transport-ws``: what its messages look like on the wire, apart from what they mean.

Follows the protocol of the library graphql-ws: close codes, and what each is for, are the protocol's own.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

import orjson

SUBPROTOCOL = "graphql-transport-ws"


class Close(IntEnum):
    """Why a socket is closed."""

    NORMAL = 1000
    TOO_OFTEN = 1008
    TOO_LARGE = 1009
    BAD_REQUEST = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    SUBPROTOCOL = 4406
    INIT_TIMEOUT = 4408
    TAKEN = 4409
    TOO_MANY_INITS = 4429


class Kind(StrEnum):
    """What a client may send."""

    INIT = "connection_init"
    PING = "ping"
    PONG = "pong"
    SUBSCRIBE = "subscribe"
    COMPLETE = "complete"


_KINDS = {kind.value: kind for kind in Kind}


class ProtocolFault(Exception):
    """A message after which the protocol has the socket closed."""

    def __init__(self, code: Close, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ClientMessage:
    """One message. ``id`` names an operation, where the message is about one."""

    kind: Kind
    id: str | None
    payload: Any


def read_message(message: dict[str, Any], longest: int) -> ClientMessage:
    """The message of a socket's event. Raises ProtocolFault for what is none."""
    text = message.get("text")
    if text is None:
        raise ProtocolFault(Close.BAD_REQUEST, "messages must be text")
    if len(text.encode()) > longest:
        raise ProtocolFault(Close.TOO_LARGE, f"a message has at most {longest} bytes")
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise ProtocolFault(Close.BAD_REQUEST, "messages must be JSON") from None
    kind = _KINDS.get(str(found.get("type"))) if isinstance(found, dict) else None
    if kind is None:
        raise ProtocolFault(Close.BAD_REQUEST, "no message of this protocol")
    return ClientMessage(kind, _id(kind, found.get("id")), found.get("payload"))


def message_text(kind: str, id_: str | None = None, payload: Any = None) -> str:
    """A message to the client; as text, because clients read no binary ones."""
    content = {"type": kind, "id": id_, "payload": payload}
    return orjson.dumps({name: value for name, value in content.items() if value is not None}).decode()


def _id(kind: Kind, found: Any) -> str | None:
    if kind not in (Kind.SUBSCRIBE, Kind.COMPLETE):
        return None
    if not isinstance(found, str) or not 0 < len(found) <= 100:
        raise ProtocolFault(Close.BAD_REQUEST, "an id is a text of 1 to 100 characters")
    return found
