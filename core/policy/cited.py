"""What every part of a pack file is made of: forms that take no unknown key, values that carry their citation."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from core.citations import Confidence

Slug = Annotated[str, Field(pattern=r"^[a-z0-9_]+([.:-][a-z0-9_]+)*$")]


class Form(BaseModel):
    """Base of every part: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Cited(Form):
    """The citation that every value carries."""

    source: Slug
    clause: str = Field(min_length=1)
    confidence: Confidence
    quote: str | None = None
    note: str | None = None
