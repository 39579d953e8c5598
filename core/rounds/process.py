"""The process (评价流程) of a round: the plan's five phases, and what a scheme adds to them or lengthens."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.rounds.deadlines import Term
from core.schemes import ProcessStep
from core.texts import Text


class Phase(StrEnum):
    """The five steps of the plan (评价流程五步), by the policy's keys."""

    ANNOUNCEMENT = "announcement"  # 评价发布通知
    PLAN = "plan"  # 评价计划创建
    EVALUATION = "evaluation"  # 评价组织实施
    RESULTS_FILING = "results_filing"  # 评价结果报备
    CERTIFICATE_DATA = "certificate_data"  # 证书数据报送


PUBLIC_NOTICE = "public_notice"  # a step of this key lengthens the public notice; it is none of its own
_PHASES = frozenset(phase.value for phase in Phase)
_KEYS = _PHASES | {PUBLIC_NOTICE}


@dataclass(frozen=True, slots=True)
class OwnStep:
    """A step that a scheme adds: done before the phase ``before`` begins; None: after the last."""

    key: str
    name: Text
    before: Phase | None


def own_steps(process: Sequence[ProcessStep]) -> tuple[OwnStep, ...]:
    """The steps that a scheme adds, in its order.

    What stands before the announcement is done before the plan: there is no round before it is announced.
    """
    return tuple(_own(process))


def _own(process: Sequence[ProcessStep]) -> Iterator[OwnStep]:
    for place, step in enumerate(process):
        if step.key not in _KEYS:
            following = (Phase(one.key) for one in process[place:] if one.key in _PHASES)
            before = next(following, None)
            yield OwnStep(step.key, step.name, Phase.PLAN if before is Phase.ANNOUNCEMENT else before)


def longer(process: Sequence[ProcessStep], term: Term) -> int | None:
    """The working days that a scheme gives a term; whether they count is for the term to say."""
    if term is not Term.NOTICE:
        return None
    return max((step.days for step in process if step.key == PUBLIC_NOTICE and step.days), default=None)
