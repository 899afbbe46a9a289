"""Every SELECT of the room `responses`; only `tallies` may use it."""

import uuid
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.responses.models import Ballot

BATCH_ROWS = 500
_SEALED = (
    sa.select(Ballot.token_hash, Ballot.sealed)
    .where(Ballot.wave_id == sa.bindparam("wave"), Ballot.group_code == sa.bindparam("group"))
    .execution_options(yield_per=BATCH_ROWS)
)


def sealed_ballots(
    session: Session, wave_id: uuid.UUID, group_code: str
) -> Iterator[tuple[bytes, bytes]]:
    """Yield (token hash, sealed ballot) of a wave and group, a batch in memory at a time."""
    result = session.connection().execute(_SEALED, {"wave": wave_id, "group": group_code})
    for row in result:
        yield row.token_hash, row.sealed
