"""Who may read what of rounds, as SQL predicates beside those of ``core.storage.visibility``."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from core.models import (
    Application,
    Certificate,
    EvidenceClaim,
    Objection,
    Round,
    ScoreEntry,
    Tally,
    TitleBallot,
)
from core.permissions import Actor, Permission
from core.rounds.steps import RoundState
from core.storage.visibility import (
    Predicate,
    any_of,
    applications_visible_to,
    employers_of,
    enterprise_records_visible_to,
    ids_of,
    rounds_acted_in,
)


def rounds_visible_to(actor: Actor, day: date) -> Predicate:
    """Predicate on ``Round``: the bureau, its enterprise, who works there or applied, and who acts in it."""

    def grants() -> Iterator[Predicate]:
        if actor.may(Permission.CITY_PERSON_READ):
            yield sa.true()
        if actor.may(Permission.ENTERPRISE_EVALUATION_READ) and actor.enterprise_id is not None:
            yield col(Round.enterprise_id) == actor.enterprise_id
        if actor.person_id is None:
            return
        if actor.may(Permission.OWN_APPLICATION_FILE):
            yield col(Round.enterprise_id).in_(employers_of(actor.person_id, day))
            yield col(Round.id).in_(ids_of(Application.round_id, col(Application.person_id) == actor.person_id))
        if actor.may(Permission.OWN_SCORE_GIVE, Permission.OWN_VOTE_CAST):
            yield col(Round.id).in_(rounds_acted_in(actor.person_id))

    return any_of(grants())


def round_records_visible_to(actor: Actor, table: Any) -> Predicate:
    """Predicate on what a round keeps for those who run and review it; by ``enterprise_id``."""

    def grants() -> Iterator[Predicate]:
        if actor.may(Permission.CITY_PERSON_READ):
            yield sa.true()
        if actor.may(Permission.ENTERPRISE_EVALUATION_READ) and actor.enterprise_id is not None:
            yield col(table.enterprise_id) == actor.enterprise_id

    return any_of(grants())


def reads_records_of(actor: Actor, found: Round) -> bool:
    """Whether ``round_records_visible_to`` lets the actor read what this round keeps."""
    own = actor.enterprise_id is not None and found.enterprise_id == actor.enterprise_id
    return actor.may(Permission.CITY_PERSON_READ) or (actor.may(Permission.ENTERPRISE_EVALUATION_READ) and own)


def objections_visible_to(actor: Actor) -> Predicate:
    """Predicate on ``Objection``: also whoever raised it."""

    def grants() -> Iterator[Predicate]:
        yield round_records_visible_to(actor, Objection)
        if actor.may(Permission.OWN_OBJECTION_RAISE) and actor.person_id is not None:
            yield col(Objection.objector_person_id) == actor.person_id

    return any_of(grants())


def marks_visible_to(actor: Actor) -> Predicate:
    """Predicate on ``ScoreEntry``: assessors see their own, so that they score independently."""

    def grants() -> Iterator[Predicate]:
        yield round_records_visible_to(actor, ScoreEntry)
        if actor.may(Permission.OWN_SCORE_GIVE) and actor.person_id is not None:
            yield col(ScoreEntry.assessor_person_id) == actor.person_id

    return any_of(grants())


_TOLD = (
    RoundState.NOTICED,
    RoundState.FILED,
    RoundState.RETURNED,
    RoundState.ACCEPTED,
    RoundState.CERTIFIED,
    RoundState.REPORTED,
)


def tallies_visible_to(actor: Actor) -> Predicate:
    """Predicate on ``Tally``: applicants read their own from the public notice on."""

    def grants() -> Iterator[Predicate]:
        yield round_records_visible_to(actor, Tally)
        if actor.may(Permission.OWN_PERSON_READ) and actor.person_id is not None:
            noticed = col(Tally.round_id).in_(ids_of(Round.id, col(Round.state).in_(_TOLD)))
            yield sa.and_(col(Tally.person_id) == actor.person_id, noticed)

    return any_of(grants())


def certificates_visible_to(actor: Actor) -> Predicate:
    """Predicate on ``Certificate``."""
    return enterprise_records_visible_to(actor, Certificate)


def claims_visible_to(actor: Actor) -> Predicate:
    """Predicate on ``EvidenceClaim``: whoever reads the application."""
    return col(EvidenceClaim.application_id).in_(ids_of(Application.id, applications_visible_to(actor)))


def ballots_visible_to(actor: Actor) -> Predicate:
    """Predicate on ``TitleBallot``: nobody sees how a vote stands before it is over."""
    voting = sa.select(col(Application.id)).join(Round, col(Application.round_id) == col(Round.id))
    going_on = voting.where(col(Round.state).in_((RoundState.SCORING, RoundState.DELIBERATING)))
    return sa.and_(round_records_visible_to(actor, TitleBallot), col(TitleBallot.application_id).not_in(going_on))


def notices_visible_to(actor: Actor, table: Any, day: date) -> Predicate:
    """Predicate on ``PublicNotice`` and ``NoticeRow``: whoever may read the round, while its results are noticed."""
    noticed = sa.and_(col(Round.state) == RoundState.NOTICED, rounds_visible_to(actor, day))
    return sa.or_(round_records_visible_to(actor, table), col(table.round_id).in_(ids_of(Round.id, noticed)))
