"""The scalars Date, DateTime, Upload and Base64, and the days that rules may be asked about."""

from base64 import b64encode
from datetime import date, datetime
from typing import Any

import strawberry
from strawberry.types.scalar import ScalarDefinition

from core.errors import ErrorCode, GuantongError
from core.redaction import shown
from core.services.artifacts import Upload
from core.texts import Text

FIRST_YEAR = 1990
LAST_YEAR = 2100


def parse_day(value: Any) -> date:
    """A day written ``YYYY-MM-DD``. Raises BAD_DATE for anything else, and for days that do not exist."""
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        raise _bad_day(value) from None
    # fromisoformat also reads weeks and days without hyphens.
    if day.isoformat() != value:
        raise _bad_day(value)
    return day


def day_asked(as_of: date | None, today: date) -> date:
    """The day that a rule is asked about: ``as_of``, or today. Raises BAD_DATE outside 1990 to 2100."""
    day = as_of or today
    if FIRST_YEAR <= day.year <= LAST_YEAR:
        return day
    raise GuantongError(
        ErrorCode.BAD_DATE,
        Text(
            f"日期 {day} 超出范围；年份须在 {FIRST_YEAR} 至 {LAST_YEAR} 之间",
            f"{day} is out of range; years from {FIRST_YEAR} to {LAST_YEAR} are accepted",
        ),
    )


def _bad_day(value: object) -> GuantongError:
    quoted = shown(value)
    return GuantongError(
        ErrorCode.BAD_DATE,
        Text(
            f"“{quoted}”不是存在的日期；请写作 YYYY-MM-DD，如 2026-03-02",
            f"'{quoted}' is no date that exists; write YYYY-MM-DD, such as 2026-03-02",
        ),
    )


DATE: ScalarDefinition = strawberry.scalar(
    name="Date",
    description="Day in Asia/Shanghai, written YYYY-MM-DD. 日期（北京时间）",
    specified_by_url="https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
    serialize=date.isoformat,
    parse_value=parse_day,
)


def parse_moment(value: Any) -> datetime:
    """A moment with its offset from UTC. Raises BAD_DATE for anything else: without an offset it could be any of 24."""
    try:
        moment = datetime.fromisoformat(value)
        if moment.utcoffset() is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise ValueError(value)
    except (TypeError, ValueError):
        quoted = shown(value)
        raise GuantongError(
            ErrorCode.BAD_DATE,
            Text(
                f"“{quoted}”不是带时区的时刻；请写作 2026-03-02T12:00:00+08:00",
                f"'{quoted}' is no moment with an offset; write it like 2026-03-02T12:00:00+08:00",
            ),
        ) from None
    return moment


DATETIME: ScalarDefinition = strawberry.scalar(
    name="DateTime",
    description="Moment with its offset from UTC. 时刻",
    specified_by_url="https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
    serialize=datetime.isoformat,
    parse_value=parse_moment,
)


def parse_upload(value: Any) -> Upload:
    """A file that came with the request. Raises BAD_ARGUMENT for whatever else stands in its place."""
    if isinstance(value, Upload):
        return value
    raise GuantongError(
        ErrorCode.BAD_ARGUMENT,
        Text(
            "文件须以 multipart/form-data 随请求上传，变量的值为 null",
            "a file comes with the request as multipart/form-data, its variable null",
        ),
    )


def _never_answered(value: object) -> None:
    raise TypeError(f"no answer holds an upload: {value!r}")


UPLOAD: ScalarDefinition = strawberry.scalar(
    name="Upload",
    description="File sent with the request. 上传文件",
    specified_by_url="https://github.com/jaydenseric/graphql-multipart-request-spec",
    serialize=_never_answered,
    parse_value=parse_upload,
)


def _never_asked(value: object) -> bytes:
    raise TypeError(f"no question holds bytes: {value!r}")


BASE64: ScalarDefinition = strawberry.scalar(
    name="Base64",
    description="Bytes in base64. 字节（Base64 编码）",
    specified_by_url="https://www.rfc-editor.org/rfc/rfc4648#section-4",
    serialize=lambda content: b64encode(content).decode(),
    parse_value=_never_asked,
)
