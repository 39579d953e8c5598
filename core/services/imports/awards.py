"""Competition results (竞赛成绩): what registered people reached in competitions that are on record."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from core.errors import ErrorCode, GuantongError, Where, nearest_of
from core.facts import ContestRank
from core.files.cells import plain
from core.importing.form import Column, ListForm
from core.importing.readers import a_day, choice, count, words
from core.importing.rows import ReadRow
from core.models import Award, Competition, Job, Person
from core.services.call import Call
from core.services.competitions import NewAward, award_of, position_fits
from core.services.imports.employments import registered
from core.services.imports.lookups import agrees, people_of
from core.services.imports.outside import Outside
from core.services.imports.roster import NAME, NUMBER, OCCUPATION
from core.services.imports.written import Written
from core.services.rules import not_before_birth, not_in_future
from core.texts import Text
from core.vocabulary.terms import RANKS

_RANKS: Final = {plain(text.zh): rank for rank, text in RANKS.items()} | {
    "金奖": ContestRank.GOLD,
    "银奖": ContestRank.SILVER,
    "铜奖": ContestRank.BRONZE,
    "优胜": ContestRank.EXCELLENCE,
}
RANK: Final = Text("奖项", "award")
HELD: Final = Text("举办日期", "day held")
FORM: Final = ListForm(
    columns=(
        NAME,
        NUMBER,
        Column("competition", Text("竞赛名称", "competition"), words(200), ("竞赛", "赛事名称"), required=True),
        Column("held_on", HELD, a_day, ("竞赛日期", "举办时间"), required=True),
        Column(
            OCCUPATION.field, OCCUPATION.header, OCCUPATION.read, (*OCCUPATION.also, "竞赛职业", "赛项"), required=True
        ),
        Column(
            "rank", Text("奖项", "award"), choice(Text("奖项", "award"), _RANKS), ("获奖等次", "奖次"), required=True
        ),
        Column("position", Text("名次", "position"), count, ("排名",)),
        Column("participants", Text("参赛人数", "participants"), count),
        Column("awarded_on", Text("获奖日期", "day of award"), a_day, ("颁奖日期",), required=True),
    ),
    key=("identity_number", "competition", "held_on", "occupation"),
    subject=("identity_number", "name"),
)
Held = tuple[str, date]


@dataclass
class Awards:
    """Some rows, with who of them is registered, which competitions were held, and what is on record of both."""

    call: Call
    people: dict[str, Person]
    competitions: dict[Held, Competition]
    known: dict[tuple[UUID, UUID, str], Award]
    written: Written = field(default_factory=Written)

    async def judge(self, row: ReadRow) -> bool:
        """Whether the result is on record. Raises GuantongError for what recording it would refuse."""
        person = registered(self.people, row)
        agrees(row.values["name"], person.name, "name", "姓名", "name")
        given = self._given(row, person)
        not_in_future(self.call, given.awarded_on, "awarded_on")
        not_before_birth(given.awarded_on, person.born_on, "awarded_on")
        position_fits(given)
        kept = self.known.get((given.competition_id, person.id, given.occupation))
        if kept is not None and kept.rank is not given.rank:
            raise GuantongError(
                ErrorCode.DUPLICATE,
                Text(
                    f"此人此项成绩已登记为“{RANKS[kept.rank].zh}”；请核对",
                    f"the person's result is on record as '{RANKS[kept.rank].en}'; check it",
                ),
                where=Where(entry="rank"),
            )
        return kept is not None

    async def apply(self, row: ReadRow, reason: str) -> None:
        """Have the result written."""
        given = self._given(row, registered(self.people, row))
        award, deed = award_of(given, reason)
        self.known[given.competition_id, given.person_id, given.occupation] = award
        self.written.add(award, deed)

    async def finish(self) -> None:
        """Write what was applied."""
        await self.written.store(self.call)

    def _given(self, row: ReadRow, person: Person) -> NewAward:
        values = row.values
        held = self._held(values["competition"], values["held_on"])
        kept = ("occupation", "rank", "position", "participants", "awarded_on")
        return NewAward(competition_id=held.id, person_id=person.id, **{name: values.get(name) for name in kept})

    def _held(self, name: str, day: date) -> Competition:
        found = self.competitions.get((name, day))
        if found is not None:
            return found
        names = sorted(zh for zh, on in self.competitions if on == day)
        raise GuantongError(
            ErrorCode.NOT_FOUND,
            Text(
                f"{day} 举办的“{name}”未登记；请核对名称与日期，或先登记竞赛",
                f"no '{name}' held on {day} is on record; check name and day, or record the competition first",
            ),
            where=Where(entry="competition"),
            nearest=nearest_of(name, names),
        )


async def look(call: Call, _job: Job, rows: Sequence[ReadRow], _outside: Outside) -> Awards:
    """Some rows with what of them is on record."""
    people = await people_of(call, rows)
    days = {row.values["held_on"] for row in rows}
    held = (await call.session.exec(select(Competition).where(col(Competition.held_on).in_(days)))).all()
    ids = [person.id for person in people.values()]
    about = sa.and_(col(Award.person_id).in_(ids), col(Award.competition_id).in_([one.id for one in held]))
    known = (await call.session.exec(select(Award).where(about))).all()
    return Awards(
        call,
        people,
        {(one.zh, one.held_on): one for one in held},
        {(one.competition_id, one.person_id, one.occupation): one for one in known},
    )
