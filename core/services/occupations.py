"""Use case: storing an imported classification of occupations."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import select

from core.audit import Deed, Tag, record_event
from core.citations import Confidence
from core.models import Occupation as Stored
from core.permissions import Permission
from core.services.call import Call, checked_reason, use_case
from core.vocabulary import Occupation, load_vocabulary


@dataclass(frozen=True, slots=True)
class Import:
    """How many occupations an import added, changed, and found as they were."""

    added: int
    changed: int
    unchanged: int


@use_case
async def store_occupations(
    call: Call, occupations: Iterable[Occupation], source: str, confidence: Confidence, reason: str
) -> Import:
    """Store occupations beside the shipped ones; a code on record takes the new names. Contradictions are refused."""
    call.require(Permission.CITY_OCCUPATION_IMPORT)
    given = tuple(occupations)
    load_vocabulary(given)  # refuses another name for a shipped code
    wanted = list({one.code: _row(one, source, confidence) for one in given}.values())
    stored = {row.code: row for row in await call.session.exec(select(Stored))}
    added = [row for row in wanted if row.code not in stored]
    changed = [row for row in wanted if row.code in stored and row.model_dump() != stored[row.code].model_dump()]
    for row in changed:
        stored[row.code].sqlmodel_update(row.model_dump())
    await call.store(*added)
    done = Import(len(added), len(changed), len(wanted) - len(added) - len(changed))
    after = {"source": source, "added": done.added, "changed": done.changed, "unchanged": done.unchanged}
    deed = Deed(Tag.CITY_OCCUPATION_IMPORT, "occupation", "import", checked_reason(reason), after=after)
    await record_event(call.session, call.actor, deed, call.now, call.request_id)
    return done


def _row(occupation: Occupation, source: str, confidence: Confidence) -> Stored:
    return Stored(
        code=occupation.code,
        zh=occupation.name.zh,
        en=occupation.name.en if occupation.name.en != occupation.name.zh else None,
        minor_class=occupation.minor_class_name,
        green=occupation.green,
        digital=occupation.digital,
        source=source,
        confidence=confidence,
    )
