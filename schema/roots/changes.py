"""What a version of a scheme would change, in its words and for people, so that it is seen before it is recorded."""

from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry

from core.errors import ErrorCode, GuantongError
from core.schemes import Scheme
from core.storage.pages import LARGEST_SIZE
from core.texts import Text
from schema import rights
from schema.context import Info
from schema.fields import argument, computed
from schema.ids import decode_id, row_key
from schema.impacts import effect
from schema.relations import loaded
from schema.types.impact import SchemeImpact
from schema.types.scheme import on_record
from schema.types.scheme_diff import SchemeDiff

Older = Annotated[strawberry.ID, argument("Id of a version on record, or of a filing. 原版本或备案申请标识", "from")]
Newer = Annotated[strawberry.ID, argument("Id of a version on record, or of a filing. 新版本或备案申请标识", "to")]
Version = Annotated[strawberry.ID, argument("Id of a version on record, or of a filing. 版本或备案申请标识")]
Against = Annotated[
    strawberry.ID | None,
    argument("Version or filing of the same scheme; unless told the version on record on the day. 对照版本"),
]
On = Annotated[date | None, argument("The day; unless told today, or the version's first day if that is later. 日期")]
First = Annotated[int, argument("How many people to name for each way, at most 100. 每项列出人数")]


@strawberry.type
class ChangesRoot:
    """Root fields for whoever reviews a version."""

    @computed("What changes from one version to another, filed or on record. 版本差异", weight=500)
    async def scheme_diff(self, info: Info, older: Older, newer: Newer) -> SchemeDiff:
        info.context.require(*rights.REVIEWS)
        _, before = await _version(info, older)
        _, after = await _version(info, newer)
        return SchemeDiff(before=before, after=after)

    @computed("Who becomes eligible by a version and who no longer is, way by way. 方案影响", weight=3000)
    async def scheme_impact(
        self, info: Info, version: Version, against: Against = None, as_of: On = None, first: First = 10
    ) -> SchemeImpact:
        info.context.require(*rights.REVIEWS)
        _at_most(first)
        context = info.context
        scheme_id, new = await _version(info, version)
        day = context.day(as_of or max(context.today, new.period.start))
        old = await _compared(info, against, scheme_id) if against else await _in_force(info, scheme_id, new, day)
        owner = (await loaded(context.loaders.schemes, scheme_id)).enterprise_id
        found = await effect(context.reader, owner, old, new, day, context.rulebook)
        return SchemeImpact.of(found, new.version, old.version if old else None, first)


async def _version(info: Info, id_: str) -> tuple[UUID, Scheme]:
    """The id of its scheme and the content of a version on record, or of a filing, that the reader may read."""
    loaders, contents = info.context.loaders, info.context.contents
    key = row_key(id_, "SchemeVersion", "Filing")
    if decode_id(id_).type_name == "Filing":
        filing = await loaders.filings.load(key)
        if filing is not None:
            return filing.scheme_id, await contents.of_filing(filing)
    else:
        version = await loaders.versions.load(key)
        if version is not None:
            return version.scheme_id, await contents.of_version(version)
    raise GuantongError(
        ErrorCode.NOT_FOUND,
        Text(f"方案版本 {id_} 不存在，或无权查看", f"no scheme version {id_}, or not visible to this reader"),
    )


async def _compared(info: Info, id_: str, scheme_id: UUID) -> Scheme:
    other_id, other = await _version(info, id_)
    if other_id == scheme_id:
        return other
    raise GuantongError(
        ErrorCode.BAD_ARGUMENT,
        Text(
            f"对照版本属于另一方案“{other.key}”；请选同一方案的版本",
            f"the version to compare with is one of scheme '{other.key}'; take one of the same scheme",
        ),
    )


async def _in_force(info: Info, scheme_id: UUID, new: Scheme, day: date) -> Scheme | None:
    """The version on record on a day, unless it is the very one that is asked about."""
    for row in await info.context.loaders.versions_of.load(scheme_id):
        if on_record(row, day) and row.version != new.version:
            return await info.context.contents.of_version(row)
    return None


def _at_most(first: int) -> None:
    if not 0 <= first <= LARGEST_SIZE:
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text(f"first 须在 0 至 {LARGEST_SIZE} 之间", f"first should be from 0 to {LARGEST_SIZE}, not {first}"),
        )
