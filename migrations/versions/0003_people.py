"""The roster and its drafts."""

import sqlalchemy as sa
from alembic import op

revision = "0003_people"
down_revision = "0002_accounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "persons",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("roster_id", sa.String(length=60), nullable=False),
        sa.Column("group_code", sa.String(length=6), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "group_code IN ('first', 'second')", name=op.f("ck_persons_group_known")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_persons_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
        sa.UniqueConstraint(
            "company_id", "roster_id", name=op.f("uq_persons_company_id_roster_id")
        ),
        comment="One line of the roster. No e-mail means: takes a printed slip.",
    )
    op.create_table(
        "roster_drafts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_roster_drafts_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_drafts")),
        comment="An uploaded roster between preview and decision.",
    )
    op.create_index(
        op.f("ix_roster_drafts_company_id"), "roster_drafts", ["company_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("roster_drafts")
    op.drop_table("persons")
