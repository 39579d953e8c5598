"""Arguments that many fields share."""

from datetime import date
from typing import Annotated

from schema.fields import argument

AsOf = Annotated[date | None, argument("The day asked about, from 1990 to 2100; today unless told. 截至日期")]
