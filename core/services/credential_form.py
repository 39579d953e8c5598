"""What a credential must and must not carry, by its kind and level. Pure: nothing is read from storage."""

import re
from datetime import date
from uuid import UUID

from pydantic import Field

from core.errors import ErrorCode, GuantongError, Where
from core.facts import CredentialKind, ObtainedBy
from core.identifiers import CertificateFormat, check_certificate_number
from core.ladders import Ladder, Level
from core.policy.stack import PolicyStack
from core.services.call import Call
from core.services.form import Basis, Code, Form, LongName, Name
from core.services.words import FIELDS, ROUTES
from core.texts import Text
from core.vocabulary.terms import KINDS

FORMATS = "certificate.formats"
TITLE_PATTERN = "certificate.title_number_pattern"
LADDER_OF = {
    CredentialKind.SKILL_CERTIFICATE: Ladder.SKILL,
    CredentialKind.VOCATIONAL_QUALIFICATION: Ladder.SKILL,
    CredentialKind.PROFESSIONAL_TITLE: Ladder.TITLE,
    CredentialKind.PROFESSIONAL_QUALIFICATION: Ladder.TITLE,
}
APPOINTED = frozenset({Level.SPECIAL_TECHNICIAN, Level.CHIEF_TECHNICIAN})
_ROUTES_OF_ONE_LADDER = {
    ObtainedBy.ASSESSMENT: Ladder.SKILL,
    ObtainedBy.APPOINTMENT: Ladder.SKILL,
    ObtainedBy.REVIEW: Ladder.TITLE,
    ObtainedBy.RECOGNITION: Ladder.TITLE,
}
_ONLY_OF = {
    Ladder.SKILL: ("series", "specialty", "title_name", "review_year"),
    Ladder.TITLE: ("occupation", "trade"),
}
_NEEDED_OF = {Ladder.SKILL: ("occupation",), Ladder.TITLE: ("series", "specialty")}


class NewCredential(Form):
    """A credential to record. ``title_name`` follows from series and level unless given."""

    person_id: UUID
    kind: CredentialKind
    level: Level
    occupation: Code | None = None
    trade: Code | None = None
    series: Code | None = None
    specialty: Code | None = None
    title_name: Name | None = None
    number: Code | None = None
    issuer_name: LongName
    issuer_enterprise_id: UUID | None = None
    legal_basis: Basis
    obtained_by: ObtainedBy
    awarded_on: date
    review_year: int | None = Field(default=None, ge=1949, le=9999)
    valid_until: date | None = None
    appointed_post: Name | None = None
    appointed_on: date | None = None
    linked_credential_id: UUID | None = None
    evaluation_id: UUID | None = None
    is_example: bool = False

    @property
    def ladder(self) -> Ladder:
        return LADDER_OF[self.kind]

    @property
    def number_is_unique(self) -> bool:
        """Whether its number names the issuer too, and so is unique whoever issued it."""
        return self.kind is CredentialKind.SKILL_CERTIFICATE


def check_parts(call: Call, given: NewCredential) -> None:
    """Refuse a level of the other ladder, a missing part, one of the other ladder, or an unknown code."""
    _level_fits(call, given)
    _parts_fit(given, _NEEDED_OF[given.ladder], _ONLY_OF[given.ladder])
    _route_fits(given)
    _appointment_fits(given)
    if given.ladder is Ladder.SKILL:
        call.vocabulary.occupation(given.occupation or "")
    else:
        _title_exists(call, given)
        _review_year_fits(given)


def _level_fits(call: Call, given: NewCredential) -> None:
    if given.level.ladder is not given.ladder:
        level, kind = call.vocabulary.level_text(given.level), KINDS[given.kind]
        raise _bad("level", f"{kind.zh}没有“{level.zh}”这一等级", f"a {kind.en} has no level '{level.en}'")


def _parts_fit(given: NewCredential, needed: tuple[str, ...], foreign: tuple[str, ...]) -> None:
    kind = KINDS[given.kind]
    for field in needed:
        if getattr(given, field) is None:
            raise _incomplete(field, f"{kind.zh}须有{FIELDS[field].zh}", f"a {kind.en} needs its {FIELDS[field].en}")
    for field in foreign:
        if getattr(given, field) is not None:
            raise _bad(field, f"{kind.zh}没有{FIELDS[field].zh}", f"a {kind.en} has no {FIELDS[field].en}; remove it")


