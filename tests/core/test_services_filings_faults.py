"""Faults planted one by one: the random walk alone finds each of them, as it would if somebody made them.

Nothing shrinks here: that a walk fails is all that is asked. Nightly, every fault is looked for in more walks.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import copy
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from core.models import Filing, FilingState, Step
from core.services import activations, docket, drafts, filing_guards, filings, machine, wheels
from core.services.call import Call
from core.services.docket import Docket
from core.services.timeline import Timeline
from core.storage.queries import runnable
from tests.core.filing_walk import Walk

Patch = pytest.MonkeyPatch
FAULTS: list[Callable[[Patch], None]] = []
QUIET = settings(
    max_examples=15,
    stateful_step_count=12,
    deadline=None,
    phases=[Phase.generate],
    derandomize=True,
    database=None,
    report_multiple_bugs=False,
)


def fault(plant: Callable[[Patch], None]) -> Callable[[Patch], None]:
    FAULTS.append(plant)
    return plant


async def _nothing(*_: Any, **__: Any) -> None:
    """What a check does that was lost."""


def _without(patch: Patch, guard: Any) -> None:
    """A guard lost from every step."""
    rows = {
        step: replace(row, guards=tuple(one for one in row.guards if one is not guard))
        for step, row in machine.TRANSITIONS.items()
    }
    assert rows != dict(machine.TRANSITIONS)
    _instead(patch, rows)


def _changed(patch: Patch, step: Step, **given: Any) -> None:
    """One row of the table changed."""
    _instead(patch, {**machine.TRANSITIONS, step: replace(machine.TRANSITIONS[step], **given)})


def _instead(patch: Patch, rows: dict[Step, Any]) -> None:
    for module in (machine, filings):
        patch.setattr(module, "TRANSITIONS", MappingProxyType(rows))


@fault
def a_version_is_activated_before_it_takes_effect(patch: Patch) -> None:
    async def checked(call: Call, at: Docket, day: Any) -> None:
        if at.filing.state not in activations.ON_RECORD:
            raise activations._not_on_record(call, at)
        await filing_guards.verified(call, at)

    patch.setattr(activations, "_may_run", checked)


@fault
def the_record_asks_for_no_countersignature(patch: Patch) -> None:
    _without(patch, filing_guards.approved)


@fault
def a_round_never_rises(patch: Patch) -> None:
    original = machine._review

    def reviewed(call: Call, at: Docket, step: Step, *rest: Any) -> Any:
        at.filing.round -= step is Step.SUBMIT
        return original(call, at, step, *rest)

    patch.setattr(machine, "_review", reviewed)


@fault
def whoever_filed_may_approve(patch: Patch) -> None:
    _without(patch, filing_guards.not_own)


@fault
def rejected_content_may_be_submitted(patch: Patch) -> None:
    _without(patch, filing_guards.verified)


@fault
def changed_bytes_may_be_submitted(patch: Patch) -> None:
    _without(patch, filing_guards.intact)


@fault
def the_record_may_be_amended(patch: Patch) -> None:
    _changed(patch, Step.AMEND, sources=frozenset(FilingState))


@fault
def other_content_keeps_its_approval(patch: Patch) -> None:
    async def amended(call: Call, at: Docket, wheel: Any, content: Any, reason: str) -> None:
        at.filing.wheel_id, at.filing.digest = wheel.id, wheel.digest
        await call.store(at.filing)

    patch.setattr(drafts, "_amend", amended)


@fault
def a_return_leads_nowhere(patch: Patch) -> None:
    _changed(patch, Step.RETURN, target=FilingState.COUNTERSIGNED)


@fault
def any_authority_may_countersign(patch: Patch) -> None:
    patch.setattr(machine, "_party", lambda *_: None)


@fault
def decisions_rest_on_what_has_changed_since(patch: Patch) -> None:
    async def opened(call: Call, seen: Any) -> Docket:
        return await docket.open_docket(call, seen.filing_id)

    patch.setattr(filings, "seen_docket", opened)


@fault
def a_version_takes_effect_before_its_review(patch: Patch) -> None:
    patch.setattr(filings, "_check_day", _nothing)


@fault
def two_versions_are_on_record_at_once(patch: Patch) -> None:
    patch.setattr(filings, "_supersede", _nothing)


@fault
def the_version_before_has_no_end_in_the_graph(patch: Patch) -> None:
    patch.setattr(filings, "_end_version", _nothing)


@fault
def an_older_version_follows_a_newer(patch: Patch) -> None:
    patch.setattr(filings, "_numbers", lambda version: [0, 0, int(version == "1.0.0")])


@fault
def what_is_retired_comes_back(patch: Patch) -> None:
    patch.setattr(activations, "_not_retired", lambda *_: None)


@fault
def a_suspension_holds_nothing(patch: Patch) -> None:
    def unchanged(timeline: Timeline, *_: Any) -> Timeline:
        return timeline

    patch.setattr(activations, "suspended", unchanged)


@fault
def a_suspension_has_no_end(patch: Patch) -> None:
    original = activations.suspended
    patch.setattr(activations, "suspended", lambda timeline, id_, day, _until: original(timeline, id_, day, None))


@fault
def what_is_switched_off_stays_on_record_as_on(patch: Patch) -> None:
    async def none(*_: Any) -> list[Any]:
        return []

    original, calls = activations._standing, iter(range(10**6))

    async def every_other(call: Call, at: Docket) -> Any:
        return await (original if next(calls) % 2 == 0 else none)(call, at)

    patch.setattr(activations, "_standing", every_other)


@fault
def replicas_are_not_told(patch: Patch) -> None:
    for module in (activations, filings, wheels):
        patch.setattr(module, "raise_epoch", _nothing)


@fault
def what_runs_needs_no_approval(patch: Patch) -> None:
    import sqlalchemy as sa

    patch.setattr(runnable, "_approved", lambda _step: sa.true())


@fault
def a_step_is_noted_nowhere(patch: Patch) -> None:
    original = Call.note

    async def noted(self: Call, tag: Any, subject: Any, *rest: Any, **named: Any) -> None:
        if not isinstance(subject, Filing):
            await original(self, tag, subject, *rest, **named)

    patch.setattr(Call, "note", noted)


@fault
def a_verdict_changes_no_wheel(patch: Patch) -> None:
    original = wheels._judge

    async def judged(call: Call, candidate: Any, wheel: Any, verdict: Any, reason: str) -> None:
        await original(call, candidate, wheel, replace(verdict, accepted=True), reason)

    patch.setattr(wheels, "_judge", judged)


@fault
def a_refusal_leaves_something_behind(patch: Patch) -> None:
    original = machine.check_step

    async def checked(call: Call, at: Docket, step: Step) -> None:
        try:
            await original(call, at, step)
        finally:
            at.filing.revision += 1

    patch.setattr(machine, "check_step", checked)


def _walks(path: Path) -> None:
    run_state_machine_as_test(lambda: Walk(f"sqlite:///{path}"), settings=QUIET)


@pytest.fixture
def path(sqlite_template: Path, tmp_path: Path) -> Path:
    return Path(copy(sqlite_template, tmp_path / "walk.db"))


@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__)
def test_the_walk_finds_a_planted_fault(plant: Callable[[Patch], None], path: Path, monkeypatch: Patch) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        _walks(path)


def test_there_are_enough_faults() -> None:
    assert len(FAULTS) >= 20
    assert len({plant.__name__ for plant in FAULTS}) == len(FAULTS)
