"""What invented schemes publish, for tests of what schemes add to the graph."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from core.models import ComputedFacts, Enterprise, Evaluation, Person, RecordedFacts
from core.published import Declared, Published, published
from core.schemes import FactField, FactType, Scheme
from core.texts import Text
from tests import builders

STAGES = FactField("stages", Text("掌握的工序", "Stages mastered"), FactType.INTEGER, "person", True)
IS_COACH = FactField("is_coach", Text("是否教练", "Whether a coach"), FactType.BOOLEAN, "person", True)
SINCE = FactField("since_day", Text("起始日", "Since when"), FactType.DATE, "person", True)
MOTTO = FactField("motto", Text("座右铭", "Motto"), FactType.TEXT, "person", True)
SHIFTS = FactField("shifts", Text("班次", "Shifts"), FactType.INTEGER, "evaluation")
ALL = (STAGES, IS_COACH, SINCE, MOTTO, SHIFTS)
KEPT = {"stages": 3, "is_coach": True, "since_day": "2026-03-02", "motto": "精益求精"}


def declared(key: str, uscc: str, *facts: FactField, name: Text | None = None) -> Declared:
    return Declared(key, uscc, name or Text("示例方案", "Example scheme"), facts)


def running(scheme: Scheme, *facts: FactField) -> Scheme:
    return replace(scheme, facts=facts)


def of(*schemes: Scheme, stopped: tuple[Declared, ...] = ()) -> Published:
    """What some schemes publish that run, and others that do not."""
    return published([*(declared(one.key, one.enterprise, *one.facts) for one in schemes), *stopped], schemes)


def kept(person: Person, owner: Enterprise, key: str, **given: Any) -> ComputedFacts:
    """The facts of a person under a scheme, as the computer keeps them."""
    fields: dict[str, Any] = {"version": "1.0.0", "wheel_digest": "d" * 64, "basis": "0" * 64, "facts": KEPT}
    return ComputedFacts(
        person_id=person.id, enterprise_id=owner.id, scheme_key=key, computed_at=builders.NOON, **fields | given
    )


def recorded(of: Person | Evaluation, owner: Enterprise, key: str, **given: Any) -> RecordedFacts:
    """Facts of a person or an evaluation under a scheme, as the evaluation office recorded them a minute later."""
    is_person = isinstance(of, Person)
    fields: dict[str, Any] = {
        "revision": 1,
        "facts": {"motto": "安全第一"} if is_person else {"shifts": 4},
        "recorded_at": builders.NOON + timedelta(minutes=1),
    }
    return RecordedFacts(
        subject_id=of.id,
        person_id=of.id if isinstance(of, Person) else of.person_id,
        evaluation_id=None if isinstance(of, Person) else of.id,
        enterprise_id=owner.id,
        scheme_key=key,
        version="1.0.0",
        wheel_digest="d" * 64,
        basis="示例依据",
        reason="示例理由",
        **fields | given,
    )
