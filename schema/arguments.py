"""Arguments that many fields share."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from schema.asking import Asking
from schema.fields import argument
from schema.ids import row_key

AsOf = Annotated[date | None, argument("The day asked about, from 1990 to 2100; today unless told. 截至日期")]


def owner_asked(_asking: Asking, given: Mapping[str, Any]) -> UUID | None:
    """The enterprise of the argument of that name, if it is given."""
    return row_key(given["enterprise"], "Enterprise") if given.get("enterprise") else None
