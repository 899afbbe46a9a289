"""You said, we did: one box for each month's survey."""

import sqlalchemy as sa
from alembic import op

revision = "0018_actions"
down_revision = "0017_facts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "actions",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("said_en", sa.String(length=300), nullable=False),
        sa.Column("said_es", sa.String(length=300), nullable=False),
        sa.Column("did_en", sa.String(length=300), nullable=False),
        sa.Column("did_es", sa.String(length=300), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_actions_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("company_id", "month", name=op.f("pk_actions")),
        comment="You said, we did: one box for each month's survey, in both languages.",
    )


def downgrade() -> None:
    op.drop_table("actions")
