"""Public keys of each wave."""

import sqlalchemy as sa
from alembic import op

revision = "0005_credentials"
down_revision = "0004_waves"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "issuance_keys",
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("group_code", sa.String(length=6), nullable=False),
        sa.Column("kid", sa.String(length=64), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["waves.id"], name=op.f("fk_issuance_keys_wave_id_waves")
        ),
        sa.PrimaryKeyConstraint("wave_id", "group_code", name=op.f("pk_issuance_keys")),
        comment="Public RSA key per wave and group; signs blinded credentials.",
    )
    op.create_table(
        "envelope_keys",
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["waves.id"], name=op.f("fk_envelope_keys_wave_id_waves")
        ),
        sa.PrimaryKeyConstraint("wave_id", name=op.f("pk_envelope_keys")),
        comment="Public P-256 key per wave; ballots are sealed to it.",
    )


def downgrade() -> None:
    op.drop_table("envelope_keys")
    op.drop_table("issuance_keys")
