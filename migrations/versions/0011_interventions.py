"""When a company adopted which rule."""

import sqlalchemy as sa
from alembic import op

revision = "0011_interventions"
down_revision = "0010_reports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "adoptions",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.Integer(), nullable=False),
        sa.Column("adopted_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("rule BETWEEN 1 AND 10", name=op.f("ck_adoptions_rule_known")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_adoptions_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("company_id", "rule", name=op.f("pk_adoptions")),
        comment="When a company adopted one of the ten rules. Entered once, logged.",
    )


def downgrade() -> None:
    op.drop_table("adoptions")
