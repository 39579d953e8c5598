"""Every move that anybody might try on one version of a scheme, each with whether the model allows it."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core.models import Filing
from core.permissions import Actor, Role
from core.services.activations import Switch, activate, retire, suspend
from core.services.docket import Seen
from core.services.filings import (
    Comment,
    Record,
    Return,
    countersign_filing,
    record_filing,
    return_filing,
    submit_filing,
)
from core.services.verifier import Candidate, Surroundings, Verdict
from core.services.wheels import register_scheme, verify_again
from tests.core.calls import OFFICER
from tests.core.filing_model import HORIZON, Filed, Model
from tests.core.filing_world import (
    AUDITOR,
    AUTHORITY,
    FIRST_DAY,
    OTHER_REVIEWER,
    REVIEWER,
    VERIFIER,
    World,
    content,
    digest_of,
    upload,
)

SAME_NAME = Actor.of(Role.INDUSTRY_REVIEWER, "示例企业经办", authority=AUTHORITY)
OTHERS = (OTHER_REVIEWER, SAME_NAME, AUDITOR)
Plain = Callable[[], None]


class Judge(type(VERIFIER)):  # type: ignore[misc]
    """Verifies again with a mind of its own."""

    def __init__(self, accepts: bool) -> None:
        self.accepts = accepts

    async def verify(self, candidate: Candidate, around: Surroundings) -> Verdict:
        return Verdict(self.accepts)


@dataclass(frozen=True)
class Move:
    """One use case by one actor; ``tell`` tells the model that it was done."""

    kind: str
    allowed: bool
    actor: Actor
    use_case: Callable[..., Awaitable[Any]]
    args: tuple[Any, ...]
    tell: Plain


@dataclass(frozen=True)
class Board:
    """Where things stand: the model, and each version as it is stored."""

    model: Model
    world: World
    key: str
    stored: dict[str, Filing]

    @property
    def today(self) -> int:
        """Today as the model counts days."""
        return (self.world.today - FIRST_DAY).days

    def moves(self, version: str) -> Iterator[Move]:
        """Everything that might be tried on a version."""
        yield from self._registrations(version)
        if version in self.model.filed:
            mine, filing = self.model.filed[version], self.stored[version]
            for accepts in (True, True, False):
                yield self._verification(mine, filing, accepts)
            yield from self._steps(mine, filing)
            yield from self._records(mine, filing)
            yield from self._switches(mine, filing)

    def _registrations(self, version: str) -> Iterator[Move]:
        for years, accept in ((1, True), (2, True), (3, False)):
            values = content(self.world.owner, key=self.key, version=version, years=years, accept=accept)
            about = version, digest_of(values), accept
            yield Move(
                "register",
                self.model.may_register(*about),
                self.world.admin,
                register_scheme,
                (VERIFIER, upload(values)),
                lambda about=about: self.model.register(*about),  # type: ignore[misc]
            )

    def _verification(self, mine: Filed, filing: Filing, accepts: bool) -> Move:
        def tell() -> None:
            self.model.verdicts[mine.digest] = accepts

        return Move("verify", True, OFFICER, verify_again, (Judge(accepts), filing.digest), tell)

    def seen(self, filing: Filing, stale: bool = False) -> dict[str, Any]:
        return {"filing_id": filing.id, "revision": max(1, filing.revision - stale), "digest": filing.digest}

    def _steps(self, mine: Filed, filing: Filing) -> Iterator[Move]:
        """Submitting, countersigning and returning, by everybody, and on what was read too early."""
        model, admin = self.model, self.world.admin
        comments = (Comment(clause="第一条", comment="请修改"),)
        table: tuple[tuple[str, Any, bool, Plain, tuple[Actor, ...]], ...] = (
            ("submit", submit_filing, model.may_submit(mine), lambda: model.submit(mine), (admin,)),
            (
                "countersign",
                countersign_filing,
                model.may_countersign(mine),
                lambda: model.countersign(mine),
                (REVIEWER,),
            ),
            (
                "return",
                return_filing,
                model.may_return(mine),
                lambda: mine.moved("returned"),
                (REVIEWER, OFFICER, SAME_NAME),
            ),
        )
        for kind, use_case, may, tell, by in table:
            for actor, stale in ((by[0], True), *((one, False) for one in (admin, REVIEWER, OFFICER, *OTHERS))):
                seen = self.seen(filing, stale)
                given = Return(**seen, comments=comments) if kind == "return" else Seen(**seen)
                allowed = may and actor in by and given.revision == mine.revision
                yield Move(kind, allowed, actor, use_case, (given,), tell)

    def as_recorded(self, filing: Filing, after: int, number: str | None = None, stale: bool = False) -> Record:
        since = self.world.today + timedelta(days=after)
        number = number or f"{self.key} {filing.version}"
        return Record(**self.seen(filing, stale), record_number=number, effective_from=since)

    def _records(self, mine: Filed, filing: Filing) -> Iterator[Move]:
        def move(actor: Actor, after: int, allowed: bool = True, **given: Any) -> Move:
            may = allowed and self.model.may_record(mine, self.today, self.today + after)
            record = self.as_recorded(filing, after, **given)
            tell: Plain = lambda: self.model.record(mine, self.today + after)  # noqa: E731
            return Move("record", may, actor, record_filing, (VERIFIER.read, record), tell)

        yield from (move(OFFICER, after) for after in (-1, 0, 1, 3))
        yield from (move(actor, 0, False) for actor in (self.world.admin, REVIEWER, *OTHERS))
        if mine.revision > 1:
            yield move(OFFICER, 0, False, stale=True)
        taken = (one for one in self.stored.values() if one.record_number and one.version != mine.version)
        yield from (move(OFFICER, 3, False, number=one.record_number) for one in taken)

    def _switches(self, mine: Filed, filing: Filing) -> Iterator[Move]:
        def move(kind: str, actor: Actor, after: int, length: int | None) -> Move:
            day, starts = self.today + after, self.world.today + timedelta(days=after)
            use_case, may, tell = table[kind]
            given = Switch(filing_id=filing.id, starts=starts, ends=starts + timedelta(days=length) if length else None)
            allowed = actor is OFFICER and after >= 0 and may(mine, day)
            end = day + length if length else HORIZON
            return Move(kind, allowed, actor, use_case, (given,), lambda: tell(day, end))

        model, version = self.model, mine.version
        table: dict[str, tuple[Any, Callable[[Filed, int], bool], Callable[[int, int], None]]] = {
            "activate": (activate, model.may_activate, lambda day, end: model.activate(version, day, end)),
            "suspend": (suspend, model.may_suspend, lambda day, end: model.suspend(version, day, end)),
            "retire": (retire, model.may_retire, lambda day, _end: model.retire(version, day)),
        }
        for kind in table:
            yield from (move(kind, OFFICER, after, None) for after in (-1, 0, 1, 3))
            yield move(kind, REVIEWER, 0, None)
            if kind != "retire":
                yield move(kind, OFFICER, 0, 2)
