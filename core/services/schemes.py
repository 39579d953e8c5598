"""What recording a scheme leaves behind: the version as eligibility and the graph read it, with its catalog rows."""

import hashlib
from datetime import date

from core.citations import Citation
from core.errors import ErrorCode, GuantongError
from core.models import CatalogRow, Scheme, SchemeVersion
from core.published import as_stored
from core.schemes import CatalogRow as Row
from core.schemes import Scheme as Content
from core.services.call import Call
from core.texts import Text


async def place_on_record(
    call: Call, scheme: Scheme, content: Content, document: str, since: date, number: str
) -> SchemeVersion:
    """Store a version as recorded from ``since`` under ``number``. The step of the filing that does so notes it.

    ``document`` is the canonical JSON that ``content`` was read from and its digest is made of.
    """
    _is_what_was_read(content, document)
    version = SchemeVersion(
        scheme_id=scheme.id,
        version=content.version,
        zh=content.name.zh,
        en=content.name.en,
        digest=content.digest,
        document=document,
        facts=[as_stored(fact) for fact in content.facts],
        starts=content.period.start,
        ends=content.period.until,
        recorded_from=since,
        record_number=number,
        is_example=content.is_example,
    )
    await call.store(version)
    await call.store(*(_row(version, row) for row in content.rows))
    return version


def _is_what_was_read(content: Content, document: str) -> None:
    found = hashlib.sha256(document.encode()).hexdigest()
    if found != content.digest:
        raise GuantongError(
            ErrorCode.DIGEST_MISMATCH,
            Text(
                f"方案“{content.key}”的文本摘要为 {found}，与读取时的 {content.digest} 不符；请重新读取",
                f"the document of scheme '{content.key}' has digest {found}, not {content.digest}; read it again",
            ),
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
