"""A world for tests of contests in place of an evaluation: the shipyard of the rounds, municipal, with a contest."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from core.errors import GuantongError
from core.facts import ContestRank, ContestTier
from core.ladders import Level
from core.models import Award, Competition, ContestDecision, ContestRequest, Credential, Enterprise, Person
from core.permissions import Actor
from core.services.competitions import NewAward, NewCompetition, record_award, record_competition
from core.services.contests import ContestVerdict, NewContestRequest, ask_contest, decide_contest
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from tests import builders as make
from tests.core.calls import OFFICER, store
from tests.core.filing_world import read_document
from tests.core.round_world import Rounds, key, rounds_in
from tests.made_once import made_once

TECHNICIAN = {"occupation": make.FITTER, "skill_level": Level.TECHNICIAN}
ENGINEER = {"series": "engineering", "specialty": "mechanical", "title_level": Level.INTERMEDIATE}
HELD_ON = date(2026, 2, 1)


@dataclass
class Contests:
    """The shipyard; ``yard`` has its people, its clock and its database."""

    yard: Rounds

    @property
    def office(self) -> Actor:
        return self.yard.office

    async def fitter(self, **work: Any) -> Person:
        """A senior worker on the production line since 2020."""
        person = make.person()
        spell = make.employment(person, self.yard.own, **work)
        await store(self.yard.database, person, spell, make.credential(person))
        return person

    async def award(
        self,
        person: Person,
        tier: ContestTier = ContestTier.NATIONAL,
        rank: ContestRank = ContestRank.EXCELLENCE,
        occupation: str = make.FITTER,
        host: Enterprise | None = None,
    ) -> Award:
        """A result of a person, in a competition of its own."""
        of = NewCompetition(
            key=key(),
            zh=f"示例竞赛{key()}",
            tier=tier,
            held_on=HELD_ON,
            basis="示例公告",
            enterprise_id=host.id if host else None,
        )
        held: Competition = await self.yard.do(OFFICER, record_competition, of)
        given = NewAward(
            competition_id=held.id, person_id=person.id, occupation=occupation, rank=rank, awarded_on=HELD_ON
        )
        return await self.yard.do(OFFICER, record_award, given)  # type: ignore[no-any-return]

    async def cup(self, person: Person, rank: ContestRank = ContestRank.SILVER, **given: Any) -> Award:
        """A result in the shipyard's own contest."""
        return await self.award(person, ContestTier.ENTERPRISE, rank, **{"host": self.yard.own} | given)

    def asking(self, award: Award, *aims: dict[str, Any], own: bool = False, **given: Any) -> NewContestRequest:
        """A request by the policy's rule, or with ``own`` by the shipyard's contest."""
        aimed = {name: value for aim in aims or (TECHNICIAN, ENGINEER) for name, value in aim.items()}
        version = self.yard.version_id if own else None
        same = {"key": key(), "award_id": award.id, "enterprise_id": self.yard.own.id, "scheme_version_id": version}
        return NewContestRequest(**same | aimed | given)

    async def ask(self, award: Award, *aims: dict[str, Any], own: bool = False) -> ContestRequest:
        """A request that the winner makes in their own right."""
        winner = await self.yard.row(Person, award.person_id)
        wanted = self.asking(award, *aims, own=own)
        return await self.yard.do(self.yard.acting(winner), ask_contest, read_document, wanted)  # type: ignore[no-any-return]

    async def refused(self, award: Award, *aims: dict[str, Any], own: bool = False) -> GuantongError:
        """Why a request is not taken."""
        wanted = self.asking(award, *aims, own=own)
        return await self.yard.refuses(self.office, ask_contest, read_document, wanted)

    async def verdict(self, row: ContestRequest, granted: bool = True) -> ContestVerdict:
        now = await self.yard.row(ContestRequest, row.id)
        return ContestVerdict(key=key(), request_id=row.id, revision=now.revision, granted=granted)

    async def decide(self, actor: Actor, row: ContestRequest, granted: bool = True) -> ContestRequest:
        given = await self.verdict(row, granted)
        return await self.yard.do(actor, decide_contest, read_document, given)  # type: ignore[no-any-return]

    async def not_decided(self, actor: Actor, row: ContestRequest) -> GuantongError:
        return await self.yard.refuses(actor, decide_contest, read_document, await self.verdict(row))

    async def decisions(self, row: ContestRequest) -> list[ContestDecision]:
        return await self.yard.rows(ContestDecision, col(ContestDecision.request_id) == row.id)

    async def credentials(self, row: ContestRequest) -> list[Credential]:
        """What was issued on a request, in the order it was."""
        made = [one.credential_id for one in await self.decisions(row)]
        return [await self.yard.row(Credential, one) for one in made if one is not None]


@made_once
async def contests_in(database: Database, **content: Any) -> Contests:
    """The shipyard, owned by the city, with a scheme that has a contest of its own."""
    return await contests_of(await rounds_in(database, **{"contest": True} | content))


async def contests_of(yard: Rounds) -> Contests:
    """A shipyard, owned by the city from now on."""
    owned = sa.update(Enterprise).where(col(Enterprise.id) == yard.own.id).values(is_municipal=True)
    async with yard.database.write(EVERY_ROW) as session:
        await session.exec(owned)
    return Contests(yard)
