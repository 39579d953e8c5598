"""Evaluation rounds: steps, deadlines, applications with their evidence, committees, scores, notices, certificates."""

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
        "committee",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("series", sa.String(length=60), nullable=False),
        sa.Column("specialty", sa.String(length=60), nullable=True),
        sa.Column("highest", sa.String(length=40), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("pool", _JSON, nullable=False),
        sa.Column("drawn_on", sa.Date(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_committee_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_committee_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee")),
        sa.UniqueConstraint("round_id", "series", "specialty", name=op.f("uq_committee_round_id_series_specialty")),
    )
    op.create_index(op.f("ix_committee_enterprise_id"), "committee", ["enterprise_id"], unique=False)

    op.create_table(
        "public_notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=False),
        sa.Column("results_digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_public_notice_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_public_notice_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_notice")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_public_notice_round_id_number")),
    )
    op.create_index(op.f("ix_public_notice_enterprise_id"), "public_notice", ["enterprise_id"], unique=False)

    op.create_table(
        "result_filing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("results_digest", sa.String(length=64), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("comments", _JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_result_filing_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_result_filing_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_filing")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_result_filing_round_id_number")),
    )
    op.create_index(op.f("ix_result_filing_enterprise_id"), "result_filing", ["enterprise_id"], unique=False)

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
        "tie_declaration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("actor_person_id", sa.Uuid(), nullable=False),
        sa.Column("applicant_person_id", sa.Uuid(), nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=False),
        sa.Column("declared_by", sa.String(length=200), nullable=False),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_person_id"], ["person.id"], name=op.f("fk_tie_declaration_actor_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["applicant_person_id"], ["person.id"], name=op.f("fk_tie_declaration_applicant_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_tie_declaration_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_tie_declaration_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tie_declaration")),
        sa.UniqueConstraint(
            "round_id",
            "actor_person_id",
            "applicant_person_id",
            "ground",
            name=op.f("uq_tie_declaration_round_id_actor_person_id_applicant_person_id_ground"),
        ),
    )
    op.create_index(op.f("ix_tie_declaration_actor_person_id"), "tie_declaration", ["actor_person_id"], unique=False)
    op.create_index(
        op.f("ix_tie_declaration_applicant_person_id"), "tie_declaration", ["applicant_person_id"], unique=False
    )
    op.create_index(op.f("ix_tie_declaration_enterprise_id"), "tie_declaration", ["enterprise_id"], unique=False)

    op.create_table(
        "committee_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("committee_id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("expert_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("is_outside", sa.Boolean(), nullable=False),
        sa.Column("follows_id", sa.Uuid(), nullable=True),
        sa.Column("present", sa.Boolean(), nullable=True),
        sa.Column("stepped_down_on", sa.Date(), nullable=True),
        sa.Column("stepped_down_reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_committee_member_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_committee_member_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(["expert_id"], ["expert.id"], name=op.f("fk_committee_member_expert_id_expert")),
        sa.ForeignKeyConstraint(
            ["follows_id"], ["committee_member.id"], name=op.f("fk_committee_member_follows_id_committee_member")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_committee_member_person_id_person")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_committee_member_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee_member")),
        sa.UniqueConstraint("committee_id", "expert_id", name=op.f("uq_committee_member_committee_id_expert_id")),
    )
    op.create_index(op.f("ix_committee_member_enterprise_id"), "committee_member", ["enterprise_id"], unique=False)
    op.create_index(op.f("ix_committee_member_person_id"), "committee_member", ["person_id"], unique=False)
    op.create_index(op.f("ix_committee_member_round_id"), "committee_member", ["round_id"], unique=False)

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
        "objection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("objector_person_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("answer_days", sa.Integer(), nullable=False),
        sa.Column("answer_due", sa.Date(), nullable=False),
        sa.Column("calendar_digest", sa.String(length=64), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=2000), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_by", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_objection_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_objection_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(
            ["objector_person_id"], ["person.id"], name=op.f("fk_objection_objector_person_id_person")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_objection_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
    )
    op.create_index(op.f("ix_objection_application_id"), "objection", ["application_id"], unique=False)
    op.create_index(op.f("ix_objection_enterprise_id"), "objection", ["enterprise_id"], unique=False)
    op.create_index(op.f("ix_objection_objector_person_id"), "objection", ["objector_person_id"], unique=False)
    op.create_index(op.f("ix_objection_round_id"), "objection", ["round_id"], unique=False)

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

    op.create_table(
        "title_ballot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("committee_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("agree", sa.Integer(), nullable=False),
        sa.Column("disagree", sa.Integer(), nullable=False),
        sa.Column("abstain", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_title_ballot_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_title_ballot_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_title_ballot_enterprise_id_enterprise")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_title_ballot")),
        sa.UniqueConstraint("application_id", name=op.f("uq_title_ballot_application_id")),
    )
    op.create_index(op.f("ix_title_ballot_committee_id"), "title_ballot", ["committee_id"], unique=False)
    op.create_index(op.f("ix_title_ballot_enterprise_id"), "title_ballot", ["enterprise_id"], unique=False)

    op.create_table(
        "ballot_roll",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("committee_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("applicant_person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["applicant_person_id"], ["person.id"], name=op.f("fk_ballot_roll_applicant_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_ballot_roll_application_id_application")
        ),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_ballot_roll_committee_id_committee")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_ballot_roll_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["committee_member.id"], name=op.f("fk_ballot_roll_member_id_committee_member")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_ballot_roll_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_roll")),
        sa.UniqueConstraint("application_id", "member_id", name=op.f("uq_ballot_roll_application_id_member_id")),
    )
    op.create_index(op.f("ix_ballot_roll_applicant_person_id"), "ballot_roll", ["applicant_person_id"], unique=False)
    op.create_index(op.f("ix_ballot_roll_committee_id"), "ballot_roll", ["committee_id"], unique=False)
    op.create_index(op.f("ix_ballot_roll_enterprise_id"), "ballot_roll", ["enterprise_id"], unique=False)
    op.create_index(op.f("ix_ballot_roll_person_id"), "ballot_roll", ["person_id"], unique=False)

    op.create_table(
        "result_row",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("filing_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("tally_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_result_row_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_result_row_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(
            ["filing_id"], ["result_filing.id"], name=op.f("fk_result_row_filing_id_result_filing")
        ),
        sa.ForeignKeyConstraint(["tally_id"], ["tally.id"], name=op.f("fk_result_row_tally_id_tally")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_row")),
        sa.UniqueConstraint("filing_id", "application_id", name=op.f("uq_result_row_filing_id_application_id")),
    )
    op.create_index(op.f("ix_result_row_application_id"), "result_row", ["application_id"], unique=False)
    op.create_index(op.f("ix_result_row_enterprise_id"), "result_row", ["enterprise_id"], unique=False)
    op.create_index(op.f("ix_result_row_tally_id"), "result_row", ["tally_id"], unique=False)

    op.create_table(
        "certificate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(length=40), nullable=False),
        sa.Column(
            "number",
            sa.String(length=60).with_variant(sa.String(length=60, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("pair_id", sa.Uuid(), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_certificate_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["credential_id"], ["credential.id"], name=op.f("fk_certificate_credential_id_credential")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_certificate_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluation.id"], name=op.f("fk_certificate_evaluation_id_evaluation")
        ),
        sa.ForeignKeyConstraint(["pair_id"], ["certificate.id"], name=op.f("fk_certificate_pair_id_certificate")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_certificate_person_id_person")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_certificate_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("application_id", "side", name=op.f("uq_certificate_application_id_side")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_certificate_credential_id")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
        sa.UniqueConstraint("pair_id", name=op.f("uq_certificate_pair_id")),
    )
    op.create_index(op.f("ix_certificate_enterprise_id"), "certificate", ["enterprise_id"], unique=False)
    op.create_index(op.f("ix_certificate_evaluation_id"), "certificate", ["evaluation_id"], unique=False)
    op.create_index(op.f("ix_certificate_person_id"), "certificate", ["person_id"], unique=False)
    op.create_index(op.f("ix_certificate_round_id"), "certificate", ["round_id"], unique=False)

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
    op.drop_table("certificate")
    op.drop_table("result_row")
    op.drop_table("ballot_roll")
    op.drop_table("title_ballot")
    op.drop_table("tally")
    op.drop_table("score_entry")
    op.drop_table("objection")
    op.drop_table("evidence_claim")
    op.drop_table("committee_member")
    op.drop_table("tie_declaration")
    op.drop_table("round_step")
    op.drop_table("round_deadline")
    op.drop_table("round_assessor")
    op.drop_table("result_filing")
    op.drop_table("public_notice")
    op.drop_table("committee")
    op.drop_table("round")
    op.drop_table("issuer_code")
    op.drop_table("expert")
    op.drop_table("request_key")
    op.drop_table("number_counter")
