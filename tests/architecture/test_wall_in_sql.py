"""The wall in SQL: no path of foreign keys between who was asked and what was said.

And the answer tables themselves hold nothing that could be laid beside the identity side: no time,
no serial number, no name of a person. Checked on the models and on the migrated databases.
"""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from pulse import tables

ANSWERS = frozenset({"ballots", "tallies", "comments", "releases"})
IDENTITIES = frozenset({"persons", "invitations", "users", "roster_drafts", "audit_entries"})
TELLTALE = (
    "person", "user", "invit", "address", "agent", "email", "mail", "name", "host", "roster",
    "time", "date", "created", "order", "serial", "number", "code_hash", "cookie", "session",
)  # fmt: skip
TELLTALE_WORDS = frozenset({"ip", "at", "on", "seq", "rank"})


def reflect(engine: sa.Engine) -> sa.MetaData:
    metadata = sa.MetaData()
    metadata.reflect(engine)
    return metadata


def reachable(metadata: sa.MetaData, start: str) -> set[str]:
    """The tables that foreign keys lead to from `start`."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        keys = metadata.tables[waiting.pop()].foreign_keys
        new = {key.target_fullname.split(".")[0] for key in keys} - found
        found |= new
        waiting += new
    return found


def meetings(metadata: sa.MetaData) -> set[tuple[str, str]]:
    """Pairs of tables of the two sides that one can walk between, one way or the other."""
    ways = [(a, b) for a in ANSWERS for b in IDENTITIES] + [
        (b, a) for a in ANSWERS for b in IDENTITIES
    ]
    return {(start, end) for start, end in ways if end in reachable(metadata, start)}


def traces(metadata: sa.MetaData) -> set[str]:
    """The columns of answer tables that tell when, in which order or who."""
    columns = [column for name in ANSWERS for column in metadata.tables[name].columns]
    return {str(column) for column in columns if _tells_when(column) or _tells_who(column)} | {
        f"{key.parent} -> {key.target_fullname}"
        for name in ANSWERS
        for key in metadata.tables[name].foreign_keys
    }


def _tells_when(column: sa.Column[object]) -> bool:
    type_ = column.type.impl if isinstance(column.type, sa.TypeDecorator) else column.type
    is_time = isinstance(type_, sa.DateTime | sa.Date | sa.Time | sa.TIMESTAMP)
    is_default = column.server_default is not None or isinstance(column.type, sa.Enum)
    keys = list(column.table.primary_key.columns)
    is_counter = column.primary_key and len(keys) == 1 and isinstance(type_, sa.Integer)
    return is_time or is_default or is_counter or column.identity is not None


def _tells_who(column: sa.Column[object]) -> bool:
    is_telling = any(part in column.name for part in TELLTALE)
    return is_telling or bool(TELLTALE_WORDS & set(column.name.split("_")))


@pytest.fixture(params=["models", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def metadata(request: pytest.FixtureRequest) -> sa.MetaData:
    if request.param == "models":
        return tables.metadata
    name = "pg_engine" if request.param == "postgres" else "sqlite_engine"
    return reflect(request.getfixturevalue(name))


def test_no_path_between_the_sides(metadata: sa.MetaData) -> None:
    assert set(metadata.tables) >= ANSWERS | IDENTITIES
    assert meetings(metadata) == set()


def test_answers_have_no_trace(metadata: sa.MetaData) -> None:
    assert traces(metadata) == set()


def test_no_table_is_on_neither_list() -> None:
    """A new table that tells of persons or answers must be put on a list above."""
    ground = {
        "companies", "groups", "setup_tokens", "waves", "wave_groups", "issuance_keys",
        "envelope_keys", "invitation_counts", "outbox", "periodic_runs", "reports", "adoptions",
            "events", "monthly_facts", "actions", "season_answers", "bad_spell_answers",
        "wave_notices", "study_plans", "study_exports", "study_companies",
            "study_evidence", "study_results",
    }  # fmt: skip
    assert set(tables.metadata.tables) == ground | ANSWERS | IDENTITIES


PLANTED: list[Callable[[sa.MetaData], object]] = [
    lambda m: m.tables["ballots"].append_column(sa.Column("cast_at", sa.DateTime())),
    lambda m: m.tables["ballots"].append_column(sa.Column("day", sa.Date())),
    lambda m: m.tables["comments"].append_column(sa.Column("person_id", sa.Uuid())),
    lambda m: m.tables["ballots"].append_column(sa.Column("ip", sa.String())),
    lambda m: m.tables["ballots"].append_column(sa.Column("user_agent", sa.String())),
    lambda m: m.tables["tallies"].append_column(
        sa.Column("wave", sa.Uuid(), sa.ForeignKey("waves.id"))
    ),
    lambda m: m.tables["ballots"].append_column(
        sa.Column("cast_by", sa.Uuid(), server_default=sa.func.now())
    ),
]


@pytest.mark.parametrize("plant", PLANTED)
def test_planted_trace_is_noticed(plant: Callable[[sa.MetaData], object]) -> None:
    metadata = _copied()
    assert traces(metadata) == set()
    plant(metadata)
    assert traces(metadata)


def test_planted_counter_is_noticed() -> None:
    metadata = _copied()
    metadata.remove(metadata.tables["comments"])
    sa.Table("comments", metadata, sa.Column("id", sa.Integer(), primary_key=True))
    assert traces(metadata) == {"comments.id"}


@pytest.mark.parametrize("start", ["ballots", "invitations"])
def test_planted_path_is_noticed(start: str) -> None:
    """Also through a table between the two."""
    end = "ballots.token_hash" if start == "invitations" else "invitations.id"
    metadata = _copied()
    bridge = [sa.Column("id", sa.Uuid(), primary_key=True), sa.Column("x", sa.ForeignKey(end))]
    sa.Table("bridge", metadata, *bridge)
    metadata.tables[start].append_column(sa.Column("b", sa.Uuid(), sa.ForeignKey("bridge.id")))
    assert (start, end.split(".", maxsplit=1)[0]) in meetings(metadata)


def _copied() -> sa.MetaData:
    copy = sa.MetaData()
    for table in tables.metadata.tables.values():
        table.to_metadata(copy)
    return copy
