"""Hostile bodies and requests, each with what may come of it."""

import json

from server.cookies import Cookies
from tests.server.hostile import Attack, Attacker, Run
from tests.server.hostile_wire import chunks, code_of, frame

ROLE = "{ viewer { role } }"
EVIL, SESSION = "https://evil.example", f"{Cookies(secure=False).session}={'x' * 43}"
SMALL = b'{"query": "{ viewer { role } }"}'
HEAD = b"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
IN_CHUNKS = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
MEGABYTE = json.dumps({"query": "{ viewer { " + " ".join(f"a{n}: role" for n in range(100_000)) + " } }"}).encode()
FAULT, MULTIPART = "REQUEST_INVALID", "multipart/form-data; boundary=x"


def posts(body: bytes, **headers: str) -> Run:
    return lambda one: one.post(body, **headers)


def sends(*pieces: bytes, endlessly: bytes = b"") -> Run:
    return lambda one: one.sends(*pieces, endlessly=endlessly)


def asks(method: str, path: str) -> Run:
    def run(one: Attacker) -> str:
        status, body = one.request(method, path, None, {})
        return f"{status} {code_of(body)}"

    return run


def follows(method: str, path: str, sent: bytes | None = None, **headers: str) -> Run:
    """The same for events: the status, and the code of the first of them."""

    def run(one: Attacker) -> str:
        wanted = {"Content-Type": "application/json", "Accept": "text/event-stream", **headers}
        status, answer = one.request(method, path, sent, wanted)
        told = next((line[6:] for line in answer.splitlines() if line.startswith(b"data: {")), answer)
        return f"{status} {code_of(told)}"

    return run


def body(name: str, sent: bytes, over_http: str, over_socket: str) -> tuple[Attack, Attack]:
    """The same bytes as the body of a request, and as the payload of a message."""
    message = frame(b'{"type": "subscribe", "id": "1", "payload": ' + sent + b"}")
    return (
        Attack.of(f"{name}, over HTTP", posts(sent), over_http),
        Attack.of(f"{name}, over a WebSocket", lambda one: one.says(message), over_socket, "gone"),
    )


def valued(value: bytes) -> bytes:
    """A small query with a variable that it does not use."""
    return b'{"query": "{ viewer { role } }", "variables": {"a": ' + value + b"}}"


NO_JSON = ("400 " + FAULT, "closed 4400")
NO_OPERATION = ("400 " + FAULT, "error " + FAULT)
ANSWERED = ("200 OK", "next OK")
BODIES = (
    *body("a megabyte of aliases", MEGABYTE, "413 " + FAULT, "closed 1009"),
    *body("null", b"null", *NO_OPERATION),
    *body("a number", b"1", *NO_OPERATION),
    *body("a batch of 1,000", b"[" + b",".join([SMALL] * 1_000) + b"]", *NO_OPERATION),
    *body("no query", b"{}", *NO_OPERATION),
    *body("a query of null", b'{"query": null}', *NO_OPERATION),
    *body("a query that is an object", b'{"query": {"a": 1}}', *NO_OPERATION),
    *body("variables that are a list", b'{"query": "{ viewer { role } }", "variables": [1]}', *NO_OPERATION),
    *body("JSON nested 5,000 deep", valued(b"[" * 5_000 + b"]" * 5_000), *NO_JSON),
    *body("JSON nested 900 deep", valued(b"[" * 900 + b"]" * 900), *ANSWERED),
    *body("100,000 brackets", b"[" * 100_000, *NO_JSON),
    *body("NaN", valued(b"NaN"), *NO_JSON),
    *body("Infinity", valued(b"-Infinity"), *NO_JSON),
    *body("a number of 400 digits", valued(b"1" + b"0" * 400), *NO_JSON),
    *body("a lone surrogate", rb'{"query": "{ viewer { role } } # \ud83d"}', *NO_JSON),
    *body("the same key 10,000 times", b"{" + b'"query": "{ a }", ' * 10_000 + SMALL[1:], *ANSWERED),
    *body("half a body", SMALL[:20], *NO_JSON),
    *body(
        "a name of 100,000 characters",
        b'{"query": "{ viewer { role } }", "operationName": "' + b"x" * 100_000 + b'"}',
        "200 GRAPHQL_VALIDATION",
        "error GRAPHQL_VALIDATION",
    ),
    Attack.of("nothing", posts(b""), "400 " + FAULT),
    Attack.of("UTF-16", posts(SMALL.decode().encode("utf-16")), "400 " + FAULT),
    Attack.of("a body after a byte order mark", posts(b"\xef\xbb\xbf" + SMALL), "400 " + FAULT),
    Attack.of("a body that is no UTF-8", posts(b'{"query": "\xff\xfe"}'), "400 " + FAULT),
)

