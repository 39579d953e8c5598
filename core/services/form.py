"""Input of the services: pydantic checks types and days; its faults become errors that name the field alone."""

from collections.abc import Callable
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator
from pydantic_core import ErrorDetails

from core.errors import ErrorCode, GuantongError, Where, nearest_of
from core.texts import Text


def _storable(text: str) -> str:
    if any(letter < " " for letter in text):
        raise ValueError("control characters")
    return text


_STORABLE = AfterValidator(_storable)


def _line(longest: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=longest)


Code = Annotated[str, _line(60), _STORABLE]
Name = Annotated[str, _line(100), _STORABLE]
LongName = Annotated[str, _line(200), _STORABLE]
Basis = Annotated[str, _line(300), _STORABLE]
_SLUG = r"^[a-z0-9]+([_-][a-z0-9]+)*$"
Slug = Annotated[str, StringConstraints(pattern=_SLUG, max_length=60)]


class Form(BaseModel):
    """Base of every input. Whatever does not fit raises a ``GuantongError``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="wrap")
    @classmethod
    def _speak(cls, data: Any, handler: Callable[[Any], Self]) -> Self:
        try:
            return handler(data)
        except ValidationError as fault:
            # Its text quotes the input, and that may be an identity number.
            raise _as_error(cls.__name__, fault.errors(include_url=False)[0]) from None


_MISSING = Text("缺少此项", "is missing")
_WORDS: dict[str, Text] = {
    "missing": _MISSING,
    "extra_forbidden": Text("没有此项，请删除", "is not known here; remove it"),
    "string_too_short": Text("不能为空", "must not be empty"),
    "string_too_long": Text("过长", "is too long"),
    "string_type": Text("应为文字", "should be text"),
    "string_unicode": Text("含有无法存储的字符", "holds characters that cannot be stored"),
    "value_error": Text("含有无法存储的字符", "holds characters that cannot be stored"),
}
_DATE = Text("应为存在的日期，格式 YYYY-MM-DD", "should be a date that exists, as YYYY-MM-DD")
_CHOICE = Text("不在可选值之中", "is not one of the choices")
_SLUG_WORDS = Text(
    "只能用小写字母、数字，以连字符或下划线相连", "takes small letters and digits, joined by hyphens or underscores"
)
_OTHER = Text("不合要求", "does not fit")


def _as_error(form: str, fault: ErrorDetails) -> GuantongError:
    entry = ".".join(str(part) for part in fault["loc"]) or form
    code, words, nearest = _said(fault)
    return GuantongError(
        code, Text(f"“{entry}”{words.zh}", f"'{entry}' {words.en}"), where=Where(entry=entry), nearest=nearest
    )


def _said(fault: ErrorDetails) -> tuple[ErrorCode, Text, str | None]:
    kind = fault["type"]
    if kind.startswith("date_"):
        return ErrorCode.BAD_DATE, _DATE, None
    if kind == "enum":
        return ErrorCode.UNKNOWN_CODE, _CHOICE, _nearest_choice(fault)
    return ErrorCode.BAD_ARGUMENT, _WORDS.get(kind) or _with_bound(fault), None


def _nearest_choice(fault: ErrorDetails) -> str | None:
    choices = [choice.strip(" '") for choice in fault["ctx"]["expected"].replace(" or ", ", ").split(",")]
    return nearest_of(str(fault["input"]), choices)


_BOUNDS = {
    "greater_than_equal": ("ge", "不能小于", "should be at least"),
    "less_than_equal": ("le", "不能大于", "should be at most"),
    "string_pattern_mismatch": ("pattern", "格式应为", "should match"),
}


def _with_bound(fault: ErrorDetails) -> Text:
    """Faults of numbers and patterns name what would do."""
    if fault["type"] not in _BOUNDS:
        return _OTHER
    key, zh, en = _BOUNDS[fault["type"]]
    bound = fault["ctx"][key]
    return _SLUG_WORDS if bound == _SLUG else Text(f"{zh} {bound}", f"{en} {bound}")
