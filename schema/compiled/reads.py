"""Compiled reads of one generation: of a request, its plan found or made, and its answer put together.

A request is looked up in two steps. Its document, its operation, its reader's rights and its switches decide the tree
of what is asked for; the form of its arguments then decides the statement. What is not compiled is told why, once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from typing import Any

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
)
from graphql.execution.values import VariableValues, get_variable_values

from core.errors import GuantongError
from core.kept import Kept
from core.permissions import Actor
from core.vocabulary import Vocabulary
from schema.asking import Asking
from schema.compiled.filling import Faulty
from schema.compiled.inputs import NOTHING, Given, is_fixed, read_input, reader_places
from schema.compiled.known import Holes
from schema.compiled.leaves import NotCompiled, NotThisTime
from schema.compiled.plans import Plan, plan_of
from schema.compiled.selected import TYPENAME, Input, Picked, Selection
from schema.compiled.text import FAULT
from schema.running import Running

# Fields of all trees, characters of all statements, and texts of statements that a database cannot read.
KEPT_FIELDS, KEPT_CHARACTERS, GIVEN_UP = 200_000, 20_000_000, 500
FAULTY = FAULT.encode()


@dataclass(frozen=True, slots=True)
class Asked:
    """An operation, as far as its answer depends on it."""

    text: str
    document: DocumentNode
    operation: OperationDefinitionNode
    variables: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ready:
    """What a request sends to the database, and what is left of it to the resolvers."""

    plan: Plan
    holes: Holes
    values: list[Any]
    inputs: Sequence[Given]
    rest: DocumentNode | None
    order: tuple[str, ...]
    today: date

    def in_order(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """Root fields in the order of the answer."""
        return {key: told[key] for key in self.order if key in told}

    def answers(self, row: Sequence[bytes | None], running: Running) -> dict[str, bytes] | None:
        """The text of each root field by its key; None when only the resolvers can say what is wrong."""
        told: dict[str, bytes] = {}
        for picked, found in zip(self.plan.roots, row, strict=True):
            if found is None:
                if not picked.is_nullable:
                    return None
                found = b"null"
            if FAULTY in found:
                return None
            if self.plan.fillers:
                try:
                    found = self.holes.filled(found, self.inputs, self.today, running)
                except Faulty:
                    return None
            told[picked.key] = found
        return told


@dataclass(slots=True)
class _Tree:
    """What an operation asks for of readers with equal rights. Only the inputs in ``needed`` are read."""

    roots: tuple[Picked, ...]
    inputs: Sequence[Input]
    needed: frozenset[int]
    why: dict[str, str]
    rest: DocumentNode | None
    order: tuple[str, ...] = ()
    fixed: dict[int, Given] = field(default_factory=dict)
    fields: int = 0
    number: int = field(default_factory=count().__next__)


class CompiledReads:
    """The plans of one generation over one kind of database."""

    def __init__(self, schema: GraphQLSchema, convert: Any, vocabulary: Vocabulary, dialect: str) -> None:
        self._schema, self._convert, self._vocabulary, self._dialect = schema, convert, vocabulary, dialect
        self._trees: Kept[_Tree] = Kept(KEPT_FIELDS, lambda tree: 1 + tree.fields)
        self._plans: Kept[tuple[Plan, Holes]] = Kept(KEPT_CHARACTERS, lambda made: len(made[0].sql))
        self._given_up: Kept[str] = Kept(GIVEN_UP)

    def ready(self, asked: Asked, asking: Asking) -> Ready | None:
        """What to send for a request; None when all of it is left to the resolvers."""
        variables = self._variables(asked)
        if variables is None:
            return None
        try:
            tree = self._tree(asked, asking, variables)
            if not tree.roots:
                return None
            inputs = self._inputs(tree, variables, asking)
            plan, holes = self._plan(tree, inputs, asking.actor)
            if plan.sql in self._given_up:
                return None
        except (NotCompiled, GuantongError, GraphQLError):
            return None  # the resolvers say what is wrong
        given = reader_places(asking.actor, asking.today)
        for one in inputs:
            given.update(one.places)
        return Ready(plan, holes, plan.values(given), inputs, tree.rest, tree.order, asking.today)

    def give_up(self, plan: Plan) -> None:
        """Leave what this plan answers to the resolvers from now on."""
        self._given_up.get(plan.sql, lambda: plan.sql)

    def why_not(self, asked: Asked, asking: Asking) -> Mapping[str, str]:
        """The root fields that are left to the resolvers, each with the reason."""
        variables = self._variables(asked)
        if variables is None:
            return {}
        try:
            return self._tree(asked, asking, variables).why
        except (GuantongError, GraphQLError) as refused:
            why = f"refused with {refused.code.value}" if isinstance(refused, GuantongError) else "refused"
            return dict.fromkeys(self._keys(asked, variables), why)

    def roots(self, asked: Asked, asking: Asking) -> Sequence[str]:
        """The keys of the root fields that an operation asks for; none when its variables are wrong."""
        variables = self._variables(asked)
        if variables is None:
            return ()
        try:
            return self._tree(asked, asking, variables).order
        except (GuantongError, GraphQLError):
            return self._keys(asked, variables)

    def _keys(self, asked: Asked, variables: VariableValues) -> list[str]:
        """Of an operation that is refused, for which there is no tree."""
        selection = Selection(self._schema, asked.operation, asked.document, variables)
        return [one.key for one, _ in selection.roots()]

    def _variables(self, asked: Asked) -> VariableValues | None:
        defined = asked.operation.variable_definitions
        if not defined:
            return VariableValues({}, {})
        found = get_variable_values(self._schema, defined, dict(asked.variables))
        return found if isinstance(found, VariableValues) else None

    def _tree(self, asked: Asked, asking: Asking, variables: VariableValues) -> _Tree:
        switches = tuple((name, value) for name, value in variables.coerced.items() if isinstance(value, bool))
        actor = asking.actor
        bounds = actor.enterprise_id is None, actor.person_id is None
        name = asked.operation.name.value if asked.operation.name else None
        key = asked.text, name, actor.permissions, bounds, switches
        return self._trees.get(key, lambda: self._selected(asked, asking, variables))

    def _selected(self, asked: Asked, asking: Asking, variables: VariableValues) -> _Tree:
        selection = Selection(self._schema, asked.operation, asked.document, variables)
        tree = _Tree((), selection.inputs, frozenset(), {}, None)
        compiled: list[Picked] = []
        left: list[Picked] = []
        needed: set[int] = set()
        picked = list(selection.roots())
        tree.fields = selection.fields
        tree.order = tuple(one.key for one, _ in picked)
        for one, numbers in picked:
            inner = _Tree((one,), selection.inputs, frozenset(numbers), {}, None)
            try:
                plan_of([one], self._inputs(inner, variables, asking), asking.actor, self._dialect)
            except NotThisTime:
                pass  # other arguments may do
            except NotCompiled as found:
                tree.why[one.key] = str(found)
                left.append(one)
                continue
            compiled.append(one)
            needed.update(numbers)
        if all(one.name == TYPENAME for one in compiled):
            compiled, left = [], [*compiled, *left]  # nothing to ask the database
        tree.roots, tree.needed = tuple(compiled), frozenset(needed)
        tree.rest = _rest(asked, left) if compiled and left else None
        return tree

    def _inputs(self, tree: _Tree, variables: VariableValues, asking: Asking) -> list[Given]:
        """The inputs that the tree needs; in the places of others nothing."""
        return [
            tree.fixed.get(number) or self._input(tree, number, variables, asking) if number in tree.needed else NOTHING
            for number in range(len(tree.inputs))
        ]

    def _input(self, tree: _Tree, number: int, variables: VariableValues, asking: Asking) -> Given:
        one = tree.inputs[number]
        found = Given.of(read_input(one, variables, asking, self._convert), f"input_{number}")
        if is_fixed(one):
            tree.fixed[number] = found
        return found

    def _plan(self, tree: _Tree, inputs: Sequence[Given], actor: Actor) -> tuple[Plan, Holes]:
        def make() -> tuple[Plan, Holes]:
            plan = plan_of(tree.roots, inputs, actor, self._dialect)
            return plan, Holes(plan.fillers, self._vocabulary)

        return self._plans.get((tree.number, *[one.shape for one in inputs]), make)


def _rest(asked: Asked, left: Sequence[Picked]) -> DocumentNode:
    """The operation without the root fields that are compiled. Fields keep their places in the text, for errors."""
    nodes = tuple(node for picked in left for node in picked.nodes)
    operation = replace(asked.operation, selection_set=SelectionSetNode(selections=nodes))
    others = (one for one in asked.document.definitions if isinstance(one, FragmentDefinitionNode))
    return DocumentNode(definitions=(operation, *others))
