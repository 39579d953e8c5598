"""Ids and numbers that follow from a seed and a place in the city: the same city twice is the same to the letter.

Identity numbers are of county 440099, which never existed, with serials from 500: the demonstration's own are below.
Certificates are of sites 980000 and up, which never existed either, so no counter of an enterprise is touched.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from uuid import UUID

from core.ladders import Ladder, Level
from core.vocabulary import Vocabulary
from server.demonstration.numbers import LETTERS, identity_number

FIRST_BIRTHDAY, BIRTHDAYS = date(1964, 1, 1), 14_610  # to the end of 2003
FIRST_SERIAL, SERIALS = 500, 500
MOST_PEOPLE = BIRTHDAYS * SERIALS
# Divides neither of the two, so stepping by it comes to every slot once before it comes to any twice.
_STEP = 1_000_003
_A_SITE = 100_000  # people whose certificates are of one site, ten serials each
_FIRST_SITE = 980_000
_EPOCH_MS = 1_767_225_600_000  # 2026-01-01, what time-ordered ids begin with


class Kind(IntEnum):
    """What an id is of."""

    ENTERPRISE = 1
    AUTHORITY = 2
    COMPETITION = 3
    ROUND = 4
    STEP = 5
    DEADLINE = 6
    ASSESSOR = 7
    FILING = 8
    PERSON = 9
    EMPLOYMENT = 10
    SCHOOLING = 11
    CREDENTIAL = 12
    AWARD = 13
    EVIDENCE = 14
    APPLICATION = 15
    EVALUATION = 16
    SCORE = 17
    CERTIFICATE = 18
    OBJECTION = 19


@dataclass(frozen=True, slots=True)
class Ids:
    """Ids of one city, in the form of UUIDv7 and in the order of their serials."""

    seed: int

    def of(self, kind: Kind, serial: int, nth: int = 0) -> UUID:
        """The id of something: ``nth`` of those of one person."""
        time = _EPOCH_MS + serial // 1_000
        rest = (kind << 54) | ((self.seed & 0xFFFF) << 38) | ((serial & 0x3FFFFFFF) << 8) | nth
        return UUID(int=(time << 80) | (7 << 76) | (2 << 62) | rest)


def birthday(seed: int, index: int) -> tuple[date, str]:
    """Birthday and identity number of a person of the city; no two have the same."""
    slot = (index * _STEP + seed * 7_919) % MOST_PEOPLE
    day = FIRST_BIRTHDAY + timedelta(days=slot % BIRTHDAYS)
    return day, identity_number(day, FIRST_SERIAL + slot // BIRTHDAYS)


def certificate_number(vocabulary: Vocabulary, index: int, nth: int, level: Level, awarded_on: date) -> str | None:
    """The number of a person's ``nth`` certificate, of ten at most; None where the level has no place in one."""
    assert nth < 10, "ten serials a person"
    site, serial = _FIRST_SITE + index // _A_SITE, index % _A_SITE * 10 + nth
    if level.ladder is Ladder.TITLE:
        return f"{awarded_on.year}-{site}-{serial:06d}"
    letter = vocabulary.levels[level].certificate_digit or LETTERS.get(level)
    return None if letter is None else f"Y000044{site}{awarded_on:%y}{letter}{serial:06d}"
