"""The gates of rounds: those of a list together, each round once a request."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from strawberry.dataloader import DataLoader

from core.errors import GuantongError
from core.models import Round
from core.permissions import Actor
from core.policy.stack import PolicyStack
from core.rounds.workdays import WorkCalendar
from core.schemes import Scheme
from core.services.round_gates import Gate, gates_of_rounds
from schema.contents import Contents
from schema.loaders import Loaders
from schema.reader import Reader
from schema.relations import loaded


@dataclass(frozen=True, slots=True)
class Around:
    """Who looks, on which day, by which calendar and policy."""

    actor: Actor
    day: date
    calendar: WorkCalendar
    policy: PolicyStack


class Gates:
    """Looks at the gates of rounds that the reader of a request was given, on the day of the request."""

    def __init__(self, reader: Reader, loaders: Loaders, contents: Contents, on: Around) -> None:
        self._reader = reader
        self._loaders = loaders
        self._contents = contents
        self._on = on
        self._rows: dict[UUID, Round] = {}
        self._found: DataLoader[UUID, list[Gate]] = DataLoader(self._load)

    async def of(self, row: Round) -> list[Gate]:
        """The gates of a round. Raises DIGEST_MISMATCH when its scheme is not what was put on record."""
        self._rows[row.id] = row
        return await self._found.load(row.id)

    async def _load(self, ids: list[UUID]) -> list[list[Gate] | BaseException]:
        schemes: dict[UUID, Scheme] = {}
        faults: dict[UUID, BaseException] = {}
        await self._loaders.versions.load_many([self._rows[id_].scheme_version_id for id_ in ids])
        for id_ in ids:
            try:
                version = await loaded(self._loaders.versions, self._rows[id_].scheme_version_id)
                schemes[id_] = await self._contents.of_version(version)
            except GuantongError as fault:
                faults[id_] = fault
        readable = [self._rows[id_] for id_ in ids if id_ in schemes]
        on = self._on
        found = await self._reader.run(gates_of_rounds, on.actor, on.day, on.calendar, on.policy, schemes, readable)
        return [faults.get(id_) or found[id_] for id_ in ids]
