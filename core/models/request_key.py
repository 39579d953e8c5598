"""Keys of requests (请求键): what was done under each, so that a repeated request is answered and not done again."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from core.models.base import Table, UtcDateTime, append_only


class RequestKey(Table, table=True):
    """One request that was done. ``digest`` is of who asked, for what, under which key; ``fingerprint`` of its content.

    Neither can be turned back, and what is secret is in none.
    """

    digest: str = Field(max_length=64, primary_key=True)
    fingerprint: str = Field(max_length=64)
    result_id: UUID
    at: datetime = Field(sa_type=UtcDateTime)


append_only(RequestKey)
