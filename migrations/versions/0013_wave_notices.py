"""Wave notices: published once, never changed. The triggers hold even where a program forgets it."""

import sqlalchemy as sa
from alembic import op

revision = "0013_wave_notices"
down_revision = "0012_trustee"
branch_labels = None
depends_on = None

REFUSAL = "a published notice is never changed"


def upgrade() -> None:
    op.create_table(
        "wave_notices",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_wave_notices_company_id_companies"),
        ),
        sa.ForeignKeyConstraint(
            ["wave_id"], ["waves.id"], name=op.f("fk_wave_notices_wave_id_waves")
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_wave_notices")),
        sa.UniqueConstraint("company_id", "number", name=op.f("uq_wave_notices_company_id_number")),
        comment="Published notices, chained by digest; triggers refuse every change.",
    )
    op.create_index(op.f("ix_wave_notices_wave_id"), "wave_notices", ["wave_id"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER wave_notices_no_{event.lower()} BEFORE {event} ON wave_notices "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
        # INSERT OR REPLACE would get past the trigger on DELETE.
        op.execute(
            "CREATE TRIGGER wave_notices_no_replace BEFORE INSERT ON wave_notices WHEN EXISTS "
            "(SELECT 1 FROM wave_notices WHERE digest = NEW.digest "
            "OR (company_id = NEW.company_id AND number = NEW.number)) "
            "BEGIN SELECT RAISE(ABORT, 'a published notice is never changed'); END"
        )
    else:
        op.execute(
            "CREATE FUNCTION refuse_notice_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER wave_notices_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON wave_notices "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_notice_change()"
        )


def downgrade() -> None:
    op.drop_table("wave_notices")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_notice_change()")
