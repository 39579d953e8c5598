"""What schemes publish in the graph stays: a version that would retype a fact neither goes on record nor is activated.

Verification finds the same as SCH119; between it and these steps another version may have published something.
"""

from collections.abc import Iterable

from core.errors import ErrorCode, GuantongError, Where
from core.schemes import FactField
from core.services.call import Call
from core.services.docket import Docket
from core.storage.queries.published import published_fields
from core.texts import Text
from core.vocabulary.scheme_terms import FACT_TYPES


async def check_published(call: Call, docket: Docket, facts: Iterable[FactField]) -> None:
    """Raise SCHEME_REJECTED for a fact that the scheme has published with another type."""
    known = await published_fields(call.session, docket.scheme.id)
    for fact in facts:
        before = known.get((fact.on, fact.key))
        if before is not None and before.type is not fact.type:
            raise _retyped(docket, fact, before)


def _retyped(docket: Docket, fact: FactField, before: FactField) -> GuantongError:
    now, then = FACT_TYPES[fact.type], FACT_TYPES[before.type]
    return GuantongError(
        ErrorCode.SCHEME_REJECTED,
        Text(
            f"{docket.name.zh}的事实“{fact.name.zh}”已按“{then.zh}”公布，不能改为“{now.zh}”；请另取标识新增一项并重新登记",
            f"the fact '{fact.name.en}' of {docket.name.en} is published as {then.en} and cannot become {now.en}; "
            "add another under a new key and register it again",
        ),
        where=Where(entry=f"fact.{fact.key}.type"),
        nearest=before.type.value,
    )
