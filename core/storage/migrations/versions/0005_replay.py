"""Replay: which snapshots hold the decision and the scores of an evaluation, and facts and decision of an application."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("application", "facts_digest"),
    ("application", "decision_digest"),
    ("evaluation", "decision_digest"),
    ("evaluation", "skill_score_digest"),
    ("evaluation", "title_score_digest"),
)


def upgrade() -> None:
    for table, column in _COLUMNS:
        op.add_column(table, sa.Column(column, sa.String(length=64), nullable=True))


def downgrade() -> None:
    for table, column in reversed(_COLUMNS):
        op.drop_column(table, column)
