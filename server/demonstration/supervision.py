"""A scheme suspended by the bureau: rounds that have opened go on, and nothing new begins under it."""

from datetime import date

from core.services.activations import Switch, suspend
from core.storage.queries.filings import filing_named
from server.demonstration.desk import Desk, Story

SUSPENDED_ON = date(2026, 11, 20)
VERSION = "1.0.0"


async def suspension(desk: Desk, scheme: str) -> Story:
    """The bureau suspends a scheme after a spot check."""
    yield SUSPENDED_ON
    call = desk.bureau()
    filing = await filing_named(call.session, call.actor, scheme, VERSION)
    assert filing is not None, f"{scheme} is on record"
    given = Switch(filing_id=filing.id)
    await suspend(call, given, "质量督导发现评价档案不全，暂停新的评价，限期整改（示例）")
