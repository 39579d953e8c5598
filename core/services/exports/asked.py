"""What was asked of an export, as its job keeps it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from core.exporting.form import Cells, Column, ExportFormat, ExportKind
from core.exporting.lists import LISTS
from core.ladders import Level
from core.models import Account, Job, Person
from core.secrets import Sealed
from core.services.call import Call
from core.services.reach import not_found
from core.storage.visibility import people_visible_to
from core.texts import Text
from core.vocabulary import Vocabulary

NUMBER = "identity_number"
ACCOUNT = Text("账户", "account")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which list of what, in which columns, as which kind of file.

    ``since`` and ``until`` are the first and the last day of what happened, ``tags`` the kinds of events; None: all.
    """

    kind: ExportKind
    format: ExportFormat
    columns: tuple[Column, ...]
    enterprise_id: UUID | None
    round_id: UUID | None
    since: date | None = None
    until: date | None = None
    tags: tuple[str, ...] | None = None

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Asked":
        """From what a job keeps; a column that the list has lost since is gone."""
        kind = ExportKind(kept["list"])
        known = {column.key: column for column in LISTS[kind].columns}
        return cls(
            kind=kind,
            format=ExportFormat(kept["format"]),
            columns=tuple(known[key] for key in kept["columns"] if key in known),
            enterprise_id=_id(kept["enterprise_id"]),
            round_id=_id(kept["round_id"]),
            since=_day(kept.get("since")),
            until=_day(kept.get("until")),
            tags=tuple(kept["tags"]) if kept.get("tags") else None,
        )

    def kept(self) -> dict[str, Any]:
        """As a job keeps it."""
        events = {
            "since": None if self.since is None else self.since.isoformat(),
            "until": None if self.until is None else self.until.isoformat(),
            "tags": None if self.tags is None else list(self.tags),
        }
        return {
            "list": self.kind.value,
            "format": self.format.value,
            "columns": [column.key for column in self.columns],
            "enterprise_id": None if self.enterprise_id is None else str(self.enterprise_id),
            "round_id": None if self.round_id is None else str(self.round_id),
            **{name: value for name, value in events.items() if value is not None},
        }

    @property
    def is_guarded(self) -> bool:
        """Whether it tells identity numbers in full."""
        return any(column.is_guarded for column in self.columns)


def _id(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


async def still_open(call: Call, job: Job) -> None:
    """Raise NOT_FOUND when the account that asked was closed since."""
    if job.account_id is not None:
        open_ = select(Account.id).where(col(Account.id) == job.account_id, col(Account.disabled_at).is_(None))
        if (await call.session.exec(open_)).first() is None:
            raise not_found(ACCOUNT)


# Some rows, each with the place after which the next page begins.
Rows = Sequence[tuple[Any, Cells]]
# ``page(call, asked, after, most)``: the rows behind ``after``, those alone that the actor of the call may read.
PageOf = Callable[[Call, Asked, Any, int], Awaitable[Rows]]


def person_cells(call: Call, asked: Asked, person: Person | None) -> dict[str, Any]:
    """Who a row is about; the number is opened only where it was asked for."""
    if person is None:
        return {}
    cells: dict[str, Any] = {
        "name": person.name,
        "identity_kind": IDENTITY_KINDS[person.identity_kind.value],
        "identity_masked": person.identity_masked,
    }
    if asked.is_guarded:
        cells[NUMBER] = call.keyring.open(Sealed(person.identity_key_id, person.identity_cipher), person.id.bytes)
    return cells


IDENTITY_KINDS = {
    "resident_card": "居民身份证",
    "hong_kong_residence_permit": "港澳台居民居住证（香港）",
    "macao_residence_permit": "港澳台居民居住证（澳门）",
    "taiwan_residence_permit": "港澳台居民居住证（台湾）",
}
SEXES = {"male": "男", "female": "女"}
OUTCOMES = {"passed": "通过", "failed": "未通过", None: None}


async def people_of(call: Call, ids: Sequence[UUID]) -> dict[UUID, Person]:
    """Those of some people whom the actor may read: who took an application back is no longer named to anybody."""
    query = select(Person).where(col(Person.id).in_(set(ids)), people_visible_to(call.actor, call.today))
    return {one.id: one for one in (await call.session.exec(query)).all()}


def target_cells(vocabulary: Vocabulary, row: Any) -> dict[str, Any]:
    """What a row aims at, in words."""
    occupation = vocabulary.occupations.get(row.occupation) if row.occupation else None
    series = vocabulary.series.get(row.series) if row.series else None
    specialty = vocabulary.specialties.get((row.series, row.specialty)) if row.series and row.specialty else None
    return {
        "occupation": occupation.name.zh if occupation else row.occupation,
        "trade": row.trade,
        "skill_level": vocabulary.level_text(row.skill_level).zh if row.skill_level else None,
        "series": series.name.zh if series else row.series,
        "specialty": specialty.name.zh if specialty else row.specialty,
        "title_level": vocabulary.level_text(row.title_level).zh if row.title_level else None,
    }


def yes_no(value: bool | None) -> str | None:
    return None if value is None else "是" if value else "否"


def as_standard(vocabulary: Vocabulary, level: Level) -> str:
    """A level as occupational standards write it (二级/技师); as people say it where no such writing was seen."""
    return vocabulary.levels[level].standard_label or vocabulary.level_text(level).zh
