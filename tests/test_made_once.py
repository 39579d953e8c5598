"""Worlds that are made once: the next has the rows and objects of the first time, whatever became of them since."""

from dataclasses import dataclass, field

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from core.models import Credential, CredentialTally, Person
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from tests import builders as make
from tests.core.calls import store
from tests.database_rows import rows_of
from tests.made_once import made_once, reached_once

pytestmark = pytest.mark.anyio


@dataclass
class Hall:
    """Somebody with a certificate; ``told`` is what was told of them."""

    database: Database
    person: Person
    told: list[str] = field(default_factory=list)


class Counted:
    """A hall and a stage of it, with how often each was really made."""

    def __init__(self) -> None:
        self.times = [0, 0]

        @made_once
        async def hall_in(database: Database, name: str) -> Hall:
            self.times[0] += 1
            person = make.person(name=name)
            await store(database, person, make.credential(person))
            return Hall(database, person)

        @reached_once
        async def praised(hall: Hall, word: str) -> Person:
            self.times[1] += 1
            hall.told.append(word)
            await store(hall.database, make.credential(hall.person))
            return hall.person

        self.hall_in, self.praised = hall_in, praised


async def emptied(database: Database) -> None:
    async with database.write(EVERY_ROW) as session:
        for table in (Credential, CredentialTally, Person):
            await session.exec(sa.delete(table))


async def counted(database: Database) -> tuple[int, int]:
    """Credentials, and as many as the database has counted."""
    async with database.read(EVERY_ROW) as session:
        rows = (await session.exec(select(Credential))).all()
        tally = (await session.exec(select(sa.func.sum(col(CredentialTally.count))))).one()
    return len(rows), int(tally or 0)


async def test_the_second_is_as_the_first_was(database: Database) -> None:
    halls = Counted()
    first = await halls.hall_in(database, "示例甲")
    rows = rows_of(database.url).told()["person"]
    first.person.name, first.told[:] = "改名", ["听说"]
    await emptied(database)
    again = await halls.hall_in(database, "示例甲")
    assert (again.person.name, again.told, again.database is database) == ("示例甲", [], True)
    assert again.person is not first.person
    assert rows_of(database.url).told()["person"] == rows
    assert await counted(database) == (1, 1)
    assert halls.times == [1, 0]


async def test_another_is_made_of_other_values_and_beside_other_rows(database: Database) -> None:
    halls = Counted()
    await halls.hall_in(database, "示例甲")
    await halls.hall_in(database, "示例甲")
    assert halls.times == [2, 0], "beside rows"
    await emptied(database)
    assert (await halls.hall_in(database, "示例乙")).person.name == "示例乙"
    assert halls.times == [3, 0]


async def test_a_stage_is_gone_to_once_from_one_beginning(database: Database) -> None:
    halls = Counted()
    first = await halls.hall_in(database, "示例甲")
    await halls.praised(first, "好")
    await emptied(database)
    again = await halls.hall_in(database, "示例甲")
    person = await halls.praised(again, "好")
    assert (person is again.person, again.told) == (True, ["好"])
    assert await counted(database) == (2, 2)
    assert halls.times == [1, 1]


async def test_a_stage_is_gone_to_anew_from_any_other(database: Database) -> None:
    halls = Counted()
    await halls.praised(await halls.hall_in(database, "示例甲"), "好")
    await emptied(database)
    await halls.praised(await halls.hall_in(database, "示例甲"), "妙")
    assert halls.times == [1, 2], "other values"
    await emptied(database)
    hall = await halls.hall_in(database, "示例甲")
    hall.told.append("听说")
    await halls.praised(hall, "好")
    assert halls.times == [1, 3], "something else in the hall"
    assert hall.told == ["听说", "好"]
    await emptied(database)
    hall = await halls.hall_in(database, "示例甲")
    await store(database, make.person())
    await halls.praised(hall, "好")
    assert halls.times == [1, 4], "another row"
