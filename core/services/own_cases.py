"""Nobody acts on a case of their own: not the office, not the bureau, whatever step it is."""

from uuid import UUID

from sqlmodel import col, select

from core.errors import ErrorCode, GuantongError
from core.models import Application, ApplicationStatus, Person
from core.rounds.recusal import GROUNDS, check_recusal
from core.services.call import Call
from core.services.names import same_name
from core.services.round_rows import ties_in
from core.texts import Text


async def not_own_case(call: Call, person: Person, round_id: UUID | None) -> None:
    """Raise RECUSED where the actor is the person, or is tied to them; without an account of a person, by the name."""
    if call.actor.person_id is not None:
        ties = await ties_in(call, round_id) if round_id is not None else []
        check_recusal(call.policy, call.today, call.actor.person_id, person.id, ties)
    elif same_name(call.actor.name, person.name):
        raise _namesake(call)


async def not_own_round(call: Call, round_id: UUID) -> None:
    """Raise RECUSED where the actor applies in the round, or is tied to somebody who does."""
    stands = (col(Application.round_id) == round_id, col(Application.status) != ApplicationStatus.WITHDRAWN)
    query = select(Person.id, Person.name).join(Application, col(Application.person_id) == col(Person.id))
    people = (await call.session.exec(query.where(*stands))).all()
    if call.actor.person_id is not None:
        ties = await ties_in(call, round_id)
        for id_, _name in people:
            check_recusal(call.policy, call.today, call.actor.person_id, id_, ties)
    elif any(same_name(call.actor.name, name) for _id, name in people):
        raise _namesake(call)


def _namesake(call: Call) -> GuantongError:
    return GuantongError(
        ErrorCode.RECUSED,
        Text("须回避：与申报人同名，请由他人办理", "you are recused: the applicant bears your name"),
        clause=str(call.policy.value(GROUNDS, call.today).citation),
    )
