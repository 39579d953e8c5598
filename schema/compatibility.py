"""Whether a schema still answers what was written for the one last released, and what was accepted although it may not.

What breaks a client is found by graphql-core. Optional arguments and input fields are no trouble to anybody who does
not send them, so of what it calls dangerous they are left out.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from graphql import GraphQLSchema, build_schema
from graphql.utilities import DangerousChangeType, find_breaking_changes, find_dangerous_changes
from pydantic import BaseModel, ConfigDict, Field

from schema.deprecations import Deprecation, deprecated, faults_of

HARMLESS = {DangerousChangeType.OPTIONAL_ARG_ADDED, DangerousChangeType.OPTIONAL_INPUT_FIELD_ADDED}
_RELEASED_ON = re.compile(r"# Released on (\d{4}-\d{2}-\d{2})\.")
# What can be deprecated: a field, an argument, a value. A type cannot.
_REMOVAL = re.compile(r"(?:Field|Argument|Enum value) (\S+) was removed\.")


class Accepted(BaseModel):
    """A change that may break a client, and why it is made all the same."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    what: str
    reason: str = Field(min_length=20)
    urgent: bool = False


class AcceptedChanges(BaseModel):
    """The file of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    change: tuple[Accepted, ...] = ()


@dataclass(frozen=True, slots=True)
class Released:
    """The schema that others were last given, and the day of it."""

    day: date
    schema: GraphQLSchema
    deprecated: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> "Released":
        """Raises ValueError for a text that does not begin with its day."""
        found = _RELEASED_ON.match(text)
        if found is None:
            raise ValueError("schema/released.graphql does not begin with '# Released on YYYY-MM-DD.'")
        schema = build_schema(text)
        return cls(date.fromisoformat(found[1]), schema, deprecated(schema))

    @staticmethod
    def written(sdl: str, day: date) -> str:
        return f"# Released on {day}. Moved forward by `make schema-release`, never by hand.\n\n{sdl}"


def read_accepted(text: str) -> dict[str, Accepted]:
    """The accepted changes by what they change. Raises ValueError for a file in another form."""
    return {one.what: one for one in AcceptedChanges.model_validate(tomllib.loads(text)).change}


def refusals(released: Released, schema: GraphQLSchema, accepted: Mapping[str, Accepted], today: date) -> Iterator[str]:
    """Why a schema may not follow the released one, a line each; none when it may."""
    changes = changes_between(released.schema, schema)
    for change in changes:
        removed = _REMOVAL.fullmatch(change)
        refused = (
            _of_removal(released.deprecated.get(removed[1]), accepted.get(change), today)
            if removed
            else _of_change(accepted.get(change))
        )
        if refused:
            yield f"{change} {refused}"
    for what in accepted:
        if what not in changes:
            yield f"schema/accepted_changes.toml accepts what is not changed: {what}"
    yield from faults_of(schema, released.deprecated, released.day)


def changes_between(old: GraphQLSchema, new: GraphQLSchema) -> list[str]:
    """What may break a client that was written for the old schema, in graphql-core's words."""
    breaking = [one.description for one in find_breaking_changes(old, new)]
    return breaking + [one.description for one in find_dangerous_changes(old, new) if one.type not in HARMLESS]


def _of_change(accepted: Accepted | None) -> str | None:
    if accepted is None:
        return "Add to the schema instead, or accept it with a reason in schema/accepted_changes.toml"
    return None


def _of_removal(reason: str | None, accepted: Accepted | None, today: date) -> str | None:
    """Removed is what was deprecated long enough, or what cannot wait: a leak, a law."""
    promised = Deprecation.read(reason) if reason else None
    if (promised and today >= promised.goes) or (accepted and accepted.urgent):
        return None
    if promised:
        return f"It is promised until {promised.goes}"
    return (
        "Deprecate it first; what cannot wait is accepted with a reason and urgent = true in "
        "schema/accepted_changes.toml"
    )
