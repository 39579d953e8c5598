"""Which people and enterprises an actor may act on. What is out of reach is not found, so nothing is given away."""

from typing import TypeVar
from uuid import UUID

from sqlmodel import col, select

from core.errors import ErrorCode, GuantongError
from core.identifiers import parse_identity_number
from core.models import Enterprise, Person
from core.models.base import Record
from core.permissions import Permission
from core.services.call import Call
from core.storage.visibility import people_visible_to
from core.texts import Text

R = TypeVar("R", bound=Record)

# Who applies: an office for a person, or a person for oneself.
APPLY = (Permission.ENTERPRISE_ROUND_RUN, Permission.OWN_APPLICATION_FILE)
PERSON = Text("人员", "person")
ENTERPRISE = Text("企业", "enterprise")


def not_found(what: Text) -> GuantongError:
    """The error for what does not exist or may not be seen: the same words for both."""
    return GuantongError(
        ErrorCode.NOT_FOUND,
        Text(f"没有此{what.zh}，或无权操作；请核对标识", f"no such {what.en} within your reach; check the id"),
    )


async def existing(call: Call, table: type[R], id_: UUID, what: Text) -> R:
    """The row of an id."""
    row = await call.session.get(table, id_)
    if row is None:
        raise not_found(what)
    return row


def own_side(call: Call, *everywhere: Permission) -> UUID | None:
    """Whose is what somebody keeps: the city's with a permission of ``everywhere``, else of their own enterprise."""
    if call.actor.may(*everywhere):
        return None
    if call.actor.enterprise_id is None:
        raise not_found(ENTERPRISE)
    return call.actor.enterprise_id


async def own_enterprise(call: Call, id_: UUID, everywhere: Permission) -> Enterprise:
    """The enterprise, if it is the actor's own; with permission ``everywhere`` any."""
    if not call.actor.may(everywhere) and call.actor.enterprise_id != id_:
        raise not_found(ENTERPRISE)
    return await existing(call, Enterprise, id_, ENTERPRISE)


async def person_in_reach(call: Call, id_: UUID) -> Person:
    """A person whom the actor may read."""
    visible = people_visible_to(call.actor, call.today)
    found = (await call.session.exec(select(Person).where(col(Person.id) == id_, visible))).one_or_none()
    if found is None:
        raise not_found(PERSON)
    return found


async def person_met(call: Call, id_: UUID | None, identity_number: str | None) -> Person:
    """A person in reach, or one whose document the actor has seen, which the whole identity number shows.

    Without that, an enterprise could bring any person into its reach by guessing or finding an id.
    """
    if (id_ is None) == (identity_number is None):
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text("人员标识与证件号码须且只须给出一项", "give either the person's id or the identity number"),
        )
    if id_ is not None:
        return await person_in_reach(call, id_)
    found = await person_by_number(call, parse_identity_number(identity_number or "").number)
    if found is None:
        raise not_found(PERSON)
    return found


async def applicant(call: Call, id_: UUID | None, identity_number: str | None) -> Person:
    """Whom an application is for: the office names the person; a worker applies for nobody else."""
    if call.actor.may(Permission.ENTERPRISE_ROUND_RUN):
        return await person_met(call, id_, identity_number)
    own = call.actor.person_id
    if own is None or identity_number is not None or id_ not in (None, own):
        raise not_found(PERSON)
    return await existing(call, Person, own, PERSON)


async def person_by_number(call: Call, number: str) -> Person | None:
    """The person of a whole, checked identity number."""
    by_index = col(Person.identity_index) == call.keyring.index(number)
    return (await call.session.exec(select(Person).where(by_index))).one_or_none()
