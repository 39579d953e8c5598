"""What a document must be before it is trusted: one that the public schema answers, within what a document may hold."""

from collections.abc import Iterator
from typing import NamedTuple

from graphql import GraphQLError

from core.errors import ErrorCode, GuantongError, Where
from core.texts import Text
from schema.build import build_schema
from schema.documents import Document, Documents
from schema.limits.budget import STANDARD
from schema.limits.measure import Measure, lengths_of
from schema.limits.prices import prices_of


class Weighed(NamedTuple):
    """One operation of a document, and what it costs where no variable says how long its lists are to be."""

    name: str | None
    kind: str
    cost: int


class Registrar:
    """Weighs documents against the schema, as the public would meet it."""

    def __init__(self) -> None:
        schema = build_schema().plain
        self._documents = Documents(schema, hides_schema=True)
        self._prices = prices_of(schema)

    def weigh(self, text: str, source: str) -> list[Weighed]:
        """The operations of a document. Raises BAD_FILE, naming the place, for one that the schema does not answer."""
        try:
            document = self._documents.read(text, STANDARD)
        except GraphQLError as fault:
            raise _wrong(fault, source) from None
        for found in self._documents.validate(document):
            raise _wrong(found, source)
        if not document.operations:
            raise _bad("不含任何操作", "holds no operation", Where(file=source))
        return list(self._operations(document))

    def _operations(self, document: Document) -> Iterator[Weighed]:
        for name, operation in document.operations.items():
            measure = Measure.of(self._prices, document.parsed, lengths_of(operation, {}))
            yield Weighed(name, operation.operation.value, int(document.size(operation, measure).cost))


def _wrong(fault: GraphQLError, source: str) -> GuantongError:
    line = fault.locations[0].line if fault.locations else None
    return _bad(f"有误：{fault.message}", f"is wrong: {fault.message}", Where(file=source, row=line))


def _bad(zh: str, en: str, where: Where) -> GuantongError:
    return GuantongError(ErrorCode.BAD_FILE, Text(f"查询文档{zh}", f"the document {en}"), where=where)
