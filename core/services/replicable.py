"""Use cases of replicable parts (可复制): the bureau marks what of a scheme others may take over, enterprises clone it.

A clone is a draft on the other enterprise's own desk, not on record here: what was cloned by whom is an event alone.
"""

from uuid import UUID

from pydantic import Field
from sqlmodel import col, select

from core.audit import Tag
from core.dates import Period
from core.errors import ErrorCode, GuantongError, Where
from core.models import Enterprise, Replicable, ReplicablePart, Scheme, SchemeVersion
from core.permissions import Permission
from core.services.call import Call, checked_reason
from core.services.form import Slug
from core.services.once import Keyed, once
from core.services.reach import ENTERPRISE, existing, not_found
from core.services.round_docket import check_revision
from core.services.rules import duplicate, values_of
from core.texts import Text

MARK = (Permission.CITY_SCHEME_RECORD,)
CLONE = (Permission.ENTERPRISE_SCHEME_REGISTER,)
VERSION, REPLICABLE = Text("方案版本", "scheme version"), Text("可复制标记", "mark of what is replicable")


class NewMark(Keyed):
    """Which parts of which version may be taken over."""

    scheme_version_id: UUID
    parts: tuple[ReplicablePart, ...] = Field(min_length=1, max_length=len(ReplicablePart))


class SeenMark(Keyed):
    """A mark as the actor read it."""

    mark_id: UUID
    revision: int = Field(ge=1)


class NewClone(Keyed):
    """What is cloned, and under which key the new scheme is drafted."""

    mark_id: UUID
    scheme_key: Slug


@once(Replicable)
async def mark_replicable(call: Call, given: NewMark, reason: str) -> Replicable:
    """Mark parts of a version on record as replicable, as the bureau."""
    call.require(*MARK)
    version = await existing(call, SchemeVersion, given.scheme_version_id, VERSION)
    scheme = await existing(call, Scheme, version.scheme_id, VERSION)
    _on_record(call, version, scheme)
    _goes_together(given)
    if await _standing(call, version.id) is not None:
        raise duplicate(
            "该版本已有可复制标记；请先撤销再重新标记",
            "the version is marked as replicable already; withdraw that mark first",
        )
    row = Replicable(
        scheme_version_id=version.id,
        owner_id=scheme.enterprise_id,
        scheme_key=scheme.key,
        version=version.version,
        zh=version.zh,
        en=version.en,
        parts=[part.value for part in ReplicablePart if part in given.parts],
        marked_on=call.today,
        marked_by=call.actor.name,
        reason=checked_reason(reason),
    )
    await call.store(row)
    await call.note(Tag.ENTERPRISE_SCHEME_REPLICABLE, row, reason, after=values_of(row))
    return row


def _on_record(call: Call, version: SchemeVersion, scheme: Scheme) -> None:
    starts = version.recorded_from
    if starts is None or call.today not in Period(starts, version.recorded_until):
        raise GuantongError(
            ErrorCode.STEP_REFUSED,
            Text(
                f"方案“{scheme.key}”版本 {version.version} 今日不在备案有效期内，不能标为可复制",
                f"version {version.version} of scheme '{scheme.key}' is not on record today, so it is not replicable",
            ),
            where=Where(entry="scheme_version_id"),
        )


def _goes_together(given: NewMark) -> None:
    """Rows of a catalog name groups, which would be missing in a clone."""
    if ReplicablePart.CATALOG in given.parts and ReplicablePart.GROUPS not in given.parts:
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text(
                "对应关系目录须与具体人群一并标记：目录各行引用人群",
                "mark the catalog together with the groups: its rows name them",
            ),
            where=Where(entry="parts"),
        )


async def _standing(call: Call, version_id: UUID) -> Replicable | None:
    query = select(Replicable).where(
        col(Replicable.scheme_version_id) == version_id, col(Replicable.withdrawn_on).is_(None)
    )
    return (await call.session.exec(query)).one_or_none()


@once(Replicable)
async def withdraw_replicable(call: Call, given: SeenMark, reason: str) -> Replicable:
    """Take a mark back, as the bureau; what was cloned by then is nobody's but the cloner's."""
    call.require(*MARK)
    row = await _mark(call, given.mark_id)
    check_revision(row.revision, given.revision)
    row.withdrawn_on, row.withdrawn_reason, row.revision = call.today, checked_reason(reason), row.revision + 1
    await call.store(row)
    await call.note(Tag.ENTERPRISE_SCHEME_UNREPLICABLE, row, reason, after={"withdrawn_on": row.withdrawn_on})
    return row


async def _mark(call: Call, id_: UUID) -> Replicable:
    """A mark that stands, locked."""
    query = select(Replicable).where(col(Replicable.id) == id_, col(Replicable.withdrawn_on).is_(None))
    row = (await call.session.exec(query.with_for_update())).one_or_none()
    if row is None:
        raise not_found(REPLICABLE)
    return row


@once(Replicable)
async def clone_scheme(call: Call, given: NewClone, reason: str) -> Replicable:
    """Take over what is marked, as another enterprise, under a key that no scheme has."""
    call.require(*CLONE)
    row = await _mark(call, given.mark_id)
    if row.owner_id == call.actor.enterprise_id:
        raise GuantongError(
            ErrorCode.STEP_REFUSED,
            Text(
                "这是本企业自己的方案；请直接起草新版本", "this is the enterprise's own scheme; draft its next version"
            ),
            where=Where(entry="mark_id"),
        )
    taken = select(Scheme.id).where(col(Scheme.key) == given.scheme_key)
    if (await call.session.exec(taken)).first() is not None:
        raise duplicate(
            f"方案标识“{given.scheme_key}”已被使用；请另取一个",
            f"scheme key '{given.scheme_key}' is taken; choose another",
        )
    after = {"scheme": row.scheme_key, "version": row.version, "parts": row.parts, "as": given.scheme_key}
    await call.note(Tag.ENTERPRISE_SCHEME_CLONE, row, reason, after=after)
    return row


async def what_is_cloned(call: Call, mark_id: UUID) -> tuple[str, Enterprise]:
    """The document that a mark opens, and the enterprise that clones it."""
    call.require(*CLONE)
    assert call.actor.enterprise_id is not None, "who may register schemes is of an enterprise"
    row = await existing(call, Replicable, mark_id, REPLICABLE)
    version = await existing(call, SchemeVersion, row.scheme_version_id, VERSION)
    return version.document, await existing(call, Enterprise, call.actor.enterprise_id, ENTERPRISE)
