"""Who may read what, as SQL predicates: every query over people or their records carries one, so none can forget.

The current employer of a person, and every enterprise the person applied to, read all issued credentials; applications,
evaluations and scores stay with their enterprise. The bureau reads all, a worker their own, and whoever holds no
permission reads nothing.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlmodel import col

from core.models import (
    Application,
    ApplicationStatus,
    Authority,
    CatalogRow,
    CommitteeMember,
    Credential,
    Employment,
    Enterprise,
    Evaluation,
    Filing,
    Person,
    PilotListing,
    RoundAssessor,
    Scheme,
    SchemeVersion,
    Score,
    ServiceToken,
    Wheel,
)
from core.permissions import Actor, Permission

Predicate = ColumnElement[bool]


def any_of(grants: Iterator[Predicate]) -> Predicate:
    """At least one grant; without any, nothing."""
    return sa.or_(sa.false(), *grants)


def on(table: Any, day: date) -> Predicate:
    """Rows whose ``[starts, ends)`` holds ``day``."""
    return sa.and_(col(table.starts) <= day, sa.or_(col(table.ends).is_(None), col(table.ends) > day))


def ids_of(column: Any, *conditions: Predicate) -> Any:
    """A subquery that stands alone, even within a query over the same table."""
    return sa.select(col(column)).where(*conditions).correlate(None)


def _belongs_to_visible(person_id: Any, actor: Actor, day: date) -> Predicate:
    """Rows of people whom the actor may read, by their column ``person_id``."""
    return any_of(_person_grants(person_id, actor, day))


def _person_grants(person_id: Any, actor: Actor, day: date) -> Iterator[Predicate]:
    if actor.may(Permission.CITY_PERSON_READ):
        yield sa.true()
    if actor.may(Permission.ENTERPRISE_PERSON_READ) and actor.enterprise_id is not None:
        yield person_id.in_(_employed_at(actor.enterprise_id, day))
        yield person_id.in_(_applied_to(actor.enterprise_id))
    if actor.may(Permission.OWN_PERSON_READ) and actor.person_id is not None:
        yield person_id == actor.person_id


def _employed_at(enterprise_id: UUID, day: date) -> Any:
    return ids_of(Employment.person_id, col(Employment.enterprise_id) == enterprise_id, on(Employment, day))


def _applied_to(enterprise_id: UUID) -> Any:
    """Who withdrew an application takes the right to read back with it."""
    stands = col(Application.status) != ApplicationStatus.WITHDRAWN
    return ids_of(Application.person_id, col(Application.enterprise_id) == enterprise_id, stands)


def people_visible_to(actor: Actor, day: date) -> Predicate:
    """Predicate on ``Person``."""
    return _belongs_to_visible(col(Person.id), actor, day)


def records_visible_to(actor: Actor, table: Any, day: date) -> Predicate:
    """Predicate on a table with ``person_id`` that follows its person: employments, schooling, awards, credentials."""
    return _belongs_to_visible(col(table.person_id), actor, day)


def credentials_visible_to(actor: Actor, day: date) -> Predicate:
    """Predicate on ``Credential``: all issued credentials of every visible person, whoever issued them."""
    return records_visible_to(actor, Credential, day)


def standing_on(day: date) -> Predicate:
    """Credentials that count on ``day``: awarded by then, not expired, not revoked."""
    ends = (col(Credential.valid_until), col(Credential.revoked_on))
    return sa.and_(col(Credential.awarded_on) <= day, *(sa.or_(end.is_(None), end > day) for end in ends))


def enterprise_records_visible_to(actor: Actor, table: Any) -> Predicate:
    """Predicate on a table that stays with its enterprise."""

    def grants() -> Iterator[Predicate]:
        if actor.may(Permission.CITY_PERSON_READ):
            yield sa.true()
        if actor.may(Permission.ENTERPRISE_EVALUATION_READ) and actor.enterprise_id is not None:
            yield col(table.enterprise_id) == actor.enterprise_id
        if actor.may(Permission.OWN_PERSON_READ) and actor.person_id is not None:
            yield col(table.person_id) == actor.person_id

    return any_of(grants())


def applications_visible_to(actor: Actor) -> Predicate:
    """Predicate on ``Application``; whoever acts in a round reads those of it, though not whose they are."""

    def grants() -> Iterator[Predicate]:
        yield enterprise_records_visible_to(actor, Application)
        if actor.may(Permission.OWN_SCORE_GIVE, Permission.OWN_VOTE_CAST) and actor.person_id is not None:
            yield col(Application.round_id).in_(rounds_acted_in(actor.person_id))

    return any_of(grants())


def rounds_acted_in(person_id: UUID) -> Any:
    """The rounds in which a person scores or sits on a committee."""
    tables = (RoundAssessor, CommitteeMember)
    return sa.union_all(*(ids_of(table.round_id, col(table.person_id) == person_id) for table in tables))


def evaluations_visible_to(actor: Actor) -> Predicate:
    """Predicate on ``Evaluation``."""
    return enterprise_records_visible_to(actor, Evaluation)


def scores_visible_to(actor: Actor) -> Predicate:
    """Predicate on ``Score``: those of visible evaluations."""
    if actor.may(Permission.CITY_PERSON_READ):
        return sa.true()
    # Row by row: SQLite would list every evaluation that there is before it looks at the first score.
    held = sa.select(sa.literal(1)).where(col(Evaluation.id) == col(Score.evaluation_id), evaluations_visible_to(actor))
    return sa.exists(held.correlate(Score))


def scheme_versions_visible_to(actor: Actor, day: date) -> Predicate:
    """Predicate on ``SchemeVersion``; a worker reads what is on record on ``day`` at the current employer."""

    def grants() -> Iterator[Predicate]:
        if actor.may(Permission.CITY_SCHEME_READ):
            yield sa.true()
        if actor.may(Permission.ENTERPRISE_SCHEME_READ) and actor.enterprise_id is not None:
            yield col(SchemeVersion.scheme_id).in_(_schemes_of(col(Scheme.enterprise_id) == actor.enterprise_id))
        if actor.may(Permission.OWN_PERSON_READ) and actor.person_id is not None:
            at_employer = col(Scheme.enterprise_id).in_(employers_of(actor.person_id, day))
            yield sa.and_(recorded_on(day), col(SchemeVersion.scheme_id).in_(_schemes_of(at_employer)))

    return any_of(grants())


def rows_visible_to(actor: Actor, day: date) -> Predicate:
    """Predicate on ``CatalogRow``: those of visible scheme versions."""
    visible = ids_of(SchemeVersion.id, scheme_versions_visible_to(actor, day))
    return col(CatalogRow.scheme_version_id).in_(visible)


def recorded_on(day: date) -> Predicate:
    """Scheme versions that are on record (备案) on ``day``."""
    until = col(SchemeVersion.recorded_until)
    return sa.and_(col(SchemeVersion.recorded_from) <= day, sa.or_(until.is_(None), until > day))


def _schemes_of(condition: Predicate) -> Any:
    return ids_of(Scheme.id, condition)


def employers_of(person_id: UUID, day: date) -> Any:
    return ids_of(Employment.enterprise_id, col(Employment.person_id) == person_id, on(Employment, day))


def schemes_visible_to(actor: Actor, day: date) -> Predicate:
    """Predicate on ``Scheme``: those with a visible version, and an enterprise's own."""
    visible = ids_of(SchemeVersion.scheme_id, scheme_versions_visible_to(actor, day))

    def grants() -> Iterator[Predicate]:
        if actor.may(Permission.CITY_SCHEME_READ):
            yield sa.true()
        if actor.may(Permission.ENTERPRISE_SCHEME_READ) and actor.enterprise_id is not None:
            yield col(Scheme.enterprise_id) == actor.enterprise_id
        if actor.may(Permission.OWN_PERSON_READ):
            yield col(Scheme.id).in_(visible)

    return any_of(grants())


