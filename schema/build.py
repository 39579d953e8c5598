"""Builds the executable schema."""

from datetime import date, datetime
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.extensions import ParserCache
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

import schema.enum_words  # describes core's enums before any type uses them
import schema.plugin_words  # noqa: F401
from core.services.artifacts import Upload
from schema.access import Access, check_roots
from schema.limits import Limits, Validation
from schema.mutation import Mutation
from schema.observing import Observing
from schema.query import Query
from schema.scalars import BASE64, DATE, DATETIME, UPLOAD
from schema.types import need
from schema.types.credential import CONCRETE
from schema.types.target import SkillTarget, TitleTarget

CACHED_DOCUMENTS = 1000


class GraphSchema(strawberry.Schema):
    """A schema that leaves reporting of errors to the service, which knows the request."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """The library would log every error in full, arguments included."""


def build_schema() -> GraphSchema:
    """The schema without anything that schemes add."""
    check_roots(Query, Mutation)
    extensions: list[Any] = [
        Observing,
        Limits,
        Access,
        lambda: ParserCache(maxsize=CACHED_DOCUMENTS),
        lambda: Validation(maxsize=CACHED_DOCUMENTS),
    ]
    return GraphSchema(
        Query,
        Mutation,
        types=(*CONCRETE, *need.CONCRETE, SkillTarget, TitleTarget),
        extensions=extensions,
        config=StrawberryConfig(scalar_map={date: DATE, datetime: DATETIME, Upload: UPLOAD, bytes: BASE64}),
    )
