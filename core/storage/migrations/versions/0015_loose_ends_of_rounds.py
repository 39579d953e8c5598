"""Where an evaluation comes from, evidence that was put forward before, and draws from an enlarged pool of experts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None
LIST = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
REPEATS = "fk_evidence_claim_repeats_id_evidence_claim"


def upgrade() -> None:
    with op.batch_alter_table("evaluation") as table:
        table.add_column(sa.Column("origin", sa.String(40), nullable=False, server_default="import"))
        table.add_column(sa.Column("source_document", sa.String(500), nullable=True))
    op.execute("UPDATE evaluation SET origin = 'round' WHERE round_id IS NOT NULL")
    op.execute(
        "UPDATE evaluation SET origin = 'contest' WHERE id IN "
        "(SELECT evaluation_id FROM contest_decision WHERE evaluation_id IS NOT NULL)"
    )
    with op.batch_alter_table("evaluation") as table:
        table.alter_column("origin", existing_type=sa.String(40), existing_nullable=False, server_default=None)
    with op.batch_alter_table("evidence_claim") as table:
        table.add_column(sa.Column("repeats_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(op.f(REPEATS), "evidence_claim", ["repeats_id"], ["id"])
    with op.batch_alter_table("committee") as table:
        table.add_column(sa.Column("further_draws", LIST, nullable=False, server_default="[]"))
    with op.batch_alter_table("committee") as table:
        table.alter_column("further_draws", existing_type=LIST, existing_nullable=False, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("committee") as table:
        table.drop_column("further_draws")
    with op.batch_alter_table("evidence_claim") as table:
        table.drop_constraint(op.f(REPEATS), type_="foreignkey")
        table.drop_column("repeats_id")
    with op.batch_alter_table("evaluation") as table:
        table.drop_column("source_document")
        table.drop_column("origin")
