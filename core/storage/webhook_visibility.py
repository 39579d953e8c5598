"""Who may read who is told of what, as a SQL predicate beside those of ``core.storage.visibility``."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from core.permissions import Actor, Permission
from core.storage.visibility import Predicate, any_of


def webhooks_visible_to(actor: Actor, table: Any) -> Predicate:
    """Predicate on subscriptions and what hangs on them: the bureau and its auditors, and an enterprise its own."""

    def grants() -> Iterator[Predicate]:
        if actor.may(Permission.CITY_WEBHOOK_RECORD, Permission.CITY_AUDIT_READ):
            yield sa.true()
        if actor.may(Permission.ENTERPRISE_WEBHOOK_RECORD) and actor.enterprise_id is not None:
            yield col(table.enterprise_id) == actor.enterprise_id

    return any_of(grants())
