"""What versions on record add to the graph, and whose computed facts are; these stay behind a wall with their enterprise.

Computed facts are dropped rather than mended: the next look computes every one of them anew, with what it now says.
"""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None
LIST = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
FIELDS = ("key", "zh", "en", "type", "on")


def _may(*permissions: str) -> str:
    return "(" + " OR ".join(f"(SELECT guantong_may('{one}'))" for one in permissions) + ")"


OF_ENTERPRISE = "enterprise_id = (SELECT guantong_id('guantong.enterprise'))"
MINE = "person_id = (SELECT guantong_id('guantong.person'))"
# As evaluations: the bureau, the enterprise whose scheme says so, and whom it is about. The platform alone writes them.
READ = (
    f"({_may('city:person:read')} OR ({_may('enterprise:evaluation:read')} AND {OF_ENTERPRISE}) "
    f"OR ({_may('own:person:read')} AND {MINE}))"
)


def upgrade() -> None:
    with op.batch_alter_table("scheme_version") as table:
        table.add_column(sa.Column("facts", LIST, nullable=False, server_default="[]"))
    with op.batch_alter_table("scheme_version") as table:
        table.alter_column("facts", existing_type=LIST, existing_nullable=False, server_default=None)
    _read_documents()
    op.execute("DELETE FROM computed_facts")
    with op.batch_alter_table("computed_facts") as table:
        table.add_column(sa.Column("enterprise_id", sa.Uuid(), nullable=False))
        table.add_column(sa.Column("version", sa.String(40), nullable=False))
        table.create_foreign_key(
            op.f("fk_computed_facts_enterprise_id_enterprise"), "enterprise", ["enterprise_id"], ["id"]
        )
    op.create_index(op.f("ix_computed_facts_enterprise_id"), "computed_facts", ["enterprise_id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE computed_facts ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE computed_facts FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY computed_facts_read ON computed_facts FOR SELECT USING ({READ})")
        op.execute(f"CREATE POLICY computed_facts_write ON computed_facts FOR ALL USING ({_may('*')})")


def _read_documents() -> None:
    """What versions that are on record already declare: their documents say it."""
    version = sa.table("scheme_version", sa.column("id"), sa.column("document"), sa.column("facts", LIST))
    bind = op.get_bind()
    for id_, document in bind.execute(sa.select(version.c.id, version.c.document)).all():
        declared = json.loads(document).get("manifest", {}).get("fact", [])
        facts = [{name: one[name] for name in FIELDS} | {"computed": one.get("computed", False)} for one in declared]
        if facts:
            bind.execute(sa.update(version).where(version.c.id == id_).values(facts=facts))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for kind in ("write", "read"):
            op.execute(f"DROP POLICY computed_facts_{kind} ON computed_facts")
        op.execute("ALTER TABLE computed_facts NO FORCE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE computed_facts DISABLE ROW LEVEL SECURITY")
    op.drop_index(op.f("ix_computed_facts_enterprise_id"), table_name="computed_facts")
    with op.batch_alter_table("computed_facts") as table:
        table.drop_constraint(op.f("fk_computed_facts_enterprise_id_enterprise"), type_="foreignkey")
        table.drop_column("version")
        table.drop_column("enterprise_id")
    with op.batch_alter_table("scheme_version") as table:
        table.drop_column("facts")
