"""Random small catalogs, as an enterprise would write them."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from plugins.document import SchemeDocument
from tests.plugins.broken import document

EVIDENCE = {
    "improvements": ("contribution", 4),
    "papers": ("paper", 3),
    "degrees": ("degree", 2),
    "honours": ("award", 2),
    "years_served": ("seniority", 3),
}
SIDES = (("technician", "intermediate"), ("senior_technician", "associate_senior"))
GROUPS = ("frontline", "office")
WINDOWS: tuple[dict[str, date], ...] = (
    {},
    {"until": date(2027, 7, 1)},
    {"from": date(2027, 1, 1)},
    {"from": date(2027, 7, 1)},
)
WORDS = {"zh": "材料", "en": "evidence", "clause": "第八条"}


def _evidence(keys: list[str], at_least: int) -> dict[str, Any]:
    return {**WORDS, "evidence": keys, "at_least": at_least}


keys = st.lists(st.sampled_from(sorted(EVIDENCE)), min_size=1, max_size=2, unique=True)
tiers = st.lists(st.sampled_from(["city", "national", "world"]), min_size=1, max_size=2, unique=True)
ranks = st.sampled_from(["excellence", "gold"])
evidence = st.builds(_evidence, keys, st.integers(1, 6))
contests = st.builds(lambda t, r: {"contest_tiers": t, "contest_rank": r, "clause": "第九条"}, tiers, ranks)
waits = st.builds(lambda years: {"years": years, "clause": "第十条"}, st.integers(0, 5))
leaves = evidence | contests | waits


def _any(part: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.lists(part, min_size=2, max_size=3).map(lambda parts: {"any": parts})


def _all(part: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.lists(part, min_size=1, max_size=2).map(lambda parts: {"all": parts})


# As the form has it: "any" holds leaves and "all", "all" holds leaves and "any".
needs = leaves | _any(leaves | _all(leaves | _any(leaves)))
rules = st.builds(
    lambda years, requires: {"clause": "第六条", "requires": requires} | ({} if years is None else {"years": years}),
    st.none() | st.integers(0, 5),
    st.lists(needs, max_size=2),
)


def _row(
    sides: tuple[str, str],
    groups: list[str],
    window: dict[str, date],
    forth: dict[str, Any],
    back: dict[str, Any] | None,
) -> dict[str, Any]:
    place = {"occupation": "6-18-02-04", "series": "engineering", "specialty": "mechanical", "groups": groups}
    row = place | {"skill_level": sides[0], "title_level": sides[1]} | window
    return row | {"skill_to_title": forth} | ({"title_to_skill": back} if back else {})


rows = st.builds(
    _row,
    st.sampled_from(SIDES),
    st.lists(st.sampled_from(GROUPS), max_size=2, unique=True),
    st.sampled_from(WINDOWS),
    rules,
    st.none() | rules,
)
catalogs = st.lists(rows, min_size=1, max_size=3)
groups = st.fixed_dictionaries({key: st.lists(evidence, min_size=1, max_size=2) for key in GROUPS})


def scheme_of(catalog: list[dict[str, Any]], conditions: dict[str, Any]) -> SchemeDocument:
    """The clean scheme with these rows, numbered from 1, and these groups."""
    manifest = document("clean_base").manifest.model_dump(mode="json", by_alias=True, exclude_none=True)
    manifest["evidence"] = [{**_NAMES, "key": k, "kind": kind, "most": most} for k, (kind, most) in EVIDENCE.items()]
    manifest["group"] = [{**_NAMES, "key": key, "requires": needs} for key, needs in conditions.items()]
    numbered = [{"number": number, **row} for number, row in enumerate(catalog, 1)]
    return SchemeDocument.of({"manifest": manifest, "catalog": {"row": numbered}})


_NAMES = {"zh": "名称", "en": "name"}
