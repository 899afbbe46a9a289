"""Plans of the study: frozen by the database itself."""

import sqlalchemy as sa
from alembic import op

revision = "0019_study_plans"
down_revision = "0018_actions"
branch_labels = None
depends_on = None

SENTENCE = "A plan is never changed."


def upgrade() -> None:
    op.create_table(
        "study_plans",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.String(length=7), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "scope IN ('company', 'study')", name=op.f("ck_study_plans_scope_known")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_study_plans_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_study_plans")),
        sa.UniqueConstraint("company_id", "scope", name=op.f("uq_study_plans_company_id_scope")),
        comment="A plan made before the rules started, in canonical form. Immutable.",
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER study_plans_no_{verb.lower()} BEFORE {verb} ON study_plans "
                f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_plan_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SENTENCE}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER study_plans_frozen BEFORE UPDATE OR DELETE ON study_plans "
        "FOR EACH ROW EXECUTE FUNCTION refuse_plan_change()"
    )


def downgrade() -> None:
    op.drop_table("study_plans")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_plan_change()")
