"""Reports as they were released."""

import sqlalchemy as sa
from alembic import op

revision = "0010_reports"
down_revision = "0009_jobs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reports",
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("method_version", sa.String(length=20), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("pictures", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_reports_company_id_companies")
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_reports_wave_id_waves")),
        sa.PrimaryKeyConstraint("wave_id", "version", name=op.f("pk_reports")),
        comment="A report as it was released: findings, texts, pictures. Immutable.",
    )
    op.create_index(op.f("ix_reports_company_id"), "reports", ["company_id"], unique=False)


def downgrade() -> None:
    op.drop_table("reports")
