"""Puts the look-out together: under which name, and with how much rest between batches."""

import socket
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from uuid import uuid4

from core.permissions import Actor
from core.services.call import Call
from core.services.imports.outside import Outside
from core.services.job_leases import Executor
from core.services.job_turns import Turns
from core.storage.row_scope import EVERY_ROW
from plugins.document import scheme_from
from schema.ids import stored_key
from server.jobs.lookout import Lookout
from server.settings import Settings
from server.wiring import PLATFORM, Parts


def lookout_of(settings: Settings, parts: Parts) -> Lookout:
    """The look-out of this process."""

    def open_call(actor: Actor, request_id: str) -> AbstractAsyncContextManager[Call]:
        return parts.use_cases(actor, request_id, EVERY_ROW if actor is PLATFORM else None)

    replica = settings.replica or f"{socket.gethostname()}-{settings.port}"[:100]
    executor = Executor(f"{replica}:{uuid4().hex}", replica)
    # On SQLite one writes at a time, and whoever waits asks every tenth of a second: half the time is theirs.
    rest = 1.0 if parts.database.dialect == "sqlite" else 0.0
    outside = Outside(scheme_from, stored_key)
    exported = timedelta(days=settings.export_days)
    turns = Turns(open_call, PLATFORM, executor.name, outside, rest=rest, open_reading=parts.reading, kept=exported)
    return Lookout(parts, turns, executor, settings.job_silence)
