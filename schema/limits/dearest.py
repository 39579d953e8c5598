"""Which part of an operation costs most, so that whoever is refused knows where to ask for less."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import itemgetter

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from schema.limits.measure import Measure, condition


def dearest(measure: Measure, operation: OperationDefinitionNode) -> str:
    """The path of fields down to the one within which no other makes up half of the cost: ``people.edges.node``."""
    root = measure.prices.roots[operation.operation]
    return ".".join(_Descent(measure).path(operation.selection_set, root, 1, is_whole=True))


@dataclass(slots=True)
class _Descent:
    measure: Measure
    _unspread: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self._unspread = set(self.measure.fragments)

    def path(
        self, selections: SelectionSetNode | None, of: str | None, size: float, is_whole: bool = False
    ) -> Iterator[str]:
        """Follow what costs most of a selection, whose page, if it is one, holds ``size`` items."""
        costs = [(self._cost(one, of, size), one) for one in selections.selections] if selections else []
        highest, heaviest = max(costs, key=itemgetter(0), default=(0, None))
        if not is_whole and 2 * highest < sum(cost for cost, _ in costs):
            return
        if isinstance(heaviest, FieldNode):
            yield from self._field(heaviest, of, highest)
        elif isinstance(heaviest, InlineFragmentNode):
            yield from self.path(heaviest.selection_set, condition(heaviest) or of, size, is_whole)
        elif isinstance(heaviest, FragmentSpreadNode) and heaviest.name.value in self._unspread:
            fragment = self.measure.fragments[heaviest.name.value]
            self._unspread.remove(heaviest.name.value)
            yield from self.path(fragment.selection_set, condition(fragment), size, is_whole)

    def _field(self, node: FieldNode, of: str | None, cost: float) -> Iterator[str]:
        price = self.measure.prices.of(of, node.name.value)
        yield (node.alias or node.name).value
        if 2 * price.weight <= cost:
            size = self.measure.length(node, price) if price.is_connection else 1
            yield from self.path(node.selection_set, price.within, size)

    def _cost(self, selection: SelectionNode, of: str | None, size: float) -> float:
        found = self.measure.one(selection, of)
        return found.cost + size * found.each
