"""Rules that several use cases share: days, codes, what an audit event keeps of a row."""

from datetime import date
from typing import Any

from core.errors import ErrorCode, GuantongError, Where
from core.models.base import Table
from core.services.call import Call
from core.texts import Text


def values_of(row: Table, *left_out: str) -> dict[str, Any]:
    """The columns of a row for an audit event, but its id and those ``left_out``, which are personal."""
    return row.model_dump(exclude={"id", *left_out})


def not_in_future(call: Call, day: date, field: str) -> None:
    """Refuse a day after today."""
    if day > call.today:
        raise GuantongError(
            ErrorCode.BAD_DATE,
            Text(
                f"“{field}”为 {day}，晚于今天 {call.today}；请核对",
                f"'{field}' is {day}, after today {call.today}; check it",
            ),
            where=Where(entry=field),
        )


def in_order(starts: date, ends: date | None) -> None:
    """Refuse a period that is empty or reversed."""
    if ends is not None and ends <= starts:
        raise GuantongError(
            ErrorCode.PERIOD_REVERSED,
            Text(
                f"期间 {starts} 至 {ends} 的结束日期须晚于开始日期",
                f"period {starts} to {ends} must end after it starts",
            ),
        )


def not_before_birth(day: date, born_on: date, field: str) -> None:
    """Refuse a day before the person was born. The birthday itself stays unsaid: the actor may not know it."""
    if day < born_on:
        raise GuantongError(
            ErrorCode.CREDENTIAL_BEFORE_BIRTH,
            Text(
                f"“{field}”{day} 早于本人出生日期；请核对日期和人员",
                f"'{field}' {day} is before the person was born; check the day and the person",
            ),
            where=Where(entry=field),
        )


def known_specialty(call: Call, series: str | None, specialty: str | None) -> None:
    """Refuse a specialty without its series, one without the other, or unknown codes."""
    if (series is None) != (specialty is None):
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text("职称系列与专业须同时给出", "give series and specialty together"),
            where=Where(entry="specialty"),
        )
    if series is not None and specialty is not None:
        call.vocabulary.specialty(series, specialty)


def duplicate(zh: str, en: str) -> GuantongError:
    return GuantongError(ErrorCode.DUPLICATE, Text(zh, en))
