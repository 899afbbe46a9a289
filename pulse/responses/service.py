"""Use cases of the ballot box. Core statements, prebuilt; nothing here commits or logs."""

import uuid

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from pulse.credentials.verifier import verify_credential
from pulse.responses.errors import MalformedBallotError
from pulse.responses.models import Ballot
from pulse.responses.sealing import SEALED_BYTES
from pulse.waves.queries import lock_open_wave

# The first ballot of a token stands; a repeat changes nothing and is answered alike.
_INSERT = {
    dialect.dialect.name: dialect.insert(Ballot)
    .on_conflict_do_nothing()
    .execution_options(preserve_rowcount=True)
    for dialect in (sqlite, postgresql)
}
_DELETE = sa.delete(Ballot).where(Ballot.wave_id == sa.bindparam("wave"))


def cast_ballot(
    session: Session,
    *,
    wave_id: uuid.UUID,
    group_code: str,
    message: bytes,
    signature: bytes,
    sealed: bytes,
) -> bool:
    """Put a sealed ballot into the box, once per credential; say whether it is a new one.

    Call it inside a writing transaction. The same credential again is no error: the reply to the
    first may have been lost.

    Parameters
    ----------
    message, signature
        The unblinded credential.
    sealed
        Exactly `SEALED_BYTES` bytes.

    Raises
    ------
    MalformedBallotError
        The ballot has another length.
    CredentialRefusedError
        The credential is not one of this wave and group.
    WaveClosedError
        The wave takes no answers.
    """
    if len(sealed) != SEALED_BYTES:
        raise MalformedBallotError
    token_hash = verify_credential(
        session, wave_id=wave_id, group_code=group_code, message=message, signature=signature
    )
    lock_open_wave(session, wave_id)
    ballot = {
        "token_hash": token_hash,
        "wave_id": wave_id,
        "group_code": group_code,
        "sealed": sealed,
    }
    connection = session.connection()
    return connection.execute(_INSERT[connection.dialect.name], ballot).rowcount == 1


def delete_ballots(session: Session, wave_id: uuid.UUID) -> None:
    """Empty the box of a wave; call it in the transaction that writes the tallies."""
    session.connection().execute(_DELETE, {"wave": wave_id})
