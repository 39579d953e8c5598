"""What a version of a scheme would change, in its words and for people, so that it is seen before it is recorded."""

from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry

from core.errors import ErrorCode, GuantongError
from core.schemes import Scheme
from core.texts import Text
from schema import rights
from schema.context import Info
from schema.fields import argument, computed
from schema.ids import decode_id, not_found, row_key
from schema.relations import loaded
from schema.types.impact import SchemeImpact
from schema.types.scheme import on_record
from schema.types.scheme_diff import SchemeDiff

Older = Annotated[strawberry.ID, argument("Id of a version on record, or of a filing. 原版本或备案申请标识", "from")]
Newer = Annotated[strawberry.ID, argument("Id of a version on record, or of a filing. 新版本或备案申请标识", "to")]
Version = Annotated[strawberry.ID, argument("Id of a version on record, or of a filing. 版本或备案申请标识")]
Against = Annotated[
    strawberry.ID | None,
    argument(
        "Version or filing of the same scheme; unless told the version on record on the day, or for one that is on "
        "record itself the one before it. 对照版本"
    ),
]
On = Annotated[date | None, argument("The day; unless told today, or the version's first day if that is later. 日期")]


@strawberry.type
class ChangesRoot:
    """Root fields for whoever reviews a version."""

    @computed(
        "What changes from one version to another, filed or on record. 版本差异", requires=rights.REVIEWS, weight=500
    )
    async def scheme_diff(self, info: Info, older: Older, newer: Newer) -> SchemeDiff:
        _, before = await _version(info, older)
        _, after = await _version(info, newer)
        return SchemeDiff(before=before, after=after)

    @computed(
        "Who becomes eligible by a version and who no longer is, way by way. 方案影响",
        requires=rights.REVIEWS,
        weight=3000,
    )
    async def scheme_impact(
        self, info: Info, version: Version, against: Against = None, as_of: On = None
    ) -> SchemeImpact:
        context = info.context
        scheme_id, new = await _version(info, version)
        day = context.day(as_of or max(context.today, new.period.start))
        old = await _compared(info, against, scheme_id) if against else await _in_force(info, scheme_id, new, day)
        owner = (await loaded(context.loaders.schemes, scheme_id)).enterprise_id
        found = await context.effects.of(owner, old, new, day)
        return SchemeImpact.of(found, new.version, old.version if old else None)


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
    raise not_found("方案版本", "scheme version", id_)


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
    """The version on record on a day; for one that is on record itself, the one before it."""
    rows = await info.context.loaders.versions_of.load(scheme_id)
    own = next((row.recorded_from for row in rows if row.version == new.version and row.recorded_from), None)
    others = [row for row in rows if row.version != new.version and row.recorded_from is not None]
    if own is None:
        found = [row for row in others if on_record(row, day)]
    else:
        found = [row for row in others if row.recorded_from and row.recorded_from < own]
    newest = max(found, key=lambda row: row.recorded_from or date.min, default=None)
    return await info.context.contents.of_version(newest) if newest else None
