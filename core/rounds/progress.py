"""A round as the gates of its steps see it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from core.rounds.deadlines import Deadline, Term
from core.rounds.process import OwnStep
from core.rounds.steps import RoundState


@dataclass(frozen=True, slots=True)
class Progress:
    """All that the gates look at, as it stands on ``day``; ``deadlines`` by the calendar of today.

    ``undecided`` applications wait for their qualification review; of those ``admitted``, ``titles`` aim at a title,
    ``unscored`` lack a mark, ``understaffed`` have fewer assessors left than a group must have, ``uncovered`` have no
    committee, ``uncast`` are short of a present member's ballot, the results of ``stale`` rest on marks that were
    corrected since, and those of ``upheld`` are from before an objection that was upheld. ``unattended`` committees
    have no quorum.
    """

    state: RoundState
    day: date
    deadlines: Mapping[Term, Deadline] = field(default_factory=dict)
    listed: bool = True
    running: bool = True
    undecided: int = 0
    admitted: int = 0
    titles: int = 0
    understaffed: int = 0
    unscored: int = 0
    stale: int = 0
    upheld: int = 0
    uncovered: int = 0
    unattended: int = 0
    uncast: int = 0
    objections: int = 0
    notice_is_of_results: bool = True
    undone: tuple[OwnStep, ...] = ()
