"""A world that takes long to make is made once in a process; every later test has its rows put back, and a copy of it.

Made by the product's own use cases a world takes up to seconds, and some thousand tests want the same few.
"""

from collections.abc import Awaitable, Callable
from copy import copy, deepcopy
from dataclasses import dataclass, fields, is_dataclass
from functools import wraps
from inspect import signature
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar

from sqlmodel import SQLModel

from core.storage.database import Database
from tests.database_rows import rows_of


class OnDatabase(Protocol):
    """What answers from a database, and has a state of its own that the making of a world changes."""

    database: Database

    def state(self) -> Any:
        """That state, as no other object holds it."""

    def be(self, state: Any) -> None:
        """Take it over from another."""


P = ParamSpec("P")
T = TypeVar("T")
Place = TypeVar("Place", bound=Database | OnDatabase)


@dataclass(frozen=True, slots=True)
class _Made(Generic[T]):
    """A world as it was when it was made; ``put_back`` fills a database without rows."""

    world: T
    place: Database | OnDatabase
    state: Any
    put_back: Callable[[str], None]

    def again(self, place: Database | OnDatabase) -> T:
        self.put_back(_database(place).url)
        if not isinstance(place, Database):
            place.be(copy(self.state))
        return _copied(self.world, self.place, place)


def made_once(
    make: Callable[Concatenate[Place, P], Awaitable[T]],
) -> Callable[Concatenate[Place, P], Awaitable[T]]:
    """Makes a world on a database of plain values, once for each of them; where there are rows already always anew."""
    made: dict[tuple[str, str], _Made[T]] = {}
    named = next(iter(signature(make).parameters))

    @wraps(make)
    async def world_in(*args: Any, **given: Any) -> T:
        place, *args = args or (given.pop(named),)  # fixtures are called by names alone
        rows = rows_of(_database(place).url)
        if rows.filled():
            return await make(place, *args, **given)
        wanted = rows.home, repr((args, given))
        if wanted in made:
            return made[wanted].again(place)
        world = await make(place, *args, **given)
        state = None if isinstance(place, Database) else place.state()
        made[wanted] = _Made(_copied(world, place, place), place, state, rows.keep())
        return world

    return world_in


def _database(place: Database | OnDatabase) -> Database:
    return place if isinstance(place, Database) else place.database


def _copied(world: T, its: Database | OnDatabase, other: Database | OnDatabase) -> T:
    """The same in another place: tests may change what they have."""
    known: dict[int, Any] = {id(_database(its)): _database(other), id(its): other}

    def copied(value: Any) -> Any:
        if id(value) not in known:
            known[id(value)] = _like(value, copied)
        return known[id(value)]

    found: T = copied(world)
    return found


def _like(value: Any, copied: Callable[[Any], Any]) -> Any:
    """A copy of rows, of collections and of what is built of them; anything else, and what is frozen, as it is."""
    if isinstance(value, SQLModel):
        return deepcopy(value)
    if type(value) in (list, tuple, set):
        return type(value)(map(copied, value))
    if type(value) is dict:
        return {key: copied(one) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type) and _may_change(value):
        like = copy(value)
        for field in fields(value):
            object.__setattr__(like, field.name, copied(getattr(value, field.name)))
        return like
    return value


def _may_change(value: Any) -> bool:
    """The product's frozen values hold no world of ours."""
    return not type(value).__dataclass_params__.frozen or type(value).__module__.startswith("tests.")
