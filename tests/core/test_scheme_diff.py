"""What one version of a scheme changes against another in its links and preferences."""

import tomllib

from core.scheme_diff import Difference, diff
from core.schemes import LinkKind, PreferredPerson, Scheme
from plugins.manifest import Manifest
from plugins.translate import to_scheme
from tests.plugins.broken import FOLDER, document

LINK = """
[[link]]
key = "allowance"
kind = "treatment"
zh = "技师津贴"
en = "allowance"
level = "technician"
like = "intermediate"
clause = "第二十条"
until = 2028-01-01
"""
PREFERENCE = """
[[preference]]
key = "winners"
for = ["coach", "winner"]
contest_tiers = ["national", "province"]
contest_rank = "gold"
in = ["treatment"]
zh = "优先"
en = "first"
clause = "第二十一条"
"""


def scheme(added: str = "") -> Scheme:
    """The clean scheme with something added to its manifest."""
    text = (FOLDER / "clean_base" / "scheme.toml").read_text("utf-8")
    return to_scheme(Manifest.model_validate(tomllib.loads(text + added)), document("clean_base").catalog, "digest")


def told(one: Difference) -> tuple[str, str, str, str | None, str | None, str | None]:
    return one.change.value, one.part, one.key, one.field, one.before, one.after


def changes(before: str, after: str) -> list[tuple[str, str, str, str | None, str | None, str | None]]:
    return [told(one) for one in diff(scheme(before), scheme(after))]


def test_a_link_that_is_new_or_gone() -> None:
    told_of = (
        "allowance, 技师津贴 / allowance, treatment, [2026-03-01, 2028-01-01), skill:technician, title:intermediate"
    )
    shown = f"Link({told_of})"
    assert changes("", LINK) == [("added", "links", "allowance", None, None, shown)]
    assert changes(LINK, "") == [("removed", "links", "allowance", None, shown, None)]


def test_what_a_link_changes_is_told_field_by_field() -> None:
    other = LINK.replace('"treatment"', '"use"').replace("until = 2028-01-01", "").replace("第二十条", "第三条")
    assert changes(LINK, other) == [
        ("changed", "links", "allowance", "kind", "treatment", "use"),
        ("changed", "links", "allowance", "period", "[2026-03-01, 2028-01-01)", "[2026-03-01, …)"),
    ]
    assert changes(LINK, LINK.replace('like = "intermediate"', "")) == [
        ("changed", "links", "allowance", "like", "title:intermediate", "—")
    ]


def test_what_a_preference_changes_is_told_field_by_field() -> None:
    same = PREFERENCE.replace('["coach", "winner"]', '["winner", "coach"]').replace("第二十一条", "第三条")
    assert changes(PREFERENCE, same) == []
    other = PREFERENCE.replace('["coach", "winner"]', '["winner"]').replace("gold", "excellence")
    other = other.replace('["treatment"]', '["treatment", "promotion"]')
    assert changes(PREFERENCE, other) == [
        ("changed", "preferences", "winners", "people", "coach, winner", "winner"),
        ("changed", "preferences", "winners", "rank", "gold", "excellence"),
        ("changed", "preferences", "winners", "matters", "treatment", "promotion, treatment"),
    ]


def test_they_are_read_as_declared() -> None:
    read = scheme(LINK + PREFERENCE)
    (link,), (preference,) = read.links, read.preferences
    assert (link.kind, str(link.period), link.citation.clause) == (
        LinkKind.TREATMENT,
        "[2026-03-01, 2028-01-01)",
        "第二十条",
    )
    assert preference.people == {PreferredPerson.WINNER, PreferredPerson.COACH}
    assert preference.period == read.period
