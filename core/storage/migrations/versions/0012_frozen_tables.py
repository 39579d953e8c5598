"""Frozen tables of a wheel's own scorers, and the facts that a scheme's own code computed of people."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None
MAP = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("wheel") as table:
        table.add_column(sa.Column("tables", MAP, nullable=False, server_default="{}"))
    with op.batch_alter_table("wheel") as table:
        table.alter_column("tables", existing_type=MAP, existing_nullable=False, server_default=None)
    op.create_table(
        "computed_facts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("scheme_key", sa.String(60), nullable=False),
        sa.Column("wheel_digest", sa.String(64), nullable=False),
        sa.Column("basis", sa.String(64), nullable=False),
        sa.Column("facts", MAP, nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_computed_facts_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_computed_facts")),
        sa.UniqueConstraint("person_id", "scheme_key", name=op.f("uq_computed_facts_person_id_scheme_key")),
    )
    op.create_index(op.f("ix_computed_facts_scheme_key"), "computed_facts", ["scheme_key"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_computed_facts_scheme_key"), table_name="computed_facts")
    op.drop_table("computed_facts")
    with op.batch_alter_table("wheel") as table:
        table.drop_column("tables")
