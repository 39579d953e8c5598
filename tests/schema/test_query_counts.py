"""A list of thirty costs the statements of a list of one: each count is literal, and the same at 1, 3 and 30 rows."""

import itertools
from datetime import date
from typing import Any

import pytest
from graphql import (
    FieldNode,
    GraphQLObjectType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    get_nullable_type,
    is_list_type,
    parse,
    visit,
)

from core.facts import ObtainedBy
from core.ladders import Level
from core.storage.row_scope import EVERY_ROW
from schema.build import build_schema
from tests import builders
from tests.schema import (
    contest_rows,
    job_rows,
    plugin_rows,
    published_rows,
    round_rows,
    rows,
    test_replicable,
    test_summary_counts,
    webhook_rows,
)
from tests.schema.conftest import WITHOUT_LIMIT, Graph

pytestmark = pytest.mark.anyio

PEOPLE = "{ people(first: 30) { edges { node { %s } } } }"
ENTERPRISES = "{ enterprises(first: 100) { edges { node { %s } } } }"
CREDENTIALS = "{ credentials(first: 100) { edges { node { %s } } } }"
EVALUATIONS = "{ evaluations(first: 100) { edges { node { %s } } } }"
SCHEMES = "{ schemes(first: 100) { edges { node { %s } } } }"
COMPETITIONS = "{ competitions(first: 100) { edges { node { %s } } } }"
TOKENS = "{ serviceTokens(first: 100) { edges { node { %s } } } }"
LISTINGS = "{ pilotList(first: 100) { edges { node { %s } } } }"
ROWS = SCHEMES % "versions { entries { edges { node { %s } } } }"
FACTS, EMPLOYERS = 6, 3
# What these give was loaded with them, or never lay in the database.
IN_MEMORY = {
    "Bridge",
    "ClonedScheme",
    "EligibilityCondition",
    "Occupation",
    "Opportunity",
    "OpportunityRoute",
    "Pathway",
    "PathwayNeed",
    "PathwayStep",
    "PolicyRequirement",
    "PolicyRoute",
    "Replay",
    "ReplayedPart",
    "SummaryFigures",
    "SupervisionAlert",
    "Schooling",
    "Specialty",
    "TitleSeries",
    "Viewer",
}
SCHEMA = build_schema()._schema

