"""What is known of a person when rules are applied: plain frozen values, no storage, no names, no identity number."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from core.dates import Period
from core.ladders import Level

OccupationKey = str
SpecialtyKey = tuple[str, str]


class CredentialKind(StrEnum):
    """The four kinds of credential (凭证) in the graph."""

    SKILL_CERTIFICATE = "skill_certificate"  # 职业技能等级证书
    VOCATIONAL_QUALIFICATION = "vocational_qualification"  # (技能人员)职业资格证书
    PROFESSIONAL_TITLE = "professional_title"  # 职称
    PROFESSIONAL_QUALIFICATION = "professional_qualification"  # 专业技术人员职业资格


class ObtainedBy(StrEnum):
    """The route (取得途径) by which a credential was obtained; the year counting of titles depends on it."""

    REVIEW = "review"  # 评审
    EXAM = "exam"  # 考试
    RECOGNITION = "recognition"  # 认定
    ASSESSMENT = "assessment"  # 技能等级认定
    CONTEST = "contest"  # 以赛代评
    DUAL = "dual"  # 一评双证
    APPOINTMENT = "appointment"  # 评聘


class EducationLevel(StrEnum):
    """Highest schooling, in rising order (GB/T 4658 groups, technical schools placed by 人社部发〔2018〕74号)."""

    JUNIOR_SECONDARY = "junior_secondary"  # 初中及以下
    SENIOR_SECONDARY = "senior_secondary"  # 高中
    SECONDARY_VOCATIONAL = "secondary_vocational"  # 中专、中职、技工院校中级工班
    SENIOR_SKILLED_SCHOOL = "senior_skilled_school"  # 技工院校高级工班
    JUNIOR_COLLEGE = "junior_college"  # 大专、高职
    TECHNICIAN_COLLEGE = "technician_college"  # 预备技师(技师)班
    BACHELOR = "bachelor"  # 本科、学士
    MASTER = "master"  # 硕士
    DOCTOR = "doctor"  # 博士


class ContestTier(StrEnum):
    """Tier of a competition (竞赛级别), rising."""

    ENTERPRISE = "enterprise"
    CITY = "city"
    PROVINCE = "province"
    NATIONAL_SECTOR = "national_sector"  # 国家级行业竞赛
    NATIONAL = "national"  # 全国技能大赛
    WORLD = "world"  # 世界技能大赛


class ContestRank(StrEnum):
    """Result in a competition (名次), rising."""

    PARTICIPANT = "participant"
    EXCELLENCE = "excellence"  # 优胜奖
    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"


@dataclass(frozen=True, slots=True)
class HeldCredential:
    """One credential of the person, as far as rules read it.

    ``review_year`` (评审年度) is not the year of ``awarded_on``: years of titles count from it. ``ends_on`` is the
    day from which the credential no longer counts, by expiry or revocation, whichever is first.
    """

    key: str
    kind: CredentialKind
    level: Level
    awarded_on: date
    occupation: str | None = None
    trade: str | None = None
    series: str | None = None
    specialty: str | None = None
    obtained_by: ObtainedBy = ObtainedBy.ASSESSMENT
    review_year: int | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class WorkSpell:
    """One employment on one post. ``specialty`` is that of the post where it has one, as ``series:specialty``."""

    employer: str
    period: Period
    occupation: str | None = None
    specialty: str | None = None
    in_city: bool = True
    municipal: bool = False  # 市(区)属企业
    frontline: bool = True  # 一线


@dataclass(frozen=True, slots=True)
class ContestAward:
    """A result in a competition."""

    tier: ContestTier
    rank: ContestRank
    occupation: str
    awarded_on: date


@dataclass(frozen=True, slots=True)
class Schooling:
    """A completed education; ``occupations`` and ``specialties`` (``series:specialty``) are those its field serves."""

    level: EducationLevel
    graduated_on: date
    occupations: frozenset[str] = frozenset()
    specialties: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """A graded or counted piece of evidence declared by a scheme; ``since`` is the day from which it may be used."""

    amount: int
    since: date


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """Everything that eligibility may read of one person.

    ``fraud_found_on`` is the day on which deceit in an application was established (弄虚作假).
    """

    born_on: date
    credentials: tuple[HeldCredential, ...] = ()
    work: tuple[WorkSpell, ...] = ()
    awards: tuple[ContestAward, ...] = ()
    schooling: tuple[Schooling, ...] = ()
    evidence: Mapping[str, tuple[EvidenceItem, ...]] = field(default_factory=dict)
    fraud_found_on: date | None = None


@dataclass(frozen=True, slots=True)
class Holdings:
    """The occupations and title specialties that a person has anything to do with."""

    occupations: frozenset[OccupationKey]
    specialties: frozenset[SpecialtyKey]

    @classmethod
    def of(cls, facts: PersonFacts) -> "Holdings":
        occupations = {c.occupation for c in facts.credentials} | {s.occupation for s in facts.work}
        occupations |= {a.occupation for a in facts.awards}
        titles = frozenset((c.series, c.specialty) for c in facts.credentials if c.series and c.specialty)
        return cls(frozenset(o for o in occupations if o), titles)


class FactKind(StrEnum):
    """The kinds of what is known of a person."""

    CREDENTIALS = "credentials"
    WORK = "work"
    AWARDS = "awards"
    SCHOOLING = "schooling"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class Reading:
    """Which facts of people are read: those of some kinds only, credentials of some levels only."""

    kinds: frozenset[FactKind] = frozenset(FactKind)
    levels: frozenset[Level] = frozenset(Level)


EVERYTHING = Reading()
