"""What HR answers about seasons and a bad spell: every answer with its moment."""

import sqlalchemy as sa
from alembic import op

revision = "0021_answers"
down_revision = "0020_study_evidence"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "season_answers",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=6), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "answer IN ('yes', 'no', 'unsure')", name=op.f("ck_season_answers_answer_known")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_season_answers_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("company_id", "number", name=op.f("pk_season_answers")),
        comment="Does the company's work follow the seasons: every answer given, none changed.",
    )
    op.create_table(
        "bad_spell_answers",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_bad_spell", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["companies.id"],
            name=op.f("fk_bad_spell_answers_company_id_companies"),
        ),
        sa.PrimaryKeyConstraint("company_id", "number", name=op.f("pk_bad_spell_answers")),
        comment="Were the rules started because of a bad spell: every answer, none changed.",
    )


def downgrade() -> None:
    op.drop_table("bad_spell_answers")
    op.drop_table("season_answers")
