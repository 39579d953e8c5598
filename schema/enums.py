"""The enums of the graph: how core's are shown, and one enum for each of the two ladders."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

import strawberry

from core.ladders import Level
from core.texts import Text
from core.vocabulary import load_vocabulary

E = TypeVar("E", bound=StrEnum)


def sentence(text: Text) -> str:
    """A text as a description: English, then the Chinese term."""
    return f"{text.en[0].upper()}{text.en[1:]}. {text.zh}"


def describe(
    members: type[E], description: str, of: Callable[[E], str] | Mapping[E, str], *, name: str | None = None
) -> None:
    """Show an enum in the graph, under its own name unless told; every value must be described."""
    look_up: Callable[[E], str] = of if callable(of) else of.__getitem__
    strawberry.enum(members, name=name, description=description)
    shown: Any = members
    for value in shown.__strawberry_definition__.values:
        value.description = look_up(members(value.value))


class SkillLevel(StrEnum):
    """The eight rungs of the skill ladder, as arguments and answers name them."""

    APPRENTICE = Level.APPRENTICE.value
    JUNIOR_WORKER = Level.JUNIOR_WORKER.value
    INTERMEDIATE_WORKER = Level.INTERMEDIATE_WORKER.value
    SENIOR_WORKER = Level.SENIOR_WORKER.value
    TECHNICIAN = Level.TECHNICIAN.value
    SENIOR_TECHNICIAN = Level.SENIOR_TECHNICIAN.value
    SPECIAL_TECHNICIAN = Level.SPECIAL_TECHNICIAN.value
    CHIEF_TECHNICIAN = Level.CHIEF_TECHNICIAN.value


class TitleLevel(StrEnum):
    """The five rungs of the ladder of titles."""

    STAFF = Level.STAFF.value
    ASSISTANT = Level.ASSISTANT.value
    INTERMEDIATE = Level.INTERMEDIATE.value
    ASSOCIATE_SENIOR = Level.ASSOCIATE_SENIOR.value
    FULL_SENIOR = Level.FULL_SENIOR.value


class CredentialStatus(StrEnum):
    """Whether a credential counts on a day."""

    AWARDED_LATER = "awarded_later"
    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


def _level_name(level: SkillLevel | TitleLevel) -> str:
    return sentence(load_vocabulary().level_text(Level(level.value)))


describe(SkillLevel, "Skill level. 职业技能等级", _level_name)
describe(TitleLevel, "Level of professional titles. 职称层级", _level_name)
describe(
    CredentialStatus,
    "Whether a credential counts on a day. 凭证状态",
    {
        CredentialStatus.AWARDED_LATER: "Not yet awarded on the day. 当日尚未取得",
        CredentialStatus.VALID: "Counts on the day. 有效",
        CredentialStatus.EXPIRED: "Expired by the day. 已过有效期",
        CredentialStatus.REVOKED: "Revoked by the day. 已撤销",
    },
)
