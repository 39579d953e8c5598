"""Summaries of a pilot (总结提升): figures by group, with what is kept from readers who may not read persons.

A group smaller than the policy's least is hidden from them, and where that leaves one group hidden the next smallest is
as well: the total less all others would tell it. Within a group that is shown, parts that are smaller are hidden alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from core.citations import Citation
from core.errors import ErrorCode, GuantongError, Where
from core.permissions import Actor, Permission, require
from core.policy.stack import PolicyStack
from core.storage.queries.summary import Dimension, EvidenceGroup, Figures, Key, SummaryFilter, Tried, figures_by
from core.texts import Text

SMALL = "summary.small_group_min"
READ = (Permission.CITY_PERSON_READ, Permission.ENTERPRISE_EVALUATION_READ)
_PERSONS = (Permission.CITY_PERSON_READ, Permission.ENTERPRISE_PERSON_READ)


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One group: a value for each dimension asked for, and its figures; None where they are hidden."""

    key: Mapping[Dimension, Any]
    figures: Figures | None
    small: int
    citation: Citation

    @property
    def place(self) -> str:
        """Different for each row; a list in this order follows the dimensions."""
        return "\x1f".join("" if one is None else str(one) for one in self.key.values())

    def part(self, tried: Tried) -> Tried | None:
        """A part of the group, unless it is too small for the reader."""
        return None if tried.evaluated < self.small else tried


async def pilot_summary(
    session: AsyncSession, actor: Actor, policy: PolicyStack, by: Sequence[Dimension], wanted: SummaryFilter, day: date
) -> list[SummaryRow]:
    """The groups that the reader may read, in the order of their dimensions. Raises NOT_PERMITTED, BAD_ARGUMENT."""
    require(actor, *READ)
    check_period(wanted.starts, wanted.ends)
    asked = list(dict.fromkeys(by))
    found = await figures_by(session, actor, asked, wanted)
    rule = policy.value(SMALL, day)
    small = 0 if actor.may(*_PERSONS) else policy.integer(SMALL, day)
    hidden = hidden_groups(found, small)
    rows = [
        SummaryRow(dict(zip(asked, key, strict=True)), None if key in hidden else one, small, rule.citation)
        for key, one in found.items()
    ]
    return sorted(rows, key=lambda row: row.place)


def hidden_groups(found: Mapping[Key, Figures], small: int) -> set[Key]:
    """The groups of fewer than ``small`` people, and of one alone the next smallest with it."""
    sizes = {key: one.applicants + one.imported for key, one in found.items()}
    hidden = {key for key, size in sizes.items() if size < small}
    others = sizes.keys() - hidden
    if len(hidden) == 1 and others:
        hidden.add(min(others, key=lambda key: (sizes[key], str(key))))
    return hidden


def check_period(starts: date, ends: date) -> None:
    """Raise PERIOD_REVERSED for a period that ends before it begins."""
    if ends < starts:
        raise GuantongError(
            ErrorCode.PERIOD_REVERSED,
            Text(f"汇总期间 {starts} 至 {ends} 前后颠倒", f"the period {starts} to {ends} is the wrong way round"),
            where=Where(entry="to"),
        )


def rate(tried: Tried | None) -> float | None:
    """The share that passed, to four places; None where nobody was evaluated."""
    return round(tried.passed / tried.evaluated, 4) if tried and tried.evaluated else None


def gap(one: Tried | None, other: Tried | None) -> float | None:
    """By how much the first passes oftener than the second; None where either cannot be told."""
    first, second = rate(one), rate(other)
    return None if first is None or second is None else round(first - second, 4)


__all__ = [
    "Dimension",
    "EvidenceGroup",
    "SummaryFilter",
    "check_period",
    "gap",
    "hidden_groups",
    "pilot_summary",
    "rate",
]