COUNTS: list[tuple[str, int]] = [
    (PEOPLE % "name maskedIdentityNumber", 1),
    ("{ people { totalCount } }", 2),
    (PEOPLE % "employments { post }", 2),
    (PEOPLE % "employments { enterprise { name { zh } } occupation { code } specialty { code } }", 3),
    (PEOPLE % "currentEmployment { post enterprise { isPilot } }", 4),
    (PEOPLE % "schooling { level }", 2),
    (PEOPLE % "credentials { edges { node { number status } } }", 2),
    (PEOPLE % "credentials { totalCount }", 3),
    (PEOPLE % "credentials(filter: {level: {title: ASSISTANT}}, first: 1) { totalCount edges { cursor } }", 3),
    (PEOPLE % "skillCertificates { skillLevel } professionalTitles { titleLevel series { code } }", 2),
    (PEOPLE % "awards { rank competition { name { zh } } holder { name } }", 4),
    (PEOPLE % "schemeFacts { key value origin }", 3),
    (PEOPLE % "schemeFactRecords { revision facts { key value } person { name } evaluation { decidedOn } }", 3),
    (PEOPLE % "schemeFacts { enterprise { key } } schemeFactRecords { reason }", 5),
    (PEOPLE % "evaluations { decidedOn skill { outcome } title { level } }", 2),
    (PEOPLE % "evaluations { scores { points } }", 3),
    (PEOPLE % "opportunities { state conditions { gap { zh } } blocks { code } }", 1 + FACTS + EMPLOYERS),
    (PEOPLE % "opportunities(includeUnreached: true) { isOpen alternatives { policyRoute } }", 1 + FACTS + EMPLOYERS),
    (
        PEOPLE % "opportunities(includeUnreached: true) { offeredBy { enterprise { key } scheme { key } } }",
        1 + FACTS + EMPLOYERS + 2,
    ),
    (
        PEOPLE % 'decision(target: {title: {series: "engineering", specialty: "mechanical", level: ASSISTANT}}) '
        "{ state }",
        1 + FACTS + EMPLOYERS,
    ),
    (
        PEOPLE % 'pathway(target: {title: {series: "engineering", specialty: "mechanical", level: INTERMEDIATE}}) '
        "{ reachableOn }",
        1 + FACTS + EMPLOYERS,
    ),
    (PEOPLE % "bridge { nodes { state } edges { due } } opportunities { state }", 1 + FACTS + EMPLOYERS),
    (CREDENTIALS % "number kind issuer { name }", 1),
    ("{ credentials { totalCount } }", 2),
    ("{ credentialCounts(by: [KIND, LEVEL, YEAR]) { kind skillLevel titleLevel year count } }", 1),
    ("{ credentialCounts(by: [ENTERPRISE, YEAR]) { enterprise { key name { zh } } count } }", 2),
    (CREDENTIALS % "holder { name } issuer { enterprise { key } }", 3),
    (CREDENTIALS % "linkedCredential { number holder { name } }", 3),
    (CREDENTIALS % "evaluation { decidedOn }", 2),
    (CREDENTIALS % "... on SkillCredential { occupation { code } } ... on TitleCredential { specialty { code } }", 1),
    (ENTERPRISES % "name { zh }", 1),
    ("{ enterprises { totalCount } }", 2),
    (ENTERPRISES % "authorities { highest { name { zh } } isInForce series { code } occupation { code } }", 2),
    (ENTERPRISES % "pilotListings { batch enterprise { key } } isPilot", 3),
    (ENTERPRISES % "schemes { key versions { version } enterprise { key } }", 4),
    (ENTERPRISES % "people { edges { node { name } } }", 2),
    (ENTERPRISES % "people(first: 1) { totalCount pageInfo { hasNextPage } }", 3),
    (EVALUATIONS % "decidedOn scores { points assessor }", 2),
    ("{ evaluations { totalCount } }", 2),
    (EVALUATIONS % "schemeFacts { key value } schemeFactRecords { facts { key } }", 3),
    (EVALUATIONS % "schemeFactRecords { evaluation { decidedOn } person { name } }", 4),
    (EVALUATIONS % "person { name } enterprise { key } schemeVersion { version scheme { key } }", 5),
    (SCHEMES % "key", 1),
    ("{ schemes { totalCount } }", 2),
    (SCHEMES % "enterprise { key } versions { version isOnRecord scheme { key } } versionOnRecord { name { zh } }", 4),
    (ROWS % "number skill { occupation { code } } title { specialty { code } } skillToTitle { years }", 3),
    (ROWS % "schemeVersion { version }", 4),
    (SCHEMES % "versions { entries { totalCount } }", 4),
    (COMPETITIONS % "name { zh }", 1),
    ("{ competitions { totalCount } }", 2),
    (COMPETITIONS % "awards { totalCount edges { node { holder { name } occupation { code } } } }", 4),
    (LISTINGS % "batch", 1),
    ("{ pilotList { totalCount } }", 2),
    (LISTINGS % "enterprise { key }", 2),
    ('{ idlePilots(asOf: "2030-01-01") { since } }', 2),
    ('{ idlePilots(asOf: "2030-01-01") { listing { enterprise { key } } } }', 3),
    (TOKENS % "name permissions isInForce", 1),
    ("{ serviceTokens { totalCount } }", 2),
    (TOKENS % "enterprise { key } mintedWith { name enterprise { key } }", 3),
    ("{ policy { id } policyRoutes { requirements { years } } policyPacks { id } }", 0),
    ("{ skillLevels { order } titleLevels { order } titleSeries { titles { level } specialties { code } } }", 0),
    ("{ occupations(first: 100) { totalCount edges { node { related { code } specialties { code } } } } }", 0),
]


