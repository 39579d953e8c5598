"""Snapshots (快照). Nobody's right to read is checked: they feed replays, and are no answers."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import Application, ContestDecision, Evaluation, Snapshot, Tally


async def snapshots_by_digest(session: AsyncSession, digests: Collection[str]) -> dict[str, Snapshot]:
    """The snapshots that are kept, by digest."""
    rows = await session.exec(select(Snapshot).where(col(Snapshot.digest).in_(digests)))
    return {row.digest: row for row in rows}


async def kept_digests(session: AsyncSession, digests: Collection[str]) -> set[str]:
    """Those of the digests under which something is kept."""
    return set((await session.exec(select(Snapshot.digest).where(col(Snapshot.digest).in_(digests)))).all())


async def digests_about(session: AsyncSession, person_id: UUID) -> set[str]:
    """The digests of what is kept of one person: facts, decisions and scores."""
    evaluated: Any = sa.select(
        col(Evaluation.facts_digest),
        col(Evaluation.decision_digest),
        col(Evaluation.skill_score_digest),
        col(Evaluation.title_score_digest),
    ).where(col(Evaluation.person_id) == person_id)
    tallied: Any = sa.select(
        col(Tally.facts_digest),
        col(Tally.decision_digest),
        col(Tally.skill_score_digest),
        col(Tally.title_score_digest),
    ).where(col(Tally.person_id) == person_id)
    applied: Any = sa.select(
        col(Application.facts_digest),
        col(Application.decision_digest),
        col(Application.review_facts_digest),
        col(Application.review_decision_digest),
    ).where(col(Application.person_id) == person_id)
    contested: Any = sa.select(col(ContestDecision.facts_digest), col(ContestDecision.decision_digest)).where(
        col(ContestDecision.person_id) == person_id
    )
    rows = [row for query in (evaluated, tallied, applied, contested) for row in (await session.exec(query)).all()]
    return {digest for row in rows for digest in row if digest is not None}
