"""What is kept because it was made once: by weight, the longest unused gives way."""

from core.kept import Kept


def test_a_thing_is_made_once() -> None:
    kept, made = Kept[str](10), []

    def make() -> str:
        made.append("made")
        return "thing"

    assert [kept.get("key", make) for _ in range(3)] == ["thing"] * 3
    assert made == ["made"]


def test_what_was_used_longest_ago_gives_way_to_what_weighs() -> None:
    kept = Kept[str](10, len)
    for text in ("aaaa", "bbbb"):
        kept.get(text, lambda text=text: text)  # type: ignore[misc]
    kept.get("aaaa", lambda: "aaaa")
    kept.get("cc", lambda: "cc")
    assert ("aaaa" in kept, "bbbb" in kept, kept.weight) == (True, True, 10)
    kept.get("d", lambda: "d")
    assert ("aaaa" in kept, "bbbb" in kept, kept.weight, len(kept)) == (True, False, 7, 3)


def test_what_is_too_heavy_is_kept_alone() -> None:
    kept = Kept[str](3, len)
    kept.get("a", lambda: "a")
    kept.get("heavy", lambda: "heavy")
    assert (len(kept), kept.weight) == (1, 5)
