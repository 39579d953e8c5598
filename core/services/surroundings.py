"""What a scheme is verified against, out of the records of this installation."""

from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import Enterprise, Scheme
from core.policy.stack import PolicyStack
from core.schemes import NoSchemes
from core.services.verifier import Surroundings
from core.storage.employers import load_employers
from core.storage.queries.published import published_by_key
from core.vocabulary import Vocabulary


async def surroundings_of(
    session: AsyncSession, uscc: str, key: str | None, policy: PolicyStack, vocabulary: Vocabulary, day: date
) -> Surroundings:
    """What is on record of the enterprise with a credit code, which scheme keys others have, what it has published."""
    employers = await load_employers(session, [uscc], day, NoSchemes())
    keys = await others_keys(session, uscc, key)
    published = await published_by_key(session, uscc, key)
    return Surroundings(employers[0] if employers else None, keys, policy, vocabulary, day, published=published)


async def others_keys(session: AsyncSession, uscc: str, key: str | None) -> dict[str, str]:
    """The key, if an enterprise other than the one with a credit code provides it, with that enterprise's name."""
    query = select(Scheme.key, Enterprise.zh).join(Enterprise, col(Scheme.enterprise_id) == col(Enterprise.id))
    return dict((await session.exec(query.where(col(Enterprise.uscc) != uscc, col(Scheme.key) == key))).all())
