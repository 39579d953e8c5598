"""Files of evidence that one may read, as claims name them."""

from collections.abc import Collection
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import EvidenceFile
from core.permissions import Actor
from core.storage.evidence_visibility import files_visible_to

Named = tuple[UUID, str]


async def files_named(session: AsyncSession, actor: Actor, names: Collection[Named]) -> dict[Named, EvidenceFile]:
    """The files by person and digest, as far as the actor may read them; the latest, where there are several."""
    people, digests = {person for person, _ in names}, {digest for _, digest in names}
    asked = (col(EvidenceFile.person_id).in_(people), col(EvidenceFile.digest).in_(digests))
    query = select(EvidenceFile).where(*asked, files_visible_to(actor)).order_by(col(EvidenceFile.id))
    found = {(row.person_id, row.digest): row for row in await session.exec(query)}
    return {name: found[name] for name in names if name in found}
