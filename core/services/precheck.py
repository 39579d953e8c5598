"""Looks through the rows of a round before they are filed or reported, as the bureau will: nothing is changed by it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.citations import Citation
from core.errors import GuantongError
from core.facts import CredentialKind
from core.identifiers import check_certificate_number
from core.ladders import RANK
from core.models import Application, Certificate, Credential, Outcome, Tally
from core.permissions import Actor
from core.policy.stack import PolicyStack
from core.rounds.prechecks import Precheck
from core.services.credential_form import FORMATS, TITLE_PATTERN, formats_of, title_formats
from core.storage.round_visibility import certificates_visible_to, round_records_visible_to
from core.storage.visibility import applications_visible_to, credentials_visible_to
from core.texts import Text
from core.vocabulary import Vocabulary

ONE_A_YEAR: Final = "block.skill_certificates_per_year"
_SKILL = (("occupation", Text("职业", "occupation")),)
_TITLE = (("series", Text("职称系列", "title series")), ("specialty", Text("专业", "specialty")))


@dataclass(frozen=True, slots=True)
class Found:
    """What is wrong with the row of an application, the nearest right value, and the clause."""

    application_id: UUID
    code: Precheck
    what: Text
    nearest: str | None = None
    citation: Citation | None = None


@dataclass(frozen=True, slots=True)
class _Rows:
    passed: Sequence[tuple[Application, Tally]]
    credentials: dict[UUID, list[Credential]]
    certificates: dict[UUID, list[tuple[Certificate, Credential]]]


async def precheck(
    session: AsyncSession, actor: Actor, day: date, round_id: UUID, policy: PolicyStack, vocabulary: Vocabulary
) -> list[Found]:
    """Everything that is wrong with the results and certificates of a round, in the order of the applications."""
    rows = await _rows(session, actor, day, round_id)
    counted: dict[UUID, int] = defaultdict(int)
    for application, tally in rows.passed:
        counted[application.person_id] += tally.skill_outcome is Outcome.PASSED
    found: list[Found] = []
    for application, tally in rows.passed:
        held = rows.credentials.get(application.person_id, [])
        issued = rows.certificates.get(application.id, [])
        own = {credential.id for _, credential in issued}
        others = [one for one in held if one.id not in own and one.revoked_on is None]
        if tally.skill_outcome is Outcome.PASSED:
            found += _too_many(application, others, counted[application.person_id], day, policy)
            found += _repeated(application, others, vocabulary)
        found += _missing(application, tally)
        found += _misshapen(application, issued, day, policy, vocabulary)
    return found


async def _rows(session: AsyncSession, actor: Actor, day: date, round_id: UUID) -> _Rows:
    query = select(Application, Tally).join(Tally, col(Tally.application_id) == col(Application.id))
    query = query.where(
        col(Application.round_id) == round_id,
        applications_visible_to(actor),
        round_records_visible_to(actor, Tally),
    )
    latest: dict[UUID, tuple[Application, Tally]] = {}
    for application, tally in (await session.exec(query.order_by(col(Application.id), col(Tally.number)))).all():
        latest[application.id] = (application, tally)
    people = {application.person_id for application, _ in latest.values()}
    held = select(Credential).where(col(Credential.person_id).in_(people), credentials_visible_to(actor, day))
    credentials: dict[UUID, list[Credential]] = defaultdict(list)
    for one in (await session.exec(held.order_by(col(Credential.awarded_on), col(Credential.id)))).all():
        credentials[one.person_id].append(one)
    issued = select(Certificate, Credential).join(Credential, col(Certificate.credential_id) == col(Credential.id))
    issued = issued.where(col(Certificate.round_id) == round_id, certificates_visible_to(actor))
    certificates: dict[UUID, list[tuple[Certificate, Credential]]] = defaultdict(list)
    for certificate, credential in (await session.exec(issued.order_by(col(Certificate.id)))).all():
        certificates[certificate.application_id].append((certificate, credential))
    return _Rows(list(latest.values()), credentials, certificates)


def _too_many(
    application: Application, others: Sequence[Credential], here: int, day: date, policy: PolicyStack
) -> Iterator[Found]:
    """一人多证: titles do not count, so the two of one evaluation are none too many."""
    rule = policy.value(ONE_A_YEAR, day)
    this_year = [
        one for one in others if one.kind is CredentialKind.SKILL_CERTIFICATE and one.awarded_on.year == day.year
    ]
    if len(this_year) + here > policy.integer(ONE_A_YEAR, day):
        numbers = "、".join(one.number or one.issuer_name for one in this_year) or "本批次另一申报"
        text = Text(
            f"同一年度取得多本技能证书：{numbers}；请核实后只报备一本",
            f"obtains more than one skill certificate in a year: {numbers}; file one of them",
        )
        yield Found(application.id, Precheck.MANY_CERTIFICATES, text, citation=rule.citation)


def _repeated(application: Application, others: Sequence[Credential], vocabulary: Vocabulary) -> Iterator[Found]:
    """重复考证: the same occupation at this level or above is held already."""
    level = application.skill_level
    if level is None:
        return
    same = [
        one
        for one in others
        if one.kind in (CredentialKind.SKILL_CERTIFICATE, CredentialKind.VOCATIONAL_QUALIFICATION)
        and one.occupation == application.occupation
        and RANK[one.level] >= RANK[level]
    ]
    if same:
        best = max(same, key=lambda one: RANK[one.level])
        name = vocabulary.level_text(best.level)
        text = Text(
            f"已持有同一职业{name.zh}证书“{best.number or best.issuer_name}”，属重复考证；请撤下本行或改报更高等级",
            f"holds a certificate of {name.en} in the same occupation already "
            f"('{best.number or best.issuer_name}'); take the row out, or aim higher",
        )
        yield Found(application.id, Precheck.REPEATED_EXAM, text, nearest=best.number)


def _missing(application: Application, tally: Tally) -> Iterator[Found]:
    sides: list[tuple[Any, Any]] = [(tally.skill_outcome, _SKILL), (tally.title_outcome, _TITLE)]
    for outcome, fields in sides:
        for key, name in fields if outcome is Outcome.PASSED else ():
            if not getattr(application, key):
                text = Text(f"通过的一侧缺少“{name.zh}”；请补充", f"a side that passed lacks its {name.en}; add it")
                yield Found(application.id, Precheck.MISSING_FIELD, text)


def _misshapen(
    application: Application,
    issued: Sequence[tuple[Certificate, Credential]],
    day: date,
    policy: PolicyStack,
    vocabulary: Vocabulary,
) -> Iterator[Found]:
    for certificate, credential in issued:
        is_skill = credential.kind is CredentialKind.SKILL_CERTIFICATE
        formats = formats_of(policy, day) if is_skill else title_formats(policy, day)
        digit = vocabulary.levels[credential.level].certificate_digit if is_skill else None
        try:
            fitting = check_certificate_number(certificate.number, formats, digit)
        except GuantongError as refused:
            cited = policy.value(FORMATS if is_skill else TITLE_PATTERN, day).citation
            yield Found(application.id, Precheck.NUMBER_FORMAT, refused.message, citation=cited)
            continue
        if fitting != certificate.number:
            text = Text(
                f"证书编号“{certificate.number}”含空格或小写字母", f"'{certificate.number}' has blanks or small letters"
            )
            cited = policy.value(FORMATS if is_skill else TITLE_PATTERN, day).citation
            yield Found(application.id, Precheck.NUMBER_FORMAT, text, nearest=fitting, citation=cited)
