"""Invented numbers that pass every check and belong to nobody."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from stdnum.cn import ric

from core.ladders import Ladder, Level
from core.vocabulary import Vocabulary

# County 440099 and site 999999 never existed.
NOWHERE = "440099"
SITE = "Y000044999999"
LETTERS = {Level.SPECIAL_TECHNICIAN: "T", Level.CHIEF_TECHNICIAN: "S"}


def identity_number(born_on: date, serial: int) -> str:
    """An identity number of a county that never existed."""
    head = f"{NOWHERE}{born_on:%Y%m%d}{serial:03d}"
    return head + str(ric.calc_check_digit(head + "0"))


@dataclass(slots=True)
class CertificateNumbers:
    """Certificate numbers in the accepted formats, never twice."""

    vocabulary: Vocabulary
    _used: Counter[str] = field(default_factory=Counter)

    def next(self, level: Level, awarded_on: date) -> str | None:
        """A number for a certificate; None where the level has no place in one."""
        if level.ladder is Ladder.TITLE:
            return f"{awarded_on.year}-9999-{self._count('title'):04d}"
        letter = self.vocabulary.levels[level].certificate_digit or LETTERS.get(level)
        return None if letter is None else f"{SITE}{awarded_on:%y}{letter}{self._count('skill'):06d}"

    def _count(self, kind: str) -> int:
        self._used[kind] += 1
        return self._used[kind]
