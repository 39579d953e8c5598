"""Hostile operations: the same over HTTP and over a WebSocket, with the code that both are answered with."""

import json
from dataclasses import dataclass, field
from typing import Any

from graphql import get_introspection_query


@dataclass(frozen=True)
class Document:
    """An operation. ``code`` is that of the first error, OK for one that is bounded and answered."""

    name: str
    query: str
    code: str
    variables: dict[str, Any] = field(default_factory=dict)

    @property
    def payload(self) -> dict[str, Any]:
        return {"query": self.query, "variables": self.variables}


BUDGET, SYNTAX, INVALID, ARGUMENT = "BUDGET_EXCEEDED", "GRAPHQL_SYNTAX", "GRAPHQL_VALIDATION", "BAD_ARGUMENT"
OK = "OK"


def nested(levels: int) -> str:
    """A query that is so many fields deep."""
    return '{ node(id: "x") { ... on Occupation { ' + "related { " * (levels - 2) + "id" + " }" * levels + " }"


def doubled(times: int) -> str:
    """Fragments of which each spreads the next twice."""
    steps = "".join(f"fragment F{n} on Viewer {{ ...F{n + 1} ...F{n + 1} }} " for n in range(times))
    return f"{{ viewer {{ ...F0 }} }} {steps} fragment F{times} on Viewer {{ role }}"


def meshed(size: int) -> str:
    """Fragments that all spread each other."""
    each = (" ".join(f"...F{other}" for other in range(size) if other != n) for n in range(size))
    return "{ viewer { ...F0 } } " + " ".join(
        f"fragment F{n} on Viewer {{ {spreads} }}" for n, spreads in enumerate(each)
    )


def many(count: int, of: str, before: str = "{ viewer { ", after: str = " } }") -> str:
    return before + " ".join(of.replace("%", str(n)) for n in range(count)) + after


IDS = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
SEARCH = "query ($text: String) { occupations(search: $text, first: 1) { totalCount } }"
PAGE = "query ($first: Int) { occupations(first: $first) { edges { node { code } } } }"
ON = "query ($on: Date) { policy(on: $on) { id } }"
ALIASED = "a%: fields { name args { name } type { name } }"

