"""What is worked out from a row without the database: the holes of a statement, filled in.

A filler finds an object of the graph; what is asked of it is read from its attributes. Of the same values it comes to
the same text, which is kept with the plan.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import orjson
from graphql import get_named_type, is_leaf_type, is_list_type, is_non_null_type

from schema.compiled.inputs import DayAsked, Given
from schema.compiled.objects import Filler, day_of
from schema.compiled.selected import TYPENAME, Picked, Selected, definition_of

_HOLE = re.compile(rb"\x02(\d+)(\[[^\x03]*\])\x03")
MOST_KEPT = 1_000


class Holes:
    """Fills the holes of one plan."""

    def __init__(self, fillers: Sequence[Filler], vocabulary: Any) -> None:
        self._fillers, self._vocabulary = fillers, vocabulary
        self._kept: dict[tuple[bytes, date | None], bytes] = {}

    def filled(self, answer: bytes, inputs: Sequence[Given], today: date) -> bytes:
        """The answer without holes."""

        def fill(found: "re.Match[bytes]") -> bytes:
            filler = self._fillers[int(found[1])]
            asked: DayAsked | None = None if filler.input is None else inputs[filler.input].value
            key = (found[0], day_of(asked, today))
            if key not in self._kept:
                if len(self._kept) >= MOST_KEPT:
                    self._kept.clear()
                self._kept[key] = self._worked_out(filler, key[1], found[2])
            return self._kept[key]

        return _HOLE.sub(fill, answer)

    def _worked_out(self, filler: Filler, day: date, values: bytes) -> bytes:
        found = filler.find(self._vocabulary, day, *orjson.loads(values))
        promised: Any = filler.picked.field
        return orjson.dumps(_plain(found, promised.type, filler.picked))


def _plain(value: Any, promised: Any, picked: Picked) -> Any:
    if is_non_null_type(promised):
        return _plain(value, promised.of_type, picked)
    if value is None:
        return None
    if is_list_type(promised):
        return [_plain(one, promised.of_type, picked) for one in value]
    if is_leaf_type(promised):
        return promised.serialize(value)
    return _object(value, picked.within[get_named_type(promised).name])


def _object(value: Any, selected: Selected) -> dict[str, Any]:
    return {one.key: _of(value, one, selected) for one in selected.fields}


def _of(value: Any, picked: Picked, selected: Selected) -> Any:
    if picked.name == TYPENAME:
        return selected.type.name
    definition, promised = definition_of(picked.field), picked.field
    assert promised is not None
    if definition.base_resolver is None:
        found = getattr(value, definition.python_name)
    else:
        found = definition.base_resolver.wrapped_func(value)
    return _plain(found, promised.type, picked)
