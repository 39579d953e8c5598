"""Schemes, applications, evaluations and credentials."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def sorted_text(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "scheme",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sorted_text(60), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_scheme_enterprise_id_enterprise")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme")),
        sa.UniqueConstraint("key", name=op.f("uq_scheme_key")),
    )
    op.create_index(op.f("ix_scheme_enterprise_id"), "scheme", ["enterprise_id"])

    op.create_table(
        "scheme_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("zh", sa.String(length=200), nullable=False),
        sa.Column("en", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("recorded_from", sa.Date(), nullable=True),
        sa.Column("recorded_until", sa.Date(), nullable=True),
        sa.Column("record_number", sa.String(length=60), nullable=True),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["scheme_id"], ["scheme.id"], name=op.f("fk_scheme_version_scheme_id_scheme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme_version")),
        sa.UniqueConstraint("scheme_id", "version", name=op.f("uq_scheme_version_scheme_id_version")),
    )
    op.create_index(
        op.f("ix_scheme_version_recorded_from_recorded_until"),
        "scheme_version",
        ["recorded_from", "recorded_until"],
    )

    op.create_table(
        "application",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("scheme_version_id", sa.Uuid(), nullable=False),
        sa.Column("occupation", sa.String(length=20), nullable=True),
        sa.Column("trade", sa.String(length=60), nullable=True),
        sa.Column("skill_level", sa.String(length=40), nullable=True),
        sa.Column("series", sa.String(length=60), nullable=True),
        sa.Column("specialty", sa.String(length=60), nullable=True),
        sa.Column("title_level", sa.String(length=40), nullable=True),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_application_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_application_person_id_person")),
        sa.ForeignKeyConstraint(
            ["scheme_version_id"], ["scheme_version.id"], name=op.f("fk_application_scheme_version_id_scheme_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
    )
    op.create_index(op.f("ix_application_enterprise_id"), "application", ["enterprise_id"])
    op.create_index(op.f("ix_application_person_id"), "application", ["person_id"])
    op.create_index(op.f("ix_application_scheme_version_id"), "application", ["scheme_version_id"])

    op.create_table(
        "catalog_row",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_version_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("occupation", sa.String(length=20), nullable=False),
        sa.Column("trade", sa.String(length=60), nullable=True),
        sa.Column("skill_level", sa.String(length=40), nullable=False),
        sa.Column("series", sa.String(length=60), nullable=False),
        sa.Column("specialty", sa.String(length=60), nullable=False),
        sa.Column("title_level", sa.String(length=40), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("skill_to_title", sa.Boolean(), nullable=False),
        sa.Column("skill_to_title_years", sa.Integer(), nullable=True),
        sa.Column("skill_to_title_clause", sa.Text(), nullable=True),
        sa.Column("title_to_skill", sa.Boolean(), nullable=False),
        sa.Column("title_to_skill_years", sa.Integer(), nullable=True),
        sa.Column("title_to_skill_clause", sa.Text(), nullable=True),
        sa.Column("dual_certificate", sa.Boolean(), nullable=False),
        sa.Column("dual_track", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["scheme_version_id"], ["scheme_version.id"], name=op.f("fk_catalog_row_scheme_version_id_scheme_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_row")),
        sa.UniqueConstraint("scheme_version_id", "number", name=op.f("uq_catalog_row_scheme_version_id_number")),
    )
    op.create_index(op.f("ix_catalog_row_occupation"), "catalog_row", ["occupation"])

    op.create_table(
        "evaluation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("scheme_version_id", sa.Uuid(), nullable=False),
        sa.Column("reference_day", sa.Date(), nullable=False),
        sa.Column("occupation", sa.String(length=20), nullable=True),
        sa.Column("trade", sa.String(length=60), nullable=True),
        sa.Column("skill_level", sa.String(length=40), nullable=True),
        sa.Column("series", sa.String(length=60), nullable=True),
        sa.Column("specialty", sa.String(length=60), nullable=True),
        sa.Column("title_level", sa.String(length=40), nullable=True),
        sa.Column("skill_outcome", sa.String(length=40), nullable=True),
        sa.Column("title_outcome", sa.String(length=40), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("scheme_digest", sa.String(length=80), nullable=False),
        sa.Column("policy_digest", sa.String(length=80), nullable=False),
        sa.Column("calendar_digest", sa.String(length=80), nullable=False),
        sa.Column("facts_digest", sa.String(length=80), nullable=False),
        sa.Column("engine_version", sa.String(length=40), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_evaluation_application_id_application")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_evaluation_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_evaluation_person_id_person")),
        sa.ForeignKeyConstraint(
            ["scheme_version_id"], ["scheme_version.id"], name=op.f("fk_evaluation_scheme_version_id_scheme_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
    )
    op.create_index(op.f("ix_evaluation_application_id"), "evaluation", ["application_id"])
    op.create_index(
        op.f("ix_evaluation_enterprise_id_decided_on_id"), "evaluation", ["enterprise_id", "decided_on", "id"]
    )
    op.create_index(op.f("ix_evaluation_person_id"), "evaluation", ["person_id"])
    op.create_index(op.f("ix_evaluation_scheme_version_id"), "evaluation", ["scheme_version_id"])

    op.create_table(
        "credential",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("occupation", sa.String(length=20), nullable=True),
        sa.Column("trade", sa.String(length=60), nullable=True),
        sa.Column("series", sa.String(length=60), nullable=True),
        sa.Column("specialty", sa.String(length=60), nullable=True),
        sa.Column("title_name", sa.String(length=100), nullable=True),
        sa.Column("number", sorted_text(60), nullable=True),
        sa.Column("issuer_name", sa.String(length=200), nullable=False),
        sa.Column("issuer_enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("legal_basis", sa.String(length=300), nullable=False),
        sa.Column("obtained_by", sa.String(length=40), nullable=False),
        sa.Column("awarded_on", sa.Date(), nullable=False),
        sa.Column("review_year", sa.Integer(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.Column("revoked_reason", sa.String(length=500), nullable=True),
        sa.Column("appointed_post", sa.String(length=100), nullable=True),
        sa.Column("appointed_on", sa.Date(), nullable=True),
        sa.Column("linked_credential_id", sa.Uuid(), nullable=True),
        sa.Column("evaluation_id", sa.Uuid(), nullable=True),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluation.id"], name=op.f("fk_credential_evaluation_id_evaluation")
        ),
        sa.ForeignKeyConstraint(
            ["issuer_enterprise_id"], ["enterprise.id"], name=op.f("fk_credential_issuer_enterprise_id_enterprise")
        ),
        sa.ForeignKeyConstraint(
            ["linked_credential_id"], ["credential.id"], name=op.f("fk_credential_linked_credential_id_credential")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_credential_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
        sa.UniqueConstraint("issuer_name", "number", name=op.f("uq_credential_issuer_name_number")),
    )
    op.create_index(op.f("ix_credential_awarded_on_id"), "credential", ["awarded_on", "id"])
    op.create_index(op.f("ix_credential_evaluation_id"), "credential", ["evaluation_id"])
    op.create_index(op.f("ix_credential_issuer_enterprise_id"), "credential", ["issuer_enterprise_id"])
    op.create_index(op.f("ix_credential_level_awarded_on_id"), "credential", ["level", "awarded_on", "id"])
    op.create_index(op.f("ix_credential_linked_credential_id"), "credential", ["linked_credential_id"])
    op.create_index(op.f("ix_credential_number"), "credential", ["number"])
    op.create_index(op.f("ix_credential_occupation"), "credential", ["occupation"])
    op.create_index(op.f("ix_credential_person_id"), "credential", ["person_id"])
    op.create_index(
        "uq_credential_skill_number",
        "credential",
        ["number"],
        unique=True,
        sqlite_where=sa.text("kind = 'skill_certificate'"),
        postgresql_where=sa.text("kind = 'skill_certificate'"),
    )

    op.create_table(
        "score",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("criterion", sa.String(length=60), nullable=False),
        sa.Column("side", sa.String(length=40), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("assessor_name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["evaluation_id"], ["evaluation.id"], name=op.f("fk_score_evaluation_id_evaluation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score")),
        sa.UniqueConstraint(
            "evaluation_id",
            "criterion",
            "side",
            "assessor_name",
            name=op.f("uq_score_evaluation_id_criterion_side_assessor_name"),
        ),
    )


def downgrade() -> None:
    for table in ("score", "credential", "evaluation", "catalog_row", "application", "scheme_version", "scheme"):
        op.drop_table(table)  # its indexes go with it
