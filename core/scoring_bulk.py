"""Points of many people at once: the same look-ups as ``core.scoring``, by columns of whole numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from core.schemes import Scheme
from core.scoring_tables import DeclaredScore, LinearTable, Scoring, StepTable, TabulatedScore

Column = npt.NDArray[np.int64]


def points_of_many(scheme: Scheme, columns: Mapping[str, Sequence[int]]) -> dict[str, Column]:
    """The points of every criterion that a table scores, a number a person.

    ``columns`` holds the amounts of each kind of evidence, all in the same order of people; kinds that are absent count
    0. Of each no more counts than the scheme says.
    """
    size = max((len(column) for column in columns.values()), default=0)
    counts = {
        one.key: np.minimum(np.asarray(columns.get(one.key, np.zeros(size)), dtype=np.int64), one.most)
        for one in scheme.evidence
    }
    nothing = np.zeros(size, dtype=np.int64)
    return {one.key: _points(one.table, counts, nothing) for one in scheme.criteria if one.table}


def _points(table: Scoring, counts: Mapping[str, Column], nothing: Column) -> Column:
    if isinstance(table, TabulatedScore):
        return _looked_up(table, counts, nothing)
    total = sum((counts.get(key, nothing) for key in table.evidence), nothing)
    return _declared(table, total)


def _looked_up(table: TabulatedScore, counts: Mapping[str, Column], nothing: Column) -> Column:
    if not table.cells:
        raise ValueError(f"{table.hook} has not been tabulated: none of its {table.size} cells is known")
    cells: npt.NDArray[Any] = np.frombuffer(table.cells, dtype=np.uint8)
    at = nothing.copy()
    for axis, stride in zip(table.axes, table.strides, strict=True):
        place = np.searchsorted(np.asarray(axis.values), counts.get(axis.evidence, nothing), side="right") - 1
        at += np.maximum(place, 0) * stride
    return cells[at].astype(np.int64)


def _declared(table: DeclaredScore, total: Column) -> Column:
    match table.table:
        case StepTable(steps):
            reached = [np.where(total >= step.at_least, step.points, 0) for step in steps]
            return np.max(reached, axis=0) if reached else np.zeros_like(total)
        case LinearTable(base, per, most):
            return np.minimum(most, base + per * total)
