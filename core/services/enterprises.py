"""Use cases about enterprises: registering them, and their two authorities to evaluate."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from core.audit import Tag
from core.errors import ErrorCode, GuantongError, Where
from core.identifiers import parse_uscc
from core.ladders import Ladder, Level
from core.models import Authority, AuthorityKind, Enterprise
from core.permissions import Permission
from core.services.call import Call, use_case
from core.services.form import Basis, Code, Form, LongName, Name, Slug
from core.services.reach import ENTERPRISE, existing
from core.services.rules import duplicate, in_order, values_of
from core.texts import Text


class NewEnterprise(Form):
    """An enterprise to register; ``key`` is its short name in commands and addresses."""

    uscc: str
    key: Slug
    zh: LongName
    en: LongName | None = None
    industry: Name | None = None
    is_municipal: bool = False
    in_city: bool = True
    is_example: bool = False


@use_case
async def register_enterprise(call: Call, given: NewEnterprise, reason: str) -> Enterprise:
    """Register an enterprise under a credit code and a key that nobody has yet."""
    call.require(Permission.CITY_ENTERPRISE_RECORD)
    uscc = parse_uscc(given.uscc)
    taken = sa.or_(col(Enterprise.uscc) == uscc, col(Enterprise.key) == given.key)
    found = (await call.session.exec(select(Enterprise).where(taken))).first()
    if found is not None:
        raise duplicate(
            f"统一社会信用代码“{uscc}”或简称“{given.key}”已由“{found.zh}”使用",
            f"credit code '{uscc}' or key '{given.key}' is already that of '{found.zh}'",
        )
    enterprise = Enterprise(**given.model_dump(exclude={"uscc"}), uscc=uscc)
    await call.store(enterprise)
    await call.note(Tag.CITY_ENTERPRISE_REGISTER, enterprise, reason, after=values_of(enterprise))
    return enterprise


class NewAuthority(Form):
    """An authority to evaluate: titles of a series, or skill levels of an occupation, up to ``highest``."""

    enterprise_id: UUID
    kind: AuthorityKind
    series: Code | None = None
    occupation: Code | None = None
    highest: Level
    document: Basis
    starts: date
    ends: date | None = None


_LADDERS = {AuthorityKind.TITLE_REVIEW: Ladder.TITLE, AuthorityKind.SKILL_RECOGNITION: Ladder.SKILL}


@use_case
async def grant_authority(call: Call, given: NewAuthority, reason: str) -> Authority:
    """Record the evidence that an enterprise may evaluate."""
    call.require(Permission.CITY_ENTERPRISE_RECORD)
    await existing(call, Enterprise, given.enterprise_id, ENTERPRISE)
    in_order(given.starts, given.ends)
    _fits_kind(given)
    if given.series is not None:
        call.vocabulary.series_of(given.series)
    if given.occupation is not None:
        call.vocabulary.occupation(given.occupation)
    authority = Authority(**given.model_dump())
    await call.store(authority)
    await call.note(Tag.ENTERPRISE_AUTHORITY_GRANT, authority, reason, after=values_of(authority))
    return authority


def _fits_kind(given: NewAuthority) -> None:
    """职称自主评审权 goes by series and title level, 技能等级认定 by occupation and skill level."""
    is_title = given.kind is AuthorityKind.TITLE_REVIEW
    scope, other = (given.series, given.occupation) if is_title else (given.occupation, given.series)
    if scope is not None and other is None and given.highest.ladder is _LADDERS[given.kind]:
        return
    raise GuantongError(
        ErrorCode.BAD_ARGUMENT,
        Text(
            "职称自主评审权须给出职称系列和职称层级，技能等级认定须给出职业和技能等级",
            "a title review authority takes a series and a title level, skill recognition an occupation and a skill "
            "level",
        ),
        where=Where(entry="kind"),
    )
