"""The terms on which this installation serves the graph."""

from schema.limits.budget import budgets_with
from schema.terms import Terms
from server.manifest import trusted_documents
from server.settings import Settings


def terms_of(settings: Settings) -> Terms:
    """The terms of the settings. Raises SETTINGS_INVALID and BAD_FILE."""
    return Terms(
        budgets=budgets_with(settings.budgets),
        deadline=settings.seconds,
        follow_seconds=settings.follow_seconds,
        is_public=settings.is_public,
        tells_cost=not settings.is_public,
        trusted=trusted_documents(settings),
    )
