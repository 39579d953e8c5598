"""Conditions as a cell's text, by the grammar of ``condition_words``; read again, they are the same needs."""

from collections.abc import Iterable, Sequence
from typing import Final

from core.errors import ErrorCode, GuantongError
from core.texts import Text
from plugins.need_forms import AllNeed, AnyNeed, ContestNeed, EvidenceNeed, Need, YearsNeed
from plugins.workbook.condition_words import Language

RESERVED: Final = frozenset("【】「」｜|\n")


def write_conditions(needs: Iterable[Need], language: Language, clause: str) -> str:
    """The needs as text; a clause is written where it is not the direction's own ``clause``.

    ``all`` around a single need is left out, and so is ``any`` or ``all`` directly within its like. Raises
    SCHEME_INVALID for a label or clause that holds one of the brackets or the bar of the grammar.
    """
    return "；\n".join(_need(need, language, clause) for need in needs)


def _need(need: Need, language: Language, clause: str) -> str:
    match need:
        case AnyNeed():
            return " 或 ".join(_within(part, language, clause) for part in need.any)
        case AllNeed():
            return " 且 ".join(_within(part, language, clause) for part in need.all)
        case YearsNeed():
            return f"满{need.years}年{_clause(need.clause, clause)}"
        case ContestNeed():
            return f"{_contest(need, language)}{_clause(need.clause, clause)}"
        case EvidenceNeed():
            return f"{_evidence(need, language)}{_clause(need.clause, clause)}"


def _within(need: Need, language: Language, clause: str) -> str:
    text = _need(need, language, clause)
    return f"（{text}）" if isinstance(need, AnyNeed | AllNeed) else text


def _contest(need: ContestNeed, language: Language) -> str:
    tiers = "、".join(language.phrases["tier"].shown(tier.value) for tier in need.contest_tiers)
    return f"竞赛（{tiers}）≥ {language.phrases['rank'].shown(need.contest_rank.value)}"


def _evidence(need: EvidenceNeed, language: Language) -> str:
    names = " + ".join(language.phrases["evidence"].shown(key) for key in need.evidence)
    default = language.label(need.evidence)
    differs = (need.zh, need.en) != default
    label = f"「{_plain(need.zh)}｜{_plain(need.en)}」" if differs else ""
    return f"{names} ≥ {need.at_least}{label}"


def _clause(clause: str, own: str) -> str:
    return "" if clause == own else f"【{_plain(clause)}】"


def _plain(text: str) -> str:
    held = sorted(RESERVED.intersection(text))
    if held:
        shown: Sequence[str] = [repr(c) for c in held]
        raise GuantongError(
            ErrorCode.SCHEME_INVALID,
            Text(
                f"“{text}”含 {'、'.join(shown)}，工作簿中无法书写；请改写",
                f"'{text}' holds {', '.join(shown)} and cannot be written in a workbook; reword it",
            ),
        )
    return text
