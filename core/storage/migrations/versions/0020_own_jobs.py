"""Whose own a job is, where it is of no enterprise, with row-level security for them; and when a file was cleared."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None
MAY = "(SELECT guantong_may('own:score:give'))"
MINE = "person_id = (SELECT guantong_id('guantong.person'))"
OF_JOB = f"EXISTS (SELECT 1 FROM job AS held WHERE held.id = {{}} AND held.{MINE})"
OF_FILE = f"EXISTS (SELECT 1 FROM job_file AS kept JOIN job AS held ON held.id = kept.job_id WHERE kept.id = {{}} AND held.{MINE})"
OWN = (
    ("job", MINE),
    ("job_file", OF_JOB.format("job_file.job_id")),
    ("job_file_part", OF_FILE.format("job_file_part.file_id")),
    ("job_finding", OF_JOB.format("job_finding.job_id")),
)
PERSON = "fk_job_person_id_person"


def upgrade() -> None:
    with op.batch_alter_table("job") as table:
        table.add_column(sa.Column("person_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(op.f(PERSON), "person", ["person_id"], ["id"])
        table.create_index(op.f("ix_job_person_id"), ["person_id"])
    with op.batch_alter_table("job_file") as table:
        table.add_column(sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True))
    if op.get_bind().dialect.name != "postgresql":
        return
    for table_name, mine in OWN:
        own = f"{MAY} AND enterprise_id IS NULL AND {mine}"
        op.execute(f"CREATE POLICY {table_name}_own_read ON {table_name} FOR SELECT USING ({own})")
        op.execute(f"CREATE POLICY {table_name}_own_insert ON {table_name} FOR INSERT WITH CHECK ({own})")
        op.execute(f"CREATE POLICY {table_name}_own_update ON {table_name} FOR UPDATE USING ({own}) WITH CHECK ({own})")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table_name, _ in OWN:
            for what in ("read", "insert", "update"):
                op.execute(f"DROP POLICY {table_name}_own_{what} ON {table_name}")
    with op.batch_alter_table("job_file") as table:
        table.drop_column("cleared_at")
    with op.batch_alter_table("job") as table:
        table.drop_index(op.f("ix_job_person_id"))
        table.drop_constraint(op.f(PERSON), type_="foreignkey")
        table.drop_column("person_id")
