"""When a fault ended; of which decision an interval of activation is left; a wheel for each enterprise."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
REFERENCES = ("piece_of", "changed_by", "withdrawn_by")


def upgrade() -> None:
    with op.batch_alter_table("fault") as table:
        table.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("activation") as table:
        table.add_column(sa.Column("piece_of", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("changed_by", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("withdrawn_by", sa.Uuid(), nullable=True))
        for name in REFERENCES:
            key = op.f(f"fk_activation_{name}_activation")
            table.create_foreign_key(key, "activation", [name], ["id"])
    op.create_index(op.f("ix_activation_withdrawn_by"), "activation", ["withdrawn_by"], unique=False)
    with op.batch_alter_table("wheel") as table:
        table.drop_constraint(op.f("uq_wheel_digest"), type_="unique")
        table.create_unique_constraint(op.f("uq_wheel_enterprise_id_digest"), ["enterprise_id", "digest"])
    op.create_index(op.f("ix_wheel_digest"), "wheel", ["digest"], unique=False)


def downgrade() -> None:
    """What several enterprises uploaded alike has to go first: the older form has one row for it."""
    op.drop_index(op.f("ix_wheel_digest"), table_name="wheel")
    with op.batch_alter_table("wheel") as table:
        table.drop_constraint(op.f("uq_wheel_enterprise_id_digest"), type_="unique")
        table.create_unique_constraint(op.f("uq_wheel_digest"), ["digest"])
    op.drop_index(op.f("ix_activation_withdrawn_by"), table_name="activation")
    with op.batch_alter_table("activation") as table:
        for name in REFERENCES:
            table.drop_constraint(op.f(f"fk_activation_{name}_activation"), type_="foreignkey")
        for name in (*REFERENCES, "changed_at"):
            table.drop_column(name)
    with op.batch_alter_table("fault") as table:
        table.drop_column("closed_at")
