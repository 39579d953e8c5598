"""What is done about people: so far, reading a whole identity number, which is an act and not a field."""

from typing import Annotated

import strawberry

from core.services.people import read_identity_number
from schema import rights
from schema.context import Info
from schema.fields import argument, mutation
from schema.ids import row_key
from schema.mutations.attempt import attempt
from schema.types.problem import Problem


@strawberry.input(description="Whose identity number to read, and why. 查看证件号码")
class RevealIdentityNumberInput:
    """One person at a time, each with its reason."""

    person: strawberry.ID = strawberry.field(description="Id of the person. 人员标识")
    reason: str = strawberry.field(description="Why; kept in the audit log with who read it. 理由")


@strawberry.type(description="A whole identity number, as an answer to one request. 证件号码")
class RevealedIdentityNumber:
    """Never part of anything that can be listed."""

    number: str = strawberry.field(description="The identity number, unmasked. 证件号码（全）")


IdentityNumberResult = Annotated[
    RevealedIdentityNumber | Problem, strawberry.union("IdentityNumberResult", description="What came of it. 查看结果")
]
Reveal = Annotated[RevealIdentityNumberInput, argument("Whose, and why. 查看内容")]


@strawberry.type
class PeopleMutations:
    """Mutations about people."""

    @mutation("Read a whole identity number; who read it, and why, is recorded. 查看证件号码", requires=rights.IDENTITY)
    async def reveal_identity_number(self, info: Info, input: Reveal) -> IdentityNumberResult:
        async def step() -> RevealedIdentityNumber:
            person_id = row_key(input.person, "Person")
            return RevealedIdentityNumber(number=await info.context.do(read_identity_number, person_id, input.reason))

        return await attempt(step)
