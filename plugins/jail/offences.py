"""What a scheme can do wrong in the jail, and how that is told: a coded error that names the scheme and its deed."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from core.errors import ErrorCode, GuantongError, Where
from core.models import FaultKind
from core.texts import Text
from plugins.jail.call import Hook, SchemeName


class Offence(StrEnum):
    """The kinds of what went wrong (越界类别)."""

    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    MALFORMED = "malformed"
    CRASHED = "crashed"
    FORBIDDEN = "forbidden"


CODES = {
    Offence.TIMED_OUT: ErrorCode.SCHEME_TIMED_OUT,
    Offence.OUT_OF_MEMORY: ErrorCode.SCHEME_OUT_OF_MEMORY,
    Offence.MALFORMED: ErrorCode.SCHEME_ANSWER_INVALID,
    Offence.CRASHED: ErrorCode.SCHEME_CRASHED,
    Offence.FORBIDDEN: ErrorCode.SCHEME_FORBIDDEN_ACT,
}
# As faults of wheels are put on record.
FAULT_KINDS = {
    Offence.TIMED_OUT: FaultKind.TIMEOUT,
    Offence.OUT_OF_MEMORY: FaultKind.CRASH,
    Offence.MALFORMED: FaultKind.VIOLATION,
    Offence.CRASHED: FaultKind.CRASH,
    Offence.FORBIDDEN: FaultKind.VIOLATION,
}


class Misbehaved(Exception):
    """A scheme did something wrong: ``what`` it did and the remedy, ``where`` in its text, if that is known."""

    def __init__(self, offence: Offence, what: Text, where: Where | None = None) -> None:
        super().__init__(offence, what)
        self.offence = offence
        self.what = what
        self.where = where


@dataclass(frozen=True, slots=True)
class Violation:
    """Which scheme did what in which hook."""

    scheme: SchemeName
    hook: Hook
    offence: Offence
    what: Text
    where: Where | None = None

    @property
    def text(self) -> Text:
        """All of it in one sentence."""
        one = self.scheme
        return Text(
            f"方案包 {one.distribution} {one.version}（摘要 {one.digest}）的 {self.hook}：{self.what.zh}",
            f"{self.hook} of {one.distribution} {one.version} (digest {one.digest}): {self.what.en}",
        )

    @property
    def fault_kind(self) -> FaultKind:
        """As what it is put on record."""
        return FAULT_KINDS[self.offence]

    def error(self) -> "SchemeFault":
        """The same for whoever asked."""
        return SchemeFault(self)


class SchemeFault(GuantongError):
    """What a scheme did wrong, as an error; ``violation`` tells its parts."""

    def __init__(self, violation: Violation) -> None:
        super().__init__(CODES[violation.offence], violation.text, where=violation.where)
        self.violation = violation


class Reports(Protocol):
    """Port: where violations go. Three of one wheel lead to its quarantine (``core.services.quarantine``)."""

    async def __call__(self, violation: Violation) -> None:
        """Put it on record. What fails here must not hide the violation itself."""
