"""Conditions from a cell's text, by the grammar of ``condition_words``, as the needs of the catalog's form."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from core.files.cells import whole_number
from plugins.workbook.condition_words import Language, Token, Unreadable

Need = dict[str, Any]
DEEPEST: Final = 8
LONGEST: Final = 4000
END: Final = Token("end", "")
EXAMPLE: Final = "工艺改进 ≥ 1"


def read_conditions(text: str, language: Language, clause: str) -> tuple[list[Need], list[Unreadable]]:
    """The needs, and a fault for each that cannot be read; ``clause`` is the direction's own."""
    if len(text) > LONGEST:
        return [], [Unreadable(f"条件超过 {LONGEST} 个字；请精简", f"longer than {LONGEST} characters; shorten it")]
    try:
        tokens = list(language.tokens(text))
    except Unreadable as fault:
        return [], [fault]
    needs: list[Need] = []
    faults: list[Unreadable] = []
    for part in _separated(tokens):
        try:
            needs.append(_Reader(part, language, clause).whole())
        except Unreadable as fault:
            faults.append(fault)
    return needs, faults


def _separated(tokens: list[Token]) -> Iterator[list[Token]]:
    """The needs between separators that no bracket encloses."""
    part: list[Token] = []
    depth = 0
    for token in tokens:
        depth += (token.kind == "open") - (token.kind == "close")
        if token.kind == "sep" and depth <= 0:
            if part:
                yield part
            part = []
        else:
            part.append(token)
    if part:
        yield part


class _Reader:
    """Reads one need, left to right."""

    def __init__(self, tokens: list[Token], language: Language, clause: str) -> None:
        self._tokens, self._at, self._depth = tokens, 0, 0
        self._language, self._clause = language, clause

    @property
    def _next(self) -> Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else END

    def _take(self, kind: str) -> Token | None:
        token = self._next
        if token.kind != kind:
            return None
        self._at += 1
        return token

    def whole(self) -> Need:
        need = self._need()
        if self._next is not END:
            raise self._unexpected("；、或、且", "';', 或 (or) or 且 (and)")
        return need

    def _need(self) -> Need:
        return self._series(self._choice, "or", "any")

    def _choice(self) -> Need:
        return self._series(self._part, "and", "all")

    def _series(self, read: Callable[[], Need], joint: str, key: str) -> Need:
        """Parts joined by ``joint``; one alone is itself, and what is joined the same way within is taken in."""
        parts = [read()]
        while self._take(joint):
            parts.append(read())
        flat = [inner for part in parts for inner in (part.get(key) or [part])] if len(parts) > 1 else parts
        return flat[0] if len(flat) == 1 else {key: flat}

    def _part(self) -> Need:
        if self._take("open"):
            return self._bracketed()
        if found := self._take("years"):
            return {"years": whole_number(found.text), "clause": self._own_clause()}
        if self._take("contest"):
            return self._contest()
        return self._evidence()

    def _bracketed(self) -> Need:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unreadable(f"括号超过 {DEEPEST} 层；请拆开书写", f"more than {DEEPEST} brackets deep; break it up")
        need = self._series(self._need, "sep", "all")
        if not self._take("close"):
            raise self._unexpected("“）”", "')'")
        self._depth -= 1
        return need

    def _contest(self) -> Need:
        self._take("open")
        tiers = [self._name("tier")]
        while self._take("comma"):
            tiers.append(self._name("tier"))
        if not (self._take("close") and self._take("ge")):
            raise self._unexpected("“）≥ 名次”", "')≥' and a rank")
        return {"contest_tiers": tiers, "contest_rank": self._name("rank"), "clause": self._own_clause()}

    def _evidence(self) -> Need:
        keys = [self._name("evidence")]
        while self._take("plus"):
            keys.append(self._name("evidence"))
        if not self._take("ge"):
            raise self._unexpected("“≥”", "'≥'")
        amount = self._take("number")
        number = whole_number(amount.text) if amount else None
        if not number:
            raise self._unexpected("不小于 1 的整数，不带年、月", "a whole number from 1, without 年 or 月", amount)
        zh, en = self._label(keys)
        return {"evidence": keys, "at_least": number, "zh": zh, "en": en, "clause": self._own_clause()}

    def _name(self, kind: str) -> str:
        token = self._next
        if token.kind == "name" and kind in token.keys:
            self._at += 1
            return token.keys[kind]
        if token.kind not in ("name", "word"):
            raise self._unexpected(*_KINDS[kind])
        raise self._unknown(kind, token.text)

    def _unknown(self, kind: str, word: str) -> Unreadable:
        phrases, (zh, en) = self._language.phrases[kind], _KINDS[kind]
        known = phrases.all_shown
        remedy = (
            (f"可用：{known}", f"known: {known}")
            if known
            else ("请先在 scheme.toml 中声明", "declare it in scheme.toml")
        )
        return Unreadable(
            f"“{word}”不是已声明的{zh}；{remedy[0]}",
            f"'{word}' is no known {en}; {remedy[1]}",
            word,
            phrases.nearest(word),
        )

    def _label(self, keys: list[str]) -> tuple[str, str]:
        default = self._language.label(keys)
        written = self._take("label")
        if written is None:
            return default
        zh, _, en = written.text.replace("|", "｜").partition("｜")
        return zh.strip() or default.zh, en.strip() or default.en

    def _own_clause(self) -> str:
        written = self._take("clause")
        return written.text if written and written.text else self._clause

    def _unexpected(self, zh: str, en: str, token: Token | None = None) -> Unreadable:
        found = token or self._next
        said, said_en = ("末尾", "the end") if found is END else (found.text, f"'{found.text}'")
        return Unreadable(
            f"此处应为{zh}，而不是“{said}”；写法如 {EXAMPLE}",
            f"{en} expected here, not {said_en}; write it like {EXAMPLE}",
            said,
        )


_KINDS: Final = {
    "evidence": ("材料", "evidence"),
    "tier": ("竞赛级别", "tier of competition"),
    "rank": ("名次", "rank"),
}
