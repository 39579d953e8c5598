"""People and their records over both ladders."""

from datetime import date
from typing import Any

import pytest

from core.facts import CredentialKind, ObtainedBy
from core.ladders import Level
from tests import builders
from tests.schema import rows
from tests.schema.conftest import Graph

pytestmark = pytest.mark.anyio


async def one_person(graph: Graph, fields: str, **variables: Any) -> Any:
    """The fields of the only person on record."""
    head = "query" + ("($asOf: Date)" if "asOf" in variables else "")
    data = await graph.ask(f"{head} {{ people {{ edges {{ node {{ {fields} }} }} }} }}", **variables)
    (edge,) = data["people"]["edges"]
    return edge["node"]


async def test_a_technician_of_the_health_series_is_a_title_and_no_skill_level(graph: Graph) -> None:
    person = builders.person()
    titled = builders.title(person, series="health", specialty="technology", title_name="技师", level=Level.ASSISTANT)
    await graph.add(person, titled)
    node = await one_person(
        graph,
        "skillCertificates { skillLevel } professionalTitles { titleLevel titleName series { name { zh } } } "
        "credentials { edges { node { __typename kind levelName { zh } ... on SkillCredential { occupationCode } } } }",
    )
    assert node["skillCertificates"] == []
    assert node["professionalTitles"] == [
        {"titleLevel": "ASSISTANT", "titleName": "技师", "series": {"name": {"zh": "卫生技术人员"}}}
    ]
    assert node["credentials"]["edges"] == [
        {
            "node": {
                "__typename": "ProfessionalTitle",
                "kind": "PROFESSIONAL_TITLE",
                "levelName": {"zh": "助理级职称"},
            }
        }
    ]


@pytest.mark.parametrize(
    ("kind", "level", "name"),
    [
        (CredentialKind.SKILL_CERTIFICATE, Level.TECHNICIAN, "SkillCertificate"),
        (CredentialKind.VOCATIONAL_QUALIFICATION, Level.TECHNICIAN, "VocationalQualification"),
        (CredentialKind.PROFESSIONAL_TITLE, Level.INTERMEDIATE, "ProfessionalTitle"),
        (CredentialKind.PROFESSIONAL_QUALIFICATION, Level.INTERMEDIATE, "ProfessionalQualification"),
    ],
)
async def test_each_kind_has_its_type(graph: Graph, kind: CredentialKind, level: Level, name: str) -> None:
    person = builders.person()
    await graph.add(person, builders.credential(person, kind=kind, level=level))
    node = await one_person(graph, "credentials { edges { node { __typename } } }")
    assert node["credentials"]["edges"] == [{"node": {"__typename": name}}]


async def test_what_a_credential_says(graph: Graph) -> None:
    person, issuer = builders.person(), builders.enterprise()
    held = builders.credential(
        person,
        level=Level.CHIEF_TECHNICIAN,
        trade="机床装配",
        number="Y000044000001",
        issuer_name=issuer.zh,
        issuer_enterprise_id=issuer.id,
        obtained_by=ObtainedBy.APPOINTMENT,
        appointed_post="首席技师岗",
        appointed_on=date(2022, 7, 1),
    )
    await graph.add(issuer, person, held)
    node = await one_person(
        graph,
        "skillCertificates { number skillLevel trade occupation { name { zh } } legalBasis route awardedOn "
        "issuer { name enterprise { uscc } } appointment { post on } linkedCredential { id } evaluation { id } }",
    )
    assert node["skillCertificates"] == [
        {
            "number": "Y000044000001",
            "skillLevel": "CHIEF_TECHNICIAN",
            "trade": "机床装配",
            "occupation": {"name": {"zh": "装配钳工"}},
            "legalBasis": "示例依据",
            "route": "APPOINTMENT",
            "awardedOn": "2022-06-01",
            "issuer": {"name": issuer.zh, "enterprise": {"uscc": issuer.uscc}},
            "appointment": {"post": "首席技师岗", "on": "2022-07-01"},
            "linkedCredential": None,
            "evaluation": None,
        }
    ]


