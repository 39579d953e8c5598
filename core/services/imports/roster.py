"""Rosters (花名册): the people of an enterprise on their posts. Who is not registered yet is registered."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from core.identifiers import parse_identity_number
from core.importing.form import Column, ListForm
from core.importing.readers import SEX, a_day, identity_number, occupation, words, yes
from core.importing.rows import ReadRow
from core.models import Employment, Job, Person
from core.services.call import Call
from core.services.employments import NewEmployment, employment_of
from core.services.imports.lookups import Worked, agrees, employments_at, people_of
from core.services.imports.outside import Outside
from core.services.imports.written import Written
from core.services.people import NewPerson, registration
from core.services.rules import in_order, not_before_birth, not_in_future
from core.texts import Text

NUMBER: Final = Column(
    "identity_number",
    Text("证件号码", "identity number"),
    identity_number,
    ("身份证号", "身份证号码", "身份证", "公民身份号码"),
    required=True,
)
NAME: Final = Column("name", Text("姓名", "name"), words(100), ("员工姓名", "人员姓名"), required=True)
POST: Final = Column("post", Text("岗位", "post"), words(100), ("岗位名称", "现岗位", "职务岗位"), required=True)
STARTS: Final = Column(
    "starts", Text("入职日期", "start date"), a_day, ("任职日期", "开始日期", "入职时间", "上岗日期"), required=True
)
ENDS: Final = Column("ends", Text("离职日期", "end date"), a_day, ("结束日期", "离职时间", "离岗日期"))
OCCUPATION: Final = Column(
    "occupation", Text("职业", "occupation"), occupation, ("职业编码", "职业名称", "职业代码", "职业（工种）")
)
FRONTLINE: Final = Column("frontline", Text("一线", "front line"), yes, ("是否一线", "一线岗位"))
FORM: Final = ListForm(
    columns=(
        NAME,
        NUMBER,
        Column("sex", Text("性别", "sex"), SEX),
        Column("born_on", Text("出生日期", "date of birth"), a_day, ("出生年月日", "生日")),
        POST,
        OCCUPATION,
        FRONTLINE,
        STARTS,
        ENDS,
    ),
    key=("identity_number", "post", "starts"),
    subject=("identity_number", "name"),
)


@dataclass
class Roster:
    """Some rows of a roster, and who of them is on record."""

    call: Call
    job: Job
    people: dict[str, Person]
    worked: dict[Worked, Employment]
    written: Written = field(default_factory=Written)

    async def judge(self, row: ReadRow) -> bool:
        """Whether the employment is on record. Raises GuantongError for what registering it would refuse."""
        values = row.values
        identity = parse_identity_number(values["identity_number"])
        agrees(values.get("sex"), identity.sex, "sex", "性别", "sex")
        agrees(values.get("born_on"), identity.born_on, "born_on", "出生日期", "date of birth")
        judge_days(self.call, values, identity.born_on)
        person = self.people.get(identity.number)
        if person is None:
            not_in_future(self.call, identity.born_on, "identity_number")
            return False
        agrees(values["name"], person.name, "name", "姓名", "name")
        return (person.id, values["post"], values["starts"]) in self.worked

    async def apply(self, row: ReadRow, reason: str) -> None:
        """Register the person, if nobody has, and record the employment."""
        number = row.values["identity_number"]
        person = self.people.get(number)
        if person is None:
            new = NewPerson(name=row.values["name"], identity_number=number)
            person, deed = registration(self.call, new, parse_identity_number(number), reason)
            self.people[number] = person
            self.written.add(person, deed)
        record_post(self.job, row.values, self.worked, person, reason, self.written)

    async def finish(self) -> None:
        """Write what was applied."""
        await self.written.store(self.call)


def judge_days(call: Call, values: Any, born_on: Any) -> None:
    """Refuse days that no employment can have."""
    in_order(values["starts"], values.get("ends"))
    not_before_birth(values["starts"], born_on, "starts")
    not_in_future(call, values["starts"], "starts")


def record_post(
    job: Job, values: Any, worked: dict[Worked, Employment], person: Person, reason: str, written: Written
) -> None:
    """Have the employment of a row written."""
    assert job.enterprise_id is not None
    given = NewEmployment(
        identity_number=values["identity_number"],
        enterprise_id=job.enterprise_id,
        post=values["post"],
        occupation=values.get("occupation"),
        frontline=bool(values.get("frontline")),
        starts=values["starts"],
        ends=values.get("ends"),
    )
    employment, deed = employment_of(person, given, reason)
    worked[person.id, given.post, given.starts] = employment
    written.add(employment, deed)


async def look(call: Call, job: Job, rows: Sequence[ReadRow], _outside: Outside) -> Roster:
    """Some rows with who of them is on record."""
    assert job.enterprise_id is not None
    people = await people_of(call, rows)
    return Roster(call, job, people, await employments_at(call, people.values(), job.enterprise_id))
