"""Waves and what each asks a group."""

import sqlalchemy as sa
from alembic import op

revision = "0004_waves"
down_revision = "0003_people"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "waves",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("instrument_version", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "state IN ('planned', 'open', 'closing', 'closed', 'released', 'skipped')",
            name=op.f("ck_waves_state_known"),
        ),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_waves_opens_before_it_closes")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_waves_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waves")),
        sa.UniqueConstraint("company_id", "month", name=op.f("uq_waves_company_id_month")),
        comment="One monthly survey of a company. Times are those of the wave, never of a person.",
    )
    op.create_index(op.f("ix_waves_company_id"), "waves", ["company_id"], unique=False)
    op.create_table(
        "wave_groups",
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("group_code", sa.String(length=6), nullable=False),
        sa.Column("rotation", sa.String(length=6), nullable=False),
        sa.Column("common_items", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["waves.id"], name=op.f("fk_wave_groups_wave_id_waves")
        ),
        sa.PrimaryKeyConstraint("wave_id", "group_code", name=op.f("pk_wave_groups")),
        comment="What a wave asks one group: drawn or common rotating items.",
    )


def downgrade() -> None:
    op.drop_table("wave_groups")
    op.drop_table("waves")
