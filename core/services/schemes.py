"""Use cases about schemes: putting a version on record (备案)."""

import hashlib
from datetime import date

from sqlmodel import col, select

from core.audit import Tag
from core.citations import Citation
from core.errors import ErrorCode, GuantongError
from core.models import CatalogRow, Enterprise, Scheme, SchemeVersion
from core.permissions import Permission
from core.schemes import CatalogRow as Row
from core.schemes import Scheme as Content
from core.services.call import Call, use_case
from core.services.form import Code, Form
from core.services.reach import ENTERPRISE, not_found
from core.services.rules import duplicate, in_order, values_of
from core.texts import Text


class Filing(Form):
    """What the bureau did with a version: from when, until when and under which number it is on record."""

    recorded_from: date
    recorded_until: date | None = None
    record_number: Code


@use_case
async def record_scheme_version(
    call: Call, content: Content, document: str, filing: Filing, reason: str
) -> SchemeVersion:
    """Put a version on record; the scheme's earlier version is superseded from that day.

    ``document`` is the canonical JSON that ``content`` was read from and its digest is made of.
    """
    call.require(Permission.CITY_SCHEME_RECORD)
    in_order(filing.recorded_from, filing.recorded_until)
    _is_what_was_read(content, document)
    scheme = await _scheme(call, content)
    await _supersede(call, scheme, content, filing, reason)
    version = _version(scheme, content, document, filing)
    await call.store(version)
    await call.store(*(_row(version, row) for row in content.rows))
    after = values_of(version, "document") | {"key": scheme.key, "rows": len(content.rows)}
    await call.note(Tag.ENTERPRISE_SCHEME_RECORD, version, reason, after=after)
    return version


def _is_what_was_read(content: Content, document: str) -> None:
    found = hashlib.sha256(document.encode()).hexdigest()
    if found != content.digest:
        raise GuantongError(
            ErrorCode.SCHEME_INVALID,
            Text(
                f"方案“{content.key}”的文本摘要为 {found}，与读取时的 {content.digest} 不符；请重新读取",
                f"the document of scheme '{content.key}' has digest {found}, not {content.digest}; read it again",
            ),
        )


async def _scheme(call: Call, content: Content) -> Scheme:
    by_uscc = col(Enterprise.uscc) == content.enterprise
    owner = (await call.session.exec(select(Enterprise).where(by_uscc))).one_or_none()
    if owner is None:
        raise not_found(ENTERPRISE)
    scheme = (await call.session.exec(select(Scheme).where(col(Scheme.key) == content.key))).one_or_none()
    if scheme is None:
        scheme = Scheme(key=content.key, enterprise_id=owner.id)
        await call.store(scheme)
    if scheme.enterprise_id != owner.id:
        raise duplicate(
            f"方案标识“{content.key}”属于另一企业；请换一个", f"scheme key '{content.key}' is another enterprise's"
        )
    return scheme


async def _supersede(call: Call, scheme: Scheme, content: Content, filing: Filing, reason: str) -> None:
    """One version of a scheme is on record on a day; an earlier one ends where the new one begins."""
    for old in await call.session.exec(select(SchemeVersion).where(col(SchemeVersion.scheme_id) == scheme.id)):
        if old.version == content.version:
            raise duplicate(
                f"方案“{scheme.key}”的版本 {old.version} 已登记；内容有变须用新版本号",
                f"version {old.version} of scheme '{scheme.key}' is on record; changed content takes a new version",
            )
        if old.recorded_from is None or not _overlap(old, filing):
            continue
        if old.recorded_from >= filing.recorded_from:
            raise duplicate(
                f"方案“{scheme.key}”的版本 {old.version} 自 {old.recorded_from} 起备案；新版本须晚于该日",
                f"version {old.version} of scheme '{scheme.key}' is on record from {old.recorded_from}; start later",
            )
        before = {"recorded_until": old.recorded_until}
        old.recorded_until = filing.recorded_from
        await call.store(old)
        after = {"recorded_until": old.recorded_until}
        await call.note(Tag.ENTERPRISE_SCHEME_SUPERSEDE, old, reason, before=before, after=after)


def _overlap(old: SchemeVersion, filing: Filing) -> bool:
    assert old.recorded_from is not None
    ends_before = old.recorded_until is not None and old.recorded_until <= filing.recorded_from
    starts_after = filing.recorded_until is not None and filing.recorded_until <= old.recorded_from
    return not (ends_before or starts_after)


def _version(scheme: Scheme, content: Content, document: str, filing: Filing) -> SchemeVersion:
    return SchemeVersion(
        scheme_id=scheme.id,
        version=content.version,
        zh=content.name.zh,
        en=content.name.en,
        digest=content.digest,
        document=document,
        starts=content.period.start,
        ends=content.period.until,
        is_example=content.is_example,
        **filing.model_dump(),
    )


def _row(version: SchemeVersion, row: Row) -> CatalogRow:
    there, back = row.skill_to_title, row.title_to_skill
    return CatalogRow(
        scheme_version_id=version.id,
        number=row.number,
        occupation=row.skill.occupation,
        trade=row.skill.trade,
        skill_level=row.skill.level,
        series=row.title.series,
        specialty=row.title.specialty,
        title_level=row.title.level,
        starts=row.period.start,
        ends=row.period.until,
        skill_to_title=there is not None,
        skill_to_title_years=there.years if there else None,
        skill_to_title_clause=_clause(there.citation) if there else None,
        title_to_skill=back is not None,
        title_to_skill_years=back.years if back else None,
        title_to_skill_clause=_clause(back.citation) if back else None,
        dual_certificate=row.dual_certificate,
        dual_track=row.dual_track,
    )


def _clause(citation: Citation) -> str:
    return str(citation)
