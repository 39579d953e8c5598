"""The docket (案卷) of a round: its rows, read under its lock for the step that follows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from pydantic import Field
from sqlmodel import col, select

from core.errors import ErrorCode, GuantongError, Where
from core.models import Enterprise, Round, RoundDeadline, Scheme, SchemeVersion
from core.models.base import Record
from core.permissions import Permission
from core.rounds.deadlines import Deadline, Term, standing
from core.rounds.process import longer
from core.schemes import DocumentReader
from core.schemes import Scheme as Content
from core.services.call import Call
from core.services.once import Keyed
from core.services.pinned import VERSION, Pinned, content_of_version
from core.services.reach import ENTERPRISE, existing, not_found
from core.storage.locks import hold
from core.storage.pulse import beat
from core.texts import Text

ROUND = Text("评价批次", "round")
APPLICATION = Text("申报", "application")
R = TypeVar("R", bound=Record)


class SeenRound(Keyed):
    """A round as the actor read it: its revision."""

    round_id: UUID
    revision: int = Field(ge=1)


@dataclass(frozen=True, slots=True)
class RoundDocket:
    """A round with the version that it is pinned to and that version's content; ``deadlines`` as they stand today."""

    round: Round
    pinned: Pinned
    scheme: Content
    deadlines: Mapping[Term, Deadline]

    @property
    def notice_days(self) -> int | None:
        """The working days of public notice that the scheme gives."""
        return longer(self.scheme.process, Term.NOTICE)


async def lock_round(call: Call, round_id: UUID) -> Round:
    """A round, locked until the transaction ends, read after that. Who may see it is for the caller to ask.

    Whoever locks it is about to do something in it, so its pulse is raised for those who follow the round.
    """
    await hold(call.session, f"round:{round_id}")
    await beat(call.session, round_id)
    return await fresh(call, Round, round_id, ROUND)


async def fresh(call: Call, table: type[R], id_: UUID, what: Text) -> R:
    """A row as it is now, whatever this session has read of it before."""
    query = select(table).where(col(table.id) == id_).execution_options(populate_existing=True)
    row = (await call.session.exec(query)).one_or_none()
    if row is None:
        raise not_found(what)
    return row


async def open_round(call: Call, read: DocumentReader, round_id: UUID) -> RoundDocket:
    """The docket of a round of the actor's own enterprise; the bureau opens any."""
    found = await lock_round(call, round_id)
    own = found.enterprise_id == call.actor.enterprise_id
    if not own and not call.actor.may(Permission.CITY_RESULT_REVIEW):
        raise not_found(ROUND)
    return await docket_of(call, read, found)


async def docket_of(call: Call, read: DocumentReader, found: Round) -> RoundDocket:
    """The docket of a round that is locked."""
    version = await existing(call, SchemeVersion, found.scheme_version_id, VERSION)
    scheme = await existing(call, Scheme, version.scheme_id, VERSION)
    pinned = Pinned(version, scheme, await existing(call, Enterprise, found.enterprise_id, ENTERPRISE))
    return RoundDocket(found, pinned, await content_of_version(pinned, read), await deadlines_of(call, found.id))


async def seen_round(call: Call, read: DocumentReader, seen: SeenRound) -> RoundDocket:
    """The docket, if it still is what the actor saw. Raises OUT_OF_DATE."""
    docket = await open_round(call, read, seen.round_id)
    check_revision(docket.round.revision, seen.revision)
    return docket


def check_revision(now: int, seen: int) -> None:
    """Raise OUT_OF_DATE where somebody else has changed what the actor decides on."""
    if now == seen:
        return
    raise GuantongError(
        ErrorCode.OUT_OF_DATE,
        Text(
            f"内容已改为第 {now} 版，您所据的是第 {seen} 版；请重新查看后再决定",
            f"it is at revision {now} by now, you decided on revision {seen}: read it again",
        ),
        where=Where(entry="revision"),
    )


async def deadlines_of(call: Call, round_id: UUID) -> dict[Term, Deadline]:
    """The deadlines of a round as the calendar of today counts them."""
    kept = await kept_deadlines(call, round_id)
    return {term: standing(call.policy, one, call.calendar) for term, one in kept.items()}


async def kept_deadlines(call: Call, round_id: UUID) -> dict[Term, Deadline]:
    """The deadlines of a round as they were put on record last."""
    of_round = select(RoundDeadline).where(col(RoundDeadline.round_id) == round_id)
    rows = (await call.session.exec(of_round.order_by(col(RoundDeadline.number)))).all()
    return {row.term: deadline_from(row) for row in rows}


def deadline_from(row: RoundDeadline) -> Deadline:
    """The deadline that a row holds."""
    return Deadline(row.term, row.starts, row.days, row.due, row.calendar_digest, row.provisional)
