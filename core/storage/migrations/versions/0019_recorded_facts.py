"""Facts that schemes declare and evaluation offices record; behind the wall as computed ones, written by the office."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None
MAP = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TABLE = "recorded_facts"


def _may(*permissions: str) -> str:
    return "(" + " OR ".join(f"(SELECT guantong_may('{one}'))" for one in permissions) + ")"


OF_ENTERPRISE = "enterprise_id = (SELECT guantong_id('guantong.enterprise'))"
MINE = "person_id = (SELECT guantong_id('guantong.person'))"
READ = (
    f"({_may('city:person:read')} OR ({_may('enterprise:evaluation:read')} AND {OF_ENTERPRISE}) "
    f"OR ({_may('own:person:read')} AND {MINE}))"
)
# Rows are only ever added. Erasing a person is the platform's own work.
ADD = f"({_may('enterprise:evaluation:record')} AND {OF_ENTERPRISE})"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("evaluation_id", sa.Uuid(), nullable=True),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("scheme_key", sa.String(length=60), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("wheel_digest", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("facts", MAP, nullable=False),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint([f"{name}_id"], [f"{name}.id"], name=op.f(f"fk_{TABLE}_{name}_id_{name}"))
            for name in ("person", "evaluation", "enterprise")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint(
            "subject_id", "scheme_key", "revision", name=op.f(f"uq_{TABLE}_subject_id_scheme_key_revision")
        ),
    )
    for name in ("person_id", "evaluation_id", "enterprise_id"):
        op.create_index(op.f(f"ix_{TABLE}_{name}"), TABLE, [name], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY {TABLE}_read ON {TABLE} FOR SELECT USING ({READ})")
        op.execute(f"CREATE POLICY {TABLE}_insert ON {TABLE} FOR INSERT WITH CHECK ({ADD})")
        op.execute(f"CREATE POLICY {TABLE}_write ON {TABLE} FOR ALL USING ({_may('*')})")


def downgrade() -> None:
    op.drop_table(TABLE)
