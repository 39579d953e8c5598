"""The columns of the matrix: who asks, and for whose things."""

from dataclasses import dataclass

from core.permissions import ANONYMOUS, Actor, Role
from tests.schema.access.world import AccessWorld, Holding
from tests.schema.plugin_world import AUTHORITY


@dataclass(frozen=True)
class Reader:
    """One column: an actor, and the holding whose things are asked for."""

    name: str
    actor: Actor
    asks_for: Holding


def readers(world: AccessWorld) -> list[Reader]:
    """Every role, bound to the shipyard or its worker, against what is theirs and what is not."""
    own, colleague, other = world.own, world.colleague, world.other
    bound = {"enterprise_id": own.owner.id}
    worker = Actor.of(Role.WORKER, "示例本人", person_id=own.person.id)
    admin = Actor.of(Role.ENTERPRISE_ADMIN, "示例管理员", **bound)
    office = Actor.of(Role.EVALUATION_OFFICER, "示例评价办", **bound)
    assessor = Actor.of(Role.ASSESSOR, "示例考评员", person_id=own.acting.id, **bound)
    reviewer = Actor.of(Role.INDUSTRY_REVIEWER, "示例会签", authority=AUTHORITY)
    stranger = Actor.of(Role.INDUSTRY_REVIEWER, "示例会签二", authority="别的主管部门（示例）")
    return [
        Reader("anonymous", ANONYMOUS, own),
        Reader("worker", worker, own),
        Reader("worker→colleague", worker, colleague),
        Reader("worker→other", worker, other),
        Reader("admin", admin, own),
        Reader("admin→other", admin, other),
        Reader("office", office, own),
        Reader("office→other", office, other),
        Reader("assessor", assessor, own),
        Reader("assessor→other", assessor, other),
        Reader("reviewer", reviewer, own),
        Reader("reviewer→other", stranger, own),
        Reader("auditor", Actor.of(Role.BUREAU_AUDITOR, "示例审计"), own),
        Reader("officer", Actor.of(Role.BUREAU_OFFICER, "示例经办"), own),
        Reader("service", Actor.of(Role.SERVICE, "示例系统"), own),
    ]
