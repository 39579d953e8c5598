"""GraphQL over HTTP: what a request and an answer look like on the wire, apart from what they mean.

Follows the GraphQL-over-HTTP specification. By GET comes what only reads; what its client still has is not sent again.
"""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

import orjson

from core.errors import ErrorCode
from core.texts import Text
from schema.operation import Operation
from schema.trusted import document_id, plain_id
from server.responses import JSON, refused

# A form on another site can post files, but set no header.
FORM_PREFLIGHT = "graphql-preflight"
GRAPHQL_JSON = "application/graphql-response+json"
EVENT_STREAM = "text/event-stream"
BODY = Text("请求体", "the body")
ADDRESS = Text("地址中的参数", "the query string")
# What stands between client and server has to understand these, in either media type.
OF_THE_WHOLE = {ErrorCode.RATE_LIMITED: 429, ErrorCode.DEADLINE_EXCEEDED: 504}
# Kept by nobody but who asked, and by them only to ask whether it is still so.
KEPT = {"cache-control": "private, no-cache", "vary": "Accept, Accept-Encoding, Authorization, Cookie"}


def negotiate(accept: str) -> str | None:
    """The media type to answer in, or None when the client accepts neither.

    The newer type only when it is asked for by name: older clients send ``*/*`` and expect plain JSON. Events only when
    they are wanted more than either: clients that can read them say so with every query.
    """
    weights = _weights(accept) or {"*/*": 1.0}
    named = weights.get(GRAPHQL_JSON, 0.0)
    plain = max(weights.get(media, 0.0) for media in (JSON, "application/*", "*/*"))
    if weights.get(EVENT_STREAM, 0.0) > max(named, plain):
        return EVENT_STREAM
    if not max(named, plain):
        return None
    return GRAPHQL_JSON if named >= plain else JSON


def check_content_type(content_type: str) -> None:
    """Only JSON in UTF-8: it is also what keeps other sites from posting forms here."""
    media, _, parameters = content_type.lower().partition(";")
    charset = parameters.replace('"', "").strip()
    if media.strip() != JSON or charset not in ("", "charset=utf-8"):
        raise refused(415, f"请求须为 {JSON}，编码 UTF-8", f"send {JSON} in UTF-8, not '{content_type}'")


def parse_request(body: bytes, what: Text = BODY) -> Operation:
    """The operation of a body, or of the part of one that ``what`` names. Raises a 400 that names what is wrong."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise refused(400, f"{what.zh}不是 JSON：{error}", f"{what.en} is not JSON: {error}") from None
    return read_operation(document, what)


def read_operation(document: Any, what: Text = BODY) -> Operation:
    """The operation of a JSON value, on whichever transport it came. Raises a 400 that names what is wrong."""
    if not isinstance(document, dict):
        raise refused(400, f"{what.zh}须为 JSON 对象", f"{what.en} must be a JSON object")
    operation = Operation(
        query=_parameter(document, "query", str),
        variables=_parameter(document, "variables", dict),
        name=_parameter(document, "operationName", str),
        document_id=_parameter(document, "documentId", str),
        hash=_persisted(document),
    )
    if operation.query is None and not (operation.document_id or operation.hash):
        raise refused(400, "缺少参数 query 或 documentId", "the parameter query is missing, or documentId")
    if operation.query and operation.hash and document_id(operation.query) != operation.hash:
        raise refused(
            400,
            "persistedQuery.sha256Hash 与查询文本不符",
            "persistedQuery.sha256Hash is not the SHA-256 of the query",
        )
    return operation


def read_address(parameters: Mapping[str, str]) -> Operation:
    """The operation of an address's query string. Raises a 400 that names what is wrong."""
    document: dict[str, Any] = dict(parameters)
    for name in ("variables", "extensions"):
        if name in document:
            document[name] = _json(name, document[name])
    return replace(read_operation(document, ADDRESS), only_reads=True)


def _json(name: str, text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise refused(400, f"参数 {name} 不是 JSON", f"the parameter {name} is not JSON") from None


def tag_of(body: bytes, media_type: str, reader: str) -> str:
    """The entity tag of an answer to one reader: it does not tell that two of them were answered alike."""
    return '"' + sha256(b"\0".join((reader.encode(), media_type.encode(), body))).hexdigest()[:32] + '"'


def is_known(tag: str, if_none_match: str) -> bool:
    """Whether the client says that it has what the tag names."""
    named = {one.strip().removeprefix("W/") for one in if_none_match.split(",")}
    return tag in named or "*" in named


def _persisted(document: dict[str, Any]) -> str | None:
    """The hash by which Apollo's clients name a document, written as ours are."""
    persisted = _parameter(_parameter(document, "extensions", dict) or {}, "persistedQuery", dict) or {}
    found: str | None = _parameter(persisted, "sha256Hash", str)
    return plain_id(found) if found else None


def is_request_error(result: dict[str, Any]) -> bool:
    """Whether execution never began: no data, and no error that has a place in the answer."""
    errors = result.get("errors") or ()
    return bool(errors) and result.get("data") is None and not any(error.get("path") for error in errors)


def encode(result: dict[str, Any], media_type: str, *, only_reads: bool = False) -> tuple[bytes, int, dict[str, str]]:
    """Body, HTTP status and headers of a result.

    A request error has no data entry, and is 400 in the newer media type. Too much within a minute and too long are
    told by their status in either, because what stands between client and server understands nothing else; so is what
    was asked by GET and does not only read.
    """
    if not is_request_error(result):
        return orjson.dumps(result), 200, {}
    body = orjson.dumps({key: value for key, value in result.items() if key != "data"})
    extensions = result["errors"][0].get("extensions", {})
    if only_reads and extensions.get("code") == ErrorCode.REQUEST_INVALID:
        return body, 405, {"allow": "POST"}
    status = OF_THE_WHOLE.get(extensions.get("code"), 400 if media_type == GRAPHQL_JSON else 200)
    wait = extensions.get("retryAfter")
    return body, status, {} if wait is None else {"retry-after": str(wait)}


def _parameter(document: dict[str, Any], name: str, kind: type) -> Any:
    value = document.get(name)
    if value is None or isinstance(value, kind):
        return value
    wanted = {"str": ("字符串", "a string"), "dict": ("对象", "an object")}[kind.__name__]
    raise refused(400, f"参数 {name} 须为{wanted[0]}", f"the parameter {name} must be {wanted[1]}")


def _weights(accept: str) -> dict[str, float]:
    """Media types of an Accept header with their quality; what cannot be read counts as not accepted."""
    return dict(map(_weight, filter(None, (part.strip() for part in accept.lower().split(",")))))


def _weight(part: str) -> tuple[str, float]:
    media, *parameters = (piece.strip() for piece in part.split(";"))
    quality = next((p[2:] for p in parameters if p.startswith("q=")), "1")
    try:
        return media, float(quality)
    except ValueError:
        return media, 0.0
