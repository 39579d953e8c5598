"""Routes: every way to become eligible for one target, bound to concrete occupations and specialties."""

from dataclasses import dataclass, field
from enum import StrEnum

from core.citations import Citation
from core.conditions import Atom, Condition, atoms
from core.dates import Period
from core.ladders import Target
from core.policy.model import Direction
from core.texts import Text


class Mode(StrEnum):
    """How the target is come by."""

    PROMOTION = "promotion"  # 同一通道晋升
    CROSSING = "crossing"  # 职业融合(贯通)
    DUAL_TRACK = "dual_track"  # 双线晋升
    DUAL_CERTIFICATE = "dual_certificate"  # 一评双证
    CONTEST = "contest"  # 以赛代评


MODE_OF: dict[Direction, Mode] = {
    Direction.SKILL_TO_TITLE: Mode.CROSSING,
    Direction.TITLE_TO_SKILL: Mode.CROSSING,
    Direction.SKILL_PROMOTION: Mode.PROMOTION,
    Direction.TITLE_PROMOTION: Mode.PROMOTION,
    Direction.CONTEST_TO_SKILL: Mode.CONTEST,
    Direction.CONTEST_TO_TITLE: Mode.CONTEST,
}


@dataclass(frozen=True, slots=True)
class Offer:
    """Under which scheme a route is open; None in its place means a policy pack's own route, open to everyone."""

    scheme: str
    version: str
    enterprise: str


@dataclass(frozen=True, slots=True)
class Route:
    """One conjunction of conditions that opens ``target`` on the days of ``period``.

    ``id`` names the pack's route, with the scheme and row in front when a scheme offers it:
    ``lingnan_ship@1.0.0#12/guangzhou.title.senior_worker``. ``policy_route`` is the pack's id alone. ``citations`` are
    what the route rests on besides its conditions, such as how a loosely named level is read.
    """

    id: str
    policy_route: str
    label: Text
    mode: Mode
    target: Target
    period: Period
    requires: Condition
    issuer: str
    appointment: bool = False
    citations: tuple[Citation, ...] = ()
    offer: Offer | None = None
    row: int | None = None
    source: Target | None = None
    leaves: tuple[Atom, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "leaves", tuple(atoms(self.requires)))
