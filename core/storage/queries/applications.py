"""Applications and certificates by what one looks for, whatever round they are of."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import Application, ApplicationStatus, Certificate, Credential
from core.permissions import Actor
from core.scoring_tables import CriterionSide
from core.storage.pages import FIRST_PAGE, Order, Page, Slice, count_rows, count_rows_by, fetch_page, fetch_pages
from core.storage.queries.base import check_searchable, children_of, conditions, contains
from core.storage.queries.relations import ANY_DAY, ById, Listing, on_any_day
from core.storage.round_visibility import certificates_visible_to
from core.storage.visibility import applications_visible_to, standing_on

_BY_FILING = (col(Application.filed_on), col(Application.id))
_BY_NUMBER = (col(Certificate.number), col(Certificate.id))
_PERSON = col(Application.person_id)


@dataclass(frozen=True, slots=True)
class ApplicationFilter:
    """All given parts must hold."""

    round_id: UUID | None = None
    enterprise_id: UUID | None = None
    person_id: UUID | None = None
    status: ApplicationStatus | None = None


@dataclass(frozen=True, slots=True)
class CertificateFilter:
    """All given parts must hold; ``stands`` asks whether it counts on ``day`` or does not."""

    round_id: UUID | None = None
    enterprise_id: UUID | None = None
    number_contains: str | None = None
    side: CriterionSide | None = None
    stands: bool | None = None

    def __post_init__(self) -> None:
        check_searchable(self.number_contains)


EVERY_APPLICATION, EVERY_CERTIFICATE = ApplicationFilter(), CertificateFilter()


async def found_applications_page(
    session: AsyncSession,
    actor: Actor,
    filters: ApplicationFilter = EVERY_APPLICATION,
    *,
    descending: bool = False,
    part: Slice = FIRST_PAGE,
) -> Page[Application]:
    """One page of the applications that the actor may read, by the day of their filing."""
    return await fetch_page(session, _found(actor, filters), Order("filed_on", _BY_FILING, descending), part)


async def count_found_applications(
    session: AsyncSession, actor: Actor, filters: ApplicationFilter = EVERY_APPLICATION
) -> int:
    """How many applications the actor may read."""
    return await count_rows(session, _found(actor, filters))


def _found(actor: Actor, filters: ApplicationFilter) -> "sa.Select[Any]":
    return sa.select(Application).where(
        applications_visible_to(actor),
        *conditions(
            (filters.round_id, lambda one: col(Application.round_id) == one),
            (filters.enterprise_id, lambda one: col(Application.enterprise_id) == one),
            (filters.person_id, lambda one: col(Application.person_id) == one),
            (filters.status, lambda one: col(Application.status) == one),
        ),
    )


async def applications_by_id(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, Application]:
    """The applications among ``ids`` that the actor may read."""
    return await APPLICATION_BY_ID.load(session, actor, ANY_DAY, ids)


async def applications_pages_of_people(
    session: AsyncSession, actor: Actor, person_ids: Collection[UUID], part: Slice = FIRST_PAGE
) -> dict[UUID, Page[Application]]:
    """The same page of the applications of each person, by the day of their filing."""
    query = _of_people(actor, person_ids)
    return await fetch_pages(session, query, _PERSON, Order("filed_on", _BY_FILING), part)


async def count_applications_of_people(
    session: AsyncSession, actor: Actor, person_ids: Collection[UUID]
) -> dict[UUID, int]:
    """How many applications of each person the actor may read."""
    return await count_rows_by(session, _of_people(actor, person_ids), _PERSON)


def _of_people(actor: Actor, person_ids: Collection[UUID]) -> "sa.Select[Any]":
    return sa.select(Application).where(_PERSON.in_(person_ids), applications_visible_to(actor))


async def certificates_page(
    session: AsyncSession,
    actor: Actor,
    day: date,
    filters: CertificateFilter = EVERY_CERTIFICATE,
    *,
    descending: bool = False,
    part: Slice = FIRST_PAGE,
) -> Page[Certificate]:
    """One page of the certificates that the actor may read, by number."""
    query = _certificates(actor, day, filters)
    return await fetch_page(session, query, Order("number", _BY_NUMBER, descending), part)


async def count_certificates(
    session: AsyncSession, actor: Actor, day: date, filters: CertificateFilter = EVERY_CERTIFICATE
) -> int:
    """How many certificates the actor may read."""
    return await count_rows(session, _certificates(actor, day, filters))


def _certificates(actor: Actor, day: date, filters: CertificateFilter) -> "sa.Select[Any]":
    standing = col(Certificate.credential_id).in_(sa.select(col(Credential.id)).where(standing_on(day)))
    return sa.select(Certificate).where(
        certificates_visible_to(actor),
        *conditions(
            (filters.round_id, lambda one: col(Certificate.round_id) == one),
            (filters.enterprise_id, lambda one: col(Certificate.enterprise_id) == one),
            (filters.number_contains, lambda text: contains(col(Certificate.number), text)),
            (filters.side, lambda one: col(Certificate.side) == one),
            (filters.stands, lambda wanted: standing if wanted else ~standing),
        ),
    )


async def certificates_by_id(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, Certificate]:
    """The certificates among ``ids`` that the actor may read."""
    return await CERTIFICATE_BY_ID.load(session, actor, ANY_DAY, ids)


async def certificates_of_applications(
    session: AsyncSession, actor: Actor, ids: Collection[UUID]
) -> dict[UUID, list[Certificate]]:
    """Certificates by application, the skill certificate first."""
    order = [col(Certificate.side)]
    return await children_of(session, Certificate, "application_id", ids, certificates_visible_to(actor), order)


async def certificates_pages_of_rounds(
    session: AsyncSession, actor: Actor, ids: Collection[UUID], part: Slice = FIRST_PAGE
) -> dict[UUID, Page[Certificate]]:
    """The same page of the certificates of each round, by number."""
    query = _of_rounds(actor, ids)
    return await fetch_pages(session, query, col(Certificate.round_id), Order("number", _BY_NUMBER), part)


async def count_certificates_of_rounds(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, int]:
    """How many certificates of each round the actor may read."""
    return await count_rows_by(session, _of_rounds(actor, ids), col(Certificate.round_id))


def _of_rounds(actor: Actor, ids: Collection[UUID]) -> "sa.Select[Any]":
    return sa.select(Certificate).where(col(Certificate.round_id).in_(ids), certificates_visible_to(actor))


async def own_revisions_in(session: AsyncSession, actor: Actor, round_id: UUID) -> dict[UUID, int]:
    """The revisions of the actor's own applications in a round."""
    own = (col(Application.round_id) == round_id, col(Application.person_id) == actor.person_id)
    query = select(Application.id, Application.revision).where(*own, applications_visible_to(actor))
    return dict((await session.exec(query)).all())


async def revisions_of_applications(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, int]:
    """The revision of each application, whoever asks: for those who wait for the next."""
    query = select(Application.id, Application.revision).where(col(Application.id).in_(ids))
    return dict((await session.exec(query)).all())


APPLICATION_BY_ID = ById(Application, on_any_day(applications_visible_to))
CERTIFICATE_BY_ID = ById(Certificate, on_any_day(certificates_visible_to))


APPLICATIONS = Listing(on_any_day(_found), {"filed_on": _BY_FILING}, EVERY_APPLICATION)
CERTIFICATES = Listing(_certificates, {"number": _BY_NUMBER}, EVERY_CERTIFICATE)
