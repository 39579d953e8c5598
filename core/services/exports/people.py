"""Pages of the lists of people: an enterprise's roster, and the audit log, which is about what people did."""

from datetime import date
from typing import Any

from sqlmodel import col, select

from core.dates import SHANGHAI, end_of, start_of
from core.models import AuditEvent, Employment, Person
from core.services.call import Call
from core.services.exports.asked import SEXES, Asked, Rows, person_cells, yes_no
from core.storage.visibility import on, people_visible_to, records_visible_to


async def roster_page(call: Call, asked: Asked, after: Any, most: int) -> Rows:
    """Who is employed today, by employment."""
    here = (col(Employment.enterprise_id) == asked.enterprise_id, on(Employment, call.today))
    mine = (people_visible_to(call.actor, call.today), records_visible_to(call.actor, Employment, call.today))
    query = select(Employment, Person).join(Person, col(Employment.person_id) == col(Person.id)).where(*here, *mine)
    if after is not None:
        query = query.where(col(Employment.id) > after)
    found = (await call.session.exec(query.order_by(col(Employment.id)).limit(most))).all()
    return [(work.id, _employed(call, asked, work, person)) for work, person in found]


def _employed(call: Call, asked: Asked, work: Employment, person: Person) -> dict[str, Any]:
    occupation = call.vocabulary.occupations.get(work.occupation) if work.occupation else None
    more: dict[str, str | date | None] = {
        "sex": SEXES[person.sex.value] if person.sex else None,
        "born_on": person.born_on,
        "post": work.post,
        "occupation_code": work.occupation,
        "occupation": occupation.name.zh if occupation else None,
        "starts": work.starts,
        "frontline": yes_no(work.frontline),
    }
    return person_cells(call, asked, person) | more


async def audit_page(call: Call, asked: Asked, after: Any, most: int) -> Rows:
    """The events that were asked for in their order, personal fields left out: they stand apart so that they can be
    erased. Days are those of Shanghai."""
    query = select(AuditEvent).where(col(AuditEvent.seq) > (after or 0))
    if asked.since is not None:
        query = query.where(col(AuditEvent.at) >= start_of(asked.since))
    if asked.until is not None:
        query = query.where(col(AuditEvent.at) <= end_of(asked.until))
    if asked.tags is not None:
        query = query.where(col(AuditEvent.tag).in_(asked.tags))
    found = (await call.session.exec(query.order_by(col(AuditEvent.seq)).limit(most))).all()
    return [(row.seq, _event(row)) for row in found]


def _event(row: AuditEvent) -> dict[str, Any]:
    same = ("seq", "tag", "actor_role", "actor_name", "subject_kind", "subject_id", "reason", "request_id", "body")
    told: dict[str, Any] = {name: getattr(row, name) for name in (*same, "body_digest")}
    return told | {"at": row.at.astimezone(SHANGHAI).isoformat(timespec="milliseconds")}
