"""Builds the executable schema."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import strawberry
from graphql import GraphQLError, GraphQLSchema
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

import schema.enum_words  # describes core's enums before any type uses them
import schema.job_words
import schema.plugin_words
import schema.round_words  # noqa: F401
from core.services.artifacts import Upload
from schema.access import check_roots
from schema.mutation import Mutation
from schema.query import Query
from schema.scalars import BASE64, DATE, DATETIME, UPLOAD
from schema.subscription import Subscription
from schema.types import need
from schema.types.credential import CONCRETE
from schema.types.target import SkillTarget, TitleTarget


class AsAccepted(SchemaExtension):
    """Hands over the document that the intake has read and validated; the library would do both again."""

    def on_operation(self) -> Iterator[None]:
        self.execution_context.graphql_document = self.execution_context.context.document
        self.execution_context.validation_rules = ()
        yield


class GraphSchema(strawberry.Schema):
    """A schema that leaves reporting of errors to the service, which knows the request."""

    hides_suggestions = False

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """The library would log every error in full, arguments included."""

    @property
    def plain(self) -> GraphQLSchema:
        """The schema as graphql-core knows it."""
        return self._schema

    def _get_custom_context_kwargs(
        self, operation_extensions: dict[str, Any] | None = None, *, sync: bool = False
    ) -> dict[str, Any]:
        """What is passed to the executor. The library knows no way to tell it that names are not to be suggested."""
        known = super()._get_custom_context_kwargs(operation_extensions, sync=sync)
        return {**known, "hide_suggestions": self.hides_suggestions}


def build_schema(*, hides_suggestions: bool = False) -> GraphSchema:
    """The schema without anything that schemes add."""
    check_roots(Query, Mutation, Subscription)
    built = GraphSchema(
        Query,
        Mutation,
        Subscription,
        types=(*CONCRETE, *need.CONCRETE, SkillTarget, TitleTarget),
        extensions=[AsAccepted],
        config=StrawberryConfig(scalar_map={date: DATE, datetime: DATETIME, Upload: UPLOAD, bytes: BASE64}),
    )
    built.hides_suggestions = hides_suggestions
    return built
