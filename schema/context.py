"""What a resolver may use: the product's parts, who asks and on which day, and the loaders of the request."""

from dataclasses import dataclass
from datetime import date

import strawberry

from core.dates import Clock, today
from core.eligibility.rulebook import Rulebook
from core.permissions import Actor, Permission, require
from core.policy.stack import PolicyStack
from core.schemes import SchemeSource
from core.secrets import Keyring
from core.storage.database import Database
from core.vocabulary import Vocabulary
from schema.cases import Cases
from schema.loaders import Loaders
from schema.reader import Reader
from schema.scalars import day_asked


@dataclass(frozen=True, slots=True)
class Dependencies:
    """The parts that outlive a request, wired by the composition root."""

    database: Database
    vocabulary: Vocabulary
    policy: PolicyStack
    schemes: SchemeSource
    clock: Clock
    keyring: Keyring


class Context:
    """One request."""

    def __init__(
        self, deps: Dependencies, rulebook: Rulebook, reader: Reader, actor: Actor, operation_name: str | None = None
    ) -> None:
        self.deps = deps
        self.run = reader.run
        self.actor = actor
        self.operation_name = operation_name
        self.today = today(deps.clock)
        self.loaders = Loaders(reader, actor, self.today)
        self.cases = Cases(reader, self.loaders, rulebook, deps.schemes, actor)

    @property
    def who(self) -> tuple[Actor, date]:
        """What every query asks first: who reads, on which day."""
        return self.actor, self.today

    @property
    def vocabulary(self) -> Vocabulary:
        return self.deps.vocabulary

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