def wheels_visible_to(actor: Actor) -> Predicate:
    """Predicate on ``Wheel``: the bureau and reviewers read all, an enterprise its own."""
    return _scheme_records_visible_to(actor, col(Wheel.enterprise_id))


def filings_visible_to(actor: Actor) -> Predicate:
    """Predicate on ``Filing``: those of visible wheels."""
    return col(Filing.wheel_id).in_(ids_of(Wheel.id, wheels_visible_to(actor)))


def _scheme_records_visible_to(actor: Actor, enterprise_id: Any) -> Predicate:
    def grants() -> Iterator[Predicate]:
        if actor.may(Permission.CITY_SCHEME_READ):
            yield sa.true()
        if actor.may(Permission.ENTERPRISE_SCHEME_READ) and actor.enterprise_id is not None:
            yield enterprise_id == actor.enterprise_id

    return any_of(grants())


def enterprises_visible_to(actor: Actor, day: date) -> Predicate:
    """Predicate on ``Enterprise``: the pilot list is public; employers and issuers are read with their people."""

    def grants() -> Iterator[Predicate]:
        if actor.may(Permission.CITY_PERSON_READ, Permission.CITY_SCHEME_READ):
            yield sa.true()
        if actor.may(Permission.PUBLIC_PILOT_READ):
            yield col(Enterprise.id).in_(ids_of(PilotListing.enterprise_id))
        if actor.enterprise_id is not None:
            yield col(Enterprise.id) == actor.enterprise_id
        if actor.may(Permission.ENTERPRISE_PERSON_READ, Permission.OWN_PERSON_READ):
            employed = ids_of(Employment.enterprise_id, records_visible_to(actor, Employment, day))
            issued = ids_of(Credential.issuer_enterprise_id, credentials_visible_to(actor, day))
            yield col(Enterprise.id).in_(employed)
            yield col(Enterprise.id).in_(issued)

    return any_of(grants())


