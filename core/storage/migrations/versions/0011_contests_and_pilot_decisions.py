"""Contests in place of an evaluation, coaches, and decisions on the pilot list; row-level security as in 0010."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _may(*permissions: str) -> str:
    return "(" + " OR ".join(f"(SELECT guantong_may('{one}'))" for one in permissions) + ")"


OF_ENTERPRISE = "enterprise_id = (SELECT guantong_id('guantong.enterprise'))"
MINE = "person_id = (SELECT guantong_id('guantong.person'))"
READ = (
    f"({_may('city:person:read')} OR ({_may('enterprise:evaluation:read')} AND {OF_ENTERPRISE}) "
    f"OR ({_may('own:person:read')} AND {MINE}))"
)
DECIDE = f"(({_may('enterprise:round:run')} AND {OF_ENTERPRISE}) OR {_may('city:credential:record', '*')})"
OWN = f"{_may('own:application:file')} AND {MINE}"
# Name, table, what for, on which condition. One asks for oneself, and takes back what nobody has decided.
POLICIES = (
    ("contest_request_read", "contest_request", f"FOR SELECT USING ({READ})"),
    (
        "contest_request_insert",
        "contest_request",
        f"FOR INSERT WITH CHECK ({DECIDE} OR ({OWN} AND state = 'asked'))",
    ),
    ("contest_request_decide", "contest_request", f"FOR UPDATE USING ({DECIDE}) WITH CHECK ({DECIDE})"),
    (
        "contest_request_own",
        "contest_request",
        f"FOR UPDATE USING ({OWN} AND state = 'asked') WITH CHECK ({OWN} AND state IN ('asked', 'withdrawn'))",
    ),
    ("contest_request_delete", "contest_request", f"FOR ALL USING ({_may('*')})"),
    ("contest_decision_read", "contest_decision", f"FOR SELECT USING ({READ})"),
    ("contest_decision_insert", "contest_decision", f"FOR INSERT WITH CHECK ({DECIDE})"),
    ("contest_decision_delete", "contest_decision", f"FOR ALL USING ({_may('*')})"),
)
WALLED = ("contest_request", "contest_decision")


def upgrade() -> None:
    op.create_table(
        "pilot_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("batch", sa.String(length=60), nullable=False),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pilot_decision")),
    )
    op.create_index(op.f("ix_pilot_decision_effective_on_id"), "pilot_decision", ["effective_on", "id"], unique=False)
    _listings_name_their_decisions()
    with op.batch_alter_table("competition") as table:
        table.add_column(sa.Column("enterprise_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(op.f("fk_competition_enterprise_id_enterprise"), "enterprise", ["enterprise_id"], ["id"])
    op.create_index(op.f("ix_competition_enterprise_id"), "competition", ["enterprise_id"], unique=False)
    op.create_table(
        "coaching",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("award_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_coaching_award_id_award")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_coaching_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coaching")),
        sa.UniqueConstraint("award_id", "person_id", name=op.f("uq_coaching_award_id_person_id")),
    )
    op.create_index(op.f("ix_coaching_person_id"), "coaching", ["person_id"], unique=False)
    _requests()
    _decisions()
    _wall()


def _listings_name_their_decisions() -> None:
    names = ("decision_id", "ended_decision_id")
    with op.batch_alter_table("pilot_listing") as table:
        for name in names:
            table.add_column(sa.Column(name, sa.Uuid(), nullable=True))
            table.create_foreign_key(op.f(f"fk_pilot_listing_{name}_pilot_decision"), "pilot_decision", [name], ["id"])
    for name in names:
        op.create_index(op.f(f"ix_pilot_listing_{name}"), "pilot_listing", [name], unique=False)


def _requests() -> None:
    op.create_table(
        "contest_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("award_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("scheme_version_id", sa.Uuid(), nullable=True),
        sa.Column("path", sa.String(length=40), nullable=False),
        sa.Column("occupation", sa.String(length=20), nullable=True),
        sa.Column("trade", sa.String(length=60), nullable=True),
        sa.Column("skill_level", sa.String(length=40), nullable=True),
        sa.Column("series", sa.String(length=60), nullable=True),
        sa.Column("specialty", sa.String(length=60), nullable=True),
        sa.Column("title_level", sa.String(length=40), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("by_applicant", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_contest_request_award_id_award")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_contest_request_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_contest_request_person_id_person")),
        sa.ForeignKeyConstraint(
            ["scheme_version_id"], ["scheme_version.id"], name=op.f("fk_contest_request_scheme_version_id_scheme_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest_request")),
    )
    for name in ("award_id", "enterprise_id", "person_id", "scheme_version_id"):
        op.create_index(op.f(f"ix_contest_request_{name}"), "contest_request", [name], unique=False)


def _decisions() -> None:
    op.create_table(
        "contest_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("award_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(length=40), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("policy_digest", sa.String(length=64), nullable=True),
        sa.Column("facts_digest", sa.String(length=64), nullable=True),
        sa.Column("decision_digest", sa.String(length=64), nullable=True),
        sa.Column("engine_version", sa.String(length=40), nullable=True),
        sa.Column("evaluation_id", sa.Uuid(), nullable=True),
        sa.Column("credential_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_contest_decision_award_id_award")),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["credential.id"], name=op.f("fk_contest_decision_credential_id_credential")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_contest_decision_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluation.id"], name=op.f("fk_contest_decision_evaluation_id_evaluation")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_contest_decision_person_id_person")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["contest_request.id"], name=op.f("fk_contest_decision_request_id_contest_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest_decision")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_contest_decision_credential_id")),
        sa.UniqueConstraint("request_id", "side", name=op.f("uq_contest_decision_request_id_side")),
    )
    for name in ("award_id", "enterprise_id", "evaluation_id", "person_id"):
        op.create_index(op.f(f"ix_contest_decision_{name}"), "contest_decision", [name], unique=False)


def _wall() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in WALLED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for name, table, condition in POLICIES:
        op.execute(f"CREATE POLICY {name} ON {table} {condition}")


def downgrade() -> None:
    # What stands on a table falls with it.
    op.drop_table("contest_decision")
    op.drop_table("contest_request")
    op.drop_table("coaching")
    op.drop_index(op.f("ix_competition_enterprise_id"), table_name="competition")
    with op.batch_alter_table("competition") as table:
        table.drop_constraint(op.f("fk_competition_enterprise_id_enterprise"), type_="foreignkey")
        table.drop_column("enterprise_id")
    names = ("decision_id", "ended_decision_id")
    for name in names:
        op.drop_index(op.f(f"ix_pilot_listing_{name}"), table_name="pilot_listing")
    with op.batch_alter_table("pilot_listing") as table:
        for name in names:
            table.drop_constraint(op.f(f"fk_pilot_listing_{name}_pilot_decision"), type_="foreignkey")
            table.drop_column(name)
    op.drop_table("pilot_decision")
