"""The log of events and the monthly numbers from the company's books."""

import sqlalchemy as sa
from alembic import op

revision = "0017_facts"
down_revision = "0016_separation"
branch_labels = None
depends_on = None

NUMBERS = (
    "orders",
    "rush_orders",
    "on_time",
    "complaints",
    "meetings",
    "head_count_first",
    "head_count_second",
)


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_events_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        comment="What happened in the company, as HR logged it.",
    )
    op.create_index(op.f("ix_events_company_id"), "events", ["company_id"])
    op.create_table(
        "monthly_facts",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in NUMBERS),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "rush_orders <= orders", name=op.f("ck_monthly_facts_rush_among_orders")
        ),
        sa.CheckConstraint("on_time <= orders", name=op.f("ck_monthly_facts_on_time_among_orders")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_monthly_facts_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("company_id", "month", name=op.f("pk_monthly_facts")),
        comment="Numbers of a month from the company's books. Empty means not known.",
    )


def downgrade() -> None:
    op.drop_table("monthly_facts")
    op.drop_index(op.f("ix_events_company_id"), table_name="events")
    op.drop_table("events")
