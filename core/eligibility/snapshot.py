"""Digests of what a decision rested on, so that it can be told years later whether the same facts were before it."""

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

import rfc8785
from pydantic import TypeAdapter

from core.facts import PersonFacts

# Until a calendar of public holidays is kept, working days are weekdays and nothing else.
WEEKDAYS_ONLY = hashlib.sha256(b"weekdays").hexdigest()


_FACTS = TypeAdapter(PersonFacts)


def facts_content(facts: PersonFacts) -> str:
    """A person's facts in RFC 8785 form; the order of sets and mappings plays no part."""
    return canonical(facts)


def facts_digest(facts: PersonFacts) -> str:
    """SHA-256 over ``facts_content``."""
    return digest_of(facts_content(facts))


def facts_from(content: str) -> PersonFacts:
    """The facts that ``facts_content`` was made of."""
    return _FACTS.validate_json(content)


def canonical(value: Any) -> str:
    """RFC 8785 JSON of plain values, dataclasses, dates, enums, sets and mappings."""
    return rfc8785.dumps(_plain(value)).decode()


def digest_of(content: str) -> str:
    """SHA-256 of a text."""
    return hashlib.sha256(content.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(_plain(item) for item in value)
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value
