"""Who may read what: every role against every kind of record, with people of two enterprises.

The shipyard (own) employs ``staff`` today and ``former`` until yesterday; ``applicant`` works at the other enterprise
and applied to the shipyard; ``withdrawn`` did so too and took it back; ``stranger`` has nothing to do with it.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.facts import ContestRank, ContestTier
from core.ladders import Level
from core.models import (
    Application,
    ApplicationStatus,
    Authority,
    AuthorityKind,
    Award,
    CatalogRow,
    Competition,
    Credential,
    Employment,
    Enterprise,
    Evaluation,
    Person,
    PilotListing,
    Scheme,
    SchemeVersion,
    Score,
)
from core.permissions import ANONYMOUS, Actor, Role
from core.schemes import CriterionSide
from core.storage import visibility
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from tests import builders as make

pytestmark = pytest.mark.anyio
DAY = make.DAY
EVERYONE = {"staff", "former", "applicant", "withdrawn", "stranger"}
OWN = {"staff", "applicant"}


@dataclass(frozen=True)
class World:
    """The rows of the test, by name."""

    database: Database
    people: dict[str, Person]
    own: Enterprise
    other: Enterprise
    unlisted: Enterprise

    def actor(self, role: Role) -> Actor:
        return Actor.of(role, "示例", enterprise_id=self.own.id, person_id=self.people["staff"].id)


async def _store(session: AsyncSession, *rows: Any) -> None:
    session.add_all(rows)
    await session.flush()


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    people = {name: make.person(name=name) for name in sorted(EVERYONE)}
    own, other, unlisted = (make.enterprise(key=key) for key in ("own", "other", "unlisted"))
    schemes = {"own": make.scheme(own, key="own"), "other": make.scheme(other, key="other")}
    versions = {
        "own 1": make.scheme_version(schemes["own"], version="own 1"),
        "own 2": make.scheme_version(schemes["own"], version="own 2", recorded_from=None),
        "other 1": make.scheme_version(schemes["other"], version="other 1"),
    }
    jobs = [
        make.employment(people["staff"], own, post="own"),
        make.employment(people["former"], own, post="own before", ends=DAY),
        make.employment(people["former"], other, post="other", starts=DAY),
        make.employment(people["staff"], unlisted, post="unlisted", starts=date(2015, 1, 1), ends=date(2019, 1, 1)),
        *(make.employment(people[name], other, post="other") for name in ("applicant", "withdrawn", "stranger")),
    ]
    applications = [
        make.application(people["applicant"], own, versions["own 1"]),
        make.application(people["withdrawn"], own, versions["own 1"], status=ApplicationStatus.WITHDRAWN),
        make.application(people["staff"], other, versions["other 1"]),
    ]
    evaluations = [
        make.evaluation(people["staff"], own, versions["own 1"], engine_version="own"),
        make.evaluation(people["staff"], other, versions["other 1"], engine_version="staff at other"),
        make.evaluation(people["stranger"], other, versions["other 1"], engine_version="other"),
    ]
    competition = Competition(zh="示例", tier=ContestTier.CITY, year=2025, held_on=DAY, basis="示例")
    async with database.write(EVERY_ROW) as session:
        await _store(session, own, other, unlisted, competition, *people.values(), *schemes.values())
        await _store(session, *versions.values())
        await _store(session, *jobs, *applications, *evaluations)
        await _store(session, *(make.credential(one, issuer_name=name) for name, one in people.items()))
        await _store(session, *(make.title(one, issuer_name=name) for name, one in people.items()))
        await _store(session, *(_award(competition, one) for one in people.values()))
        await _store(session, *(_score(one) for one in evaluations), *(_row(one) for one in versions.values()))
        await _store(session, _listing(own), _listing(other), _authority(own), _authority(other))
    yield World(database, people, own, other, unlisted)


def _award(competition: Competition, person: Person) -> Award:
    return Award(
        competition_id=competition.id,
        person_id=person.id,
        occupation=make.FITTER,
        rank=ContestRank.EXCELLENCE,
        awarded_on=DAY,
    )


def _score(evaluation: Evaluation) -> Score:
    return Score(
        evaluation_id=evaluation.id,
        criterion="c",
        side=CriterionSide.BOTH,
        points=80,
        weight=1000,
        assessor_name=evaluation.engine_version,
    )


def _row(version: SchemeVersion) -> CatalogRow:
    return make.catalog_row(version, trade=version.version)


def _listing(enterprise: Enterprise) -> PilotListing:
    return PilotListing(
        enterprise_id=enterprise.id, batch=enterprise.key, basis="示例", starts=date(2026, 1, 1), reason="示例"
    )


def _authority(enterprise: Enterprise) -> Authority:
    return Authority(
        enterprise_id=enterprise.id,
        kind=AuthorityKind.TITLE_REVIEW,
        series="engineering",
        highest=Level.ASSOCIATE_SENIOR,
        document=enterprise.key,
        starts=date(2025, 1, 1),
    )


async def _seen(world: World, column: Any, predicate: Any) -> set[Any]:
    async with world.database.read(EVERY_ROW) as session:
        return set((await session.exec(select(column).where(predicate))).all())


async def _people_seen(world: World, actor: Actor, day: date = DAY) -> set[str]:
    return await _seen(world, Person.name, visibility.people_visible_to(actor, day))


PEOPLE = {
    Role.BUREAU_OFFICER: EVERYONE,
    Role.BUREAU_AUDITOR: EVERYONE,
    Role.ENTERPRISE_ADMIN: OWN,
    Role.EVALUATION_OFFICER: OWN,
    Role.WORKER: {"staff"},
    Role.ASSESSOR: set(),
    Role.INDUSTRY_REVIEWER: set(),
    Role.SERVICE: set(),
    Role.ANONYMOUS: set(),
}


def test_the_table_of_roles_is_complete() -> None:
    assert set(PEOPLE) == set(Role)


@pytest.mark.parametrize("role", Role)
async def test_people_and_what_hangs_on_them(world: World, role: Role) -> None:
    actor, expected = world.actor(role), PEOPLE[role]
    assert await _people_seen(world, actor) == expected
    credentials = visibility.credentials_visible_to(actor, DAY)
    assert await _seen(world, Credential.issuer_name, credentials) == expected
    ids = {world.people[name].id for name in expected}
    for table in (Credential, Employment, Award):
        predicate = visibility.records_visible_to(actor, table, DAY)
        assert await _seen(world, table.person_id, predicate) == ids, table


async def test_the_employer_reads_people_from_the_first_day_to_the_day_before_the_last(world: World) -> None:
    actor = world.actor(Role.ENTERPRISE_ADMIN)
    assert "former" in await _people_seen(world, actor, DAY - timedelta(days=1))
    assert "former" not in await _people_seen(world, actor, DAY)
    assert "staff" in await _people_seen(world, actor, date(2020, 1, 1))
    assert "staff" not in await _people_seen(world, actor, date(2019, 12, 31))


@pytest.mark.parametrize("role", [Role.ENTERPRISE_ADMIN, Role.EVALUATION_OFFICER, Role.WORKER])
async def test_an_actor_bound_to_nobody_sees_nobody(world: World, role: Role) -> None:
    actor = Actor.of(role, "示例")
    assert await _people_seen(world, actor) == set()
    assert await _seen(world, Evaluation.id, visibility.evaluations_visible_to(actor)) == set()
    assert await _seen(world, SchemeVersion.id, visibility.scheme_versions_visible_to(actor, DAY)) == set()


EVALUATIONS = {
    Role.BUREAU_OFFICER: {"own", "staff at other", "other"},
    Role.BUREAU_AUDITOR: {"own", "staff at other", "other"},
    Role.ENTERPRISE_ADMIN: {"own"},
    Role.EVALUATION_OFFICER: {"own"},
    Role.WORKER: {"own", "staff at other"},
}


@pytest.mark.parametrize("role", Role)
async def test_evaluations_and_scores_stay_with_their_enterprise(world: World, role: Role) -> None:
    actor, expected = world.actor(role), EVALUATIONS.get(role, set())
    assert await _seen(world, Evaluation.engine_version, visibility.evaluations_visible_to(actor)) == expected
    assert await _seen(world, Score.assessor_name, visibility.scores_visible_to(actor)) == expected


APPLICATIONS = {
    Role.BUREAU_OFFICER: {"applicant", "withdrawn", "staff"},
    Role.BUREAU_AUDITOR: {"applicant", "withdrawn", "staff"},
    Role.ENTERPRISE_ADMIN: {"applicant", "withdrawn"},
    Role.EVALUATION_OFFICER: {"applicant", "withdrawn"},
    Role.WORKER: {"staff"},
}


@pytest.mark.parametrize("role", Role)
async def test_applications_stay_with_their_enterprise(world: World, role: Role) -> None:
    seen = await _seen(world, Application.person_id, visibility.applications_visible_to(world.actor(role)))
    assert seen == {world.people[name].id for name in APPLICATIONS.get(role, set())}


ALL_VERSIONS = {"own 1", "own 2", "other 1"}
VERSIONS = {
    Role.BUREAU_OFFICER: ALL_VERSIONS,
    Role.BUREAU_AUDITOR: ALL_VERSIONS,
    Role.INDUSTRY_REVIEWER: ALL_VERSIONS,
    Role.ENTERPRISE_ADMIN: {"own 1", "own 2"},
    Role.EVALUATION_OFFICER: {"own 1", "own 2"},
    Role.WORKER: {"own 1"},
}


@pytest.mark.parametrize("role", Role)
async def test_schemes_versions_and_rows(world: World, role: Role) -> None:
    actor, expected = world.actor(role), VERSIONS.get(role, set())
    versions = visibility.scheme_versions_visible_to(actor, DAY)
    assert await _seen(world, SchemeVersion.version, versions) == expected
    assert await _seen(world, CatalogRow.trade, visibility.rows_visible_to(actor, DAY)) == expected
    schemes = visibility.schemes_visible_to(actor, DAY)
    assert await _seen(world, Scheme.key, schemes) == {version.split()[0] for version in expected}


LISTED = {"own", "other"}
ENTERPRISES = {
    Role.BUREAU_OFFICER: LISTED | {"unlisted"},
    Role.BUREAU_AUDITOR: LISTED | {"unlisted"},
    Role.INDUSTRY_REVIEWER: LISTED | {"unlisted"},
    Role.ENTERPRISE_ADMIN: LISTED | {"unlisted"},
    Role.EVALUATION_OFFICER: LISTED | {"unlisted"},
    Role.WORKER: LISTED | {"unlisted"},
    Role.ASSESSOR: LISTED,
    Role.ANONYMOUS: LISTED,
    Role.SERVICE: set(),
}


@pytest.mark.parametrize("role", Role)
async def test_enterprises_are_read_with_the_list_and_with_their_people(world: World, role: Role) -> None:
    actor = ANONYMOUS if role is Role.ANONYMOUS else Actor.of(role, "示例", person_id=world.people["staff"].id)
    if role in (Role.ENTERPRISE_ADMIN, Role.EVALUATION_OFFICER):
        actor = world.actor(role)
    assert await _seen(world, Enterprise.key, visibility.enterprises_visible_to(actor, DAY)) == ENTERPRISES[role]


AUTHORITIES = {
    Role.BUREAU_OFFICER: LISTED,
    Role.BUREAU_AUDITOR: LISTED,
    Role.INDUSTRY_REVIEWER: LISTED,
    Role.ENTERPRISE_ADMIN: {"own"},
    Role.EVALUATION_OFFICER: {"own"},
    Role.WORKER: {"own"},
}


@pytest.mark.parametrize("role", Role)
async def test_authorities_listings_and_competitions(world: World, role: Role) -> None:
    actor = world.actor(role)
    authorities = visibility.authorities_visible_to(actor, DAY)
    assert await _seen(world, Authority.document, authorities) == AUTHORITIES.get(role, set())
    listings = await _seen(world, PilotListing.batch, visibility.listings_visible_to(actor))
    assert listings == (set() if role is Role.SERVICE else LISTED)
    competitions = await _seen(world, Competition.zh, visibility.competitions_visible_to(actor))
    assert competitions == ({"示例"} if PEOPLE[role] else set())


async def test_a_predicate_stands_alone_within_a_query_over_the_same_table(world: World) -> None:
    """Without that, SQLAlchemy would tie the inner query over employments to the outer one."""
    predicate = visibility.records_visible_to(world.actor(Role.ENTERPRISE_ADMIN), Employment, DAY)
    compiled = str(sa.select(Employment).where(predicate))
    assert compiled.count("FROM employment") == 2
