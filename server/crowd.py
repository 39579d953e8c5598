"""A city of N people: around the demonstration a crowd, in batches that are each a transaction of their own.

People who are on record are passed over, so a run that was cut off goes on where it was, and a larger number adds.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final
from uuid import UUID

from core.audit import Deed, Tag
from core.errors import ErrorCode, GuantongError, Where
from core.facts import ContestRank
from core.identifiers import parse_identity_number
from core.ladders import TITLE_LEVELS, Level
from core.models import Enterprise, Person
from core.permissions import Actor, Role
from core.rounds.workdays import announced
from core.services.call import Call
from core.services.reach import person_by_number
from core.storage.bulk import on_record, write_sheets
from core.storage.credential_tally import keep_folded
from core.storage.queries.filings import filing_named
from core.storage.queries.lookups import enterprises_by_key
from core.storage.queries.schemes import versions_by_id
from core.storage.row_scope import EVERY_ROW
from core.texts import Text
from plugins.document import scheme_from
from server.demonstration.clock import FixedClock
from server.demonstration.crew import BORN_ON, crew_serials
from server.demonstration.crowd.cases import Cases
from server.demonstration.crowd.frame import CONTESTANTS, CONTESTS, REASON, Frame, Host
from server.demonstration.crowd.ids import MOST_PEOPLE, Ids, Kind, birthday
from server.demonstration.crowd.lives import SERIES, TRADES, Lives, name_of
from server.demonstration.crowd.sheets import Sheets
from server.demonstration.form import read_city
from server.demonstration.numbers import identity_number
from server.demonstration.round_form import read_rounds
from server.wiring import Parts

BATCH: Final = 5_000
HOST: Final = "lingnan_ship"
SPECIALTY: Final = "ship_and_ocean"  # of the histories that applicants have
OFFICER = Actor.of(Role.BUREAU_OFFICER, "示例经办人 demonstration officer")
# One in so many applies, of those old enough for the histories that applicants have; one in so many was in a contest.
# Histories that open a way under the scheme by themselves.
APPLICANTS: Final = ("hull_fitter", "hull_technologist")
APPLIES, COMPETED, LAST_APPLICANT_BORN = 8, 211, date(1985, 12, 31)


@dataclass(frozen=True, slots=True)
class Told:
    """How a run went: people added, rows written, seconds taken."""

    people: int
    rows: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Crowd:
    """One run. What a person is follows from the seed and the person's place alone."""

    parts: Parts
    ids: Ids
    frame: Frame
    lives: Lives
    cases: Cases
    sheets: Sheets

    async def run(self, count: int, said: Callable[[int], None] = lambda _: None) -> Told:
        """Put ``count`` people on record, but for those who are; ``said`` hears how many are there by now."""
        began, added, rows = time.perf_counter(), 0, await self._frame()
        for start in range(0, count, BATCH):
            places = range(start, min(start + BATCH, count))
            async with self.parts.use_cases(OFFICER, "demonstration", EVERY_ROW) as call:
                new, written = await self._batch(call, places)
            added, rows = added + new, rows + written
            said(places.stop)
        await keep_folded(self.parts.database)
        return Told(added, rows, time.perf_counter() - began)

    async def _frame(self) -> int:
        async with self.parts.use_cases(OFFICER, "demonstration", EVERY_ROW) as call:
            if await on_record(call.session, Enterprise, [self.ids.of(Kind.ENTERPRISE, 0)]):
                return 0
            keys = [one.key for one in self.frame.enterprises()]
            if await enterprises_by_key(call.session, OFFICER, read_city().as_of, keys):
                raise GuantongError(
                    ErrorCode.DUPLICATE,
                    Text(
                        "库中已有以另一种子生成的城市；请用同一种子，或换一个库",
                        "a city of another seed is on record; take its seed, or another database",
                    ),
                    where=Where(entry="seed"),
                )
            return await write_sheets(call.session, self.frame.sheets())

    async def _batch(self, call: Call, places: range) -> tuple[int, int]:
        ids = {place: self.ids.of(Kind.PERSON, place) for place in places}
        known = await on_record(call.session, Person, ids.values())
        new = [(place, id_) for place, id_ in ids.items() if id_ not in known]
        if not new:
            return 0, 0
        for place, id_ in new:
            self._person(place, id_)
        rows = await write_sheets(call.session, self.sheets.all())
        after = {"people": len(new), "rows": rows, "seed": self.ids.seed, "from": new[0][0]}
        deed = Deed(Tag.CITY_PERSON_GENERATE, "person", "generated", REASON, after=after)
        await call.note_all([deed])
        return len(new), rows

    def _person(self, place: int, id_: UUID) -> None:
        chance = Random(self.ids.seed * MOST_PEOPLE + place)  # noqa: S311  no secret: the same city twice is wanted
        born_on, number = birthday(self.ids.seed, place)
        identity, keyring = parse_identity_number(number), self.parts.keyring
        sealed = keyring.seal(number, id_.bytes)
        self.sheets.person.add(
            id_,
            name_of(chance),
            identity.sex,
            born_on,
            identity.kind,
            sealed.data,
            sealed.key_id,
            keyring.index(number),
            identity.masked,
            FixedClock(born_on.replace(year=2026, day=1, month=1)).now(),
        )
        if place % APPLIES == 3 and born_on <= LAST_APPLICANT_BORN:
            self.cases.tell(place, id_, chance)
        else:
            self.lives.tell(place, id_, born_on, chance)
        if place % COMPETED == 7:
            self._award(place // COMPETED, place, id_, born_on, chance)

    def _award(self, nth: int, place: int, id_: UUID, born_on: date, chance: Random) -> None:
        """A place of its own in a contest that came after the person was grown up, if one is left."""
        year, position = CONTESTS[nth % len(CONTESTS)], 4 + nth // len(CONTESTS)
        if position > CONTESTANTS or year - born_on.year < 18:
            return
        rank = ContestRank.EXCELLENCE if position * 2 <= CONTESTANTS else ContestRank.PARTICIPANT
        trade = TRADES[chance.randrange(len(TRADES))]
        row_id, contest = self.ids.of(Kind.AWARD, place), self.frame.competition_id(year)
        self.sheets.award.add(row_id, contest, id_, trade.occupation, rank, position, CONTESTANTS, date(year, 10, 20))


async def crowd_of(parts: Parts, seed: int) -> Crowd:
    """What it takes to tell of a crowd. The demonstration must be there."""
    ids, sheets, titles = Ids(seed), Sheets(), dict(_titles(parts))
    async with parts.use_cases(OFFICER, "demonstration", EVERY_ROW) as call:
        host = await _host(call)
    frame = Frame(ids, parts.policy, announced(), host)
    profiles = tuple(one for one in read_rounds().profile if one.key in APPLICANTS)
    employers = (host.enterprise, *frame.enterprises())
    cases = Cases(
        ids, sheets, parts.vocabulary, parts.policy, announced(), host, profiles, tuple(frame.held()), titles, SPECIALTY
    )
    return Crowd(parts, ids, frame, Lives(ids, sheets, parts.vocabulary, employers, titles), cases, sheets)


def check_count(count: int) -> None:
    """Raise BAD_ARGUMENT for a city without people, or with more than there are numbers for."""
    if not 1 <= count <= MOST_PEOPLE:
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text(f"人数应为 1 至 {MOST_PEOPLE}，现为 {count}", f"people are 1 to {MOST_PEOPLE}, not {count}"),
            where=Where(entry="people"),
        )


