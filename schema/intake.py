"""What comes before an operation is executed, cheapest first: reading, counting, charging, validating.

Nothing of it touches the database, and whatever is refused is refused in the same words on every transport.
"""

from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, GraphQLError, GraphQLSchema, OperationDefinitionNode, OperationType

from core.errors import ErrorCode, GuantongError
from core.permissions import Actor
from core.texts import Text
from schema.access import check_access
from schema.documents import Document, Documents
from schema.errors import not_kept
from schema.limits.budget import Budget
from schema.limits.dearest import dearest
from schema.limits.measure import Measure, lengths_of
from schema.limits.prices import prices_of
from schema.limits.refusals import check_form, over_cost
from schema.operation import Charge, Operation
from schema.terms import Terms

# Characters that one unit of cost buys to be read: parsing and validating takes that long a character, at worst.
READ_FOR_ONE = 20
# Units that the least operation takes besides what it asks for: to be let in and looked over, and to be executed.
TO_READ = 30
TO_EXECUTE = 100


class Invalid(Exception):
    """A document that validation refuses, with everything that it found."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors)
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Accepted:
    """An operation that may be executed."""

    document: Document
    operation: OperationDefinitionNode
    variables: dict[str, Any]
    cost: int
    budget: Budget

    @property
    def kind(self) -> OperationType:
        return self.operation.operation

    @property
    def tells_schema(self) -> bool:
        """Whether it asks about the schema and nothing else, so that everybody is answered alike."""
        fields = self.operation.selection_set.selections
        asked = all(isinstance(one, FieldNode) and one.name.value.startswith("__") for one in fields)
        return asked and not self.operation.variable_definitions

    @property
    def name(self) -> str | None:
        return self.operation.name.value if self.operation.name else None


@dataclass(frozen=True, slots=True)
class Read:
    """An operation that was read and not yet weighed."""

    document: Document
    operation: OperationDefinitionNode
    variables: dict[str, Any]
    hash: str | None = None


class Intake:
    """Reads and weighs operations against one schema, on its terms."""

    def __init__(self, schema: GraphQLSchema, terms: Terms) -> None:
        self._schema = schema
        self._terms = terms
        self._prices = prices_of(schema)
        self.documents = Documents(schema, hides_schema=terms.is_public)

    async def read(self, asked: Operation, actor: Actor, charge: Charge) -> Read:
        """The operation that is asked for. Raises GuantongError and GraphQLError for what cannot be read."""
        document = await self._read(asked, self._terms.budgets[actor.role], charge)
        operation = document.operation(asked.name)
        if asked.only_reads and operation.operation is OperationType.MUTATION:
            raise _changes()
        return Read(document, operation, asked.variables or {}, asked.hash)

    async def accept(self, read: Read, actor: Actor, charge: Charge, *, follows: bool = False) -> Accepted:
        """The operation, when it may be executed. Raises GuantongError, GraphQLError and Invalid when it may not.

        ``follows`` says whether a subscription can be answered more than once.
        """
        budget, (document, operation) = self._terms.budgets[actor.role], (read.document, read.operation)
        if operation.operation is OperationType.SUBSCRIPTION and not follows:
            raise _refused(
                "订阅须经 WebSocket（graphql-transport-ws）或以 text/event-stream 接收",
                "subscribe over a WebSocket (graphql-transport-ws), or accept text/event-stream",
            )
        cost = self._cost(read, budget, actor)
        await charge(TO_EXECUTE + cost)
        if errors := self.documents.validate(document):
            raise Invalid(errors)
        if read.hash is not None and not self._terms.is_public:
            self.documents.name(read.hash, document.text)
        check_access(document.needed(self._schema, operation, read.variables), actor)
        return Accepted(document, operation, read.variables, cost, budget)

    async def _read(self, asked: Operation, budget: Budget, charge: Charge) -> Document:
        text = self._text(asked)
        if self.documents.kept(text) is None:
            # Before it is read: whatever comes of it, reading it was work.
            await charge(TO_READ + min(len(text), budget.length) // READ_FOR_ONE)
        return self.documents.read(text, budget)

    def _text(self, asked: Operation) -> str:
        trusted = self._terms.trusted
        if asked.document_id is not None and not asked.query:
            return trusted.text(asked.document_id)
        if asked.hash is not None and not asked.query:
            return self._text_of_hash(asked.hash)
        if not asked.query:
            raise _refused("请求中没有查询", "the request holds no query")
        if self._terms.is_public:
            trusted.check(asked.query)
        return asked.query

    def _text_of_hash(self, hash_: str) -> str:
        """A text by its hash: a trusted one, or to partners one that came with its hash before."""
        if self._terms.is_public or self._terms.trusted.holds(hash_):
            return self._terms.trusted.text(hash_)
        found = self.documents.named(hash_)
        if found is None:
            raise not_kept()
        return found

    def _cost(self, read: Read, budget: Budget, actor: Actor) -> int:
        measure = Measure.of(self._prices, read.document.parsed, lengths_of(read.operation, read.variables))
        size = read.document.size(read.operation, measure)
        check_form(size, budget)
        cost = int(size.cost)
        if cost > budget.cost:
            raise over_cost(cost, budget, actor.role, dearest(measure, read.operation))
        return cost


def _refused(zh: str, en: str) -> GraphQLError:
    return GraphQLError(f"{zh} / {en}")


def _changes() -> GuantongError:
    return GuantongError(
        ErrorCode.REQUEST_INVALID,
        Text("以 GET 只能查询或订阅；变更请用 POST", "by GET one can only read; send what changes something by POST"),
    )
