"""What is asked, in the words of each server, and the one form in which answers are compared.

The form is the floor's: names as the product has them, ids left out, codes in capitals. Lists within a person have no
order here; the order of a page does count.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

PAGE, WIDE = 50, 100  # rows of Q3, people of Q2
LEVEL: Final = "skill:senior_worker"
ALL: Final = ("Q1", "Q2", "Q3", "Q4")
TITLES: Final = {
    "Q1": "one person with everything",
    "Q2": "a page of 100 people with credentials, evaluations and scores",
    "Q3": "credentials of a level by date, with their number, deep in the list",
    "Q4": "counts by enterprise, kind, level and year",
}
CODES: Final = {"kind", "level", "route", "side", "origin", "identityKind"}
_RENAMED: Final = {
    "issuerName": "issuer",
    "obtainedBy": "route",
    "assessorName": "assessor",
    "frontline": "isFrontline",
    "credentialsByPersonId": "credentials",
    "evaluationsByPersonId": "evaluations",
    "employmentsByPersonId": "employments",
    "scoresByEvaluationId": "scores",
    "enterpriseByEnterpriseId": "enterprise",
}
_CREDENTIAL: Final = "kind number legalBasis awardedOn validUntil isExample"
_EVALUATION: Final = "referenceDay decidedOn policyDigest engineVersion origin sourceDocument isExample"
_PERSON: Final = "name bornOn identityKind isExample"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one server writes the questions."""

    credentials: str
    evaluations: str
    employments: str
    one: str
    page: str
    deep: str
    counts: str | None

    def text(self, question: str) -> str | None:
        """The document, or None where the server has no such field."""
        person = f"{_PERSON} {self.credentials} {self.evaluations}"
        return {
            "Q1": f"query($id: {self.one.partition('|')[2]}!) "
            f"{{ {self.one.partition('|')[0]} {{ {person} {self.employments} }} }}",
            "Q2": f"{{ {self.page % person} }}",
            "Q3": self.deep,
            "Q4": self.counts,
        }[question]


PRODUCT: Final = Dialect(
    f"credentials(first: 20) {{ edges {{ node {{ {_CREDENTIAL} route issuer {{ name }} }} }} }}",
    f"evaluations {{ {_EVALUATION} scores {{ criterion side points weight assessor }} }}",
    "employments { post isFrontline starts ends enterprise { key } }",
    "person(id: $id)|ID",
    "people(orderBy: CREATED, first: 100) { edges { node { %s } } }",
    """query($after: String) { credentials(filter: {level: {skill: SENIOR_WORKER}}, orderBy: AWARDED_ON, first: 50,
    after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { kind number awardedOn
    issuer { name } holder { name } } } } }""",
    "{ credentialCounts(by: [ENTERPRISE, KIND, LEVEL, YEAR]) "
    "{ enterprise { key } kind skillLevel titleLevel year count } }",
)
POSTGRAPHILE: Final = Dialect(
    f"credentialsByPersonId(first: 20, orderBy: [AWARDED_ON_ASC, ROW_ID_ASC]) {{ nodes "
    f"{{ {_CREDENTIAL} obtainedBy issuerName }} }}",
    f"evaluationsByPersonId {{ nodes {{ {_EVALUATION} scoresByEvaluationId "
    "{ nodes { criterion side points weight assessorName } } } }",
    "employmentsByPersonId { nodes { post frontline starts ends enterpriseByEnterpriseId { key } } }",
    "personByRowId(rowId: $id)|UUID",
    "allPeople(orderBy: ROW_ID_ASC, first: 100) { nodes { %s } }",
    """query($after: Cursor) { allCredentials(condition: {level: "skill:senior_worker"}, orderBy: [AWARDED_ON_ASC,
    ROW_ID_ASC], first: 50, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { kind number awardedOn
    issuerName personByPersonId { name } } } }""",
    "{ allCredentialCounts { nodes { enterprise kind level year count } } }",
)
PLAIN: Final = Dialect(
    f"credentials {{ {_CREDENTIAL} route issuer }}",
    f"evaluations {{ {_EVALUATION} scores {{ criterion side points weight assessor }} }}",
    "employments { post isFrontline starts ends enterprise { key } }",
    "person(id: $id)|ID",
    "people(first: 100) { %s }",
    """query($after: String) { credentials(level: "skill:senior_worker", first: 50, after: $after) { totalCount
    pageInfo { hasNextPage endCursor } nodes { kind number awardedOn issuer holder { name } } } }""",
    "{ credentialCounts { enterprise kind level year count } }",
)


def walking(text: str) -> str:
    """The document of Q3 that asks for the next cursor alone, to go through the list by."""
    return text[: text.index("totalCount")] + "pageInfo { endCursor } } }"


def normal(data: Any) -> Any:
    """An answer in the form that is compared."""
    (found,) = data.values()
    if isinstance(found, list) and found and "skillLevel" in found[0]:
        found = [_count(row) for row in found if row["enterprise"]]
    return _sorted_below(_plain(found), top=True)


def _count(row: dict[str, Any]) -> dict[str, Any]:
    """A count of the product as others have it, who count what an enterprise on record issued."""
    level = f"SKILL:{row['skillLevel']}" if row["skillLevel"] else f"TITLE:{row['titleLevel']}"
    found = row | {"enterprise": row["enterprise"]["key"], "level": level}
    return {name: found[name] for name in ("enterprise", "kind", "level", "year", "count")}


def _plain(value: Any, name: str = "") -> Any:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if not isinstance(value, dict):
        return value.upper() if name in CODES and isinstance(value, str) else value
    if set(value) <= {"edges"}:
        return [_plain(edge["node"]) for edge in value["edges"]]
    if set(value) <= {"nodes"}:
        return [_plain(one) for one in value["nodes"]]
    return {_RENAMED.get(key, key): _inner(key, one) for key, one in value.items()} if value else value


def _inner(key: str, value: Any) -> Any:
    """Names within one other field stand in its place; cursors differ by server."""
    if key == "edges":
        return [_plain(edge["node"]) for edge in value]
    if key == "pageInfo":
        return {"hasNextPage": value["hasNextPage"]}
    return _flat(key, _plain(value, _RENAMED.get(key, key)))


def _flat(key: str, value: Any) -> Any:
    return value["name"] if key == "issuer" and isinstance(value, dict) else value


def _sorted_below(value: Any, *, top: bool = False) -> Any:
    if isinstance(value, list):
        inner = [_sorted_below(one) for one in value]
        return inner if top else sorted(inner, key=lambda one: json.dumps(one, sort_keys=True))
    if isinstance(value, dict):
        renamed = {"personByPersonId": "holder", "edges": "nodes"}
        return {renamed.get(k, k): _sorted_below(v, top=top and k in {"nodes", "edges"}) for k, v in value.items()}
    return value


def scalars(value: Any) -> int:
    """How many leaves an answer has."""
    return sum(1 for _ in _leaves(value))


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _leaves(one)
    else:
        yield value
