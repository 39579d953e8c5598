"""What every form of the contract is made of: a base that knows no unknown key, and the values that forms share.

Every field says what it holds in English and by its Chinese term; the JSON Schemas for authors are made of that. A
value is what TOML writes and nothing that merely could be turned into it: a day is no number, a number no text.
"""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError


class Form(BaseModel):
    """Base of every part: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def told(zh: str, en: str, **limits: Any) -> Any:
    """The description of a field: a sentence in English, and its Chinese term, which is also its title."""
    return Field(title=zh, description=f"{en} {zh}", **limits)


def _only_a_day(value: object) -> object:
    """Numbers would be read as seconds since 1970, and a moment as its day."""
    is_day = isinstance(value, date) and not isinstance(value, datetime)
    if is_day or (isinstance(value, str) and len(value) == len("2026-03-15")):
        return value
    raise PydanticCustomError("date_type", "should be a day")


Whole = Annotated[int, Field(strict=True)]
Flag = Annotated[bool, Field(strict=True)]
Day = Annotated[date, BeforeValidator(_only_a_day)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{2,39}$")]
Words = Annotated[str, Field(min_length=1)]

OwnKey = Annotated[Key, told("标识", "Its key, used once among its like.")]
EvidenceKeys = Annotated[list[Key], told("材料", "Keys of declared evidence; of several the sum counts.", min_length=1)]
Clause = Annotated[Words, told("条款", "The clause of the scheme document that says so.")]
Occupation = Annotated[
    str, told("职业编码", "Code of an occupation in the national classification, such as 6-18-02-04.")
]
SkillLevelName = Annotated[str, told("技能等级", "A skill level from apprentice to chief_technician.")]
Series = Annotated[str, told("职称系列", "Code of a title series, such as engineering.")]
Specialty = Annotated[str, told("职称专业", "Code of a specialty of the series, such as mechanical.")]
TitleLevelName = Annotated[str, told("职称层级", "A title level from staff to full_senior.")]


class Named(Form):
    """What has a name in both languages."""

    zh: Annotated[Words, told("中文名称", "Its name or text in Chinese.")]
    en: Annotated[Words, told("英文名称", "Its name or text in English.")]
