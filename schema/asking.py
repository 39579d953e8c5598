"""What arguments are read with, by resolvers and by compiled reads alike: who asks, on which day, and what is known."""

from dataclasses import dataclass
from datetime import date

from core.permissions import Actor, Permission, require
from core.secrets import Keyring
from core.vocabulary import Vocabulary
from schema.scalars import day_asked


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, on which day, and what is known without asking anybody."""

    actor: Actor
    today: date
    vocabulary: Vocabulary
    keyring: Keyring

    def require(self, *permissions: Permission) -> None:
        """Raise NOT_PERMITTED unless the reader holds at least one of ``permissions``."""
        require(self.actor, *permissions)

    def day(self, as_of: date | None) -> date:
        """The day that a rule is asked about: today unless told."""
        return day_asked(as_of, self.today)
