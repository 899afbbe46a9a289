"""A slip without JavaScript becomes a credential and then a ballot, in two transactions.

Here the server does what the browser does elsewhere, so for a moment it sees code and answers side
by side. That is why only paper slips are taken, whose holder nobody knows, and why nothing of the
moment is kept. All chance comes from the slip, so that the same slip sent again ends in the same
one ballot.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from pulse.credentials.blind_rsa import PublicKey
from pulse.credentials.client import (
    Credential,
    CredentialRequest,
    finalize_credential,
    request_slip_credential,
)
from pulse.credentials.envelope_key import EnvelopePublicKey
from pulse.credentials.issuer import sign_blinded
from pulse.credentials.message import token_hash
from pulse.credentials.queries import wave_keys
from pulse.credentials.secrets_store import wave_secret
from pulse.fieldwork.errors import (
    MistypedCodeError,
    OtherGroupError,
    PersonalCodeError,
    SlipElsewhereError,
)
from pulse.invitations.codes import group_of, is_slip, normalise
from pulse.invitations.service import mark_issued
from pulse.responses.body import Answer, encode_body
from pulse.responses.sealing import seal
from pulse.responses.service import cast_ballot

PURPOSE = "slip-token"
MODE = "form"


@dataclass(frozen=True, kw_only=True)
class SlipCredential:
    """What the first transaction leaves for the second: no code."""

    wave_id: uuid.UUID
    group_code: str
    label: bytes
    credential: Credential


@dataclass(frozen=True, kw_only=True)
class SlipRequest:
    """A blinded request that waits for its signature."""

    wave_id: uuid.UUID
    group_code: str
    key: PublicKey
    request: CredentialRequest


def slip_code(text: str, *, group_code: str, other_name: str) -> str:
    """Return the one normal form of a slip's code for people of `group_code`.

    Raises
    ------
    MistypedCodeError, PersonalCodeError, OtherGroupError
        It is no code, the code of a mailed link, or one of the other group (called `other_name`).
    """
    code = normalise(text)
    if code is None:
        raise MistypedCodeError
    if not is_slip(code):
        raise PersonalCodeError
    if group_of(code) != group_code:
        raise OtherGroupError(group=other_name)
    return code


def spend_slip(
    session: Session, *, wave_id: uuid.UUID, group_code: str, code: str, key_dir: Path
) -> SlipRequest:
    """First transaction: note that the slip's one credential is issued. Commit, then sign.

    Raises
    ------
    CodeUnknownError, CodeUsedError
        As `mark_issued`.
    SlipElsewhereError
        The slip belongs to another wave; roll back.
    """
    spki = wave_keys(session, wave_id).issuance[group_code].spki
    key = PublicKey.from_spki(spki)
    pepper = wave_secret(key_dir, wave_id, PURPOSE)
    request = request_slip_credential(key, str(wave_id), group_code, pepper, code)
    grant = mark_issued(session, code=code, blinded=request.blinded, key_dir=key_dir)
    if (grant.wave_id, grant.group_code) != (wave_id, group_code):
        raise SlipElsewhereError
    return SlipRequest(wave_id=wave_id, group_code=group_code, key=key, request=request)


def sign_slip(request: SlipRequest, *, key_dir: Path) -> SlipCredential:
    """Between the transactions: sign and unblind."""
    signature = sign_blinded(key_dir, request.wave_id, request.group_code, request.request.blinded)
    return SlipCredential(
        wave_id=request.wave_id,
        group_code=request.group_code,
        label=request.request.label,
        credential=finalize_credential(request.key, request.request, signature),
    )


def cast_for_slip(
    session: Session,
    slip: SlipCredential,
    *,
    language: str,
    answers: Mapping[str, Answer],
    comment: str,
) -> bool:
    """Second transaction: seal the answers and cast them; say whether they are the slip's first.

    Raises
    ------
    WaveClosedError
        The wave closed in between.
    """
    envelope = EnvelopePublicKey.from_spki(wave_keys(session, slip.wave_id).envelope_spki)
    body = encode_body(language=language, mode=MODE, answers=answers, comment=comment)
    spent = token_hash(slip.credential.token)
    return cast_ballot(
        session,
        wave_id=slip.wave_id,
        group_code=slip.group_code,
        message=slip.credential.msg,
        signature=slip.credential.sig,
        sealed=seal(envelope, slip.label, spent, body),
    )