REQUESTS = (
    Attack.of("a form", posts(SMALL, content_type="application/x-www-form-urlencoded"), "415 " + FAULT),
    Attack.of("text", posts(SMALL, content_type="text/plain"), "415 " + FAULT),
    Attack.of("another encoding", posts(SMALL, content_type="application/json; charset=utf-16"), "415 " + FAULT),
    Attack.of("a compressed body", posts(b"\x1f\x8b\x08" + bytes(100), content_encoding="gzip"), "400 " + FAULT),
    Attack.of("files without a token", posts(b"--x", content_type=MULTIPART, graphql_preflight="1"), "401 " + FAULT),
    Attack.of("files as forms send them", posts(b"--x", content_type=MULTIPART), "415 " + FAULT),
    Attack.of("a token that is none", posts(SMALL, authorization="Bearer " + "x" * 8_000), "401 TOKEN_INVALID"),
    Attack.of(
        "a service token that there is not",
        posts(SMALL, authorization=f"Bearer gts_{'a' * 32}_{'b' * 43}"),
        "401 TOKEN_INVALID",
    ),
    Attack.of("another host", posts(SMALL, host="evil.example"), "400 " + FAULT),
    Attack.of("a page of another site", posts(SMALL, origin=EVIL, cookie=SESSION), "403 CROSS_SITE"),
    Attack.of("a mutation by GET", asks("GET", "/graphql?query=mutation%7B__typename%7D"), "405 " + FAULT),
    Attack.of("the same as events", follows("GET", "/graphql?query=mutation%7B__typename%7D"), "200 " + FAULT),
    Attack.of("a query as events", follows("POST", "/graphql", SMALL), "200 OK"),
    Attack.of("a megabyte as events", follows("POST", "/graphql", MEGABYTE), "413 " + FAULT),
    Attack.of(
        "events for a page of another site",
        follows("GET", "/graphql?query=%7B__typename%7D", Origin=EVIL, Cookie=SESSION),
        "403 CROSS_SITE",
    ),
    Attack.of("events by HEAD", follows("HEAD", "/graphql?query=%7B__typename%7D"), "200 OK"),
    Attack.of("PUT", asks("PUT", "/graphql"), "405 " + FAULT),
    Attack.of("a method of 1,000 letters", sends(b"A" * 1_000 + b" / HTTP/1.1\r\n\r\n"), "400", "gone"),
    Attack.of("no HTTP", sends(bytes(range(256)) * 16), "400", "gone"),
    Attack.of("headers without an end", sends(HEAD, endlessly=b"X-A: " + b"a" * 8_000 + b"\r\n"), "431", "gone"),
    Attack.of("a header without an end", sends(HEAD + b"X-A: ", endlessly=b"a" * 65_536), "431", "gone"),
    Attack.of("an address without an end", sends(b"POST /graphql?", endlessly=b"a" * 65_536), "431", "gone"),
    Attack.of("a body without an end", sends(IN_CHUNKS, endlessly=chunks([b" " * 8_192])), "413 " + FAULT, "gone"),
    Attack.of(
        "a body of single bytes without an end",
        sends(IN_CHUNKS, endlessly=chunks([b" "] * 5_000)),
        "413 " + FAULT,
        "gone",
    ),
    Attack.of(
        "a body that nobody wants, without an end",
        sends(IN_CHUNKS.replace(b"json", b"xml"), endlessly=chunks([b" " * 8_192])),
        "415 " + FAULT,
        "gone",
    ),
    Attack.of("a body that stops", sends(HEAD + b"Content-Length: 100000\r\n\r\n" + SMALL), "408 " + FAULT),
    Attack.of("a chunk of no length", sends(IN_CHUNKS + b"zzz\r\n"), "400", "gone"),
    Attack.of(
        "a length beside chunks",
        sends(HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        "400",
    ),
    Attack.of("two lengths", sends(HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcde"), "400"),
    Attack.of(
        "requests without an end, at once",
        sends(endlessly=b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 2_000),
        "200",
        "gone",
    ),
)

# What the public is not told, and not let do.
UNKNOWN, TYPES = "DOCUMENT_NOT_TRUSTED", "{ __schema { types { name } } }"


def operation(name: str, query: str) -> tuple[Attack, Attack]:
    """An operation that nobody registered."""
    return (
        Attack.of(f"{name}, over HTTP", lambda one: one.ask(query), "200 " + UNKNOWN),
        Attack.of(f"{name}, over a WebSocket", lambda one: one.subscribes({"query": query}), "error " + UNKNOWN),
    )


PUBLIC = (
    *operation("introspection", TYPES),
    *operation("a type by its name", '{ __type(name: "Person") { name } }'),
    *operation("a mistyped field", "{ viewer { rolle } }"),
    *operation("a small query", ROLE),
    *operation("no GraphQL", "{"),
    Attack.of("an id that nobody registered", posts(b'{"documentId": "' + b"0" * 64 + b'"}'), "200 " + UNKNOWN),
    Attack.of("an id of 100,000 characters", posts(b'{"documentId": "' + b"0" * 100_000 + b'"}'), "200 " + UNKNOWN),
    Attack.of("GET with a query", asks("GET", "/graphql?query=%7Bviewer%7Brole%7D%7D"), "200 " + UNKNOWN),
    Attack.of("the page to try queries on", asks("GET", "/"), "404 " + FAULT),
    Attack.of("its program", asks("GET", "/static/page.js"), "404 " + FAULT),
)
