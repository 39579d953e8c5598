"""A small world for the read queries: a few rows of everything, every parent with its children."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from core.facts import ContestRank, ContestTier, EducationLevel
from core.ladders import Level
from core.models import (
    Authority,
    AuthorityKind,
    Award,
    Competition,
    Enterprise,
    Evaluation,
    Person,
    PilotListing,
    Scheme,
    SchemeVersion,
    Schooling,
    Score,
)
from core.schemes import CriterionSide
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from tests import builders as make
from tests.made_once import made_once

DAY = make.DAY


@dataclass(frozen=True)
class World:
    """A few rows of everything, every parent with its children."""

    database: Database
    people: list[Person]
    enterprises: list[Enterprise]
    competitions: list[Competition]
    schemes: list[Scheme]
    versions: list[SchemeVersion]
    evaluations: list[Evaluation]


async def store(session: AsyncSession, *rows: Any) -> None:
    session.add_all(rows)
    await session.flush()


@made_once
async def build(database: Database, number: int) -> World:
    """``number`` parents of each kind, each with two children of each kind."""
    world = World(
        database,
        people=[make.person(name=f"示例{n:02d}") for n in range(number)],
        enterprises=[make.enterprise(key=f"e{n:02d}") for n in range(number)],
        competitions=[
            Competition(zh=f"竞赛{n}", tier=ContestTier.CITY, year=2025, held_on=date(2025, 1, 1 + n), basis="示例")
            for n in range(number)
        ],
        schemes=[],
        versions=[],
        evaluations=[],
    )
    world.schemes.extend(make.scheme(one, key=f"s_{one.key}") for one in world.enterprises)
    world.versions.extend(make.scheme_version(one) for one in world.schemes)
    async with database.write(EVERY_ROW) as session:
        await store(session, *world.people, *world.enterprises, *world.competitions)
        await store(session, *world.schemes)
        await store(session, *world.versions)
        for n in range(number):
            await store(session, *_children(world, n))
    return world


def _children(world: World, n: int) -> list[Any]:
    one, employer, version = world.people[n], world.enterprises[n], world.versions[n]
    found: list[Any] = []
    for year in (2024, 2023):
        evaluation = make.evaluation(one, employer, version, decided_on=date(year, 1, 1))
        world.evaluations.append(evaluation)
        found += [
            evaluation,
            make.employment(one, employer, starts=date(year, 1, 1), ends=date(year, 6, 1)),
            make.credential(one, awarded_on=date(year, 1, 1)),
            make.application(one, employer, version, filed_on=date(year, 1, 1)),
            make.catalog_row(version, number=year),
            Schooling(
                person_id=one.id, level=EducationLevel.BACHELOR, graduated_on=date(year - 10, 7, 1), school=str(year)
            ),
            Award(
                person_id=one.id,
                competition_id=world.competitions[n].id,
                occupation=f"6-01-01-{year - 2000}",
                rank=ContestRank.GOLD,
                awarded_on=date(year, 9, 1),
            ),
            PilotListing(
                enterprise_id=employer.id,
                batch=str(year),
                basis="示例",
                reason="示例",
                starts=date(year, 1, 1),
                ends=date(year, 7, 1),
            ),
            _authority(employer, date(year, 1, 1)),
            _score(evaluation, "b"),
            _score(evaluation, "a"),
        ]
    return found


def _authority(enterprise: Enterprise, starts: date) -> Authority:
    return Authority(
        enterprise_id=enterprise.id,
        kind=AuthorityKind.SKILL_RECOGNITION,
        occupation=make.FITTER,
        highest=Level.TECHNICIAN,
        document="示例",
        starts=starts,
        ends=date(starts.year, 12, 31),
    )


def _score(evaluation: Evaluation, criterion: str) -> Score:
    return Score(
        evaluation_id=evaluation.id,
        criterion=criterion,
        side=CriterionSide.TITLE,
        points=80,
        weight=500,
        assessor_name="示例评委",
    )
