"""What random walks over rounds came to: the states they saw, the transitions they took, what was done and refused."""

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from core.models import RoundStep
from core.rounds.steps import ROUND_TRANSITIONS, RoundState, RoundStepKind

# Every step from every state that it may be taken from; the announcement comes from none.
TRANSITIONS = {(state, one.step) for one in ROUND_TRANSITIONS.values() for state in one.sources}


class Coverage:
    """Counts over many walks: a model that never gets anywhere proves nothing."""

    def __init__(self) -> None:
        self.walks = 0
        self.states: Counter[RoundState] = Counter()
        self.transitions: Counter[tuple[RoundState, RoundStepKind]] = Counter()
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    def walked(self, rounds: Iterable[list[RoundStep]]) -> None:
        """One more walk, with the steps of each of its rounds."""
        self.walks += 1
        for steps in rounds:
            self.states.update(one.state for one in steps)
            self.transitions.update((before.state, after.step) for before, after in pairwise(steps))

    @property
    def steps(self) -> set[RoundStepKind]:
        """The kinds of steps that were taken."""
        return {step for _, step in self.transitions}

    def told(self) -> str:
        """The figures in a line."""
        return (
            f"{self.walks} walks over rounds: {len(self.states)} of {len(RoundState)} states, "
            f"{len(self.transitions)} of {len(TRANSITIONS)} transitions; {self.done.total()} deeds of "
            f"{len(self.done)} kinds done, {self.refused.total()} of {len(self.refused)} kinds refused"
        )
