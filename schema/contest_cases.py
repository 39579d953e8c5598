"""What awards lead to, and which preferences people may claim: those of a list together."""

from datetime import date
from uuid import UUID

from core.eligibility.contests import with_award
from core.eligibility.decisions import Case
from core.eligibility.preferences import Grounds, Preferred, preferences_claimable, preferences_met
from core.facts import ContestAward
from core.models import Application, Award, Competition, Enterprise
from core.policy.stack import PolicyStack
from core.schemes import Scheme
from core.services.contest_case import AwardOutcome, outcomes_in
from core.services.targets import targets_of
from schema.contents import Contents
from schema.loaders import Loaders

NO_GROUNDS: Grounds = {}


def outcomes_of(
    case: Case, award: Award, competition: Competition, host: Enterprise | None, policy: PolicyStack
) -> list[AwardOutcome]:
    """What an award of the person of a case leads to on the day of the case."""
    known = ContestAward(competition.tier, award.rank, award.occupation, award.awarded_on)
    facts = with_award(case.dossier.facts, known)
    with_it = Case.of(facts, case.day, case.rulebook, tuple(case.employers.values()))
    return outcomes_in(with_it, known, policy, host.uscc if host else None)


class Preferences:
    """Works out preferences of people and applications that the reader of a request was given."""

    def __init__(self, loaders: Loaders, contents: Contents) -> None:
        self._loaders = loaders
        self._contents = contents

    async def of_person(self, person_id: UUID, case: Case) -> list[tuple[Scheme, Preferred]]:
        """What the person of a case may claim under the schemes of the case, on its day."""
        grounds = await self._loaders.contests.grounds.load(person_id) or NO_GROUNDS
        return [
            (scheme, found) for scheme in case.schemes for found in preferences_claimable(scheme, grounds, case.day)
        ]

    async def of_application(self, row: Application) -> tuple[str, list[Preferred]] | None:
        """What an applicant may claim on the reference day of the round, or on that of filing, under which scheme.

        None where the reader may not read the version.
        """
        version = await self._loaders.versions.load(row.scheme_version_id)
        if version is None:
            return None
        grounds = await self._loaders.contests.grounds.load(row.person_id) or NO_GROUNDS
        content = await self._contents.of_version(version)
        return content.key, list(preferences_met(content, grounds, targets_of(row), await self._day(row)))

    async def _day(self, row: Application) -> date:
        its_round = await self._loaders.rounds.by_id.load(row.round_id) if row.round_id is not None else None
        return its_round.reference_day if its_round is not None else row.filed_on