def authorities_visible_to(actor: Actor, day: date) -> Predicate:
    """Predicate on ``Authority``: the bureau and reviewers, the enterprise itself, and its current workers."""

    def grants() -> Iterator[Predicate]:
        if actor.may(Permission.CITY_PERSON_READ, Permission.CITY_SCHEME_READ):
            yield sa.true()
        if actor.may(Permission.ENTERPRISE_SCHEME_READ) and actor.enterprise_id is not None:
            yield col(Authority.enterprise_id) == actor.enterprise_id
        if actor.may(Permission.OWN_PERSON_READ) and actor.person_id is not None:
            yield col(Authority.enterprise_id).in_(employers_of(actor.person_id, day))

    return any_of(grants())


def listings_visible_to(actor: Actor) -> Predicate:
    """Predicate on ``PilotListing``: public."""
    return sa.true() if actor.may(Permission.PUBLIC_PILOT_READ) else sa.false()


def competitions_visible_to(actor: Actor) -> Predicate:
    """Predicate on ``Competition``: whoever may read any person."""
    permissions = (Permission.CITY_PERSON_READ, Permission.ENTERPRISE_PERSON_READ, Permission.OWN_PERSON_READ)
    return sa.true() if actor.may(*permissions) else sa.false()


def accounts_visible_to(actor: Actor) -> Predicate:
    """Predicate on ``Account``: those who keep or audit them."""
    return sa.true() if actor.may(Permission.CITY_ACCOUNT_RECORD, Permission.CITY_AUDIT_READ) else sa.false()


def service_tokens_visible_to(actor: Actor) -> Predicate:
    """Predicate on ``ServiceToken``: the bureau's keepers and auditors, and an enterprise its own."""

    def grants() -> Iterator[Predicate]:
        if actor.may(Permission.CITY_TOKEN_MINT, Permission.CITY_AUDIT_READ):
            yield sa.true()
        if actor.may(Permission.ENTERPRISE_TOKEN_MINT) and actor.enterprise_id is not None:
            yield col(ServiceToken.enterprise_id) == actor.enterprise_id

    return any_of(grants())
