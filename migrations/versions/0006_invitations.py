"""Who was asked, and the numbers that are left of it."""

import sqlalchemy as sa
from alembic import op

revision = "0006_invitations"
down_revision = "0005_credentials"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("group_code", sa.String(length=6), nullable=False),
        sa.Column("channel", sa.String(length=5), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("is_issued", sa.Boolean(), nullable=False),
        sa.Column("blinded_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("delivery", sa.String(length=10), nullable=False),
        sa.Column("delivery_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "channel IN ('email', 'slip')", name=op.f("ck_invitations_channel_known")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_invitations_person_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["waves.id"], name=op.f("fk_invitations_wave_id_waves")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_invitations_code_hash")),
        sa.UniqueConstraint("wave_id", "person_id", name=op.f("uq_invitations_wave_id_person_id")),
        comment="Who was asked (or an unassigned slip), and whether the one credential was issued.",
    )
    op.create_index(op.f("ix_invitations_wave_id"), "invitations", ["wave_id"], unique=False)
    op.create_table(
        "invitation_counts",
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("group_code", sa.String(length=6), nullable=False),
        sa.Column("n_invited", sa.Integer(), nullable=False),
        sa.Column("n_issued", sa.Integer(), nullable=False),
        sa.Column("n_undeliverable", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["waves.id"], name=op.f("fk_invitation_counts_wave_id_waves")
        ),
        sa.PrimaryKeyConstraint("wave_id", "group_code", name=op.f("pk_invitation_counts")),
        comment="All that is left of a wave's invitations: numbers.",
    )


def downgrade() -> None:
    op.drop_table("invitation_counts")
    op.drop_table("invitations")
