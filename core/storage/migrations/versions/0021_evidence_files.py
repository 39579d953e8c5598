"""Files of evidence, sealed; row-level security as in 0010: whoever uploaded them, and who reads a claim of them."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def _may(*permissions: str) -> str:
    return "(" + " OR ".join(f"(SELECT guantong_may('{one}'))" for one in permissions) + ")"


EVERYTHING = _may("*")
OFFICE = f"({_may('enterprise:round:run')} AND enterprise_id = (SELECT guantong_id('guantong.enterprise')))"
MINE = (
    f"({_may('own:application:file')} AND enterprise_id IS NULL "
    "AND person_id = (SELECT guantong_id('guantong.person')))"
)
# Of the claims that their own wall lets through.
CLAIMED = (
    "EXISTS (SELECT 1 FROM evidence_claim AS claim WHERE claim.person_id = evidence_file.person_id "
    "AND jsonb_exists(claim.files, evidence_file.digest))"
)
SEEN = "EXISTS (SELECT 1 FROM evidence_file AS whole WHERE whole.id = evidence_file_part.file_id{})"
POLICIES = (
    ("evidence_file", f"{OFFICE} OR {MINE} OR {CLAIMED} OR {EVERYTHING}", f"{OFFICE} OR {MINE} OR {EVERYTHING}"),
    ("evidence_file_part", SEEN.format(""), SEEN.format(f" AND ({OFFICE} OR {MINE} OR {EVERYTHING})")),
)


def upgrade() -> None:
    op.create_table(
        "evidence_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_evidence_file_enterprise_id_enterprise")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_evidence_file_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_file")),
    )
    op.create_index(op.f("ix_evidence_file_enterprise_id"), "evidence_file", ["enterprise_id"], unique=False)
    op.create_index(op.f("ix_evidence_file_person_id_digest"), "evidence_file", ["person_id", "digest"], unique=False)
    op.create_table(
        "evidence_file_part",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.String(length=40), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["evidence_file.id"], name=op.f("fk_evidence_file_part_file_id_evidence_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_file_part")),
        sa.UniqueConstraint("file_id", "number", name=op.f("uq_evidence_file_part_file_id_number")),
    )
    _wall()


def _wall() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, read, write in POLICIES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY {table}_read ON {table} FOR SELECT USING ({read})")
        op.execute(f"CREATE POLICY {table}_insert ON {table} FOR INSERT WITH CHECK ({write})")
        # What was uploaded is neither changed nor deleted by anybody but the platform itself.
        op.execute(f"CREATE POLICY {table}_keep ON {table} FOR ALL USING ({EVERYTHING})")


def downgrade() -> None:
    # What stands on a table falls with it.
    op.drop_table("evidence_file_part")
    op.drop_table("evidence_file")
