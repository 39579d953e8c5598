"""All that a scheme's Python may import: the hook marker and the frozen values that cross the boundary.

Imports the standard library and pluggy alone, so that an isolated worker can load it before it loses its file system.
Only evidence crosses: no name, sex, ethnicity, identity number, birth date or stable id of a person.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pluggy

PROJECT = "guantong"
hookimpl = pluggy.HookimplMarker(PROJECT)
MOST_POINTS = 100


class ContractError(TypeError):
    """A scheme gave or asked for something that the contract does not know."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Amounts of declared evidence (材料) by key. Only the declared keys are there; what a person lacks is 0."""

    amounts: Mapping[str, int]

    def __post_init__(self) -> None:
        for key, amount in self.amounts.items():
            if type(amount) is not int or amount < 0:
                raise ContractError(f"evidence {key!r} must be a whole number of at least 0, not {amount!r}")
        object.__setattr__(self, "amounts", MappingProxyType(dict(self.amounts)))

    def __getitem__(self, key: str) -> int:
        """The amount under a declared key; another key is the scheme's mistake."""
        try:
            return self.amounts[key]
        except KeyError:
            known = ", ".join(sorted(self.amounts))
            raise ContractError(f"evidence {key!r} is not declared in scheme.toml; declared: {known}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self.amounts)


@dataclass(frozen=True, slots=True)
class CriterionPoints:
    """The points of one criterion (评价要素得分): a whole number from 0 to 100, never a total."""

    criterion: str
    points: int

    def __post_init__(self) -> None:
        if type(self.points) is not int or not 0 <= self.points <= MOST_POINTS:
            raise ContractError(f"points of {self.criterion!r} must be a whole number from 0 to 100: {self.points!r}")


@dataclass(frozen=True, slots=True)
class ComputedFact:
    """One fact that a scheme computes from evidence, under a key that its manifest declares."""

    key: str
    value: int | str | bool

    def __post_init__(self) -> None:
        if type(self.value) not in (int, str, bool):
            raise ContractError(f"fact {self.key!r} must be a whole number, text or yes/no: {self.value!r}")
