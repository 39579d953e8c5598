"""What one operation amounts to once its fragments are spread: its depth, its aliases, its cost.

One pass. Fragments are measured once each and remembered: followed anew at every spread, a kilobyte of fragments that
double would take for ever. The numbers are exact all the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
)

from core.storage.pages import LARGEST_SIZE
from schema.limits.prices import Price, Prices

# What is more than any budget is not told apart; JSON holds no larger numbers safely.
COUNTLESS = 10**12
# Fragments within fragments add no depth to the answer, but the count follows them downwards.
NESTING = 60


class Size(NamedTuple):
    """Of a selection. ``each`` is what one item of the page costs, where the selection is that of a connection."""

    depth: int = 0
    aliases: int = 0
    cost: float = 0
    each: float = 0

    def beside(self, other: "Size") -> "Size":
        return Size(
            max(self.depth, other.depth),
            min(self.aliases + other.aliases, COUNTLESS),
            min(self.cost + other.cost, COUNTLESS),
            min(self.each + other.each, COUNTLESS),
        )


NOTHING = Size()
TOO_DEEP = Size(depth=COUNTLESS)


@dataclass(slots=True)
class Measure:
    """Measures an operation of a document. ``lengths`` are what its variables say of how long lists are to be."""

    prices: Prices
    fragments: Mapping[str, FragmentDefinitionNode]
    lengths: Mapping[str, int]
    _known: dict[str, Size] = field(default_factory=dict)

    @classmethod
    def of(cls, prices: Prices, document: DocumentNode, lengths: Mapping[str, int]) -> "Measure":
        """The measure of a document's operations."""
        fragments = (one for one in document.definitions if isinstance(one, FragmentDefinitionNode))
        return cls(prices, {one.name.value: one for one in fragments}, lengths)

    def operation(self, operation: OperationDefinitionNode) -> Size:
        """The size of one operation, in whole units."""
        size = self.selected(operation.selection_set, self.prices.roots[operation.operation])
        return size._replace(cost=ceil(size.cost))

    def selected(self, selections: SelectionSetNode | None, of: str | None, nesting: int = 0) -> Size:
        """The size of what is selected of a type."""
        if nesting > NESTING:
            return TOO_DEEP
        size = NOTHING
        for selection in selections.selections if selections else ():
            size = size.beside(self.one(selection, of, nesting))
        return size

    def one(self, selection: SelectionNode, of: str | None, nesting: int = 0) -> Size:
        """The size of one field or fragment selected of a type."""
        if isinstance(selection, FieldNode):
            return self._field(selection, self.prices.of(of, selection.name.value), nesting)
        if isinstance(selection, FragmentSpreadNode):
            return self._fragment(selection.name.value, nesting)
        assert isinstance(selection, InlineFragmentNode)
        return self.selected(selection.selection_set, condition(selection) or of, nesting + 1)

    def _field(self, node: FieldNode, price: Price, nesting: int) -> Size:
        within = self.selected(node.selection_set, price.within, nesting + 1)
        cost = min(price.weight + self._multiplied(node, price, within), COUNTLESS)
        aliases = within.aliases + (node.alias is not None)
        return Size(within.depth + 1, aliases, *((0, cost) if price.on_page else (cost, 0)))

    def _multiplied(self, node: FieldNode, price: Price, within: Size) -> float:
        if within.cost == within.each == 0:
            return 0
        size = self.length(node, price)
        return within.cost + size * within.each if price.is_connection else size * within.cost

    def length(self, node: FieldNode, price: Price) -> float:
        """How many items a list has at most; whoever asks for more than a page holds is refused by the field itself."""
        if not price.sized_by:
            return price.size
        given = {one.name.value: self._length(one.value) for one in node.arguments or ()}
        asked = [length for name in price.sized_by if (length := given.get(name)) is not None]
        return min(max(asked, default=price.size), LARGEST_SIZE)

    def _length(self, node: ValueNode) -> int | None:
        return self.lengths.get(node.name.value) if isinstance(node, VariableNode) else _literal(node)

    def _fragment(self, name: str, nesting: int) -> Size:
        if name not in self.fragments:
            return NOTHING  # validation names it
        if name not in self._known:
            self._known[name] = NOTHING  # a circle ends here; validation names it
            fragment = self.fragments[name]
            self._known[name] = self.selected(fragment.selection_set, condition(fragment), nesting + 1)
        return self._known[name]


def condition(node: InlineFragmentNode | FragmentDefinitionNode) -> str | None:
    """The type that a fragment is on, where it names one."""
    return node.type_condition.name.value if node.type_condition else None


def lengths_of(operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> dict[str, int]:
    """What the variables of an operation say of how long lists are to be: those that are numbers or lists."""
    found: dict[str, int] = {}
    for one in operation.variable_definitions or ():
        name = one.variable.name.value
        length = _count(variables[name]) if name in variables else _literal(one.default_value)
        if length is not None:
            found[name] = length
    return found


def _literal(node: ValueNode | None) -> int | None:
    if isinstance(node, IntValueNode):
        return _count(int(node.value[:20]))
    return len(node.values) if isinstance(node, ListValueNode) else None


def _count(value: Any) -> int | None:
    """The length that an argument asks for: a number, or as many as it lists."""
    if isinstance(value, list):
        return len(value)
    return max(value, 0) if isinstance(value, int) and not isinstance(value, bool) else None
