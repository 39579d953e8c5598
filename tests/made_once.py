"""What takes long to make is made once in a process; every later test has its rows put back, and a copy of it.

Made by the product's own use cases a world takes up to seconds, and some thousand tests want the same few.
"""

from collections.abc import Awaitable, Callable
from copy import copy, deepcopy
from dataclasses import dataclass, fields, is_dataclass
from functools import wraps
from hashlib import sha256
from inspect import signature
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar

from sqlmodel import SQLModel

from core.models import CredentialTally
from core.storage.database import Database
from tests.database_rows import Rows, rows_of


class OnDatabase(Protocol):
    """What answers from a database, and has a state of its own that is changed along with the rows."""

    database: Database

    def state(self) -> Any:
        """That state, as no other object holds it."""

    def be(self, state: Any) -> None:
        """Take it over from another."""


P = ParamSpec("P")
T = TypeVar("T")
W = TypeVar("W")
Place = TypeVar("Place", bound=Database | OnDatabase)


@dataclass(frozen=True, slots=True)
class _Made(Generic[T]):
    """What was made in a place, as it was then; ``put_back`` makes the rows of a database those of then."""

    what: T
    place: Any
    state: Any
    put_back: Callable[[str], None]

    @classmethod
    def of(cls, what: T, place: Any) -> "_Made[T]":
        rows = rows_of(_database(place).url)
        return cls(_copier()(what), place, _state(place), rows.keep())

    def again(self, place: Any, *replaced: tuple[Any, Any]) -> Callable[[Any], Any]:
        """Brings the place to where it was then. What it returns makes copies for it."""
        self.put_back(_database(place).url)
        if self.state is not None:
            place.be(copy(self.state))
        return _copier((_database(self.place), _database(place)), (self.place, place), *replaced)


def made_once(
    make: Callable[Concatenate[Place, P], Awaitable[T]],
) -> Callable[Concatenate[Place, P], Awaitable[T]]:
    """Makes a world in a place, of plain values, once for each of them; where there are rows already always anew."""
    known: dict[tuple[str, str], _Made[T]] = {}
    named = next(iter(signature(make).parameters))

    @wraps(make)
    async def world_in(*args: Any, **given: Any) -> T:
        place, *args = args or (given.pop(named),)  # fixtures are called by names alone
        rows = rows_of(_database(place).url)
        if rows.filled():
            return await make(place, *args, **given)
        wanted = rows.home, repr((args, given))
        if wanted in known:
            made = known[wanted]
            world: T = made.again(place)(made.what)
            return world
        world = await make(place, *args, **given)
        known[wanted] = _Made.of(world, place)
        return world

    return world_in


def reached_once(
    go: Callable[Concatenate[W, P], Awaitable[T]],
) -> Callable[Concatenate[W, P], Awaitable[T]]:
    """Goes on in a world to where many tests begin, once from each beginning: equal rows, equal in all it holds."""
    known: dict[tuple[str, ...], _Made[tuple[W, T]]] = {}

    @wraps(go)
    async def reached(world: Any, *args: P.args, **given: P.kwargs) -> T:
        place = getattr(world, "graph", world)
        rows = rows_of(_database(place).url)
        begun = rows.home, _digest(rows), repr(_told(world)), repr(_told(_state(place))), repr((args, given))
        if begun not in known:
            found = await go(world, *args, **given)
            known[begun] = _Made.of((world, found), place)
            return found
        made = known[begun]
        then, found = made.what
        copied = made.again(place, (then, world))
        for field in fields(world):
            setattr(world, field.name, copied(getattr(then, field.name)))
        again: T = copied(found)
        return again

    return reached


def _database(place: Any) -> Database:
    found: Database = place if isinstance(place, Database) else place.database
    return found


def _state(place: Any) -> Any:
    return place.state() if _has_state(place) else None


def _has_state(place: Any) -> bool:
    return callable(getattr(place, "be", None))


def _digest(rows: Rows) -> str:
    told = {name: lines for name, lines in rows.told().items() if name != CredentialTally.__tablename__}
    return sha256(repr(told).encode()).hexdigest()


def _told(value: Any) -> Any:
    """What tells two values apart. What is frozen is kept with what was made, so that no other has its id."""
    if isinstance(value, list | tuple):
        return list(map(_told, value))
    if _is_built(value):
        if not _may_change(value):
            return id(value)
        return {field.name: _told(getattr(value, field.name)) for field in fields(value)}
    return None if isinstance(value, Database) or _has_state(value) else value


def _copier(*replaced: tuple[Any, Any]) -> Callable[[T], T]:
    """Copies what tests may change, and puts one thing in the place of another."""
    known: dict[int, Any] = {id(one): other for one, other in replaced}

    def copied(value: Any) -> Any:
        if id(value) not in known:
            known[id(value)] = _like(value, copied)
        return known[id(value)]

    return copied


def _like(value: Any, copied: Callable[[Any], Any]) -> Any:
    """A copy of rows, of collections and of what is built of them; anything else, and what is frozen, as it is."""
    if isinstance(value, SQLModel):
        return deepcopy(value)
    if type(value) in (list, tuple, set):
        return type(value)(map(copied, value))
    if type(value) is dict:
        return {key: copied(one) for key, one in value.items()}
    if _is_built(value) and _may_change(value):
        like = copy(value)
        for field in fields(value):
            object.__setattr__(like, field.name, copied(getattr(value, field.name)))
        return like
    return value


def _is_built(value: Any) -> bool:
    return is_dataclass(value) and not isinstance(value, type)


def _may_change(value: Any) -> bool:
    """The product's frozen values hold no world of ours."""
    return not type(value).__dataclass_params__.frozen or type(value).__module__.startswith("tests.")
