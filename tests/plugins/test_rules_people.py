"""Two rows with the same two sides: when one is idle, when they contradict each other, and when both may stand."""

from datetime import date
from typing import Any

import pytest

from plugins.rules import verify
from tests.plugins.broken import context, subject_of
from tests.plugins.random_catalogs import scheme_of

GROUPS = {
    key: [{"evidence": [evidence], "at_least": 1, "zh": "材料", "en": "evidence", "clause": "第三条"}]
    for key, evidence in (("frontline", "improvements"), ("office", "years_served"))
}
CHANGE = date(2027, 1, 1)


def improved(amount: int) -> dict[str, Any]:
    need = {"evidence": ["improvements"], "at_least": amount, "zh": "材料", "en": "evidence", "clause": "第八条"}
    return {"clause": "第六条", "requires": [need]}


def row(rule: dict[str, Any] | None = None, *groups: str, level: str = "technician", **given: Any) -> dict[str, Any]:
    """技师 → 中级 for some groups, or everybody."""
    title = {"technician": "intermediate", "senior_technician": "associate_senior"}[level]
    place = {"occupation": "6-18-02-04", "series": "engineering", "specialty": "mechanical"}
    sides = {"skill_level": level, "title_level": title, "groups": list(groups)}
    return place | sides | {"skill_to_title": rule or {"clause": "第六条"}} | given


def met(*rows: dict[str, Any]) -> list[tuple[str, int | None]]:
    """Code and row of what is said of the rows together."""
    found = verify(subject_of(scheme_of(list(rows), GROUPS), context("clean_base")))
    return [(one.code, one.place.row) for one in found if one.code in ("SCH208", "SCH209")]


STRICTER, LAXER = improved(3), improved(2)
UNTIL, SINCE = {"until": CHANGE}, {"from": CHANGE}


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        # who asks for more is idle, whichever comes first
        (row(LAXER), row(STRICTER), [("SCH208", 2)]),
        (row(STRICTER), row(LAXER), [("SCH208", 1)]),
        (row(LAXER), row(LAXER), [("SCH208", 2)]),
        # other people
        (row(LAXER, "frontline"), row(STRICTER, "office"), []),
        (row(LAXER, "frontline"), row(LAXER, "office"), []),
        # some of the same people
        (row(LAXER), row(LAXER, "office"), [("SCH208", 2)]),
        (row(LAXER, "office"), row(LAXER), [("SCH208", 1)]),
        (row(LAXER, "frontline", "office"), row(STRICTER, "office"), [("SCH208", 2)]),
        (row(STRICTER, "frontline", "office"), row(LAXER, "office"), [("SCH209", 2)]),
        # other days
        (row(LAXER, **UNTIL), row(STRICTER, **SINCE), []),
        (row(LAXER, **UNTIL), row(STRICTER), [("SCH209", 2)]),
        (row(LAXER), row(STRICTER, **SINCE), [("SCH208", 2)]),
        (row(LAXER, **SINCE), row(LAXER, **UNTIL), []),
        # the same words, for days that overlap and neither hold the other
        (row(LAXER, until=date(2027, 7, 1)), row(LAXER, **SINCE), []),
        # years
        (row({"clause": "第六条", "years": 3}), row(), [("SCH208", 2)]),
        (row({"clause": "第六条", "years": 4}), row(), [("SCH209", 2)]),
        # other sides
        (row(LAXER), row(STRICTER, level="senior_technician"), []),
        (row(LAXER), row(STRICTER, trade="气焊工"), []),
        # nobody passes one of them
        (row(LAXER), row(improved(50)), []),
    ],
)
def test_two_rows(first: dict[str, Any], second: dict[str, Any], told: list[tuple[str, int]]) -> None:
    assert met(first, second) == told


def test_years_left_out_and_years_said_differ_once_the_floor_rises() -> None:
    catalog = scheme_of([row({"clause": "第六条", "years": 3}), row()], GROUPS)
    around = context("clean_base") | {"packs": ["floor_rises.toml"]}
    found = {one.code for one in verify(subject_of(catalog, around))}
    assert {"SCH201", "SCH208"} <= found


def test_each_row_is_told_of_once() -> None:
    assert met(row(LAXER), row(STRICTER), row(improved(4))) == [("SCH208", 2), ("SCH208", 3)]


def test_both_directions_are_compared() -> None:
    back = {"clause": "第七条"}
    assert met(row(LAXER, title_to_skill=back), row(STRICTER, title_to_skill=back)) == [("SCH208", 2), ("SCH208", 2)]
