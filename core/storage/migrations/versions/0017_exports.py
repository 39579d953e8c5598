"""Exports: what was asked of a job, files that expire; auditors make and keep what they export themselves."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None
MAP = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
AUDITS = "(SELECT guantong_may('city:audit:read'))"
# Whoever only reads writes no job but this: one that exports, asked in a role of the bureau.
OWN_JOB = f"{AUDITS} AND enterprise_id IS NULL AND kind = 'export_list'"
OWN = {
    "job": OWN_JOB,
    "job_file": f"{AUDITS} AND enterprise_id IS NULL AND role = 'export'",
    "job_file_part": f"{AUDITS} AND enterprise_id IS NULL AND EXISTS (SELECT 1 FROM job_file AS file "
    "WHERE file.id = job_file_part.file_id AND file.role = 'export')",
}


def upgrade() -> None:
    op.add_column("job", sa.Column("request", MAP, nullable=True))
    op.add_column("job_file", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_job_file_expires_at"), "job_file", ["expires_at"], unique=False)
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, own in OWN.items():
        op.execute(f"CREATE POLICY {table}_export ON {table} FOR INSERT WITH CHECK ({own})")
    op.execute(f"CREATE POLICY job_export_moves ON job FOR UPDATE USING ({OWN_JOB}) WITH CHECK ({OWN_JOB})")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP POLICY job_export_moves ON job")
        for table in OWN:
            op.execute(f"DROP POLICY {table}_export ON {table}")
    op.drop_index(op.f("ix_job_file_expires_at"), table_name="job_file")
    op.drop_column("job_file", "expires_at")
    op.drop_column("job", "request")
