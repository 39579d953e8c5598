"""The form of a case file (``tests/core/cases/*.toml``), and what it says to a clerk who mistypes something.

A file holds people that several cases share (``[person.NAME]``) and the cases (``[[case]]``); ``cases/README.md`` tells
how to write one.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.errors import nearest_of

CASES = Path(__file__).parent / "cases"


class Form(BaseModel):
    """Base of every part: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False, strict=True)


class CredentialForm(Form):
    """One credential: exactly one of the four kinds, written ``职业 等级`` or ``专业 层级``."""

    skill: str | None = None
    vocational: str | None = None
    title: str | None = None
    qualification: str | None = None
    on: date
    by: str | None = None
    review_year: int | None = None
    ends: date | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> "CredentialForm":
        if sum(kind is not None for kind in (self.skill, self.vocational, self.title, self.qualification)) != 1:
            raise ValueError("one of skill, vocational, title, qualification is needed, and only one")
        return self


class WorkForm(Form):
    """One employment, ``[from, until)``; ``at`` is a scheme's key, or any other text for another enterprise."""

    as_: str | None = Field(default=None, alias="as")
    specialty: str | None = None
    from_: date = Field(alias="from")
    until: date | None = None
    at: str | None = None
    city: bool = True
    municipal: bool = False
    frontline: bool = True


class AwardForm(Form):
    contest: str
    rank: str
    occupation: str
    on: date


class SchoolForm(Form):
    """A completed education; ``field`` names the occupations and specialties that it serves."""

    level: str
    on: date
    field: list[str] = []


class EvidenceForm(Form):
    """A piece of evidence, usable from ``since`` on."""

    amount: int
    since: date


class PersonForm(Form):
    born: date
    credentials: list[CredentialForm] = []
    work: list[WorkForm] = []
    awards: list[AwardForm] = []
    schooling: list[SchoolForm] = []
    evidence: dict[str, list[EvidenceForm]] = {}
    fraud: date | None = None


class Changes(Form):
    """What a case changes of a shared person: whole lists."""

    born: date | None = None
    credentials: list[CredentialForm] | None = None
    work: list[WorkForm] | None = None
    awards: list[AwardForm] | None = None
    schooling: list[SchoolForm] | None = None
    evidence: dict[str, list[EvidenceForm]] | None = None
    fraud: date | None = None


class ListingForm(Form):
    from_: date = Field(alias="from")
    until: date | None = None


class AuthorityForm(Form):
    """The highest levels that the enterprise may evaluate; left out: none of that ladder."""

    skill: str | None = None
    title: str | None = None


class ExpectForm(Form):
    """What must come out. ``blocks`` left out means none.

    ``missing`` holds a word of each condition that no time will bring; ``too_late``: none, but the rule ends before.
    """

    state: Literal["now", "on_date", "missing", "absent"]
    may_apply_from: date | None = None
    fulfilled_on: date | None = None
    missing: list[str] = []
    too_late: bool = False
    blocks: list[str] = []
    block_until: date | None = None
    conditions: int | None = None
    inferred: bool | None = None
    mode: str | None = None
    issuer: str | None = None
    appointment: bool | None = None

    @model_validator(mode="after")
    def _goes_together(self) -> "ExpectForm":
        if self.state == "on_date" and self.may_apply_from is None:
            raise ValueError("on_date needs may_apply_from")
        if (self.state == "missing") != (bool(self.missing) or self.too_late):
            raise ValueError("missing needs the list 'missing', or too_late = true; no other state has them")
        return self


class CaseForm(Form):
    """One case. ``but`` replaces parts of the shared person, ``plus`` adds to them."""

    name: str = Field(min_length=4)
    day: date
    person: str | PersonForm
    but: Changes | None = None
    plus: Changes | None = None
    scheme: str | None = None
    listed: ListingForm | bool = True
    authority: AuthorityForm | bool = True
    target: str | list[str]
    route: str | None = None
    row: int | None = None
    expect: ExpectForm
    why: str = Field(min_length=4)


class FileForm(Form):
    person: dict[str, PersonForm] = {}
    case: list[CaseForm] = Field(min_length=1)