DOCUMENTS = (
    Document("43 levels", nested(43), BUDGET),
    Document("7,000 levels of braces", "{ a " * 7_000, SYNTAX),
    Document("600 levels of braces", "{ a " * 600 + "}" * 600, SYNTAX),
    Document("190 levels of inline fragments", "{ viewer { " + "... { " * 190 + "role" + " }" * 192, BUDGET),
    Document("3,000 aliases", many(3_000, "a%: role"), BUDGET),
    Document("61 aliases", many(61, "a%: role"), BUDGET),
    Document("60 aliases, as many as may be", many(60, "a%: role"), OK),
    Document("500 directives", many(500, "@skip(if: false)", "{ viewer { role ", " } }"), BUDGET),
    Document("directives that there are not", many(49, "@nothing", "{ viewer { role ", " } }"), INVALID),
    Document("300 operations", many(300, "query Q% { viewer { role } }", "", ""), BUDGET),
    Document("10 operations, none named", many(10, "query Q% { viewer { role } }", "", ""), INVALID),
    Document("200 fragments", many(200, "fragment F% on Viewer { role }", "{ viewer { ...F0 } } ", ""), BUDGET),
    Document("fragments that double 39 times", doubled(39), BUDGET),
    Document(
        "fragments in a circle",
        "{ viewer { ...F } } fragment F on Viewer { ...G } fragment G on Viewer { ...F }",
        INVALID,
    ),
    Document("fragments that all spread each other", meshed(12), INVALID),
    Document("one field 490 times", many(490, "role"), INVALID),
    Document("one field 900 times", many(900, "role"), BUDGET),
    Document(
        "24 fields that overlap",
        many(24, "occupations(first: 1) { edges { node { id code id code } } }", "{ ", " }"),
        OK,
    ),
    Document("80 fields that conflict", many(80, 'nodes(ids: ["%"]) { id }', "{ ", " }"), INVALID),
    Document("490 fields that there are not", many(490, "x%"), INVALID),
    Document("3,000 tokens", many(1_000, "a%: 1", "{ viewer { role(", ") } }"), BUDGET),
    Document("a comment of 29,000 characters", "{ viewer { role } } #" + "x" * 29_000, OK),
    Document("9,000 comments", "{ viewer { role } }" + "#\n" * 9_000, BUDGET),
    Document("a string of 40,000 characters", f'{{ node(id: "{"a" * 40_000}") {{ id }} }}', BUDGET),
    Document("a string of 29,000 characters", f'{{ node(id: "{"a" * 29_000}") {{ id }} }}', ARGUMENT),
    Document("a number of 5,000 digits", f"{{ occupations(first: {'9' * 5_000}) {{ totalCount }} }}", SYNTAX),
    Document("a number with a great exponent", "{ occupations(first: 1e999999999) { totalCount } }", INVALID),
    Document("lists 120 deep in a literal", f"{{ node(id: {'[' * 120}{']' * 120}) {{ id }} }}", INVALID),
    Document("lists 900 deep in a literal", f"{{ node(id: {'[' * 900}{']' * 900}) {{ id }} }}", SYNTAX),
    Document("objects 150 deep in a literal", f"{{ node(id: {'{a:' * 150}1{'}' * 150}) {{ id }} }}", INVALID),
    Document("a type 400 lists deep", f"query ($x: {'[' * 400}ID{']' * 400}) {{ viewer {{ role }} }}", SYNTAX),
    Document("490 variables", many(490, "$v%: Int", "query (", ") { viewer { role } }"), INVALID),
    Document("a lone surrogate in a string", r'{ node(id: "\uD83D") { id } }', SYNTAX),
    Document("a character that there is not", r'{ node(id: "\u{110000}") { id } }', SYNTAX),
    Document("NUL in a string", r'{ node(id: "\u0000") { id } }', ARGUMENT),
    Document("a byte order mark", "\ufeff{ viewer { role } }", OK),
    Document("names in another script", "{ viewer { rôle } }", SYNTAX),
    Document("nothing", "", INVALID),
    Document("white space", " " * 20_000, SYNTAX),
    Document("definitions of types", many(200, "f%: Int", "type A { ", " }"), INVALID),
    Document("a subscription", "subscription { viewer { role } }", INVALID),
    Document("introspection of ordinary tools", get_introspection_query(), OK),
    Document(
        "introspection too deep",
        "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }",
        INVALID,
    ),
    Document(
        "30 aliases within introspection",
        many(30, ALIASED, "{ __schema { types { fields { type { ", " } } } } }"),
        BUDGET,
    ),
    Document("lists of lists", "{ people(first: 100) { edges { node { bridge { nodes { __typename } } } } } }", BUDGET),
    Document("5,000 ids in a variable", IDS, ARGUMENT, {"ids": ["x"] * 5_000}),
    Document("lists 900 deep in a variable", IDS, INVALID, {"ids": json.loads("[" * 900 + "]" * 900)}),
    Document("200,000 characters in a variable", SEARCH, OK, {"text": "x" * 200_000}),
    Document("patterns in a variable", SEARCH, OK, {"text": "%_" * 90}),
    Document("NUL in a variable", SEARCH, OK, {"text": "a\x00b"}),
    Document("a number beyond 64 bits in a variable", PAGE, INVALID, {"first": 10**25}),
    Document("a page below nothing", PAGE, ARGUMENT, {"first": -1}),
    Document("a page of 2,147,483,647", PAGE, ARGUMENT, {"first": 2**31 - 1}),
    Document("a day that there is not", ON, "BAD_DATE", {"on": "2026-02-30"}),
    Document("the year 99999", ON, "BAD_DATE", {"on": "99999-01-01"}),
    Document("2,000 variables that nobody asked for", "{ viewer { role } }", OK, {f"v{n}": n for n in range(2_000)}),
)
