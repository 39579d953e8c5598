"""Evaluation rounds: steps, deadlines, applications with their evidence, assessors, marks and results."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "number_counter",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_number_counter")),
    )

    op.create_table(
        "request_key",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("result_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_request_key")),
    )

    op.create_table(
        "expert",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "number",
            sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("series", sa.String(length=60), nullable=False),
        sa.Column("specialty", sa.String(length=60), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=200), nullable=False),
        sa.Column("is_outside", sa.Boolean(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_expert_enterprise_id_enterprise")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_expert_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert")),
        sa.UniqueConstraint("enterprise_id", "number", name=op.f("uq_expert_enterprise_id_number")),
        sa.UniqueConstraint("enterprise_id", "person_id", name=op.f("uq_expert_enterprise_id_person_id")),
    )
    op.create_index(op.f("ix_expert_person_id"), "expert", ["person_id"], unique=False)

    op.create_table(
        "issuer_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("record_code", sa.String(length=12), nullable=False),
        sa.Column("certificate_prefix", sa.String(length=13), nullable=False),
        sa.Column("assigned_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_issuer_code_enterprise_id_enterprise")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issuer_code")),
        sa.UniqueConstraint("certificate_prefix", name=op.f("uq_issuer_code_certificate_prefix")),
        sa.UniqueConstraint("enterprise_id", name=op.f("uq_issuer_code_enterprise_id")),
        sa.UniqueConstraint("record_code", name=op.f("uq_issuer_code_record_code")),
    )

    op.create_table(
        "round",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("scheme_version_id", sa.Uuid(), nullable=False),
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("zh", sa.String(length=200), nullable=False),
        sa.Column("announced_on", sa.Date(), nullable=False),
        sa.Column("reference_day", sa.Date(), nullable=False),
        sa.Column("applications_until", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column(
            "plan_number",
            sa.String(length=60).with_variant(sa.String(length=60, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_round_enterprise_id_enterprise")),
        sa.ForeignKeyConstraint(
            ["scheme_version_id"], ["scheme_version.id"], name=op.f("fk_round_scheme_version_id_scheme_version")
        ),
        sa.ForeignKeyConstraint(["filing_id"], ["filing.id"], name=op.f("fk_round_filing_id_filing")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("plan_number", name=op.f("uq_round_plan_number")),
    )
    op.create_index(
        op.f("ix_round_enterprise_id_announced_on_id"), "round", ["enterprise_id", "announced_on", "id"], unique=False
    )
    op.create_index(op.f("ix_round_scheme_version_id"), "round", ["scheme_version_id"], unique=False)
    op.create_index(op.f("ix_round_state_id"), "round", ["state", "id"], unique=False)

    op.create_table(
        "round_assessor",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("assigned_on", sa.Date(), nullable=False),
        sa.Column("released_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_round_assessor_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_round_assessor_person_id_person")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_round_assessor_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_assessor")),
        sa.UniqueConstraint("round_id", "person_id", name=op.f("uq_round_assessor_round_id_person_id")),
    )
    op.create_index(op.f("ix_round_assessor_enterprise_id"), "round_assessor", ["enterprise_id"], unique=False)
    op.create_index(op.f("ix_round_assessor_person_id"), "round_assessor", ["person_id"], unique=False)

    op.create_table(
        "round_deadline",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("term", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("calendar_digest", sa.String(length=64), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_round_deadline_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_round_deadline_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_deadline")),
        sa.UniqueConstraint("round_id", "term", "number", name=op.f("uq_round_deadline_round_id_term_number")),
    )
    op.create_index(op.f("ix_round_deadline_enterprise_id"), "round_deadline", ["enterprise_id"], unique=False)

    op.create_table(
        "round_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("actor_role", sa.String(length=40), nullable=False),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("own_step", sa.String(length=60), nullable=True),
        sa.Column("term", sa.String(length=40), nullable=True),
        sa.Column("comments", _JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_round_step_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_round_step_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_step")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_round_step_round_id_number")),
    )
    op.create_index(op.f("ix_round_step_enterprise_id"), "round_step", ["enterprise_id"], unique=False)

    op.create_table(
        "evidence_claim",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("files", _JSON, nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_evidence_claim_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_evidence_claim_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_evidence_claim_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_claim")),
        sa.UniqueConstraint("application_id", "key", name=op.f("uq_evidence_claim_application_id_key")),
    )
    op.create_index(op.f("ix_evidence_claim_enterprise_id"), "evidence_claim", ["enterprise_id"], unique=False)
    op.create_index(op.f("ix_evidence_claim_person_id"), "evidence_claim", ["person_id"], unique=False)

    op.create_table(
        "score_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("assessor_id", sa.Uuid(), nullable=False),
        sa.Column("assessor_person_id", sa.Uuid(), nullable=False),
        sa.Column("criterion", sa.String(length=60), nullable=False),
        sa.Column("side", sa.String(length=40), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_score_entry_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["assessor_id"], ["round_assessor.id"], name=op.f("fk_score_entry_assessor_id_round_assessor")
        ),
        sa.ForeignKeyConstraint(
            ["assessor_person_id"], ["person.id"], name=op.f("fk_score_entry_assessor_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_score_entry_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["score_entry.id"], name=op.f("fk_score_entry_replaces_id_score_entry")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_score_entry_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_entry")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_score_entry_replaces_id")),
    )
    op.create_index(op.f("ix_score_entry_assessor_id"), "score_entry", ["assessor_id"], unique=False)
    op.create_index(op.f("ix_score_entry_assessor_person_id"), "score_entry", ["assessor_person_id"], unique=False)
    op.create_index(op.f("ix_score_entry_enterprise_id"), "score_entry", ["enterprise_id"], unique=False)
    op.create_index(op.f("ix_score_entry_round_id"), "score_entry", ["round_id"], unique=False)
    op.create_index(
        op.f("uq_score_entry_first"),
        "score_entry",
        ["application_id", "criterion", "assessor_id"],
        unique=True,
        sqlite_where=sa.text("replaces_id IS NULL"),
        postgresql_where=sa.text("replaces_id IS NULL"),
    )

    op.create_table(
        "tally",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("skill_outcome", sa.String(length=40), nullable=True),
        sa.Column("title_outcome", sa.String(length=40), nullable=True),
        sa.Column("skill_total", sa.Integer(), nullable=True),
        sa.Column("title_total", sa.Integer(), nullable=True),
        sa.Column("voters", sa.Integer(), nullable=True),
        sa.Column("agree", sa.Integer(), nullable=True),
        sa.Column("marks_digest", sa.String(length=64), nullable=False),
        sa.Column("scheme_digest", sa.String(length=80), nullable=False),
        sa.Column("policy_digest", sa.String(length=80), nullable=False),
        sa.Column("calendar_digest", sa.String(length=80), nullable=False),
        sa.Column("facts_digest", sa.String(length=80), nullable=False),
        sa.Column("engine_version", sa.String(length=40), nullable=False),
        sa.Column("decision_digest", sa.String(length=64), nullable=False),
        sa.Column("skill_score_digest", sa.String(length=64), nullable=True),
        sa.Column("title_score_digest", sa.String(length=64), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_tally_application_id_application")
        ),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_tally_enterprise_id_enterprise")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_tally_person_id_person")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_tally_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tally")),
        sa.UniqueConstraint("application_id", "number", name=op.f("uq_tally_application_id_number")),
    )
    op.create_index(op.f("ix_tally_enterprise_id"), "tally", ["enterprise_id"], unique=False)
    op.create_index(op.f("ix_tally_person_id"), "tally", ["person_id"], unique=False)
    op.create_index(op.f("ix_tally_round_id"), "tally", ["round_id"], unique=False)

    # What applications had before there were rounds; the models give these values themselves.
    with op.batch_alter_table("application") as table:
        table.add_column(sa.Column("round_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("by_applicant", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("warnings", _JSON, nullable=False, server_default="[]"))
        table.add_column(sa.Column("reviewed_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("review_reason", sa.String(length=500), nullable=True))
        table.add_column(sa.Column("review_facts_digest", sa.String(length=64), nullable=True))
        table.add_column(sa.Column("review_decision_digest", sa.String(length=64), nullable=True))
        table.create_foreign_key(op.f("fk_application_round_id_round"), "round", ["round_id"], ["id"])
    with op.batch_alter_table("application") as table:
        for name in ("by_applicant", "revision", "warnings"):
            table.alter_column(name, server_default=None)
    op.create_index(op.f("ix_application_round_id"), "application", ["round_id"], unique=False)
    with op.batch_alter_table("evaluation") as table:
        table.add_column(sa.Column("round_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(op.f("fk_evaluation_round_id_round"), "round", ["round_id"], ["id"])
    op.create_index(op.f("ix_evaluation_round_id"), "evaluation", ["round_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_evaluation_round_id"), table_name="evaluation")
    with op.batch_alter_table("evaluation") as table:
        table.drop_constraint(op.f("fk_evaluation_round_id_round"), type_="foreignkey")
        table.drop_column("round_id")
    op.drop_index(op.f("ix_application_round_id"), table_name="application")
    with op.batch_alter_table("application") as table:
        table.drop_constraint(op.f("fk_application_round_id_round"), type_="foreignkey")
        for name in ("round_id", "by_applicant", "revision", "warnings", "reviewed_on"):
            table.drop_column(name)
        for name in ("review_reason", "review_facts_digest", "review_decision_digest"):
            table.drop_column(name)
    op.drop_table("tally")
    op.drop_table("score_entry")
    op.drop_table("evidence_claim")
    op.drop_table("round_step")
    op.drop_table("round_deadline")
    op.drop_table("round_assessor")
    op.drop_table("round")
    op.drop_table("issuer_code")
    op.drop_table("expert")
    op.drop_table("request_key")
    op.drop_table("number_counter")
