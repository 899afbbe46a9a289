"""Companies and their two groups."""

import sqlalchemy as sa
from alembic import op

revision = "0001_companies"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "companies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("default_language", sa.String(length=2), nullable=False),
        sa.Column("minimum_cell_size", sa.Integer(), nullable=False),
        sa.Column("sender_name", sa.String(length=120), nullable=False),
        sa.Column("results_place", sa.String(length=120), nullable=False),
        sa.Column("opens_by_clock", sa.Boolean(), nullable=False),
        sa.Column("is_simulated", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "minimum_cell_size >= 5", name=op.f("ck_companies_minimum_cell_size_floor")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_companies")),
        sa.UniqueConstraint("slug", name=op.f("uq_companies_slug")),
        comment="A company that surveys two of its groups.",
    )
    op.create_table(
        "groups",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("name_en", sa.String(length=40), nullable=False),
        sa.Column("name_es", sa.String(length=40), nullable=False),
        sa.Column("name_es_de", sa.String(length=45), nullable=False),
        sa.Column("name_es_a", sa.String(length=45), nullable=False),
        sa.Column("makes_requests", sa.Boolean(), nullable=False),
        sa.Column("slip_head_count", sa.Integer(), nullable=False),
        sa.CheckConstraint("code IN ('first', 'second')", name=op.f("ck_groups_code_known")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_groups_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("company_id", "code", name=op.f("pk_groups")),
        comment="One of the two groups, with its names in both languages.",
    )


def downgrade() -> None:
    op.drop_table("groups")
    op.drop_table("companies")
