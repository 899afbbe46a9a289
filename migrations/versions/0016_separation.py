"""Two visits: the ballot is taken ahead of the survey, so that no clock links a person to answers."""

import sqlalchemy as sa
from alembic import op

revision = "0016_separation"
down_revision = "0015_no_statistics"
branch_labels = None
depends_on = None

FOLLOW_UPS = "ck_companies_follow_ups_at_most_two"


def upgrade() -> None:
    with op.batch_alter_table("companies") as table:
        table.add_column(
            sa.Column("separates_time", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        table.add_column(
            sa.Column("follow_ups", sa.Integer(), nullable=False, server_default=sa.text("1"))
        )
        table.create_check_constraint(op.f(FOLLOW_UPS), "follow_ups BETWEEN 0 AND 2")
    with op.batch_alter_table("waves") as table:
        table.add_column(sa.Column("ahead_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("invitations") as table:
        # What was mailed before this version was the survey's own mail.
        table.add_column(
            sa.Column("letter", sa.String(10), nullable=False, server_default="survey")
        )
    _without_defaults()


def downgrade() -> None:
    with op.batch_alter_table("invitations") as table:
        table.drop_column("letter")
    with op.batch_alter_table("waves") as table:
        table.drop_column("ahead_at")
    with op.batch_alter_table("companies") as table:
        table.drop_constraint(op.f(FOLLOW_UPS), type_="check")
        table.drop_column("follow_ups")
        table.drop_column("separates_time")


def _without_defaults() -> None:
    for name, columns in (
        ("companies", ("separates_time", "follow_ups")),
        ("invitations", ("letter",)),
    ):
        with op.batch_alter_table(name) as table:
            for column in columns:
                table.alter_column(column, server_default=None)
