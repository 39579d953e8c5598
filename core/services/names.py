"""Names as people read them: what nobody sees tells nobody apart, and says nothing."""

import unicodedata

# Drawn as nothing although their categories are those of letters, marks and symbols.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"})


def visible(text: str) -> str:
    """``text`` without white space and without characters that are drawn as nothing."""
    return "".join(letter for letter in text if not _unseen(letter))


def same_name(one: str, other: str) -> bool:
    """Whether two display names read alike; until people have accounts of their own there is no more to compare."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    # Twice, because folding may give letters that compose anew.
    folded = unicodedata.normalize("NFKC", visible(name)).casefold()
    return visible(unicodedata.normalize("NFKC", folded))


def _unseen(letter: str) -> bool:
    return letter in _BLANK or unicodedata.category(letter) in _UNSEEN or _selects_a_variation(ord(letter))


def _selects_a_variation(point: int) -> bool:
    return 0xFE00 <= point <= 0xFE0F or 0xE0100 <= point <= 0xE01EF or 0x180B <= point <= 0x180F
