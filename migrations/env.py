"""Alembic's environment. Started by `pulse.cli.db`, which hands over one open connection."""

from alembic import context

from pulse import tables


def run() -> None:
    """Bring the given connection's database to the asked revision."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=tables.metadata,
        # SQLite cannot alter a table in place: Alembic copies it instead.
        render_as_batch=True,
        transaction_per_migration=True,
        # True on SQLite as well: `pulse.db` begins its transactions itself.
        transactional_ddl=True,
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
