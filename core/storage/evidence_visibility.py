"""Who may read which files of evidence, as an SQL predicate beside those of ``core.storage.visibility``."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlmodel import col

from core.models import Application, ApplicationStatus, ClaimState, EvidenceClaim, EvidenceFile
from core.permissions import Actor, Permission
from core.storage.visibility import Predicate, any_of, enterprise_records_visible_to, ids_of, rounds_acted_in


class _Lists(sa.sql.functions.GenericFunction[bool]):
    """Whether a JSON list holds a text."""

    type = sa.Boolean()
    inherit_cache = True
    name = "lists"


@compiles(_Lists, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **given: Any) -> str:
    return f"jsonb_exists({compiler.process(element.clauses, **given)})"


@compiles(_Lists, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **given: Any) -> str:
    json_list, text = (compiler.process(one, **given) for one in element.clauses)
    return f"({text} IN (SELECT value FROM json_each({json_list})))"  # noqa: S608 - no text of anybody's


def names_file() -> Predicate:
    """Predicate on ``EvidenceClaim`` and ``EvidenceFile`` together: the claim is of the person and names the file."""
    same_person = col(EvidenceClaim.person_id) == col(EvidenceFile.person_id)
    return sa.and_(same_person, _Lists(col(EvidenceClaim.files), col(EvidenceFile.digest)))


def is_claimed() -> Predicate:
    """Predicate on ``EvidenceFile``: an application that stands names it."""
    withdrawn = ids_of(Application.id, col(Application.status) == ApplicationStatus.WITHDRAWN)
    return sa.exists().where(names_file(), col(EvidenceClaim.application_id).not_in(withdrawn))


def files_visible_to(actor: Actor) -> Predicate:
    """Predicate on ``EvidenceFile``: whoever uploaded it, and who reads a claim that names it.

    Those who mark and vote read what the office has accepted: it has seen that nothing in it is none of their business.
    """

    def grants() -> Iterator[Predicate]:
        if actor.may(Permission.OWN_APPLICATION_FILE) and actor.person_id is not None:
            own = col(EvidenceFile.person_id) == actor.person_id
            yield sa.and_(own, col(EvidenceFile.enterprise_id).is_(None))
        if actor.may(Permission.ENTERPRISE_ROUND_RUN) and actor.enterprise_id is not None:
            yield col(EvidenceFile.enterprise_id) == actor.enterprise_id
        yield sa.exists().where(names_file(), any_of(_through_claims(actor)))

    return any_of(grants())


def _through_claims(actor: Actor) -> Iterator[Predicate]:
    yield enterprise_records_visible_to(actor, EvidenceClaim)
    if actor.may(Permission.OWN_SCORE_GIVE, Permission.OWN_VOTE_CAST) and actor.person_id is not None:
        acted_in = ids_of(Application.id, col(Application.round_id).in_(rounds_acted_in(actor.person_id)))
        accepted = col(EvidenceClaim.state) == ClaimState.ACCEPTED
        yield sa.and_(accepted, col(EvidenceClaim.application_id).in_(acted_in))
