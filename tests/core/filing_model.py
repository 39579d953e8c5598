"""What the three machines should do, told once more from scratch: the filings of one scheme, its calendar by day.

Nothing of the product decides anything here. Days are numbers from the first day of a walk; the last stands for ever.
"""

from dataclasses import dataclass, field
from itertools import takewhile

HORIZON = 120
FOR_EVER = 10_000  # a version on record has no end until another takes its place
APPROVED = ("recorded", "superseded")


@dataclass
class Filed:
    """One version; ``signed`` is round and content of its countersignature."""

    version: str
    digest: str
    state: str = "draft"
    revision: int = 1
    round: int = 0
    signed: tuple[int, str] | None = None
    since: int | None = None
    until: int | None = None

    def moved(self, state: str) -> None:
        self.state = state
        self.revision += 1

    def on_record(self, day: int) -> bool:
        return self.since is not None and self.since <= day < (self.until if self.until is not None else FOR_EVER)


@dataclass
class Model:
    """``verdicts`` by content; ``calendar`` says for each day which version is active or suspended."""

    filed: dict[str, Filed] = field(default_factory=dict)
    verdicts: dict[str, bool] = field(default_factory=dict)
    calendar: list[tuple[str, str] | None] = field(default_factory=lambda: [None] * HORIZON)
    retired: dict[str, int] = field(default_factory=dict)

    def may_register(self, version: str, digest: str, accepted: bool) -> bool:
        """Other content for a version on record is a new version."""
        filing = self.filed.get(version)
        return not accepted or filing is None or filing.digest == digest or filing.state not in APPROVED

    def register(self, version: str, digest: str, accepted: bool) -> None:
        self.verdicts[digest] = accepted
        filing = self.filed.get(version)
        if accepted and filing is None:
            self.filed[version] = Filed(version, digest)
        elif accepted and filing is not None and filing.digest != digest:
            filing.digest = digest
            filing.moved("draft")

    def may_submit(self, filing: Filed) -> bool:
        return filing.state in ("draft", "returned") and self.verdicts[filing.digest]

    def submit(self, filing: Filed) -> None:
        filing.round += 1
        filing.moved("submitted")

    def may_countersign(self, filing: Filed) -> bool:
        return filing.state == "submitted" and self.verdicts[filing.digest]

    def countersign(self, filing: Filed) -> None:
        filing.signed = (filing.round, filing.digest)
        filing.moved("countersigned")

    def may_return(self, filing: Filed) -> bool:
        return filing.state in ("submitted", "countersigned")

    def may_record(self, filing: Filed, today: int, since: int) -> bool:
        older = [one for one in self.filed.values() if one.state == "recorded"]
        return (
            filing.state == "countersigned"
            and filing.signed == (filing.round, filing.digest)
            and self.verdicts[filing.digest]
            and since >= today
            and all(one.since is not None and one.since < since for one in older)
            and all(one.version < filing.version for one in older)
        )

    def record(self, filing: Filed, since: int) -> None:
        for old in self.filed.values():
            if old.state == "recorded":
                old.until = since
                old.moved("superseded")
        filing.since = since
        filing.moved("recorded")

    def is_retired(self, version: str, day: int) -> bool:
        return version in self.retired and self.retired[version] <= day

    def may_activate(self, filing: Filed, day: int) -> bool:
        return (
            filing.state in APPROVED
            and filing.on_record(day)
            and self.verdicts[filing.digest]
            and not self.is_retired(filing.version, day)
            and self.calendar[day] != (filing.version, "active")
        )

    def activate(self, version: str, day: int, end: int) -> None:
        """Up to the end, the version's retirement, or whatever is planned to begin later."""
        planned = (d for d in range(day + 1, HORIZON) if self.calendar[d] and self.calendar[d] != self.calendar[d - 1])
        last = min(end, next(planned, HORIZON), self.retired.get(version, HORIZON))
        self.calendar[day:last] = [(version, "active")] * (last - day)

    def may_suspend(self, filing: Filed, day: int) -> bool:
        return self.calendar[day] == (filing.version, "active")

    def suspend(self, version: str, day: int, end: int) -> None:
        active = (version, "active")
        run = len(list(takewhile(lambda one: one == active, self.calendar[day:])))
        last = min(end, day + run)
        self.calendar[day:last] = [(version, "suspended")] * (last - day)

    def may_retire(self, filing: Filed, day: int) -> bool:
        return filing.state in APPROVED and not self.is_retired(filing.version, day)

    def retire(self, version: str, day: int) -> None:
        self.retired[version] = day
        self.calendar[day:] = [one if one is None or one[0] != version else None for one in self.calendar[day:]]

    def runs(self, day: int) -> str | None:
        """The content that runs on a day: switched on, on record, verified."""
        held = self.calendar[day]
        if held is None or held[1] != "active":
            return None
        filing = self.filed[held[0]]
        return filing.digest if filing.on_record(day) and self.verdicts[filing.digest] else None
