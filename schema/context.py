"""What a resolver may use: the product's parts, who asks and on which day, and the loaders of the request."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Concatenate, ParamSpec, TypeVar

import strawberry
from graphql import DocumentNode

from core.dates import Clock
from core.eligibility.rulebook import Rulebook
from core.errors import ErrorCode, GuantongError, Where
from core.permissions import Actor, Permission, require
from core.policy.stack import PolicyStack
from core.rounds.workdays import WorkCalendar, announced
from core.schemes import SchemeSource
from core.secrets import Keyring
from core.services.call import Call
from core.services.verifier import Verifier
from core.storage.database import Database
from core.texts import Text
from core.vocabulary import Vocabulary
from schema.asking import Asking
from schema.cases import Cases
from schema.contents import Contents, ReadSchemes
from schema.contest_cases import Preferences
from schema.explanations import Explanations
from schema.following import Followed
from schema.gates import Around, Gates
from schema.impacts import Effects
from schema.loaders import Loaders
from schema.outcomes import UNWATCHED, Watch
from schema.reader import Caller, Reader
from schema.replays import Replays
from schema.running import Running
from schema.scalars import day_asked
from schema.turns import Turns

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Dependencies:
    """The parts that outlive a request, wired by the composition root."""

    database: Database
    vocabulary: Vocabulary
    policy: PolicyStack
    schemes: SchemeSource
    clock: Clock
    keyring: Keyring
    verifier: Verifier
    watch: Watch = UNWATCHED
    calendar: WorkCalendar = field(default_factory=announced)
    # Whether this machine may be subscribed to events, for trying them.
    tells_loopback: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """What the service keeps from request to request: rules that were bound, contents that were read."""

    rulebook: Rulebook
    contents: ReadSchemes = field(default_factory=ReadSchemes)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Context:
    """One request. With ``writes`` it may change something, by use cases alone."""

    def __init__(
        self,
        deps: Dependencies,
        kept: Kept,
        reader: Reader,
        call: Call,
        document: DocumentNode,
        today: date,
        running: Running,
        *,
        writes: bool = False,
    ) -> None:
        self.deps = deps
        self.reader = reader
        self.run = reader.run
        self.actor = call.actor
        self.document = document
        self.today = today
        self.asking = Asking(call.actor, self.today, deps.vocabulary, deps.keyring)
        self._kept = kept
        self._caller = Caller(reader, call)
        self._writes = writes
        # What a subscription waits for after this answer.
        self.followed: list[Followed] = []
        self.running = running
        self.in_turn = Turns(kept.turn).take
        self.effects = Effects(reader, self.actor, self.today, self.rulebook)
        self._load_anew()

    def _load_anew(self) -> None:
        """Forget what was loaded."""
        self.loaders = Loaders(self.reader, self.actor, self.today, self.deps.keyring, self.deps.clock)
        self.cases = Cases(self.reader, self.loaders, self.rulebook, self.deps.schemes, self.actor)
        self.replays = Replays(self.reader, self.actor)
        self.contents = Contents(
            self._kept.contents, self.deps.verifier, self.deps.vocabulary, self.reader, self.loaders
        )
        around = Around(self.actor, self.today, self.calendar, self.policy)
        self.preferences = Preferences(self.loaders, self.contents)
        self.gates = Gates(self.reader, self.loaders, self.contents, around)
        self.explanations = Explanations(self.reader)

    async def do(self, use_case: Callable[Concatenate[Call, P], Awaitable[R]], *args: P.args, **kwargs: P.kwargs) -> R:
        """The result of a use case, in the transaction of the request. What is loaded after it knows of it."""
        if not self._writes:
            raise RuntimeError("only mutations change anything")
        try:
            return await self._caller.do(use_case, *args, **kwargs)
        finally:
            self._load_anew()

    async def ask(self, use_case: Callable[Concatenate[Call, P], Awaitable[R]], *args: P.args, **kwargs: P.kwargs) -> R:
        """The answer of a use case that changes nothing."""
        return await self._caller.do(use_case, *args, **kwargs)

    def require_first(self, name: str) -> None:
        """Raise REQUEST_INVALID unless the mutation ``name`` is the first of its request.

        It takes a while before it writes; anything done before it would keep every other writer waiting meanwhile.
        """
        if self._writes and not self.reader.is_fresh:
            raise GuantongError(
                ErrorCode.REQUEST_INVALID,
                Text(
                    f"{name} 需先行校验，须为请求中的第一个操作；请单独提交",
                    f"{name} verifies first and has to be the first mutation of its request; send it by itself",
                ),
                where=Where(entry=name),
            )

    @property
    def rulebook(self) -> Rulebook:
        return self._kept.rulebook

    @property
    def who(self) -> tuple[Actor, date]:
        """What every query asks first: who reads, on which day."""
        return self.actor, self.today

    @property
    def vocabulary(self) -> Vocabulary:
        return self.deps.vocabulary

    @property
    def calendar(self) -> WorkCalendar:
        return self.deps.calendar

    @property
    def policy(self) -> PolicyStack:
        return self.deps.policy

    def require(self, *permissions: Permission) -> None:
        """Raise NOT_PERMITTED unless the reader holds at least one of ``permissions``."""
        require(self.actor, *permissions)

    def day(self, as_of: date | None) -> date:
        """The day that a rule is asked about: today unless told."""
        return day_asked(as_of, self.today)


Info = strawberry.Info[Context, None]
