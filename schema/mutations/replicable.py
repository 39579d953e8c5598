"""Holding up what is replicable, and cloning it (可复制)."""

import asyncio
from typing import Annotated

import orjson
import strawberry

from core.models import ReplicablePart
from core.services import replicable
from plugins.cloning import Clone, NewOwner, clone
from plugins.document import SchemeDocument
from schema import rights
from schema.context import Info
from schema.fields import argument, listed, mutation
from schema.ids import row_key
from schema.mutations.attempt import attempt
from schema.mutations.seen import KEY, REASON
from schema.types.problem import Problem
from schema.types.replicable import ReplicableScheme
from schema.types.text import Text


@strawberry.input(description="What of a version on record others may take over. 标记可复制")
class MarkReplicableInput:
    """The catalog goes with the groups that its rows name."""

    key: str = strawberry.field(description=KEY)
    version: strawberry.ID = strawberry.field(description="Id of the scheme version. 方案版本标识")
    parts: list[ReplicablePart] = strawberry.field(description="At least one. 可复制内容")
    reason: str = strawberry.field(description=REASON)


@strawberry.input(description="A mark to take back. 撤销可复制标记")
class WithdrawReplicableInput:
    """As one read it."""

    key: str = strawberry.field(description=KEY)
    mark: strawberry.ID = strawberry.field(description="Id of the mark. 标记标识")
    revision: int = strawberry.field(description="Its revision, as one read it. 办理次序")
    reason: str = strawberry.field(description=REASON)


@strawberry.input(description="What an enterprise takes over. 复制方案")
class CloneSchemeInput:
    """A key that no scheme has."""

    key: str = strawberry.field(description=KEY)
    mark: strawberry.ID = strawberry.field(description="Id of the mark. 标记标识")
    scheme_key: str = strawberry.field(description="Key of the new scheme. 新方案代码")
    reason: str = strawberry.field(description=REASON)


@strawberry.type(description="What was marked, or is no longer. 可复制标记结果")
class MarkedReplicable:
    """The mark as it stands now."""

    marked: ReplicableScheme = strawberry.field(description="The mark. 可复制标记")


@strawberry.type(description="A draft for the author kit: manifest and catalog workbook. 复制的方案草案")
class ClonedScheme:
    """Nothing of it is on record: it is filled in, checked at home and registered like any other."""

    source: ReplicableScheme = strawberry.field(description="What it was made of. 来源")
    filename: str = strawberry.field(description="Name for the file. 文件名")
    package: bytes = strawberry.field(description="A zip with the folder of the scheme. 方案压缩包")
    to_fill_in: list[Text] = listed("What is left to be done. 待填写事项", 4)


ReplicableResult = Annotated[
    MarkedReplicable | Problem, strawberry.union("ReplicableResult", description="What came of it. 标记结果")
]
CloneResult = Annotated[
    ClonedScheme | Problem, strawberry.union("CloneResult", description="What came of it. 复制结果")
]
Mark = Annotated[MarkReplicableInput, argument("What is marked. 标记内容")]
TakeBack = Annotated[WithdrawReplicableInput, argument("What is taken back. 撤销内容")]
TakeOver = Annotated[CloneSchemeInput, argument("What is taken over. 复制内容")]


@strawberry.type
class ReplicableMutations:
    """Mutations over what is replicable."""

    @mutation(
        "Mark parts of a recorded scheme as replicable, as the bureau. 标记可复制", requires=rights.MARK_REPLICABLE
    )
    async def mark_replicable(self, info: Info, input: Mark) -> ReplicableResult:
        async def step() -> MarkedReplicable:
            version = row_key(input.version, "SchemeVersion")
            given = replicable.NewMark(key=input.key, scheme_version_id=version, parts=tuple(input.parts))
            row = await info.context.do(replicable.mark_replicable, given, input.reason)
            return MarkedReplicable(marked=ReplicableScheme.of(row))

        return await attempt(step)

    @mutation("Take such a mark back, as the bureau. 撤销可复制标记", requires=rights.MARK_REPLICABLE)
    async def withdraw_replicable(self, info: Info, input: TakeBack) -> ReplicableResult:
        async def step() -> MarkedReplicable:
            mark = row_key(input.mark, "ReplicableScheme")
            given = replicable.SeenMark(key=input.key, mark_id=mark, revision=input.revision)
            row = await info.context.do(replicable.withdraw_replicable, given, input.reason)
            return MarkedReplicable(marked=ReplicableScheme.of(row))

        return await attempt(step)

    @mutation(
        "Take over what another enterprise's scheme is held up for, as a draft of one's own. 复制方案",
        requires=rights.CLONE_SCHEME,
    )
    async def clone_scheme(self, info: Info, input: TakeOver) -> CloneResult:
        async def step() -> ClonedScheme:
            mark = row_key(input.mark, "ReplicableScheme")
            given = replicable.NewClone(key=input.key, mark_id=mark, scheme_key=input.scheme_key)
            row = await info.context.do(replicable.clone_scheme, given, input.reason)
            document, owner = await info.context.ask(replicable.what_is_cloned, row.id)
            new = NewOwner(
                owner.uscc, owner.zh, owner.en or owner.key, input.scheme_key, info.context.today, owner.is_example
            )
            made = await asyncio.to_thread(_cloned, document, row.parts, new)
            return ClonedScheme(
                source=ReplicableScheme.of(row),
                filename=f"{input.scheme_key}.zip",
                package=made.zipped(f"scheme_{input.scheme_key}"),
                to_fill_in=[Text.of(one) for one in made.to_fill_in],
            )

        return await attempt(step)


def _cloned(document: str, parts: list[str], owner: NewOwner) -> Clone:
    return clone(SchemeDocument.of(orjson.loads(document)), [ReplicablePart(one) for one in parts], owner)
