"""Long work: jobs, their files, findings and executors; row-level security as in 0010."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None
MAP = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _may(*permissions: str) -> str:
    return "(" + " OR ".join(f"(SELECT guantong_may('{one}'))" for one in permissions) + ")"


OF_ENTERPRISE = "enterprise_id = (SELECT guantong_id('guantong.enterprise'))"
READ = (
    f"({_may('city:person:read')} "
    f"OR ({_may('enterprise:person:read', 'enterprise:evaluation:read')} AND {OF_ENTERPRISE}))"
)
# Whoever may record what a job records; what its rows then touch stands behind walls of its own.
WRITE = (
    f"({_may('city:person:record', 'city:credential:record', 'city:competition:record', 'city:pilot:record', '*')} "
    f"OR ({_may('enterprise:person:record', 'enterprise:credential:record', 'enterprise:round:run')} "
    f"AND {OF_ENTERPRISE}))"
)
WALLED = ("job", "job_file", "job_file_part", "job_finding")


def upgrade() -> None:
    _jobs()
    _files()
    op.create_table(
        "job_finding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("severity", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("cell", sa.String(length=100), nullable=True),
        sa.Column("header", sa.String(length=100), nullable=True),
        sa.Column("zh", sa.String(length=2000), nullable=False),
        sa.Column("en", sa.String(length=2000), nullable=False),
        sa.Column("nearest", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_job_finding_enterprise_id_enterprise")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_job_finding_job_id_job")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_finding")),
    )
    op.create_index(op.f("ix_job_finding_enterprise_id"), "job_finding", ["enterprise_id"], unique=False)
    op.create_index(
        op.f("ix_job_finding_job_id_row_number_id"), "job_finding", ["job_id", "row_number", "id"], unique=False
    )
    op.create_table(
        "job_key",
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("says", sa.LargeBinary(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_job_key_job_id_job")),
        sa.PrimaryKeyConstraint("job_id", "digest", name=op.f("pk_job_key")),
    )
    op.create_table(
        "job_executor",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("replica", sa.String(length=100), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_executor")),
    )
    op.create_index(op.f("ix_job_executor_replica"), "job_executor", ["replica"], unique=False)
    _wall()


def _jobs() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("actor", MAP, nullable=False),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("asked_role", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("phase", sa.String(length=40), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=name == "total")
            for name in ("revision", "cursor", "total", "done", "ok", "unchanged", "errors", "warnings")
        ),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("executor", sa.String(length=200), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error_code", sa.String(length=40), nullable=True),
        sa.Column("error_zh", sa.String(length=2000), nullable=True),
        sa.Column("error_en", sa.String(length=2000), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_job_enterprise_id_enterprise")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index(
        op.f("ix_job_enterprise_id_created_at_id"), "job", ["enterprise_id", "created_at", "id"], unique=False
    )
    op.create_index(op.f("ix_job_phase_id"), "job", ["phase", "id"], unique=False)


def _files() -> None:
    op.create_table(
        "job_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_job_file_enterprise_id_enterprise")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_job_file_job_id_job")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_file")),
        sa.UniqueConstraint("job_id", "role", name=op.f("uq_job_file_job_id_role")),
    )
    op.create_index(op.f("ix_job_file_enterprise_id"), "job_file", ["enterprise_id"], unique=False)
    op.create_table(
        "job_file_part",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.String(length=40), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_job_file_part_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["job_file.id"], name=op.f("fk_job_file_part_file_id_job_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_file_part")),
        sa.UniqueConstraint("file_id", "number", name=op.f("uq_job_file_part_file_id_number")),
    )
    op.create_index(op.f("ix_job_file_part_enterprise_id"), "job_file_part", ["enterprise_id"], unique=False)


def _wall() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in WALLED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY {table}_read ON {table} FOR SELECT USING ({READ})")
        op.execute(f"CREATE POLICY {table}_insert ON {table} FOR INSERT WITH CHECK ({WRITE})")
        op.execute(f"CREATE POLICY {table}_update ON {table} FOR UPDATE USING ({WRITE}) WITH CHECK ({WRITE})")
        op.execute(f"CREATE POLICY {table}_delete ON {table} FOR ALL USING ({_may('*')})")


def downgrade() -> None:
    # What stands on a table falls with it.
    for table in ("job_executor", "job_key", "job_finding", "job_file_part", "job_file", "job"):
        op.drop_table(table)
