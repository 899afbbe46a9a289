"""Casts the simulated answers through the real path, month by month, on a clock that is moved.

Invitations are read from the mails and from the slips, as people would. Most people with a mail
address take their ballot ahead and answer in a second visit, without a code; the others take it from
the survey mail or a slip. Each ballot goes through /issue and /submit; each wave is closed, counted,
its keys destroyed and its report released.
"""

import datetime as dt
import email
import email.policy
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from flask import Flask
from sqlalchemy.orm import Session

from analysis.simulate import SimulatedCompany
from pulse.cli.demo.story import Purpose, Story, ballots, body, options_of
from pulse.clock import SettableClock
from pulse.credentials.blind_rsa import PublicKey
from pulse.credentials.client import (
    Credential,
    CredentialRequest,
    finalize_credential,
    request_credential,
)
from pulse.credentials.envelope_key import EnvelopePublicKey
from pulse.credentials.message import from_base64url, to_base64url, token_hash
from pulse.credentials.queries import WaveKeys, wave_keys
from pulse.ids import GROUP_CODES
from pulse.invitations.codes import group_of, is_slip, normalise
from pulse.invitations.queries import slip_codes
from pulse.responses.sealing import seal
from pulse.surveys.bank import load_instrument
from pulse.waves import service
from pulse.waves.calendar import WELCOME_LEAD, FieldworkPeriod
from pulse.waves.queries import WaveView, get_wave

LINK = re.compile(r"/s/[0-9a-z]+(?:/next)?#([0-9A-Za-z-]+)")
AHEAD_SHARE = 0.6  # of the people with a mail address
SPANISH_SHARE = 0.2


@dataclass(frozen=True, kw_only=True)
class KeptBallot:
    """What a browser keeps: the right to cast one ballot."""

    group: str
    is_slip: bool
    request: CredentialRequest
    credential: Credential


