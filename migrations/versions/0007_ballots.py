"""The ballot box."""

import sqlalchemy as sa
from alembic import op

revision = "0007_ballots"
down_revision = "0006_invitations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ballots",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("group_code", sa.String(length=6), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_ballots")),
        comment="Sealed ballots of open waves; emptied at the count.",
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("ballots")
