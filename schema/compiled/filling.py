"""What holes of an answer are filled with, and what fills them."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import orjson

from schema.compiled.declared import Known
from schema.compiled.inputs import DayAsked, Given
from schema.compiled.plain import plain
from schema.compiled.selected import Picked
from schema.compiled.text import FAULT
from schema.running import Running


class Faulty(Exception):
    """What was filled in says that only the resolvers can answer."""


@dataclass(frozen=True, slots=True)
class Filling:
    """What is known while one answer is filled in; ``whole`` fills the holes of a part of it."""

    vocabulary: Any
    today: date
    inputs: Sequence[Given]
    running: Running
    whole: Callable[[bytes], bytes]

    def told(self, text: str) -> orjson.Fragment:
        """JSON that stood in a hole as a text, since it may be left out."""
        if FAULT in text:
            raise Faulty
        return orjson.Fragment(self.whole(text.encode()))


class Filler(Protocol):
    """Makes the text of a field from the values that stand in its hole."""

    @property
    def asks_what_runs(self) -> bool:
        """Whether more than the values decides: which schemes run."""

    @property
    def is_kept(self) -> bool:
        """Whether the text is worth keeping: it is the same for the same values, and short."""

    def beside(self, filling: Filling) -> Hashable:
        """What decides beside the values."""

    def fill(self, values: bytes, filling: Filling) -> bytes:
        """The text."""


def day_of(asked: DayAsked | None, today: date) -> date:
    """The day of an input, or today."""
    return today if asked is None or asked.on is None else asked.on


@dataclass(frozen=True, slots=True)
class KnownFiller:
    """Works something out from columns of a row. ``input`` is the one with the day, if the field takes one."""

    declared: Known
    picked: Picked
    input: int | None
    asks_what_runs: bool = False
    is_kept: bool = True

    def beside(self, filling: Filling) -> date:
        return day_of(None if self.input is None else filling.inputs[self.input].value, filling.today)

    def fill(self, values: bytes, filling: Filling) -> bytes:
        found = self.declared.find(filling.vocabulary, self.beside(filling), *orjson.loads(values))
        promised: Any = self.picked.field
        return orjson.dumps(plain(found, promised.type, self.picked))
