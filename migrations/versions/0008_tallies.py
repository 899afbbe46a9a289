"""Tallies, comments and releases."""

import sqlalchemy as sa
from alembic import op

revision = "0008_tallies"
down_revision = "0007_ballots"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tallies",
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("group_code", sa.String(length=6), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("wave_id", "group_code", name=op.f("pk_tallies")),
        comment="Sufficient statistics of a wave and group; all that is kept.",
    )
    op.create_table(
        "comments",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("group_code", sa.String(length=6), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
        comment="Comments of groups with ten or more ballots.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "releases",
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("wave_id", "version", name=op.f("pk_releases")),
        comment="The cells released for a wave; immutable, corrections stand beside.",
    )


def downgrade() -> None:
    op.drop_table("releases")
    op.drop_table("comments")
    op.drop_table("tallies")
