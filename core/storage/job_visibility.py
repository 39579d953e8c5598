"""Who may read what of long work, as SQL predicates beside those of ``core.storage.visibility``."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from core.jobs.phases import JobFileRole
from core.models import Job, JobFile
from core.permissions import Actor, Permission
from core.storage.visibility import Predicate, any_of

_OF_ENTERPRISE = (Permission.ENTERPRISE_PERSON_READ, Permission.ENTERPRISE_EVALUATION_READ)
_ENTERPRISE_RECORDS = (Permission.ENTERPRISE_PERSON_RECORD, Permission.ENTERPRISE_CREDENTIAL_RECORD)
_CITY_RECORDS = (
    Permission.CITY_PERSON_RECORD,
    Permission.CITY_CREDENTIAL_RECORD,
    Permission.CITY_COMPETITION_RECORD,
    Permission.CITY_PILOT_RECORD,
)

_EXPORTERS = (*_OF_ENTERPRISE, Permission.CITY_PERSON_READ, Permission.CITY_AUDIT_READ)


def jobs_visible_to(actor: Actor, table: Any) -> Predicate:
    """Predicate on ``Job`` and what hangs on it: the bureau reads all, an enterprise or person its own."""

    def grants() -> Iterator[Predicate]:
        if actor.may(Permission.CITY_PERSON_READ):
            yield sa.true()
        if actor.may(*_OF_ENTERPRISE) and actor.enterprise_id is not None:
            yield col(table.enterprise_id) == actor.enterprise_id
        if _has_own(actor):
            yield _own(actor, col(table.id if table is Job else table.job_id))

    return any_of(grants())


def _has_own(actor: Actor) -> bool:
    return actor.may(Permission.OWN_SCORE_GIVE) and actor.person_id is not None


def _own(actor: Actor, job_id: Any) -> Predicate:
    mine: Predicate = job_id.in_(sa.select(col(Job.id)).where(col(Job.person_id) == actor.person_id))
    return mine


def contents_visible_to(actor: Actor, now: datetime) -> Predicate:
    """Predicate on ``JobFile`` for its bytes, which hold identity numbers in full: who might have uploaded them.

    What was exported is for whoever holds the role of who asked for it, at the same enterprise, until it expires.
    The bureau reads what the bureau uploaded; to read a number that an enterprise recorded is an act with a reason.
    Of what was deleted nobody reads anything.
    """
    same_side = col(Job.enterprise_id).is_not_distinct_from(actor.enterprise_id)
    asked = sa.select(col(Job.id)).where(col(Job.asked_role) == actor.role.value, same_side)
    exported = col(JobFile.role) == JobFileRole.EXPORT

    def grants() -> Iterator[Predicate]:
        if actor.may(*_EXPORTERS):
            yield sa.and_(exported, col(JobFile.job_id).in_(asked))
        if actor.may(*_CITY_RECORDS):
            own = sa.select(col(Job.id)).where(col(Job.asked_role) == actor.role.value)
            yield sa.and_(~exported, col(JobFile.job_id).in_(own))
        if actor.may(*_ENTERPRISE_RECORDS) and actor.enterprise_id is not None:
            yield sa.and_(~exported, col(JobFile.enterprise_id) == actor.enterprise_id)
        if _has_own(actor):
            yield _own(actor, col(JobFile.job_id))

    lasts = sa.or_(col(JobFile.expires_at).is_(None), col(JobFile.expires_at) > now)
    return sa.and_(any_of(grants()), lasts, col(JobFile.cleared_at).is_(None))
