"""The form of a policy pack file (TOML): typed, dated, one citation and one confidence a value.

Pydantic checks the form; ``core.policy.load`` turns it into plain values and checks what spans entries and packs.
"""

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import Field, model_validator

from core.conditions import ClockEnd, ClockStart
from core.dates import Period
from core.policy.cited import Cited, Form, Slug
from core.policy.requirements import Requirement
from core.texts import Text


class SourceForm(Form):
    """A document that values cite."""

    id: Slug
    title: str
    issued_by: str
    url: str
    number: str | None = None
    issued_on: date | None = None
    read_from: str | None = None


class DatedCited(Cited):
    """A cited value in force on the days ``[from, until)``.

    ``authority`` is the id of the source that permits it to be laxer than a broader pack.
    """

    from_: date = Field(alias="from")
    until: date | None = None
    authority: Slug | None = None

    @property
    def period(self) -> Period:
        return Period(self.from_, self.until)

    @model_validator(mode="after")
    def _ends_after_start(self) -> "DatedCited":
        if self.until is not None and self.until <= self.from_:
            zh = f"until {self.until} 须晚于 from {self.from_}"
            raise ValueError(f"{zh} / until {self.until} must be later than from {self.from_}")
        return self


class Stricter(StrEnum):
    """Which direction of a value is stricter; ``none`` cannot be compared."""

    HIGHER = "higher"
    LOWER = "lower"
    NONE = "none"


Scalar = bool | int | float | str | date
ValueType = Scalar | list[Scalar] | list[dict[str, Scalar]]


class ValueVersion(DatedCited):
    """A value for a period."""

    is_: ValueType = Field(alias="is")


class Named(StrEnum):
    """What the words of a value name, so that they can be checked: series or levels of the vocabulary."""

    SERIES = "series"
    LEVEL = "level"


class ValueForm(Form):
    """A single policy value (threshold, limit, list, format). A share is text like ``2/3``.

    ``words`` says a code of the value in Chinese and English, ``unit`` the unit.
    """

    id: Slug
    zh: str
    en: str
    unit: tuple[str, str] | None = None
    stricter: Stricter = Stricter.NONE
    names: Named | None = None
    words: dict[str, tuple[str, str]] = {}
    version: list[ValueVersion] = Field(min_length=1)

    @property
    def label(self) -> Text:
        return Text(self.zh, self.en)


class ClockVersion(DatedCited):
    """A way of counting for a period."""

    start: ClockStart
    end: ClockEnd
    next_year_since: int | None = None


class ClockForm(Form):
    """A way of counting years."""

    id: Slug
    zh: str
    en: str
    version: list[ClockVersion] = Field(min_length=1)

    @property
    def label(self) -> Text:
        return Text(self.zh, self.en)


class LevelGroupVersion(DatedCited):
    """What a loosely named level means for a period."""

    as_source: list[str]
    as_target: str


class LevelGroupForm(Form):
    """A level that sources name loosely (初级, 高级): what it means as a source and as a target."""

    id: Slug
    zh: str
    en: str
    version: list[LevelGroupVersion] = Field(min_length=1)

    @property
    def label(self) -> Text:
        return Text(self.zh, self.en)


class RouteVersion(DatedCited):
    """The requirements of a route for a period; its own citation is the clause that opens the route."""

    requires: list[Requirement] = Field(min_length=1)


class Direction(StrEnum):
    """Which way a route leads."""

    SKILL_TO_TITLE = "skill_to_title"
    TITLE_TO_SKILL = "title_to_skill"
    SKILL_PROMOTION = "skill_promotion"
    TITLE_PROMOTION = "title_promotion"
    CONTEST_TO_SKILL = "contest_to_skill"
    CONTEST_TO_TITLE = "contest_to_title"


class RouteForm(Form):
    """One way to become eligible for a level: a conjunction of requirements. Alternatives are separate routes.

    ``open_to`` ``pilot``: only within a recorded scheme of a pilot enterprise, where it is the floor; ``everyone``: a
    route of its own as well. ``floor_for`` is the held level whose catalog rows it bounds (skill ↔ title only).
    """

    id: Slug
    zh: str
    en: str
    direction: Direction
    target: Slug
    open_to: Literal["pilot", "everyone"] = "everyone"
    floor_for: Slug | None = None
    series: list[Slug] | None = None
    appointment: bool = False
    issuer: Literal["enterprise", "bureau", "assessor", "committee"]
    version: list[RouteVersion] = Field(min_length=1)

    @property
    def label(self) -> Text:
        return Text(self.zh, self.en)


class PackHeader(Form):
    id: Slug
    zh: str
    en: str
    jurisdiction: str
    breadth: int = Field(ge=0, description="0 national, 1 province, 2 city: the higher, the more specific")

    @property
    def label(self) -> Text:
        return Text(self.zh, self.en)


class PackForm(Form):
    """A whole pack file."""

    pack: PackHeader
    source: list[SourceForm] = Field(min_length=1)
    value: list[ValueForm] = []
    clock: list[ClockForm] = []
    level_group: list[LevelGroupForm] = []
    route: list[RouteForm] = []
