"""Credentials (凭证): skill certificates and titles that an enterprise issued, for people who are registered."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final
from uuid import UUID

from sqlmodel import col, select

from core.errors import ErrorCode, GuantongError, Where
from core.facts import CredentialKind, ObtainedBy
from core.files.cells import plain
from core.importing.form import Column, ListForm
from core.importing.readers import a_day, a_year, choice, level, one_of, words
from core.importing.rows import ReadRow
from core.ladders import Ladder
from core.models import Authority, Credential, Enterprise, Job, Person
from core.permissions import Permission
from core.services.call import Call
from core.services.credential_form import NewCredential, check_parts, checked_number
from core.services.credentials import authorities_of, check_days, credential_of, within
from core.services.imports.employments import registered
from core.services.imports.lookups import agrees, people_of
from core.services.imports.outside import Outside
from core.services.imports.roster import NAME, NUMBER, OCCUPATION
from core.services.imports.written import Written
from core.services.reach import ENTERPRISE, existing
from core.storage.visibility import people_visible_to
from core.texts import Text
from core.vocabulary import Vocabulary
from core.vocabulary.terms import KINDS, OBTAINED

_KINDS: Final = {plain(text.zh): one for one, text in KINDS.items()} | {
    "职业技能等级证书": CredentialKind.SKILL_CERTIFICATE,
    "职业资格证书": CredentialKind.VOCATIONAL_QUALIFICATION,
    "职称证书": CredentialKind.PROFESSIONAL_TITLE,
}
_OBTAINED: Final = {plain(text.zh): one for one, text in OBTAINED.items()} | {"技能等级认定": ObtainedBy.ASSESSMENT}
_USUAL: Final = {
    Ladder.SKILL: (CredentialKind.SKILL_CERTIFICATE, ObtainedBy.ASSESSMENT),
    Ladder.TITLE: (CredentialKind.PROFESSIONAL_TITLE, ObtainedBy.REVIEW),
}
SERIES: Final = Text("职称系列", "title series")
SPECIALTY: Final = Text("专业", "specialty")
FORM: Final = ListForm(
    columns=(
        NAME,
        NUMBER,
        Column("kind", Text("凭证类别", "kind"), choice(Text("凭证类别", "kind"), _KINDS), ("证书类别", "证书类型")),
        Column("level", Text("等级", "level"), level, ("技能等级", "职称层级", "级别", "层级"), required=True),
        OCCUPATION,
        Column("trade", Text("工种", "trade"), words(60)),
        Column("series", SERIES, words(60), ("系列",)),
        Column("specialty", SPECIALTY, words(60), ("职称专业", "评审专业")),
        Column("number", Text("证书编号", "certificate number"), words(60), ("证书号码", "证书号"), required=True),
        Column(
            "obtained_by",
            Text("取得方式", "route"),
            choice(Text("取得方式", "route"), _OBTAINED),
            ("取得途径", "评价方式"),
        ),
        Column(
            "awarded_on",
            Text("取得日期", "day of award"),
            a_day,
            ("发证日期", "批准日期"),
            required=True,
        ),
        Column("review_year", Text("评审年度", "review year"), a_year),
        Column("valid_until", Text("有效期至", "valid until"), a_day, ("失效日期",)),
        Column("legal_basis", Text("依据", "legal basis"), words(300), ("发证依据", "评价依据"), required=True),
    ),
    key=("number",),
    subject=("identity_number", "name"),
)


@dataclass
class Credentials:
    """Some rows, with who of them is in reach and which of their numbers are taken."""

    call: Call
    issuer: Enterprise
    authorities: Sequence[Authority]
    people: dict[str, Person]
    in_reach: set[UUID]
    taken: dict[str, list[Credential]]
    written: Written = field(default_factory=Written)

    async def judge(self, row: ReadRow) -> bool:
        """Whether the credential is on record. Raises GuantongError for what recording it would refuse."""
        person = registered(self.people, row)
        agrees(row.values["name"], person.name, "name", "姓名", "name")
        if person.id not in self.in_reach:
            raise GuantongError(
                ErrorCode.NOT_FOUND,
                Text("此人不在本企业；请先登记其任职", "the person does not work here; record the employment first"),
                where=Where(entry="identity_number"),
            )
        given = self._given(row, person)
        check_parts(self.call, given)
        check_days(self.call, given, person)
        number = self._number(given)
        if not self.call.actor.may(Permission.CITY_CREDENTIAL_RECORD):
            within(self.call, self.issuer, self.authorities, given)
        return self._is_known(number, given)

    def _number(self, given: NewCredential) -> str | None:
        try:
            return checked_number(self.call, given)
        except GuantongError as fault:
            raise GuantongError(fault.code, fault.message, where=Where(entry="number"), nearest=fault.nearest) from None

    def _is_known(self, number: str | None, given: NewCredential) -> bool:
        """Numbers of skill certificates are unique, others within their issuer."""
        same_kind = (given.kind,) if given.number_is_unique else ()
        others = self.taken.get(number or "", [])
        kept = next((one for one in others if one.issuer_name == given.issuer_name or one.kind in same_kind), None)
        if kept is None:
            return False
        parts = ("person_id", "kind", "level", "occupation", "series", "specialty", "awarded_on")
        if all(getattr(kept, part) == getattr(given, part) for part in parts):
            return True
        raise GuantongError(
            ErrorCode.CERTIFICATE_NUMBER_TAKEN,
            Text(
                f"证书编号“{number}”已登记，内容不同；请核对",
                f"certificate number '{number}' is on record with other content; check it",
            ),
            where=Where(entry="number"),
        )

    async def apply(self, row: ReadRow, reason: str) -> None:
        """Have the credential written."""
        given = self._given(row, registered(self.people, row))
        number = checked_number(self.call, given)
        credential, deed = credential_of(self.call, given, number, reason)
        self.taken.setdefault(number or "", []).append(credential)
        self.written.add(credential, deed)

    async def finish(self) -> None:
        """Write what was applied."""
        await self.written.store(self.call)

    def _given(self, row: ReadRow, person: Person) -> NewCredential:
        values = row.values
        kind, route = _USUAL[values["level"].ladder]
        series = _series(self.call.vocabulary, values.get("series"))
        return NewCredential(
            person_id=person.id,
            kind=values.get("kind") or kind,
            level=values["level"],
            occupation=values.get("occupation"),
            trade=values.get("trade"),
            series=series,
            specialty=_specialty(self.call.vocabulary, series, values.get("specialty")),
            number=values["number"],
            issuer_name=self.issuer.zh,
            issuer_enterprise_id=self.issuer.id,
            legal_basis=values["legal_basis"],
            obtained_by=values.get("obtained_by") or route,
            awarded_on=values["awarded_on"],
            review_year=values.get("review_year"),
            valid_until=values.get("valid_until"),
        )


@lru_cache(maxsize=2)
def _names_of_series(vocabulary: Vocabulary) -> dict[str, str]:
    return {plain(name): one.code for one in vocabulary.series.values() for name in (one.name.zh, one.code)}


def _series(vocabulary: Vocabulary, text: str | None) -> str | None:
    return _named(SERIES, "series", text, _names_of_series(vocabulary))


def _specialty(vocabulary: Vocabulary, series: str | None, text: str | None) -> str | None:
    if series is None:
        return text
    within = (one for one in vocabulary.specialties.values() if one.series == series)
    return _named(SPECIALTY, "specialty", text, {plain(n): one.code for one in within for n in (one.name.zh, one.code)})


def _named(what: Text, entry: str, text: str | None, known: dict[str, str]) -> str | None:
    try:
        found: str | None = one_of(what, text, known)
        return found
    except GuantongError as fault:
        raise GuantongError(fault.code, fault.message, where=Where(entry=entry), nearest=fault.nearest) from None


async def look(call: Call, job: Job, rows: Sequence[ReadRow], _outside: Outside) -> Credentials:
    """Some rows with what of them is on record."""
    assert job.enterprise_id is not None
    people = await people_of(call, rows)
    ids = [person.id for person in people.values()]
    visible = select(Person.id).where(col(Person.id).in_(ids), people_visible_to(call.actor, call.today))
    numbers = {"".join(row.values["number"].split()).upper() for row in rows if row.values.get("number")}
    taken: dict[str, list[Credential]] = {}
    for one in await call.session.exec(select(Credential).where(col(Credential.number).in_(numbers))):
        taken.setdefault(one.number or "", []).append(one)
    issuer = await existing(call, Enterprise, job.enterprise_id, ENTERPRISE)
    in_reach = set((await call.session.exec(visible)).all())
    return Credentials(call, issuer, await authorities_of(call, issuer), people, in_reach, taken)
