"""Cases for eligibility: a person's facts and employers on a day, loaded for many people at once."""

from collections import defaultdict
from collections.abc import Awaitable, Iterable
from datetime import date
from uuid import UUID

from strawberry.dataloader import DataLoader

from core.eligibility.decisions import Case
from core.eligibility.rulebook import Rulebook
from core.facts import PersonFacts
from core.permissions import Actor, Permission
from core.schemes import SchemeSource
from core.storage.employers import load_employers
from core.storage.facts import load_facts
from schema.loaders import Loaders
from schema.reader import Reader

CaseKey = tuple[UUID, date]


class Cases:
    """Builds each case once a request: opportunities, pathways and the picture of a person share it."""

    def __init__(
        self, reader: Reader, loaders: Loaders, rulebook: Rulebook, schemes: SchemeSource, actor: Actor
    ) -> None:
        self._reader = reader
        self._loaders = loaders
        self._rulebook = rulebook
        self._schemes = schemes
        self._actor = actor
        self._cases: DataLoader[CaseKey, Case] = DataLoader(self._load)

    def load(self, person_id: UUID, day: date) -> Awaitable[Case]:
        """The case of a person whom the actor may read."""
        return self._cases.load((person_id, day))

    async def _load(self, keys: list[CaseKey]) -> list[Case]:
        by_day: dict[date, list[UUID]] = defaultdict(list)
        for person_id, day in keys:
            by_day[day].append(person_id)
        found: dict[CaseKey, Case] = {}
        for day, ids in by_day.items():
            found.update({(person_id, day): case for person_id, case in (await self._on(day, ids)).items()})
        return [found[key] for key in keys]

    async def _on(self, day: date, ids: list[UUID]) -> dict[UUID, Case]:
        facts = await self._reader.run(load_facts, ids, day)
        at = {one: await self._readable(employers_on(known, day)) for one, known in facts.items()}
        usccs = sorted(set().union(*at.values()))
        employers = await self._reader.run(load_employers, usccs, day, self._schemes) if usccs else []
        return {
            one: Case.of(known, day, self._rulebook, [e for e in employers if e.enterprise in at[one]])
            for one, known in facts.items()
        }

    async def _readable(self, usccs: Iterable[str]) -> set[str]:
        """Those whose schemes the actor may read: an enterprise reads its own, not those of others."""
        if self._actor.may(Permission.CITY_SCHEME_READ, Permission.OWN_PERSON_READ):
            return set(usccs)
        if self._actor.enterprise_id is None or not self._actor.may(Permission.ENTERPRISE_SCHEME_READ):
            return set()
        own = await self._loaders.enterprises.load(self._actor.enterprise_id)
        return {uscc for uscc in usccs if own and uscc == own.uscc}


def employers_on(facts: PersonFacts, day: date) -> set[str]:
    """The credit codes of the enterprises where a person is employed on a day."""
    return {spell.employer for spell in facts.work if day in spell.period}
