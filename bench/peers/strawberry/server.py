"""Plain Strawberry as its documentation has it: SQLAlchemy's session, a DataLoader a relation, caches of documents."""

import os
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import strawberry
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from starlette.applications import Starlette
from starlette.requests import Request
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, ValidationCache

URL = os.environ["DATABASE_URL"].replace("postgresql:", "postgresql+psycopg:").replace("sqlite:", "sqlite+aiosqlite:")
IS_SQLITE = URL.startswith("sqlite")
engine = create_async_engine(URL, pool_size=10, max_overflow=6)
sessions = async_sessionmaker(engine, expire_on_commit=False)


@sa.event.listens_for(engine.sync_engine, "connect")
def _connect(connection: Any, _record: Any) -> None:
    if IS_SQLITE:
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "temp_store=MEMORY", "cache_size=-20000"):
            connection.execute(f"PRAGMA {pragma}")


class Base(DeclarativeBase):
    metadata = sa.MetaData(schema=None if IS_SQLITE else "peers")


class PersonRow(Base):
    __tablename__ = "person"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    born_on: Mapped[date]
    identity_kind: Mapped[str]
    is_example: Mapped[bool]


class EnterpriseRow(Base):
    __tablename__ = "enterprise"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str]


class CredentialRow(Base):
    __tablename__ = "credential"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    kind: Mapped[str]
    level: Mapped[str]
    number: Mapped[str | None]
    issuer: Mapped[str] = mapped_column("issuer_name")
    issuer_enterprise_id: Mapped[UUID | None]
    legal_basis: Mapped[str]
    route: Mapped[str] = mapped_column("obtained_by")
    awarded_on: Mapped[date]
    valid_until: Mapped[date | None]
    is_example: Mapped[bool]


class EvaluationRow(Base):
    __tablename__ = "evaluation"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    reference_day: Mapped[date]
    decided_on: Mapped[date]
    policy_digest: Mapped[str]
    engine_version: Mapped[str]
    origin: Mapped[str]
    source_document: Mapped[str | None]
    is_example: Mapped[bool]


class ScoreRow(Base):
    __tablename__ = "score"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    evaluation_id: Mapped[UUID]
    criterion: Mapped[str]
    side: Mapped[str]
    points: Mapped[int]
    weight: Mapped[int]
    assessor: Mapped[str] = mapped_column("assessor_name")


class EmploymentRow(Base):
    __tablename__ = "employment"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    enterprise_id: Mapped[UUID]
    post: Mapped[str]
    is_frontline: Mapped[bool] = mapped_column("frontline")
    starts: Mapped[date]
    ends: Mapped[date | None]


async def rows(statement: Any) -> list[Any]:
    async with sessions() as session:
        return list((await session.scalars(statement)).all())


def children(table: Any, parent: Any, *order: Any) -> Callable[[list[UUID]], Any]:
    async def load(keys: list[UUID]) -> list[list[Any]]:
        found: dict[UUID, list[Any]] = defaultdict(list)
        for row in await rows(sa.select(table).where(parent.in_(keys)).order_by(*order)):
            found[getattr(row, parent.key)].append(row)
        return [found[key] for key in keys]

    return load


def ones(table: Any) -> Callable[[list[UUID]], Any]:
    async def load(keys: list[UUID]) -> list[Any]:
        found = {row.id: row for row in await rows(sa.select(table).where(table.id.in_(keys)))}
        return [found[key] for key in keys]

    return load


def loaders() -> dict[str, DataLoader[UUID, Any]]:
    """New ones for each request."""
    loads = {
        "credentials": children(CredentialRow, CredentialRow.person_id, CredentialRow.awarded_on, CredentialRow.id),
        "evaluations": children(EvaluationRow, EvaluationRow.person_id, EvaluationRow.decided_on, EvaluationRow.id),
        "scores": children(ScoreRow, ScoreRow.evaluation_id, ScoreRow.criterion, ScoreRow.assessor),
        "employments": children(EmploymentRow, EmploymentRow.person_id, EmploymentRow.starts, EmploymentRow.id),
        "person": ones(PersonRow),
        "enterprise": ones(EnterpriseRow),
    }
    return {name: DataLoader(load_fn=load) for name, load in loads.items()}


@strawberry.type
class Enterprise:
    key: str


@strawberry.type
class Score:
    criterion: str
    side: str
    points: int
    weight: int
    assessor: str