@dataclass(frozen=True)
class Written:
    """A case as written, with its person put together."""

    file: str
    form: CaseForm
    person: PersonForm

    @property
    def id(self) -> str:
        return f"{Path(self.file).stem}: {self.form.name}"


class CaseFault(Exception):
    """A mistake in a case file: where it is, what is wrong, what would be right."""

    def __init__(self, file: str, case: str | None, message: str, nearest: str | None = None) -> None:
        place = f"{file} · {case}" if case else file
        hint = f"；最接近的写法 nearest: {nearest}" if nearest else ""
        super().__init__(f"{place}: {message}{hint}")


def read_all(folder: Path = CASES) -> list[Written]:
    """Every case of every file, in order. Raises CaseFault."""
    found = [case for path in sorted(folder.glob("*.toml")) for case in read_file(path)]
    names: dict[str, str] = {}
    for case in found:
        if case.form.name in names:
            raise CaseFault(case.file, case.form.name, f"名称已在 {names[case.form.name]} 用过 (name used already)")
        names[case.form.name] = case.file
    return found


def read_file(path: Path) -> list[Written]:
    """The cases of one file. Raises CaseFault."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise CaseFault(path.name, None, f"不是有效的 TOML (not valid TOML): {error}") from None
    try:
        form = FileForm.model_validate(raw)
    except ValidationError as error:
        raise _in_words(path.name, raw, error) from None
    return [Written(path.name, case, _person_of(path.name, case, form.person)) for case in form.case]


def _person_of(file: str, case: CaseForm, shared: Mapping[str, PersonForm]) -> PersonForm:
    if isinstance(case.person, str):
        if case.person not in shared:
            nearest = nearest_of(case.person, list(shared))
            raise CaseFault(file, case.name, f"没有名为“{case.person}”的人物 (no such person)", nearest)
        person = shared[case.person]
    else:
        person = case.person
    person = person.model_copy(update=_given(case.but))
    return person.model_copy(update={key: _added(person, key, more) for key, more in _given(case.plus).items()})


def _given(changes: Changes | None) -> dict[str, Any]:
    return {} if changes is None else {key: getattr(changes, key) for key in changes.model_fields_set}


def _added(person: PersonForm, key: str, more: Any) -> Any:
    before = getattr(person, key)
    if isinstance(before, dict):
        return {k: [*before.get(k, []), *more.get(k, [])] for k in {**before, **more}}
    return [*before, *more] if isinstance(before, list) else more


def _in_words(file: str, raw: Mapping[str, Any], error: ValidationError) -> CaseFault:
    # A mistyped key is told before the key that is missing because of it.
    first = min(error.errors(), key=lambda fault: fault["type"] != "extra_forbidden")
    loc = first["loc"]
    key = ".".join(str(part) for part in loc if not isinstance(part, int) and not _is_branch(part))
    case = _case_at(raw, loc)
    if first["type"] == "extra_forbidden":
        return CaseFault(file, case, f"不认识的键“{key}” (unknown key)", nearest_of(str(loc[-1]), sorted(_keys())))
    if first["type"] == "missing":
        return CaseFault(file, case, f"缺少“{key}” (missing)")
    return CaseFault(file, case, f"“{key}”不合要求: {first['msg']} (given: {first['input']!r})")


def _is_branch(part: object) -> bool:
    """Whether a step only tells which of several forms pydantic tried."""
    return isinstance(part, str) and (part.endswith("Form") or part in {"str", "bool", "list[str]"})


def _case_at(raw: Mapping[str, Any], loc: tuple[int | str, ...]) -> str | None:
    if loc[0] == "case" and len(loc) > 1 and isinstance(loc[1], int):
        return str(raw["case"][loc[1]].get("name", f"第 {loc[1] + 1} 例"))
    return f"person.{loc[1]}" if loc[0] == "person" and len(loc) > 1 else None


def _keys() -> Iterator[str]:
    """Every key that some part of a case file knows."""
    for part in (*Form.__subclasses__(),):
        yield from (field.alias or name for name, field in part.model_fields.items())
