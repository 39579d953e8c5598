"""Builds the executable schema."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import strawberry
from graphql import GraphQLError, GraphQLSchema
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField

import schema.contest_words  # describes core's enums before any type uses them
import schema.enum_words
import schema.job_words
import schema.plugin_words
import schema.round_words
import schema.summary_words
import schema.webhook_words  # noqa: F401
from core.published import NOTHING_PUBLISHED, Published
from core.services.artifacts import Upload
from schema.access import check_roots
from schema.generated.fields import added_fields
from schema.mutation import Mutation
from schema.query import Query
from schema.scalars import BASE64, DATE, DATETIME, UPLOAD
from schema.subscription import Subscription
from schema.types import need
from schema.types.credential import CONCRETE
from schema.types.scheme_fact import FACT_VALUE, FactValue
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
    # Before the library's constructor, which asks for the fields of every type.
    _added: Mapping[Any, Sequence[StrawberryField]]

    def __init__(self, *args: Any, added: Mapping[Any, Sequence[StrawberryField]], **options: Any) -> None:
        self._added = added
        super().__init__(*args, **options)
        self._describe_arguments_of_directives()

    def _describe_arguments_of_directives(self) -> None:
        """The library drops what their declarations say of them."""
        for directive in self.plain.directives:
            declared = directive.extensions.get("strawberry-definition")
            for field in declared.fields if declared else ():
                directive.args[self.config.name_converter.get_graphql_name(field)].description = field.description

    def get_fields(self, type_definition: StrawberryObjectDefinition) -> list[StrawberryField]:
        """Core's fields of a type and, after them, those that schemes add."""
        return [*super().get_fields(type_definition), *self._added.get(type_definition.origin, ())]

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """The library would log every error in full, arguments included."""

    @property
    def plain(self) -> GraphQLSchema:
        """The schema as graphql-core knows it."""
        return self._schema

    @property
    def conversion(self) -> tuple[Any, StrawberryConfig]:
        """What the library turns arguments into values with."""
        return self.schema_converter.scalar_registry, self.config

    def _get_custom_context_kwargs(
        self, operation_extensions: dict[str, Any] | None = None, *, sync: bool = False
    ) -> dict[str, Any]:
        """What is passed to the executor. The library knows no way to tell it that names are not to be suggested."""
        known = super()._get_custom_context_kwargs(operation_extensions, sync=sync)
        return {**known, "hide_suggestions": self.hides_suggestions}


@lru_cache(maxsize=4)
def build_schema(published: Published = NOTHING_PUBLISHED, *, hides_suggestions: bool = False) -> GraphSchema:
    """The schema with what schemes have published; without any unless told. Nothing changes it once it is built."""
    check_roots(Query, Mutation, Subscription)
    built = GraphSchema(
        Query,
        Mutation,
        Subscription,
        types=(*CONCRETE, *need.CONCRETE, SkillTarget, TitleTarget),
        extensions=[AsAccepted],
        added=added_fields(published),
        config=StrawberryConfig(
            scalar_map={date: DATE, datetime: DATETIME, Upload: UPLOAD, bytes: BASE64, FactValue: FACT_VALUE}
        ),
    )
    built.hides_suggestions = hides_suggestions
    return built