async def test_two_certificates_of_one_evaluation_name_each_other(graph: Graph) -> None:
    person = builders.person()
    skill = builders.credential(person, number="S1", obtained_by=ObtainedBy.DUAL)
    title = builders.title(person, number="T1", obtained_by=ObtainedBy.DUAL, linked_credential_id=skill.id)
    await graph.add(person, skill, title)
    node = await one_person(graph, "credentials { edges { node { number linkedCredential { number } } } }")
    assert [edge["node"] for edge in node["credentials"]["edges"]] == [
        {"number": "S1", "linkedCredential": {"number": "T1"}},
        {"number": "T1", "linkedCredential": {"number": "S1"}},
    ]


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("2022-05-31", "AWARDED_LATER"),
        ("2022-06-01", "VALID"),
        ("2024-12-31", "VALID"),
        ("2025-01-01", "EXPIRED"),
        ("2025-06-30", "EXPIRED"),
        ("2025-07-01", "REVOKED"),
    ],
)
async def test_status_on_a_day(graph: Graph, day: str, status: str) -> None:
    person = builders.person()
    ends = {"valid_until": date(2025, 1, 1), "revoked_on": date(2025, 7, 1), "revoked_reason": "示例"}
    await graph.add(person, builders.credential(person, **ends))
    node = await one_person(graph, "skillCertificates { status(asOf: $asOf) revokedReason }", asOf=day)
    assert node["skillCertificates"] == [{"status": status, "revokedReason": "示例"}]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("", ["S", "T"]),
        ("(filter: {kind: PROFESSIONAL_TITLE})", ["T"]),
        ("(filter: {level: {skill: SENIOR_WORKER}})", ["S"]),
        ("(filter: {level: {title: ASSISTANT}})", ["T"]),
        ('(filter: {occupation: "6-20-01-01"})', ["S"]),
        ('(filter: {series: "engineering"})', ["T"]),
        ('(filter: {issuerContains: "甲"})', ["S"]),
        ('(filter: {awardedFrom: "2022-06-02"})', ["T"]),
        ('(filter: {awardedTo: "2022-06-01"})', ["S"]),
        ('(filter: {awardedTo: "2022-05-31"})', []),
        ("(orderBy: NUMBER, descending: true)", ["T", "S"]),
    ],
)
async def test_filters_and_orders_of_credentials(graph: Graph, filters: str, found: list[str]) -> None:
    person = builders.person()
    await graph.add(
        person, builders.credential(person, number="S", issuer_name="甲"), builders.title(person, number="T")
    )
    listed = f"credentials{filters} {{ totalCount edges {{ node {{ number }} }} }}"
    node = await one_person(graph, listed)
    everywhere = (await graph.ask(f"{{ {listed} }}"))["credentials"]
    assert [edge["node"]["number"] for edge in everywhere["edges"]] == found
    assert node["credentials"] == everywhere
    assert everywhere["totalCount"] == len(found)


async def test_a_level_filter_takes_one_ladder(graph: Graph) -> None:
    error = await graph.fault("{ credentials(filter: {level: {skill: TECHNICIAN, title: STAFF}}) { totalCount } }")
    assert "exactly one" in error["message"].lower()
    assert error["extensions"] == {"code": "GRAPHQL_VALIDATION"}


@pytest.mark.parametrize("field", ["occupation", "series"])
async def test_an_unknown_code_in_a_filter_is_named(graph: Graph, field: str) -> None:
    error = await graph.fault(f'{{ credentials(filter: {{{field}: "engineerin"}}) {{ totalCount }} }}')
    assert error["extensions"]["code"] == "UNKNOWN_CODE"
    assert "'engineerin' is not in the vocabulary" in error["message"]


async def test_employments(graph: Graph) -> None:
    person, first, second = builders.person(), builders.enterprise(), builders.enterprise()
    early = builders.employment(person, first, post="学徒", starts=date(2010, 1, 1), ends=date(2020, 1, 1))
    late = builders.employment(person, second, series="engineering", specialty="mechanical")
    await graph.add(person, first, second, late, early)
    node = await one_person(
        graph,
        "employments { post isFrontline starts ends } currentEmployment { enterprise { key } occupation { code } "
        "specialty { name { zh } } } before: currentEmployment(asOf: $asOf) { post }",
        asOf="2019-12-31",
    )
    assert [one["post"] for one in node["employments"]] == ["学徒", "装配钳工"]
    assert node["employments"][0] == {"post": "学徒", "isFrontline": True, "starts": "2010-01-01", "ends": "2020-01-01"}
    assert node["currentEmployment"] == {
        "enterprise": {"key": second.key},
        "occupation": {"code": builders.FITTER},
        "specialty": {"name": {"zh": "机械"}},
    }
    assert node["before"] == {"post": "学徒"}


async def test_schooling_and_awards(graph: Graph) -> None:
    person, contest = builders.person(), rows.competition()
    school = rows.schooling(person, occupations=[builders.FITTER], specialties=["engineering:mechanical"])
    await graph.add(person, contest, school, rows.award(person, contest, position=5, participants=40))
    node = await one_person(
        graph,
        "schooling { level graduatedOn school occupations specialties } "
        "awards { rank position participants awardedOn occupation { code } competition { tier year } holder { name } }",
    )
    assert node["schooling"] == [
        {
            "level": "JUNIOR_COLLEGE",
            "graduatedOn": "2012-07-01",
            "school": "示例学院",
            "occupations": [builders.FITTER],
            "specialties": ["engineering:mechanical"],
        }
    ]
    assert node["awards"] == [
        {
            "rank": "EXCELLENCE",
            "position": 5,
            "participants": 40,
            "awardedOn": "2025-09-20",
            "occupation": {"code": builders.FITTER},
            "competition": {"tier": "NATIONAL", "year": 2025},
            "holder": {"name": person.name},
        }
    ]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ('{nameContains: "张"}', ["张一"]),
        ("{holdsLevel: {skill: SENIOR_WORKER}}", ["张一"]),
        ("{holdsLevel: {title: ASSISTANT}}", []),
        ('{occupation: "6-20-01-01"}', ["李二"]),
        ('{nameContains: "张", occupation: "6-20-01-01"}', []),
    ],
)
async def test_filters_of_people(graph: Graph, filters: str, found: list[str]) -> None:
    first, second, enterprise = builders.person(name="张一"), builders.person(name="李二"), builders.enterprise()
    await graph.add(first, second, enterprise, builders.employment(second, enterprise), builders.credential(first))
    data = await graph.ask(f"{{ people(filter: {filters}) {{ totalCount edges {{ node {{ name }} }} }} }}")
    assert [edge["node"]["name"] for edge in data["people"]["edges"]] == found
    assert data["people"]["totalCount"] == len(found)
