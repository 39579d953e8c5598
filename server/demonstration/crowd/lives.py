"""The life of one person: schooling, then work, then rungs of a ladder, with years between them as people take."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final
from uuid import UUID

from core.dates import add_years
from core.facts import CredentialKind, EducationLevel, ObtainedBy
from core.ladders import Ladder, Level
from core.models import Enterprise
from core.vocabulary import Vocabulary
from server.demonstration.crowd.ids import Ids, Kind, certificate_number
from server.demonstration.crowd.sheets import Sheets

# The last day of which lives tell; rounds go on from there.
LAST_DAY = date(2025, 12, 31)
SURNAMES: Final = "陈林黄梁何罗郑谢唐冯许邓曾彭潘袁蔡蒋余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟"
MARKS: Final = "示例演模试样"  # invented, and their names say so
ENDS: Final = (
    "安邦昌诚达德恩帆丰刚功光广海航和恒宏华辉健江杰锦景俊凯康朗乐立良林伟明"
    "宁平奇强庆荣睿胜思泰通文祥新兴旭阳义毅永勇宇远泽振志智忠舟"
)
SKILL_RUNGS: Final = (
    Level.JUNIOR_WORKER,
    Level.INTERMEDIATE_WORKER,
    Level.SENIOR_WORKER,
    Level.TECHNICIAN,
    Level.SENIOR_TECHNICIAN,
)
TITLE_RUNGS: Final = (Level.ASSISTANT, Level.INTERMEDIATE, Level.ASSOCIATE_SENIOR)
SCHOOLS: Final = (
    (EducationLevel.SECONDARY_VOCATIONAL, "示例技工学校", 18),
    (EducationLevel.SENIOR_SKILLED_SCHOOL, "示例技师学院", 20),
    (EducationLevel.JUNIOR_COLLEGE, "示例职业技术学院", 21),
    (EducationLevel.BACHELOR, "示例大学", 22),
    (EducationLevel.MASTER, "示例大学", 25),
)
BASIS = {Ladder.SKILL: "职业技能等级认定（示例）", Ladder.TITLE: "职称评审（示例）"}
SERIES: Final = "engineering"


@dataclass(frozen=True, slots=True)
class Trade:
    """What somebody works as: post, occupation, and the specialty of the engineers beside them."""

    post: str
    occupation: str
    specialty: str


TRADES: Final = (
    Trade("船体装配工", "6-23-02-01", "ship_and_ocean"),
    Trade("焊工", "6-18-02-04", "mechanical"),
    Trade("维修电工", "6-31-01-03", "electrical"),
    Trade("装配钳工", "6-20-01-01", "mechanical"),
    Trade("检修工", "6-29-02-17", "rail_transit"),
)


def name_of(chance: Random) -> str:
    """An invented name."""
    return chance.choice(SURNAMES) + chance.choice(MARKS) + chance.choice(ENDS)


@dataclass(frozen=True, slots=True)
class Lives:
    """Puts lives on the sheets. ``employers`` are example enterprises, each with its chance of being chosen."""

    ids: Ids
    sheets: Sheets
    vocabulary: Vocabulary
    employers: tuple[Enterprise, ...]
    titles: dict[tuple[str, Level], str | None]

    def tell(self, index: int, person_id: UUID, born_on: date, chance: Random) -> None:
        """Everything of one person but the application."""
        trade = TRADES[chance.randrange(len(TRADES))]
        is_engineer = chance.random() < 0.3
        level, school, age = SCHOOLS[chance.randrange(3, 5) if is_engineer else chance.randrange(0, 4)]
        graduated = date(born_on.year + age, 6, 30)
        if graduated > LAST_DAY:
            return
        own = f"{SERIES}:{trade.specialty}"
        self.sheets.schooling.add(
            self.ids.of(Kind.SCHOOLING, index), person_id, level, graduated, school, [trade.occupation], [own]
        )
        starts = graduated + timedelta(days=chance.randrange(5, 400))
        if starts > LAST_DAY:
            return
        self._work(index, person_id, starts, trade, is_engineer, chance)
        if chance.random() < 0.85:
            self._climb(index, person_id, starts, trade, is_engineer, chance)

    def _work(self, index: int, person_id: UUID, starts: date, trade: Trade, is_engineer: bool, chance: Random) -> None:
        """One employment or two, with days between them."""
        spells: list[tuple[date, date | None]] = [(starts, None)]
        years = (LAST_DAY - starts).days // 365
        if years > 4 and chance.random() < 0.3:
            left = starts + timedelta(days=chance.randrange(700, years * 365))
            spells = [(starts, left), (left + timedelta(days=chance.randrange(0, 120)), None)]
        post = "工艺工程师" if is_engineer else trade.post
        series, specialty = (SERIES, trade.specialty) if is_engineer else (None, None)
        for nth, (since, until) in enumerate(spells):
            where = self.employers[chance.randrange(len(self.employers))].id
            id_ = self.ids.of(Kind.EMPLOYMENT, index, nth)
            self.sheets.employment.add(
                id_, person_id, where, post, trade.occupation, series, specialty, not is_engineer, since, until
            )

    def _climb(
        self, index: int, person_id: UUID, starts: date, trade: Trade, is_engineer: bool, chance: Random
    ) -> None:
        """Rung after rung, some years apart, as far as the years reach and somebody gets."""
        rungs = TITLE_RUNGS if is_engineer else SKILL_RUNGS[chance.randrange(0, 3) :]
        top, day = chance.randrange(1, len(rungs) + 1), starts
        for nth, level in enumerate(rungs[:top]):
            day = add_years(day, chance.randrange(1, 3) if nth == 0 else chance.randrange(3, 7))
            day += timedelta(days=chance.randrange(0, 300))
            if day > LAST_DAY:
                return
            self.credential(index, person_id, nth, level, trade, day, chance)

    def credential(
        self, index: int, person_id: UUID, nth: int, level: Level, trade: Trade, day: date, chance: Random
    ) -> None:
        """A credential of a level, issued by one of the enterprises."""
        issuer = self.employers[chance.randrange(len(self.employers))]
        is_title = level.ladder is Ladder.TITLE
        self.sheets.credential.add(
            self.ids.of(Kind.CREDENTIAL, index, nth),
            person_id,
            CredentialKind.PROFESSIONAL_TITLE if is_title else CredentialKind.SKILL_CERTIFICATE,
            level,
            None if is_title else trade.occupation,
            SERIES if is_title else None,
            trade.specialty if is_title else None,
            self.titles[trade.specialty, level] if is_title else None,
            certificate_number(self.vocabulary, index, nth, level, day),
            issuer.zh,
            issuer.id,
            BASIS[level.ladder],
            ObtainedBy.REVIEW if is_title else ObtainedBy.ASSESSMENT,
            day,
            day.year - 1 if is_title else None,
            None,
        )