@strawberry.type
class Evaluation:
    reference_day: date
    decided_on: date
    policy_digest: str
    engine_version: str
    origin: str
    source_document: str | None
    is_example: bool

    @strawberry.field
    async def scores(self, info: strawberry.Info) -> list[Score]:
        found: list[Score] = await info.context["scores"].load(self.id)  # type: ignore[attr-defined]
        return found


@strawberry.type
class Employment:
    post: str
    is_frontline: bool
    starts: date
    ends: date | None

    @strawberry.field
    async def enterprise(self, info: strawberry.Info) -> Enterprise:
        found: Enterprise = await info.context["enterprise"].load(self.enterprise_id)  # type: ignore[attr-defined]
        return found


@strawberry.type
class Holder:
    name: str


@strawberry.type
class Credential:
    kind: str
    number: str | None
    issuer: str
    legal_basis: str
    route: str
    awarded_on: date
    valid_until: date | None
    is_example: bool

    @strawberry.field
    async def holder(self, info: strawberry.Info) -> Holder:
        found: Holder = await info.context["person"].load(self.person_id)  # type: ignore[attr-defined]
        return found


@strawberry.type
class Person:
    name: str
    born_on: date
    identity_kind: str
    is_example: bool

    @strawberry.field
    async def credentials(self, info: strawberry.Info) -> list[Credential]:
        found: list[Credential] = await info.context["credentials"].load(self.id)  # type: ignore[attr-defined]
        return found

    @strawberry.field
    async def evaluations(self, info: strawberry.Info) -> list[Evaluation]:
        found: list[Evaluation] = await info.context["evaluations"].load(self.id)  # type: ignore[attr-defined]
        return found

    @strawberry.field
    async def employments(self, info: strawberry.Info) -> list[Employment]:
        found: list[Employment] = await info.context["employments"].load(self.id)  # type: ignore[attr-defined]
        return found


@strawberry.type
class PageInfo:
    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class CredentialPage:
    nodes: list[Credential]
    page_info: PageInfo
    level: strawberry.Private[str]

    @strawberry.field
    async def total_count(self) -> int:
        counted = sa.select(sa.func.count()).select_from(CredentialRow).where(CredentialRow.level == self.level)
        async with sessions() as session:
            return int((await session.scalars(counted)).one())


@strawberry.type
class CredentialCount:
    enterprise: str
    kind: str
    level: str
    year: int
    count: int


@strawberry.type
class Query:
    @strawberry.field
    async def person(self, id: strawberry.ID) -> Person:
        found: Any = (await rows(sa.select(PersonRow).where(PersonRow.id == UUID(id))))[0]
        return found  # type: ignore[no-any-return]

    @strawberry.field
    async def people(self, first: int) -> list[Person]:
        return await rows(sa.select(PersonRow).order_by(PersonRow.id).limit(first))

    @strawberry.field
    async def credentials(self, level: str, first: int, after: str | None = None) -> CredentialPage:
        keys = sa.tuple_(CredentialRow.awarded_on, CredentialRow.id)
        query = sa.select(CredentialRow).where(CredentialRow.level == level)
        if after:
            day, last = after.split(",")
            query = query.where(keys > (date.fromisoformat(day), UUID(last)))
        found = await rows(query.order_by(CredentialRow.awarded_on, CredentialRow.id).limit(first + 1))
        end = f"{found[first - 1].awarded_on},{found[first - 1].id}" if len(found) >= first else None
        return CredentialPage(
            nodes=found[:first], page_info=PageInfo(has_next_page=len(found) > first, end_cursor=end), level=level
        )

    @strawberry.field
    async def credential_counts(self) -> list[CredentialCount]:
        columns = [sa.column(name) for name in ("enterprise", "kind", "level", "year", "count")]
        query = sa.select(*columns).select_from(sa.table("credential_count", schema=Base.metadata.schema))
        async with sessions() as session:
            return [CredentialCount(**row) for row in (await session.execute(query)).mappings()]


class Endpoint(GraphQL[Any, Any]):
    async def get_context(self, request: Any, response: Any) -> Any:
        return {"request": request, **loaders()} if isinstance(request, Request) else {}


schema = strawberry.Schema(Query, extensions=[ParserCache, ValidationCache])
app = Starlette()
app.add_route("/graphql", Endpoint(schema))
