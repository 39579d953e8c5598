"""Who may read what of long work, as SQL predicates beside those of ``core.storage.visibility``."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from core.permissions import Actor, Permission
from core.storage.visibility import Predicate, any_of

_OF_ENTERPRISE = (Permission.ENTERPRISE_PERSON_READ, Permission.ENTERPRISE_EVALUATION_READ)


def jobs_visible_to(actor: Actor, table: Any) -> Predicate:
    """Predicate on ``Job`` and what hangs on it: the bureau reads all, an enterprise its own."""

    def grants() -> Iterator[Predicate]:
        if actor.may(Permission.CITY_PERSON_READ):
            yield sa.true()
        if actor.may(*_OF_ENTERPRISE) and actor.enterprise_id is not None:
            yield col(table.enterprise_id) == actor.enterprise_id

    return any_of(grants())
