"""What comes of rounds: committees with their votes, public notices and objections, filings, certificates."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
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

    op.create_table(
        "notice_row",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("tally_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("occupation", sa.String(length=20), nullable=True),
        sa.Column("trade", sa.String(length=60), nullable=True),
        sa.Column("skill_level", sa.String(length=40), nullable=True),
        sa.Column("series", sa.String(length=60), nullable=True),
        sa.Column("specialty", sa.String(length=60), nullable=True),
        sa.Column("title_level", sa.String(length=40), nullable=True),
        sa.Column("skill_outcome", sa.String(length=40), nullable=True),
        sa.Column("title_outcome", sa.String(length=40), nullable=True),
        sa.Column("corrections", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_notice_row_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_notice_row_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["public_notice.id"], name=op.f("fk_notice_row_notice_id_public_notice")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_notice_row_round_id_round")),
        sa.ForeignKeyConstraint(["tally_id"], ["tally.id"], name=op.f("fk_notice_row_tally_id_tally")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_row")),
        sa.UniqueConstraint("notice_id", "application_id", name=op.f("uq_notice_row_notice_id_application_id")),
    )
    op.create_index(op.f("ix_notice_row_application_id"), "notice_row", ["application_id"], unique=False)
    op.create_index(op.f("ix_notice_row_enterprise_id"), "notice_row", ["enterprise_id"], unique=False)
    op.create_index(op.f("ix_notice_row_round_id"), "notice_row", ["round_id"], unique=False)
    op.create_index(op.f("ix_notice_row_tally_id"), "notice_row", ["tally_id"], unique=False)


def downgrade() -> None:
    op.drop_table("notice_row")
    op.drop_table("certificate")
    op.drop_table("result_row")
    op.drop_table("ballot_roll")
    op.drop_table("title_ballot")
    op.drop_table("objection")
    op.drop_table("committee_member")
    op.drop_table("tie_declaration")
    op.drop_table("result_filing")
    op.drop_table("public_notice")
    op.drop_table("committee")
