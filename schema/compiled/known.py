"""What is worked out from a row without the database: the holes of a statement, filled in.

A filler finds an object of the graph; what is asked of it is read from its attributes. Of the same values it comes to
the same text, which is kept with the plan; unless which schemes run decides, too.
"""

import re
from collections.abc import Hashable, Sequence
from datetime import date
from typing import Any

from schema.compiled.filling import Filler, Filling
from schema.compiled.inputs import Given
from schema.running import Running

_HOLE = re.compile(rb"\x02(\d+)(\[[^\x03]*\])\x03")
MOST_KEPT = 1_000


class Holes:
    """Fills the holes of one plan."""

    def __init__(self, fillers: Sequence[Filler], vocabulary: Any) -> None:
        self._fillers, self._vocabulary = fillers, vocabulary
        self._kept: dict[Hashable, bytes] = {}

    def filled(self, answer: bytes, inputs: Sequence[Given], today: date, running: Running) -> bytes:
        """The answer without holes. Raises Faulty when only the resolvers can say what is wrong."""

        def whole(part: bytes) -> bytes:
            return _HOLE.sub(fill, part)

        def fill(found: "re.Match[bytes]") -> bytes:
            filler = self._fillers[int(found[1])]
            if not filler.is_kept:
                return filler.fill(found[2], filling)
            key = found[0], filler.beside(filling)
            if key not in self._kept:
                if len(self._kept) >= MOST_KEPT:
                    self._kept.clear()
                self._kept[key] = filler.fill(found[2], filling)
            return self._kept[key]

        filling = Filling(self._vocabulary, today, inputs, running, whole)
        return whole(answer)
