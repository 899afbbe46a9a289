"""PostgreSQL keeps no samples of invitations, ballots, jobs and comments in its planner's statistics.

ANALYZE, which the server orders by itself, copies up to a hundred values of each column to
pg_statistic. There the hashes of counted ballots and the ids of invitations outlived the close.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015_no_statistics"
down_revision = "0014_slip_batches"
branch_labels = None
depends_on = None

TABLES = ("invitations", "ballots", "outbox", "comments")
SERVERS_DEFAULT = -1


def upgrade() -> None:
    _set_statistics(0)


def downgrade() -> None:
    _set_statistics(SERVERS_DEFAULT)


def _set_statistics(target: int) -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    for table in TABLES:
        for column in sa.inspect(connection).get_columns(table):
            name = column["name"]
            op.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{name}" SET STATISTICS {target}')
