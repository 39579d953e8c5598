"""What decisions rest on, as canonical JSON (RFC 8785) and back: facts, vocabulary, calendar. Policy does so itself."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar

import rfc8785
from pydantic import TypeAdapter

from core.errors import ErrorCode, GuantongError
from core.facts import PersonFacts
from core.texts import Text
from core.vocabulary import LevelInfo, Occupation, Series, Specialty, Vocabulary
from core.vocabulary.load import assembled

T = TypeVar("T")
FACTS, POLICY = Text("个人事实", "facts"), Text("政策包", "policy")
SCHEME, VOCABULARY = Text("工作方案", "scheme"), Text("词表", "vocabulary")
DECISION, SCORE = Text("资格判定", "decision"), Text("评分", "score")


def canonical(value: Any) -> str:
    """RFC 8785 JSON of plain values, dataclasses, dates, enums, sets and mappings."""
    return rfc8785.dumps(plain(value)).decode()


def digest_of(content: str) -> str:
    """SHA-256 of a text."""
    return hashlib.sha256(content.encode()).hexdigest()


def plain(value: Any) -> Any:
    """A value as JSON knows it."""
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(plain(item) for item in value)
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value


# Until a calendar of public holidays is kept, working days are weekdays and nothing else.
CALENDAR = canonical({"working_days": "weekdays"})
WEEKDAYS_ONLY = digest_of(CALENDAR)


@dataclass(frozen=True, slots=True)
class _Salted:
    """Facts with a salt."""

    facts: PersonFacts
    salt: str


@dataclass(frozen=True, slots=True)
class _Rows:
    """A vocabulary without its indexes."""

    levels: tuple[LevelInfo, ...]
    series: tuple[Series, ...]
    specialties: tuple[Specialty, ...]
    occupations: tuple[Occupation, ...]


_FACTS = TypeAdapter(_Salted)
_ROWS = TypeAdapter(_Rows)


def readable(what: Text, read: Callable[[str], T], content: str) -> T:
    """What ``read`` makes of a content. Raises BAD_FILE when it is of no form that this engine knows."""
    try:
        return read(content)
    except (ValueError, KeyError, TypeError):  # a fault of pydantic is a ValueError, and quotes what it read
        raise GuantongError(
            ErrorCode.BAD_FILE,
            Text(
                f"{what.zh}快照 {digest_of(content)} 不是本引擎所知的格式，不能据以重放",
                f"the snapshot of {what.en} {digest_of(content)} is of no form that this engine knows; nothing can be "
                "replayed from it",
            ),
        ) from None


def facts_content(facts: PersonFacts, salt: str) -> str:
    """A person's facts; the order of sets and mappings plays no part.

    The salt keeps the digest, which stays on record, from giving away facts that were erased: they are few enough to
    be guessed. It also makes them one person's alone, so that erasing them takes nothing from anybody else.
    """
    return canonical(_Salted(facts, salt))


def facts_from(content: str) -> PersonFacts:
    """The facts that ``facts_content`` was made of."""
    return _FACTS.validate_json(content).facts


@lru_cache(maxsize=4)
def vocabulary_content(vocabulary: Vocabulary) -> str:
    """A vocabulary, whole: which words correspond decides as much as a policy value does."""
    return canonical(
        _Rows(
            levels=tuple(vocabulary.levels.values()),
            series=tuple(vocabulary.series.values()),
            specialties=tuple(vocabulary.specialties.values()),
            occupations=tuple(vocabulary.occupations.values()),
        )
    )


def vocabulary_from(content: str) -> Vocabulary:
    """The vocabulary that ``vocabulary_content`` was made of."""
    rows = _ROWS.validate_json(content)
    return assembled(
        {level.level: level for level in rows.levels},
        {one.code: one for one in rows.series},
        {one.key: one for one in rows.specialties},
        {one.code: one for one in rows.occupations},
    )