class Fieldwork:
    """The demo's months, one after the other."""

    def __init__(
        self,
        app: Flask,
        *,
        clock: SettableClock,
        run_jobs: Callable[[], int],
        company_id: uuid.UUID,
        course: SimulatedCompany,
        story: Story,
    ) -> None:
        self.pulse = app.extensions["pulse"]
        self.client = app.test_client()
        self.clock = clock
        self.run_jobs = run_jobs
        self.company_id = company_id
        self.course = course
        self.story = story
        self.kept: list[KeptBallot] = []

    def hand_out(self, period: FieldworkPeriod) -> WaveView:
        """Plan a wave and mail its ballots ahead; most people take theirs now."""
        self.clock.set(max(self.clock.now(), ahead_moment(period)))
        with self.pulse.sessions() as session:
            wave = service.plan_wave(session, self.company_id, period)
            service.begin_ahead(session, wave.id, now=self.clock.now())
            session.commit()
        self.run_jobs()
        with self.pulse.sessions() as session:
            keys = wave_keys(session, wave.id)
        mailed = list(_mailed_codes(self._mail_folder()))
        self.kept = [
            self._take(wave, keys, code)
            for group in GROUP_CODES
            for code in _share([code for code in mailed if group_of(code) == group])
        ]
        self._clear_mail()
        return wave

    def open(self, wave: WaveView) -> WaveView:
        """Open a wave at its time; the survey mails are delivered."""
        self.clock.set(wave.opens_at)
        with self.pulse.sessions() as session:
            service.request_opening(session, wave.id, now=self.clock.now())
            session.commit()
        self.run_jobs()
        with self.pulse.sessions() as session:
            return get_wave(session, wave.id)

    def answer(self, wave: WaveView, month: int) -> list[str]:
        """Cast the simulated ballots of a month; return the codes that stay unused."""
        unused: list[str] = []
        with self.pulse.sessions() as session:
            codes = self._codes(session, wave)
            keys = wave_keys(session, wave.id)
        options = options_of(load_instrument(wave.instrument_version))
        for index, group in enumerate(GROUP_CODES):
            rng = self.story.chance(Purpose.CASTING, month, index)
            sheets = ballots(
                self.course,
                month,
                index,
                options=options,
                rotating=wave.groups[group].common_items,
                rng=rng,
            )
            filled = list(zip(sheets, _languages(len(sheets), rng), strict=True))
            # Codes are random: only how many links and slips there are may decide who uses which.
            own = sorted((code for code in codes if group_of(code) == group), key=is_slip)
            rng.shuffle(own)
            own.sort(key=_is_for_visitor(own).__contains__)
            kept = [ballot for ballot in self.kept if ballot.group == group]
            for ballot, sheet in zip(kept, filled, strict=False):
                self._cast(wave, keys, ballot, *sheet)
            rest = filled[len(kept) :]
            for code, sheet in zip(own, rest, strict=False):
                self._cast(wave, keys, self._take(wave, keys, code), *sheet)
            unused += own[len(rest) :]
        return unused

    def close(self, wave: WaveView) -> None:
        """Close a wave at its time, count it and release its report."""
        self.clock.set(wave.closes_at)
        with self.pulse.sessions() as session:
            service.begin_closing(session, wave.id, now=self.clock.now(), is_exempt=True)
            session.commit()
        self.run_jobs()
        self._clear_mail()

    def _clear_mail(self) -> None:
        for path in self._mail_folder().glob("*.eml"):
            path.unlink()  # only the open wave's mails are of use to a visitor

    def _codes(self, session: Session, wave: WaveView) -> list[str]:
        mailed = _mailed_codes(self._mail_folder())
        slips = slip_codes(session, wave.id, key_dir=self.pulse.settings.key_dir)
        printed = [code for codes in slips.values() for code in codes]
        return [code for code in map(normalise, [*mailed, *printed]) if code is not None]

    def _mail_folder(self) -> Path:
        folder: Path | None = self.pulse.settings.mail.directory
        if folder is None:
            raise ValueError("The demo delivers its mail into a folder.")
        return folder

    def _take(self, wave: WaveView, keys: WaveKeys, code: str) -> KeptBallot:
        group = str(group_of(code))
        key = PublicKey.from_spki(keys.issuance[group].spki)
        request = request_credential(key, str(wave.id), group)
        reply = self._post(
            "/issue", {"code": code, "blinded": to_base64url(request.blinded), "language": "en"}
        )
        credential = finalize_credential(key, request, from_base64url(reply["signature"]))
        return KeptBallot(
            group=group, is_slip=is_slip(code), request=request, credential=credential
        )

    def _cast(
        self,
        wave: WaveView,
        keys: WaveKeys,
        ballot: KeptBallot,
        answers: dict[str, Any],
        language: str,
    ) -> None:
        sealed = seal(
            EnvelopePublicKey.from_spki(keys.envelope_spki),
            ballot.request.label,
            token_hash(ballot.credential.token),
            body(answers, language, "slip" if ballot.is_slip else "link"),
        )
        self._post(
            "/submit",
            {
                "wave": str(wave.id),
                "group": ballot.group,
                "msg": to_base64url(ballot.credential.msg),
                "sig": to_base64url(ballot.credential.sig),
                "body": to_base64url(sealed),
            },
        )

    def _post(self, path: str, content: dict[str, Any]) -> dict[str, Any]:
        response = self.client.post(path, json=content)
        if response.status_code != 200:
            raise RuntimeError(f"{path} answered {response.status_code}: {response.text}")
        reply: dict[str, Any] = response.get_json()
        return reply


def ahead_moment(period: FieldworkPeriod) -> dt.datetime:
    """Return when the ballots of a wave are handed out."""
    return period.opens_at - WELCOME_LEAD


def _is_for_visitor(codes: list[str]) -> set[str]:
    """Return one link and one slip, which nobody uses while others are left."""
    return {next((code for code in codes if is_slip(code) is kind), "") for kind in (True, False)}


def _languages(count: int, rng: np.random.Generator) -> list[str]:
    """Return the same share of Spanish every month: people seldom change their language."""
    spanish = round(SPANISH_SHARE * count)
    languages = ["es"] * spanish + ["en"] * (count - spanish)
    rng.shuffle(languages)
    return languages


def _share(codes: list[str]) -> list[str]:
    """Return the codes of a group whose people take their ballot ahead."""
    return codes[: round(AHEAD_SHARE * len(codes))]


def _mailed_codes(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("*.eml")):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        part = message.get_body(("plain",))
        found = LINK.search(part.get_content()) if part is not None else None
        if found:
            yield found.group(1)
