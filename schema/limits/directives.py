"""What a field costs, declared on the field itself, so that the schema's own text tells it to whoever plans a query.

The directives are those of the GraphQL cost specification in the form that gateways read; ``weight`` is the cost of the
field alone, 1 unless told.
"""

import strawberry
from strawberry import UNSET
from strawberry.schema_directive import Location

from core.storage.pages import DEFAULT_SIZE

PAGE_ARGUMENTS = ["first", "last"]
PAGE_ITEMS = ["edges"]


@strawberry.schema_directive(
    name="cost",
    locations=[Location.FIELD_DEFINITION],
    description="What the field alone costs; 1 where it does not say. 字段成本",
)
class Cost:
    """The weight of a field: about 15 microseconds of work a unit."""

    weight: int = strawberry.field(description="The units. 成本单位数")


@strawberry.schema_directive(
    name="listSize",
    locations=[Location.FIELD_DEFINITION],
    description=(
        "By how much whatever is asked within is multiplied: by a slicing argument where one is given, else by the "
        "assumed size; with sized fields only what is within those. 列表条数"
    ),
)
class ListSize:
    """How long a list is taken to be."""

    assumed_size: int = strawberry.field(description="How long the list is taken to be. 假定条数")
    slicing_arguments: list[str] | None = strawberry.field(
        default=UNSET, description="Arguments of the field that say how long it is at most. 限定条数的参数"
    )
    sized_fields: list[str] | None = strawberry.field(
        default=UNSET,
        description="Fields of the answer that are the list; the answer itself where none is. 计条数的字段",
    )


def page_size() -> ListSize:
    """The size of a connection: what is within its edges counts once for each item of the page."""
    return ListSize(assumed_size=DEFAULT_SIZE, slicing_arguments=PAGE_ARGUMENTS, sized_fields=PAGE_ITEMS)


def directives(weight: int, size: ListSize | None) -> list[object]:
    """Those that say more than the defaults do."""
    return [*([Cost(weight=weight)] if weight != 1 else ()), *([size] if size else ())]
