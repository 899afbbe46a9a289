"""The role of the trustee, who unlocks the count."""

import sqlalchemy as sa
from alembic import op

revision = "0012_trustee"
down_revision = "0011_interventions"
branch_labels = None
depends_on = None

NAME = "ck_users_role_known"
BEFORE = "role IN ('hr', 'author')"
NOW = "role IN ('hr', 'author', 'trustee')"


def upgrade() -> None:
    _check_roles(NOW)


def downgrade() -> None:
    # An older Pulse knows no such role; these accounts could do nothing there.
    op.execute(sa.text("DELETE FROM users WHERE role = 'trustee'"))
    _check_roles(BEFORE)


def _check_roles(condition: str) -> None:
    with op.batch_alter_table("users") as table:
        table.drop_constraint(op.f(NAME), type_="check")
        table.create_check_constraint(op.f(NAME), condition)
