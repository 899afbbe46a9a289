"""Which print a slip belongs to: a reprint makes a new batch and voids what is unused of the old."""

import sqlalchemy as sa
from alembic import op

revision = "0014_slip_batches"
down_revision = "0013_wave_notices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("invitations") as table:
        table.add_column(sa.Column("batch", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("invitations") as table:
        table.alter_column("batch", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("invitations") as table:
        table.drop_column("batch")
