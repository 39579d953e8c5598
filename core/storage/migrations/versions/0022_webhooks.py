"""Telling other systems: subscriptions, what happened, deliveries and attempts; row-level security as in 0016."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None
LIST = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
FIRST = sa.text("replay_of IS NULL")
UNSPREAD = sa.text("spread_at IS NULL")


def _may(*permissions: str) -> str:
    return "(" + " OR ".join(f"(SELECT guantong_may('{one}'))" for one in permissions) + ")"


OWN = f"({_may('enterprise:webhook:record')} AND enterprise_id = (SELECT guantong_id('guantong.enterprise')))"
READ = f"({_may('city:webhook:record', 'city:audit:read')} OR {OWN})"
# The bureau keeps its own; that of an enterprise is the enterprise's.
WRITE = f"({_may('*')} OR ({_may('city:webhook:record')} AND enterprise_id IS NULL) OR {OWN})"
# Whoever does anything that others are told of writes what happened, and need not be able to read it.
WRITERS = {"webhook_subscription": WRITE, "webhook_outbox": "true", "webhook_delivery": WRITE, "webhook_attempt": WRITE}


def _enterprise(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_enterprise_id_enterprise")
    return sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=name)


def upgrade() -> None:
    _subscriptions()
    _outbox()
    _deliveries()
    _attempts()
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, insert in WRITERS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY {table}_read ON {table} FOR SELECT USING ({READ})")
        op.execute(f"CREATE POLICY {table}_insert ON {table} FOR INSERT WITH CHECK ({insert})")
        change = WRITE if insert is WRITE else _may("*")
        op.execute(f"CREATE POLICY {table}_update ON {table} FOR UPDATE USING ({change}) WITH CHECK ({change})")
        op.execute(f"CREATE POLICY {table}_delete ON {table} FOR ALL USING ({_may('*')})")


def _subscriptions() -> None:
    op.create_table(
        "webhook_subscription",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("description", sa.String(length=200), nullable=False),
        sa.Column("events", LIST, nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("secret_key", sa.String(length=40), nullable=False),
        sa.Column("secret_data", sa.LargeBinary(), nullable=False),
        sa.Column("old_secret_key", sa.String(length=40), nullable=True),
        sa.Column("old_secret_data", sa.LargeBinary(), nullable=True),
        sa.Column("old_secret_until", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        *(sa.Column(name, MOMENT, nullable=True) for name in ("ended_at", "failing_since", "rests_until")),
        _enterprise("webhook_subscription"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_subscription")),
    )
    op.create_index(op.f("ix_webhook_subscription_enterprise_id_id"), "webhook_subscription", ["enterprise_id", "id"])


def _outbox() -> None:
    op.create_table(
        "webhook_outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("about", LIST, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("spread_at", MOMENT, nullable=True),
        _enterprise("webhook_outbox"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_outbox")),
    )
    op.create_index(op.f("ix_webhook_outbox_enterprise_id"), "webhook_outbox", ["enterprise_id"])
    op.create_index(op.f("ix_webhook_outbox_at"), "webhook_outbox", ["at"])
    op.create_index(
        "ix_webhook_outbox_unspread", "webhook_outbox", ["id"], sqlite_where=UNSPREAD, postgresql_where=UNSPREAD
    )


def _deliveries() -> None:
    table = "webhook_delivery"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("replay_of", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("error", sa.String(length=40), nullable=True),
        sa.Column("holder", sa.String(length=100), nullable=True),
        sa.Column("held_until", MOMENT, nullable=True),
        _enterprise(table),
        sa.ForeignKeyConstraint(
            ["event_id"], ["webhook_outbox.id"], name=op.f("fk_webhook_delivery_event_id_webhook_outbox")
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["webhook_subscription.id"],
            name=op.f("fk_webhook_delivery_subscription_id_webhook_subscription"),
        ),
        sa.ForeignKeyConstraint(
            ["replay_of"], ["webhook_delivery.id"], name=op.f("fk_webhook_delivery_replay_of_webhook_delivery")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
    )
    for columns in (["event_id"], ["enterprise_id"], ["replay_of"], ["subscription_id", "id"], ["state", "due_at"]):
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)
    op.create_index(
        "uq_webhook_delivery_event_id_subscription_id",
        table,
        ["event_id", "subscription_id"],
        unique=True,
        sqlite_where=FIRST,
        postgresql_where=FIRST,
    )


def _attempts() -> None:
    op.create_table(
        "webhook_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("millis", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(length=40), nullable=True),
        _enterprise("webhook_attempt"),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["webhook_delivery.id"], name=op.f("fk_webhook_attempt_delivery_id_webhook_delivery")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_attempt")),
    )
    op.create_index(op.f("ix_webhook_attempt_enterprise_id"), "webhook_attempt", ["enterprise_id"])
    op.create_index(
        op.f("ix_webhook_attempt_delivery_id_number"), "webhook_attempt", ["delivery_id", "number"], unique=True
    )


def downgrade() -> None:
    for table in reversed(WRITERS):
        op.drop_table(table)