def _titles(parts: Parts) -> Iterator[tuple[tuple[str, Level], str | None]]:
    """The official names of titles, looked up once."""
    for trade in TRADES:
        specialty = parts.vocabulary.specialty(SERIES, trade.specialty)
        for level in TITLE_LEVELS:
            name = parts.vocabulary.title_name(SERIES, level, specialty.branch)
            yield (trade.specialty, level), name.zh if name else None


async def _host(call: Call) -> Host:
    """The example shipyard, whose rounds the crowd goes to."""
    as_of, session = read_city().as_of, call.session
    enterprise = (await enterprises_by_key(session, OFFICER, as_of, [HOST]))[HOST]
    filing = await filing_named(session, OFFICER, HOST, "1.0.0")
    assert filing is not None, "the demonstration put the scheme on record"
    assert filing.scheme_version_id is not None, "what is recorded has a version"
    version = (await versions_by_id(session, OFFICER, as_of, [filing.scheme_version_id]))[filing.scheme_version_id]
    crew = next(one for one in read_rounds().crew if one.enterprise == HOST)
    serials, assessors = crew_serials(crew), dict[str, UUID]()
    for name in crew.assessors:
        person = await person_by_number(call, identity_number(BORN_ON, serials[name]))
        assert person is not None, "the demonstration hired the crew"
        assessors[name] = person.id
    return Host(enterprise, version, filing.id, scheme_from(version.document), assessors)
