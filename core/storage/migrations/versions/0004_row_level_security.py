"""Row-level security on the tables that an enterprise owns: PostgreSQL's own wall behind the product's predicates.

Each transaction sets whose rows it may touch (``core.storage.row_scope``); a transaction that sets nothing touches none.
Forced, because the product owns its tables. SQLite has nothing of the kind.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MAY = """
CREATE FUNCTION guantong_may(permission text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT COALESCE(current_setting('guantong.grants', true), '') = '*'
      OR permission = ANY (string_to_array(COALESCE(current_setting('guantong.grants', true), ''), ' '))
$$
"""
ID = """
CREATE FUNCTION guantong_id(name text) RETURNS uuid LANGUAGE sql STABLE AS $$
  SELECT NULLIF(current_setting(name, true), '')::uuid
$$
"""


def _may(*permissions: str) -> str:
    # Within a subquery each is asked once a statement, not once a row.
    return "(" + " OR ".join(f"(SELECT guantong_may('{one}'))" for one in permissions) + ")"


OF_ENTERPRISE = "enterprise_id = (SELECT guantong_id('guantong.enterprise'))"
OF_PERSON = "person_id = (SELECT guantong_id('guantong.person'))"
RECORDS_WRITTEN = f"({_may('enterprise:evaluation:record')} AND {OF_ENTERPRISE}) OR {_may('*')}"
RECORDS_READ = (
    f"{_may('city:person:read')} OR ({_may('enterprise:evaluation:read')} AND {OF_ENTERPRISE}) "
    f"OR ({_may('own:person:read')} AND {OF_PERSON})"
)
SCHEMES_WRITTEN = f"{_may('city:scheme:record')} OR ({_may('enterprise:scheme:register')} AND {OF_ENTERPRISE})"
SCHEMES_READ = (
    f"{_may('city:scheme:read', 'city:fault:report')} OR ({_may('enterprise:scheme:read')} AND {OF_ENTERPRISE})"
)
REVIEWED = f"{_may('city:scheme:read')} OR {SCHEMES_WRITTEN}"


def _through(table: str, column: str, condition: str) -> str:
    return f"EXISTS (SELECT 1 FROM {table} AS held WHERE held.id = {column} AND ({condition}))"


# Table, who reads a row, who writes it.
POLICIES = (
    ("application", RECORDS_READ, RECORDS_WRITTEN),
    ("evaluation", RECORDS_READ, RECORDS_WRITTEN),
    (
        "score",
        _through("evaluation", "score.evaluation_id", RECORDS_READ),
        _through("evaluation", "score.evaluation_id", RECORDS_WRITTEN),
    ),
    ("wheel", SCHEMES_READ, SCHEMES_WRITTEN),
    (
        "verification",
        _through("wheel", "verification.wheel_id", SCHEMES_READ),
        _through("wheel", "verification.wheel_id", SCHEMES_WRITTEN),
    ),
    (
        "filing",
        _through("wheel", "filing.wheel_id", SCHEMES_READ),
        _through("wheel", "filing.wheel_id", REVIEWED),
    ),
    (
        "review",
        _through("filing", "review.filing_id", "true"),
        _through("filing", "review.filing_id", "true"),
    ),
)


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(MAY)
    op.execute(ID)
    for table, read, write in POLICIES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY {table}_read ON {table} FOR SELECT USING ({read})")
        op.execute(f"CREATE POLICY {table}_write ON {table} FOR ALL USING ({write}) WITH CHECK ({write})")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, _read, _write in reversed(POLICIES):
        op.execute(f"DROP POLICY {table}_write ON {table}")
        op.execute(f"DROP POLICY {table}_read ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute("DROP FUNCTION guantong_id(text)")
    op.execute("DROP FUNCTION guantong_may(text)")
