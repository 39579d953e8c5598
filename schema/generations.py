"""A generation: the schema of one state of what is published, with everything that was worked out from it.

An operation is read, weighed, allowed and executed on one generation from its start to its end, whatever is swapped in
meanwhile: prices, documents and answers about the schema are kept with the generation that they belong to.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from core.published import Published
from core.vocabulary import load_vocabulary
from schema.build import GraphSchema, build_schema
from schema.compiled.plans import Plan
from schema.compiled.reads import CompiledReads
from schema.documents import Document
from schema.intake import Intake
from schema.terms import Terms

About = tuple[str, str | None]  # a document, and which of its operations
MOST_TOLD = 4
# Documents that the next generation has read before it serves, those last used first: whoever goes on asking what was
# asked before the swap waits for no validation.
CARRIED_OVER = 50


@dataclass(slots=True)
class Generation:
    """A schema, and what is kept of answering by it."""

    name: str
    graph: GraphSchema
    intake: Intake
    reads: CompiledReads | None
    _told: OrderedDict[About, dict[str, Any] | None] = field(default_factory=OrderedDict)

    @classmethod
    def of(
        cls, published: Published, terms: Terms, known: Sequence[Document] = (), dialect: str = "sqlite"
    ) -> "Generation":
        """Built anew; ``known`` are documents of the one before. A tenth of a second of work: do it in a thread."""
        graph = build_schema(published, hides_suggestions=terms.is_public)
        intake = Intake(graph.plain, terms)
        intake.documents.carry_over(known)
        reads = CompiledReads(graph.plain, graph.conversion, load_vocabulary(), dialect) if terms.compiles else None
        return cls(published.generation, graph, intake, reads)

    @property
    def known(self) -> list[Document]:
        """What the next one should know."""
        return self.intake.documents.latest(CARRIED_OVER)

    def reads_given_up(self, plan: Plan) -> None:
        """The database cannot read the statement of a plan: nobody is to try it again."""
        if self.reads is not None:
            self.reads.give_up(plan)

    def has_told(self, about: About) -> bool:
        """Whether something was told of the schema before."""
        return about in self._told

    def told(self, about: About) -> dict[str, Any] | None:
        """What was told."""
        return self._told[about]

    def tell(self, about: About, data: dict[str, Any] | None) -> None:
        """Keep what was told of the schema: it does not change."""
        self._told[about] = data
        if len(self._told) > MOST_TOLD:
            self._told.popitem(last=False)
