"""Evidence files given and received, and the results made of them."""

import sqlalchemy as sa
from alembic import op

revision = "0020_study_evidence"
down_revision = "0019_study_plans"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "study_exports",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_study_exports_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_study_exports")),
        sa.UniqueConstraint("content_hash", name=op.f("uq_study_exports_content_hash")),
        comment="Evidence that a company agreed to give; link open or not.",
    )
    op.create_table(
        "study_companies",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("plan_hash", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_announced", sa.Boolean(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_study_companies_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("company_id", "plan_hash", name=op.f("pk_study_companies")),
        comment="A company whose plan the author's study knows.",
    )
    op.create_table(
        "study_evidence",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("plan_hash", sa.String(length=64), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_study_evidence_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("company_id", "plan_hash", name=op.f("pk_study_evidence")),
        comment="An evidence file as it was imported. Immutable.",
    )
    op.create_table(
        "study_results",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("inputs_hash", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("pictures", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_study_results_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("company_id", "version", name=op.f("pk_study_results")),
        comment="What the author's page says, made on or after the planned day. Immutable.",
    )


def downgrade() -> None:
    for table in ("study_results", "study_evidence", "study_companies", "study_exports"):
        op.drop_table(table)
