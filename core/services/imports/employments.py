"""Employments (任职经历): when registered people worked on which posts of the enterprise."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from core.errors import ErrorCode, GuantongError, Where
from core.importing.form import ListForm
from core.importing.rows import ReadRow
from core.models import Employment, Job, Person
from core.services.call import Call
from core.services.imports.lookups import Worked, agrees, employments_at, people_of
from core.services.imports.outside import Outside
from core.services.imports.roster import (
    ENDS,
    FRONTLINE,
    NAME,
    NUMBER,
    OCCUPATION,
    POST,
    STARTS,
    judge_days,
    record_post,
)
from core.services.imports.written import Written
from core.texts import Text

FORM: Final = ListForm(
    columns=(NAME, NUMBER, POST, OCCUPATION, FRONTLINE, STARTS, ENDS),
    key=("identity_number", "post", "starts"),
    subject=("identity_number", "name"),
)


@dataclass
class Employments:
    """Some rows, and what of them is on record."""

    call: Call
    job: Job
    people: dict[str, Person]
    worked: dict[Worked, Employment]
    written: Written = field(default_factory=Written)

    async def judge(self, row: ReadRow) -> bool:
        """Whether the employment is on record. Raises GuantongError for what recording it would refuse."""
        person = registered(self.people, row)
        agrees(row.values["name"], person.name, "name", "姓名", "name")
        judge_days(self.call, row.values, person.born_on)
        return (person.id, row.values["post"], row.values["starts"]) in self.worked

    async def apply(self, row: ReadRow, reason: str) -> None:
        """Have the employment written."""
        record_post(self.job, row.values, self.worked, registered(self.people, row), reason, self.written)

    async def finish(self) -> None:
        """Write what was applied."""
        await self.written.store(self.call)


def registered(people: dict[str, Person], row: ReadRow) -> Person:
    """Who is registered under the number of a row."""
    found = people.get(row.values["identity_number"])
    if found is None:
        raise GuantongError(
            ErrorCode.NOT_FOUND,
            Text(
                "此证件号码的人员尚未登记；请先导入花名册",
                "nobody is registered under this identity number; import the roster first",
            ),
            where=Where(entry="identity_number"),
        )
    return found


async def look(call: Call, job: Job, rows: Sequence[ReadRow], _outside: Outside) -> Employments:
    """Some rows with what of them is on record."""
    assert job.enterprise_id is not None
    people = await people_of(call, rows)
    return Employments(call, job, people, await employments_at(call, people.values(), job.enterprise_id))