def _route_fits(given: NewCredential) -> None:
    if _ROUTES_OF_ONE_LADDER.get(given.obtained_by, given.ladder) is not given.ladder:
        kind, route = KINDS[given.kind], ROUTES[given.obtained_by]
        raise _bad("obtained_by", f"{kind.zh}不经{route.zh}取得", f"a {kind.en} is not obtained by {route.en}")


def _appointment_fits(given: NewCredential) -> None:
    parts = ("appointed_post", "appointed_on")
    if given.level in APPOINTED:
        for field in parts:
            if getattr(given, field) is None:
                raise _incomplete(
                    field,
                    f"特级技师、首席技师为评聘，须有{FIELDS[field].zh}",
                    f"special-grade and chief technicians are appointed: the {FIELDS[field].en} is needed",
                )
        return
    if given.obtained_by is ObtainedBy.APPOINTMENT or any(getattr(given, field) is not None for field in parts):
        raise _bad(
            "appointed_post",
            "只有特级技师、首席技师有聘任岗位和日期",
            "only special-grade and chief technicians are appointed to a post",
        )


def _title_exists(call: Call, given: NewCredential) -> None:
    specialty = call.vocabulary.specialty(given.series or "", given.specialty or "")
    series = call.vocabulary.series_of(specialty.series)
    titles = series.branches[specialty.branch].titles
    if given.level not in titles:
        level = call.vocabulary.level_text(given.level)
        raise GuantongError(
            ErrorCode.UNKNOWN_CODE,
            Text(
                f"{series.name.zh}系列没有{level.zh}；最低为“{next(iter(titles.values())).zh}”",
                f"series {series.name.en} has no {level.en}; its lowest is '{next(iter(titles.values())).en}'",
            ),
            where=Where(entry="level"),
        )


def _review_year_fits(given: NewCredential) -> None:
    if given.review_year is None:
        if given.obtained_by is ObtainedBy.REVIEW:
            raise _incomplete(
                "review_year",
                "经评审取得的职称须有评审年度：年限自评审年度起算",
                "a title obtained by review needs review_year: its years count from there",
            )
    elif given.review_year > given.awarded_on.year:
        raise _bad(
            "review_year",
            f"评审年度 {given.review_year} 晚于取得日期 {given.awarded_on}",
            f"review year {given.review_year} is after the day of award {given.awarded_on}",
        )


def title_name(call: Call, given: NewCredential) -> str | None:
    """The official name of the title (职称名称); None on the skill ladder."""
    if given.ladder is Ladder.SKILL or given.title_name is not None:
        return given.title_name
    specialty = call.vocabulary.specialty(given.series or "", given.specialty or "")
    name = call.vocabulary.title_name(specialty.series, given.level, specialty.branch)
    return name.zh if name else None


def checked_number(call: Call, given: NewCredential) -> str | None:
    """The certificate number in the form that the policy accepts today."""
    if given.number is None:
        return None
    if given.ladder is Ladder.TITLE:
        return check_certificate_number(given.number, title_formats(call.policy, call.today))
    digit = call.vocabulary.levels[given.level].certificate_digit
    return check_certificate_number(given.number, formats_of(call.policy, call.today), digit)


def title_formats(policy: PolicyStack, day: date) -> list[CertificateFormat]:
    """The form of numbers of titles on a day."""
    return [CertificateFormat("title", re.compile(str(policy.value(TITLE_PATTERN, day).is_)))]


def formats_of(policy: PolicyStack, day: date) -> list[CertificateFormat]:
    """The forms of numbers of skill certificates that are accepted on a day."""
    rows = policy.value(FORMATS, day).is_
    assert isinstance(rows, list)  # the pack's own tests hold its form
    return [
        CertificateFormat(str(row["key"]), re.compile(str(row["regex"])), int(str(row["level_at"])))
        for row in rows
        if isinstance(row, dict)
    ]


def _incomplete(field: str, zh: str, en: str) -> GuantongError:
    return GuantongError(ErrorCode.CREDENTIAL_INCOMPLETE, Text(zh, en), where=Where(entry=field))


def _bad(field: str, zh: str, en: str) -> GuantongError:
    return GuantongError(ErrorCode.BAD_ARGUMENT, Text(zh, en), where=Where(entry=field))
