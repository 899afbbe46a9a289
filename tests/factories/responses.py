"""Ballots of the room `responses`, and a survey that is open to answer, for tests."""

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from pulse.companies.queries import CompanyView
from pulse.credentials import client, issuer
from pulse.credentials.blind_rsa import PublicKey
from pulse.credentials.envelope_key import EnvelopePublicKey
from pulse.credentials.message import label, token_hash
from pulse.credentials.queries import wave_keys
from pulse.credentials.secrets_store import envelope_private_key, wave_secret
from pulse.credentials.service import create_wave_keys
from pulse.ids import GROUP_CODES
from pulse.invitations.codes import EMAIL, SLIP, code_for
from pulse.invitations.inviting import invite_wave
from pulse.invitations.models import Invitation
from pulse.responses.body import Answer, encode_body
from pulse.responses.queries import sealed_ballots
from pulse.responses.sealing import seal, unseal
from pulse.responses.service import cast_ballot
from pulse.waves.queries import WaveView, get_wave
from tests.factories.companies import OPERATIONS, SALES, make_company
from tests.factories.people import make_person
from tests.factories.waves import make_wave

ANSWERS: dict[str, Answer] = {"APP1": 3, "COM1": "na", "META": 1}


@dataclass(frozen=True, kw_only=True)
class Voter:
    """A credential with a ballot sealed for it."""

    wave_id: uuid.UUID
    group_code: str
    credential: client.Credential
    label: bytes
    sealed: bytes

    @property
    def token_hash(self) -> bytes:
        """What the ballot box stores of the credential."""
        return token_hash(self.credential.token)

    def cast(self, session: Session, **overrides: Any) -> bool:
        """Cast the ballot."""
        values: dict[str, Any] = {
            "wave_id": self.wave_id,
            "group_code": self.group_code,
            "message": self.credential.msg,
            "signature": self.credential.sig,
            "sealed": self.sealed,
        }
        return cast_ballot(session, **(values | overrides))


def make_voter(
    session: Session, key_dir: Path, wave_id: uuid.UUID, group_code: str = "first"
) -> Voter:
    """Return somebody with a valid credential of the wave and group; the wave has its keys."""
    keys = wave_keys(session, wave_id)
    key = PublicKey.from_spki(keys.issuance[group_code].spki)
    request = client.request_credential(key, str(wave_id), group_code)
    signature = issuer.sign_blinded(key_dir, wave_id, group_code, request.blinded)
    credential = client.finalize_credential(key, request, signature)
    sealed = seal(
        EnvelopePublicKey.from_spki(keys.envelope_spki),
        request.label,
        token_hash(credential.token),
        encode_body(language="en", mode="link", answers=ANSWERS),
    )
    return Voter(
        wave_id=wave_id,
        group_code=group_code,
        credential=credential,
        label=request.label,
        sealed=sealed,
    )


@dataclass(frozen=True, kw_only=True)
class OpenSurvey:
    """A company with an open wave, its keys, and the codes of everybody invited."""

    company: CompanyView
    wave: WaveView
    key_dir: Path
    links: dict[str, list[str]]
    slips: dict[str, list[str]]

    @property
    def path(self) -> str:
        """Where the survey page is."""
        return f"/s/{self.company.slug}"

    def bodies(self, session: Session) -> list[dict[str, Any]]:
        """Open every ballot in the box, as the count will."""
        return list(self._bodies(session))

    def _bodies(self, session: Session) -> Iterator[dict[str, Any]]:
        private = envelope_private_key(self.key_dir, self.wave.id)
        keys = wave_keys(session, self.wave.id)
        for group in GROUP_CODES:
            bound = label(str(self.wave.id), group, keys.issuance[group].kid)
            for spent, sealed in sealed_ballots(session, self.wave.id, group):
                yield {"group": group, **json.loads(unseal(private, bound, spent, sealed))}


def make_open_survey(
    session: Session,
    key_dir: Path,
    *,
    now: dt.datetime,
    n_links: int = 2,
    n_slips: int = 2,
    **company: Any,
) -> OpenSurvey:
    """Invite `n_links` people by mail and `n_slips` by slip in each group, and open the wave."""
    made = make_company(
        session,
        **{
            "first": replace(SALES, slip_head_count=n_slips),
            "second": replace(OPERATIONS, slip_head_count=n_slips),
            **company,
        },
    )
    for group in GROUP_CODES:
        for _ in range(n_links):
            make_person(session, made.id, group_code=str(group))
    wave = make_wave(session, made.id)
    create_wave_keys(session, wave.id, key_dir)
    invite_wave(session, wave.id, key_dir=key_dir, now=now)
    session.flush()
    return OpenSurvey(
        company=made,
        wave=get_wave(session, wave.id),
        key_dir=key_dir,
        links=codes_by_group(session, key_dir, wave.id, EMAIL),
        slips=codes_by_group(session, key_dir, wave.id, SLIP),
    )


def codes_by_group(
    session: Session, key_dir: Path, wave_id: uuid.UUID, channel: str
) -> dict[str, list[str]]:
    secret = wave_secret(key_dir, wave_id, "code")
    found: dict[str, list[str]] = {str(group): [] for group in GROUP_CODES}
    rows = session.query(Invitation.id, Invitation.group_code).filter(
        Invitation.wave_id == wave_id, Invitation.channel == channel
    )
    for invitation_id, group in rows:
        found[group].append(code_for(secret, invitation_id, group, channel))
    return found
