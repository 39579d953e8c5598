"""What must not be written down is taken out of text: identity numbers, and secrets that stand in it by mistake.

Logs, traces and errors go through here. It rather takes too much than too little: to whoever reads a log, a mistyped
number is as good as a right one, and so are the old ones of 15 digits, those in groups, those inside a cursor or an id.
"""

import re
from base64 import urlsafe_b64decode
from binascii import Error as Base64Error
from itertools import accumulate
from typing import Any

from stdnum.cn import ric

IDENTITY_NUMBER = "‹证件号码 identity number›"
SECRET = "‹secret›"  # noqa: S105  stands where one was
LONGEST_SHOWN = 40
LONGEST_TOLD = 4000
_MARGIN = 5

# Blanks and dashes of any kind, as people put them between groups.
_BLANK, _DASH = r"[^\S\r\n\v\f]", r"[-\u00ad\u00b7\u2010-\u2015\u2212\ufe63\uff0d]"
_BETWEEN = rf"(?:{_BLANK}?{_DASH}{_BLANK}?|{_BLANK})?"
_RUN = re.compile(rf"\d(?:{_BETWEEN}\d){{13,}}(?:{_BETWEEN}[\dXxＸｘ])?")
_DIGITS = re.compile(r"\d[\W\d]{6}")
_GROUP = re.compile(r"[\dXxＸｘ]+")
# An id of our own: one in some twenty thousand has digits that a number of a person could have. Digits alone are no id.
_ID = re.compile(
    r"(?<![\w-])((?=[\d-]*[a-f])[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12})(?![\w-])", re.ASCII
)
# JSON numbers of this size arrive as floats, whose text keeps fifteen digits or more.
_FLOAT = re.compile(r"\d\.\d{7,16}[eE]\+?17")
# What shortens values cuts a number in two.
_CUT = re.compile(r"\d{7,17}(?=\.\.\.|…)|(?<=\.\.\.)\d{6,17}[\dXx]|(?<=…)\d{6,17}[\dXx]")
_ENCODED = re.compile(r"(?<![\w+/-])[\w+/-]{20,2000}={0,2}", re.ASCII)
# What each secret begins with, so that texts without it cost next to nothing; then the secret itself.
_SECRETS = (
    ("eyj", re.compile(r"\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*")),
    ("bearer ", re.compile(r"(?<=\bbearer )[^\s\"',;‹]{8,}", re.IGNORECASE)),
    ("basic ", re.compile(r"(?<=\bbasic )[^\s\"',;‹]{8,}", re.IGNORECASE)),
    ("://", re.compile(r"(?<=://)[^\s/@:]*:[^\s/@]+(?=@)")),
    ("password=", re.compile(r"(?<=password=)[^\s\"'&]+", re.IGNORECASE)),
    ("secret=", re.compile(r"(?<=secret=)[^\s\"'&]+", re.IGNORECASE)),
    ("token=", re.compile(r"(?<=token=)[^\s\"'&]+", re.IGNORECASE)),
)
# The first two digits of GB/T 2260; 81 to 83 begin the permits for Hong Kong, Macao and Taiwan.
_PLACE = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])\d{4}"
_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
# Looked for at every digit, hence the lookahead around them.
_NUMBER = re.compile(rf"(?=({_PLACE}(?:18|19|20)\d\d{_DAY}\d{{3}})([\dX]?))")
_OLD_NUMBER = re.compile(rf"(?=({_PLACE}\d\d{_DAY}\d{{3}}))")
_SHORTEST = 10
_SMALL = 10**9


def redacted(text: str) -> str:
    """The text without identity numbers and secrets."""
    if len(text) < _SHORTEST:
        return text
    lower = text.lower()
    for beginning, secret in _SECRETS:
        if beginning in lower:
            text = secret.sub(SECRET, text)
    return without_identity_numbers(text)


def without_identity_numbers(text: str) -> str:
    """The text with every identity number replaced by words that say so."""
    if _DIGITS.search(text):
        pieces = _ID.split(text)
        pieces[::2] = (_RUN.sub(_run_masked, piece) for piece in pieces[::2])
        text = "".join(pieces)
        text = _FLOAT.sub(IDENTITY_NUMBER, text)
        text = _CUT.sub(IDENTITY_NUMBER, text)
    return _ENCODED.sub(_encoded_masked, text)


def told(text: str) -> str:
    """A text as an error tells it: redacted, and cut where somebody sent a book to have it read back."""
    return redacted(text if len(text) <= LONGEST_TOLD else text[:LONGEST_TOLD] + "…")


def shown(value: object, longest: int = LONGEST_SHOWN) -> str:
    """A value as an error may quote it: redacted first, then cut, so that no part of a number is left."""
    return redacted(str(value)[: _MARGIN * longest])[:longest]


def redacted_values(value: Any) -> Any:
    """A structure of plain values with every text in it redacted, keys as well; anything else as its text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        if -_SMALL < value < _SMALL and (isinstance(value, int) or value == round(value, 3)):
            return value  # too few digits to be a number of anybody's
        return value if redacted(str(value)) == str(value) else IDENTITY_NUMBER
    if isinstance(value, dict):
        return {redacted(str(key)): redacted_values(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [redacted_values(one) for one in value]
    return redacted(str(value))


def _run_masked(run: re.Match[str]) -> str:
    """The run, or the words in place of it.

    Where groups begin and end, a number need not be right; in the midst of other digits only a right one counts.
    """
    groups = [_plain(found[0]) for found in _GROUP.finditer(run[0])]
    whole, bounds = "".join(groups), {0, *accumulate(map(len, groups))}
    for found in _NUMBER.finditer(whole):
        ends = bounds & {found.end(1), found.end(2)}  # without its check digit it is as good as with it
        if (found.start(1) in bounds and ends) or ric.calc_check_digit(found[1] + "0") == found[2]:
            return IDENTITY_NUMBER
    old = any(bounds.issuperset(found.span(1)) for found in _OLD_NUMBER.finditer(whole))
    return IDENTITY_NUMBER if old else run[0]


def _encoded_masked(token: re.Match[str]) -> str:
    """Cursors and ids are base64: one who can read a log can read them too."""
    plain = token[0].rstrip("=").translate(str.maketrans("+/", "-_"))
    try:
        decoded = urlsafe_b64decode(plain + "=" * (-len(plain) % 4)).decode("latin-1")
    except (Base64Error, ValueError):
        return token[0]
    return IDENTITY_NUMBER if _RUN.sub(_run_masked, decoded) != decoded else token[0]


def _plain(digits: str) -> str:
    """Digits of any script, and the X that may follow them, as ASCII."""
    if digits.isascii():
        return digits.upper()
    return "".join("X" if digit in "XxＸｘ" else str(int(digit)) for digit in digits)