def records(serial: int) -> list[Any]:
    """One person with an enterprise, a scheme, a competition and an evaluation of their own."""
    person, enterprise, contest = builders.person(), builders.enterprise(), rows.competition(zh=f"示例大赛{serial}")
    scheme = builders.scheme(enterprise)
    version = builders.scheme_version(scheme)
    evaluation = builders.evaluation(person, enterprise, version, skill_level=Level.SENIOR_WORKER)
    given = {"obtained_by": ObtainedBy.DUAL, "issuer_enterprise_id": enterprise.id, "evaluation_id": evaluation.id}
    skill = builders.credential(person, **given)
    token = builders.service_token(enterprise_id=enterprise.id)
    title = builders.title(person, linked_credential_id=skill.id, **given)
    return [
        *(person, enterprise, contest, scheme, version, evaluation, skill, title),
        rows.listing(enterprise, starts=date(2026, 1, 1)),
        rows.authority(enterprise),
        rows.skill_authority(enterprise),
        builders.employment(person, enterprise),
        builders.catalog_row(version),
        builders.catalog_row(version, occupation="6-18-01-01"),
        rows.schooling(person),
        rows.award(person, contest),
        rows.score(evaluation),
        published_rows.kept(person, enterprise, scheme.key),
        *(published_rows.recorded(of, enterprise, scheme.key) for of in (person, evaluation)),
        token,
        builders.service_token(enterprise_id=enterprise.id, parent_id=token.id),
    ]


@pytest.fixture(params=[1, 3, 30])
async def filled(graph: Graph, request: pytest.FixtureRequest) -> Graph:
    graph.serve(WITHOUT_LIMIT)
    """A graph with that many of everything."""
    made = [records(serial) for serial in range(request.param)]
    for batch in zip(*made, strict=True):
        async with graph.database.write(EVERY_ROW) as session:
            session.add_all(batch)
    owners = [one[1] for one in made]
    graph.schemes.schemes = [
        rows.recorded_scheme(owner, key=one[3].key, digest=one[4].digest, facts=published_rows.ALL)
        for owner, one in zip(owners, made, strict=True)
    ]
    return graph


async def test_counts(filled: Graph) -> None:
    assert await filled.miscounted(COUNTS) == {}


def lists() -> set[str]:
    """The fields that give many things, as ``Type.field``."""
    return {
        f"{kind.name}.{name}"
        for kind in SCHEMA.type_map.values()
        if isinstance(kind, GraphQLObjectType)
        and not kind.name.startswith("__")
        and kind.name not in IN_MEMORY | plugin_rows.IN_MEMORY | round_rows.IN_MEMORY | contest_rows.IN_MEMORY
        for name, field in kind.fields.items()
        if is_list_type(get_nullable_type(field.type)) or get_named_type(field.type).name.endswith("Connection")
    }


def asked() -> set[str]:
    """The fields that the queries above ask for."""
    found: set[str] = set()
    info = TypeInfo(SCHEMA)

    class Collect(Visitor):
        def enter_field(self, node: FieldNode, *_: Any) -> None:
            parent = info.get_parent_type()
            found.add(f"{parent.name if parent else None}.{node.name.value}")

    every = (
        COUNTS,
        plugin_rows.COUNTS,
        round_rows.COUNTS,
        contest_rows.COUNTS,
        job_rows.COUNTS,
        webhook_rows.COUNTS,
        test_summary_counts.COUNTS,
        [(test_replicable.LIST, 3)],
    )
    for query, _ in itertools.chain(*every):
        visit(parse(query), TypeInfoVisitor(info, Collect()))
    return found


def test_every_list_is_counted() -> None:
    # Nodes are counted below; warnings are of one application, and of three kinds at most; columns stand in a table.
    here = {"Query.nodes", "Query.applicationWarnings", "Query.exportColumns"}
    # What is checked before filing is of one round, and counted where that is tried.
    assert lists() - asked() == here | {"Query.filingPrecheck"}


async def test_nodes_of_one_type_come_in_one_statement(filled: Graph) -> None:
    people = await filled.ask("{ people(first: 100) { edges { node { id } } } }")
    ids = [edge["node"]["id"] for edge in people["people"]["edges"]]
    sent = await filled.statements("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
    assert len(sent) == 1
