"""How many credentials there are of each kind, kept by triggers; people by name and id.

On PostgreSQL each statement adds what it changed as rows of its own, so writers never wait for one another; a reader sums
them. Row-level security lets triggers write and nobody else: forced, it binds a function of the owner like everybody, so
the policy asks whether a trigger is at work.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TABLE = "credential_tally"
GROUP = ("issuer_enterprise_id", "kind", "level", "year")
COLUMNS = ", ".join((*GROUP, "count"))


def _year(day: str) -> str:
    return f"CAST(EXTRACT(YEAR FROM {day}) AS integer)"


def _changed(*parts: str) -> str:
    """Insert what the rows of a statement come to, group by group."""
    return f"""
    INSERT INTO {TABLE} ({COLUMNS})
    SELECT issuer_enterprise_id, kind, level, year, sum(one) FROM ({" UNION ALL ".join(parts)}) AS changed
    GROUP BY issuer_enterprise_id, kind, level, year HAVING sum(one) <> 0"""


def _rows(table: str, one: int) -> str:
    return f"SELECT issuer_enterprise_id, kind, level, {_year('awarded_on')} AS year, {one} AS one FROM {table}"


GAINED, LOST = _rows("gained", 1), _rows("lost", -1)
# Event, the tables that a trigger of it may look at, what it does. Emptied is emptied: no snapshot sees either as it was.
EVENTS = (
    ("insert", "REFERENCING NEW TABLE AS gained", _changed(GAINED)),
    ("update", "REFERENCING OLD TABLE AS lost NEW TABLE AS gained", _changed(LOST, GAINED)),
    ("delete", "REFERENCING OLD TABLE AS lost", _changed(LOST)),
    ("truncate", "", f"TRUNCATE {TABLE}"),
)


def _matches(row: str) -> str:
    """The row of a group on SQLite, where there is one at most."""
    return (
        f"issuer_enterprise_id IS {row}.issuer_enterprise_id AND kind = {row}.kind AND level = {row}.level "
        f"AND year = CAST(strftime('%Y', {row}.awarded_on) AS INTEGER)"
    )


# No upsert: the statement that fires a trigger imposes its own OR REPLACE or OR IGNORE on what the trigger does.
GAIN = f"""
INSERT INTO {TABLE} ({COLUMNS})
SELECT NEW.issuer_enterprise_id, NEW.kind, NEW.level, CAST(strftime('%Y', NEW.awarded_on) AS INTEGER), 0
WHERE NOT EXISTS (SELECT 1 FROM {TABLE} WHERE {_matches("NEW")});
UPDATE {TABLE} SET count = count + 1 WHERE {_matches("NEW")};"""
LOSE = f"UPDATE {TABLE} SET count = count - 1 WHERE {_matches('OLD')};"
SQLITE = {
    "insert": f"AFTER INSERT ON credential BEGIN {GAIN} END",
    "update": "AFTER UPDATE OF issuer_enterprise_id, kind, level, awarded_on ON credential "
    f"BEGIN {LOSE} {GAIN} END",
    "delete": f"AFTER DELETE ON credential BEGIN {LOSE} END",
}


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issuer_enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(
        op.f(f"ix_{TABLE}_level_kind_year_issuer_enterprise_id"),
        TABLE,
        ["level", "kind", "year", "issuer_enterprise_id"],
        unique=False,
    )
    is_postgres = op.get_bind().dialect.name == "postgresql"
    # Triggers first: making them keeps writers out until all that is there was counted.
    if is_postgres:
        _triggers()
        _wall()
    else:
        for event, body in SQLITE.items():
            op.execute(f"CREATE TRIGGER {TABLE}_{event} {body}")
    year = _year("awarded_on") if is_postgres else "CAST(strftime('%Y', awarded_on) AS INTEGER)"
    op.execute(
        f"INSERT INTO {TABLE} ({COLUMNS}) SELECT issuer_enterprise_id, kind, level, {year}, count(*) "
        "FROM credential GROUP BY 1, 2, 3, 4"
    )
    op.create_index(op.f("ix_person_name_id"), "person", ["name", "id"], unique=False)
    op.drop_index(op.f("ix_person_name"), table_name="person")


def _triggers() -> None:
    for event, referencing, body in EVENTS:
        name = f"guantong_tally_{event}"
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {TABLE}_{event} AFTER {event.upper()} ON credential {referencing} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )


def _wall() -> None:
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY {TABLE}_read ON {TABLE} FOR SELECT USING ((SELECT guantong_may('city:person:read')))")
    op.execute(f"CREATE POLICY {TABLE}_insert ON {TABLE} FOR INSERT WITH CHECK (pg_trigger_depth() > 0)")
    op.execute(f"CREATE POLICY {TABLE}_fold ON {TABLE} FOR ALL USING ((SELECT guantong_may('*')))")


def downgrade() -> None:
    op.create_index(op.f("ix_person_name"), "person", ["name"], unique=False)
    op.drop_index(op.f("ix_person_name_id"), table_name="person")
    is_postgres = op.get_bind().dialect.name == "postgresql"
    for event in ("insert", "update", "delete", *(["truncate"] if is_postgres else [])):
        op.execute(f"DROP TRIGGER {TABLE}_{event}" + (" ON credential" if is_postgres else ""))
        if is_postgres:
            op.execute(f"DROP FUNCTION guantong_tally_{event}()")
    op.drop_table(TABLE)
