"""How conditions are written in a cell: the grammar, and a text taken apart into its tokens.

::

    conditions = need { ";" need }                   every one of them; a line break does as well as ；
    need       = choice { 或 choice }                at least one of them
    choice     = part { 且 part }                    every one of them; binds tighter than 或
    part       = evidence | contest | years | "(" conditions ")"
    evidence   = name { "+" name } ≥ number  [ 「label」 ] [ 【clause】 ]
    contest    = 竞赛 "(" tier { 、 tier } ")" ≥ rank      [ 【clause】 ]
    years      = 满 number 年                              [ 【clause】 ]

``name`` is declared evidence, by its Chinese or English name, without the unit in brackets at its end, or by its key;
``tier`` and ``rank`` are the words for competitions. ``label`` is ``中文｜English`` and says the need in other words
than the names of the evidence; ``clause`` is left out where it is the direction's own. ``≥`` may be written ``>=``,
不少于, 不低于 or 至少; ``+ ; ( )`` in either width; numbers in digits of either width or in Chinese, with 项, 个, 次,
件 or 篇 behind them.

Example: ``工艺改进 ≥ 1；技术攻关 + 工艺改进 ≥ 2【第九条】；技术攻关 ≥ 2 或 竞赛（全国技能大赛、世界技能大赛）≥ 优胜奖``
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from core.texts import Text
from core.vocabulary.terms import RANKS, TIERS
from plugins.manifest import Manifest
from plugins.workbook.phrases import Phrases, spell

OPERATORS: Final = {
    "≥": "ge",
    "≧": "ge",
    ">=": "ge",
    "不少于": "ge",
    "不低于": "ge",
    "至少": "ge",
    "+": "plus",
    "或者": "or",
    "或": "or",
    "并且": "and",
    "且": "and",
    ";": "sep",
    "\n": "sep",
    "(": "open",
    ")": "close",
    "、": "comma",
    ",": "comma",
}
BRACKETS: Final = {"【": ("】", "clause"), "[": ("]", "clause"), "「": ("」", "label")}
STOPS: Final = "".join({operator[0] for operator in OPERATORS}) + "".join(BRACKETS)
_TAIL = re.compile(r"[（(][^（()）]*[）)]$")
_YEARS = re.compile(r"满\s*([\d一二三四五六七八九十两]+)\s*年")
_NUMBER = re.compile(rf"([\d一二三四五六七八九十两]+)(?:[项个次件篇])?(?![^\s{re.escape(STOPS)}])")
_CONTEST = re.compile(r"竞赛(?=\s*\()")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a condition. ``keys``: what a name means as evidence, as a tier and as a rank."""

    kind: str
    text: str
    keys: Mapping[str, str] = field(default_factory=dict)


class Unreadable(Exception):
    """A condition that cannot be read: what is wrong, the piece in question, and the nearest right one."""

    def __init__(self, zh: str, en: str, value: str | None = None, nearest: str | None = None) -> None:
        super().__init__(zh)
        self.what, self.value, self.nearest = Text(zh, en), value, nearest


@dataclass(frozen=True, slots=True)
class Language:
    """The words that the conditions of one scheme may use; ``labels`` are the names of its evidence."""

    labels: Mapping[str, Text]
    phrases: Mapping[str, Phrases]

    @classmethod
    def of(cls, manifest: Manifest) -> "Language":
        """From the evidence that a scheme declares."""
        evidence = {one.key: (one.zh, one.en, _TAIL.sub("", one.zh).strip()) for one in manifest.evidence}
        phrases = {
            "evidence": Phrases(evidence),
            "tier": Phrases({tier.value: (text.zh, text.en) for tier, text in TIERS.items()}),
            "rank": Phrases({rank.value: (text.zh, text.en) for rank, text in RANKS.items()}),
        }
        return cls({one.key: Text(one.zh, one.en) for one in manifest.evidence}, phrases)

    def label(self, keys: list[str]) -> Text:
        """What a need for evidence is called unless it says otherwise."""
        names = [self.labels.get(key, Text(key, key)) for key in keys]
        if len(names) == 1:
            return names[0]
        return Text("与".join(n.zh for n in names) + "合计", " and ".join(n.en for n in names) + " together")

    def tokens(self, text: str) -> Iterator[Token]:
        """The tokens of a text. Raises Unreadable for a bracket that is not closed."""
        spelt, at = spell(text), 0
        while at < len(text):
            if spelt[at].isspace() and spelt[at] != "\n":
                at += 1
                continue
            token, at = self._token(text, spelt, at)
            yield token

    def _token(self, text: str, spelt: str, at: int) -> tuple[Token, int]:
        if spelt[at] in BRACKETS:
            return _bracketed(text, spelt, at)
        named = {kind: found for kind, phrases in self.phrases.items() if (found := phrases.at(spelt, at, STOPS))}
        if named:
            end = max(found.end for found in named.values())
            keys = {kind: found.key for kind, found in named.items() if found.end == end}
            return Token("name", text[at:end], keys), end
        for pattern, kind in ((_YEARS, "years"), (_NUMBER, "number"), (_CONTEST, "contest")):
            if match := pattern.match(spelt, at):
                return Token(kind, match[match.lastindex or 0]), match.end()
        operator = next((one for one in OPERATORS if spelt.startswith(one, at)), None)
        if operator is not None:
            return Token(OPERATORS[operator], operator), at + len(operator)
        end = next((i for i in range(at + 1, len(text)) if spelt[i].isspace() or spelt[i] in STOPS), len(text))
        return Token("word", text[at:end]), end


def _bracketed(text: str, spelt: str, at: int) -> tuple[Token, int]:
    closing, kind = BRACKETS[spelt[at]]
    end = spelt.find(closing, at)
    if end < 0:
        raise Unreadable(
            f"“{text[at]}”没有对应的“{closing}”", f"'{text[at]}' is never closed by '{closing}'", text[at : at + 20]
        )
    return Token(kind, text[at + 1 : end].strip()), end + 1
