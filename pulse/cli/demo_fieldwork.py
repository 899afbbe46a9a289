"""Casts the simulated answers through the real path, month by month, on a clock that is moved.

Invitations are read from the mails and from the slips, as people would; each ballot goes through
/issue and /submit; each wave is closed, counted, its keys destroyed and its report released.
"""

import email
import email.policy
import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from flask import Flask
from sqlalchemy.orm import Session

from analysis.simulate import SimulatedCompany
from pulse.cli.demo_story import Story, ballots, body
from pulse.clock import SettableClock
from pulse.credentials.blind_rsa import PublicKey
from pulse.credentials.client import finalize_credential, request_credential
from pulse.credentials.envelope_key import EnvelopePublicKey
from pulse.credentials.message import from_base64url, to_base64url, token_hash
from pulse.credentials.queries import WaveKeys, wave_keys
from pulse.ids import GROUP_CODES
from pulse.invitations.codes import group_of, normalise
from pulse.invitations.queries import slip_codes
from pulse.responses.sealing import seal
from pulse.surveys.bank import load_instrument
from pulse.waves import service
from pulse.waves.calendar import FieldworkPeriod
from pulse.waves.queries import WaveView, get_wave

LINK = re.compile(r"/s/[0-9a-z]+#([0-9A-Za-z-]+)")


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
        self.rng = np.random.default_rng(story.seed + 1)

    def open(self, period: FieldworkPeriod) -> WaveView:
        """Open a wave at its time; the invitations are delivered."""
        self.clock.set(period.opens_at)
        with self.pulse.sessions() as session:
            wave = service.plan_wave(session, self.company_id, period)
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
        options = _options(wave.instrument_version)
        for index, group in enumerate(GROUP_CODES):
            sheets = ballots(
                self.course,
                month,
                index,
                options=options,
                rotating=wave.groups[group].common_items,
                rng=self.rng,
            )
            own = [code for code in codes if group_of(code) == group]
            self.rng.shuffle(own)
            for code, sheet in zip(own, sheets, strict=False):
                self._cast(wave, keys, group, code, sheet)
            unused += own[len(sheets) :]
        return unused

    def close(self, wave: WaveView) -> None:
        """Close a wave at its time, count it and release its report."""
        self.clock.set(wave.closes_at)
        with self.pulse.sessions() as session:
            service.begin_closing(session, wave.id, now=self.clock.now(), is_exempt=True)
            session.commit()
        self.run_jobs()
        for path in self._mail_folder().glob("*.eml"):
            path.unlink()  # only the open wave's mails are of use to a visitor

    def _codes(self, session: Session, wave: WaveView) -> list[str]:
        mailed = list(_mailed_codes(self._mail_folder()))
        slips = slip_codes(session, wave.id, key_dir=self.pulse.settings.key_dir)
        printed = [code for codes in slips.values() for code in codes]
        return [code for code in map(normalise, mailed + printed) if code is not None]

    def _mail_folder(self) -> Path:
        folder: Path | None = self.pulse.settings.mail.directory
        if folder is None:
            raise ValueError("The demo delivers its mail into a folder.")
        return folder

    def _cast(
        self, wave: WaveView, keys: WaveKeys, group: str, code: str, answers: dict[str, Any]
    ) -> None:
        key = PublicKey.from_spki(keys.issuance[group].spki)
        request = request_credential(key, str(wave.id), group)
        reply = self._post(
            "/issue", {"code": code, "blinded": to_base64url(request.blinded), "language": "en"}
        )
        credential = finalize_credential(key, request, from_base64url(reply["signature"]))
        is_slip = len(code) < 26
        language = "es" if self.rng.random() < 0.2 else "en"
        sealed = seal(
            EnvelopePublicKey.from_spki(keys.envelope_spki),
            request.label,
            token_hash(credential.token),
            body(answers, language, "slip" if is_slip else "link"),
        )
        self._post(
            "/submit",
            {
                "wave": str(wave.id),
                "group": group,
                "msg": to_base64url(credential.msg),
                "sig": to_base64url(credential.sig),
                "body": to_base64url(sealed),
            },
        )

    def _post(self, path: str, content: dict[str, Any]) -> dict[str, Any]:
        response = self.client.post(path, json=content)
        if response.status_code != 200:
            raise RuntimeError(f"{path} answered {response.status_code}: {response.text}")
        reply: dict[str, Any] = response.get_json()
        return reply


def _options(instrument_version: str) -> dict[str, int]:
    instrument = load_instrument(instrument_version)
    return {
        item.id: len(instrument.scales[item.scale]["en"])
        for item in instrument.items
        if item.scale in instrument.scales
    }


def _mailed_codes(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("*.eml")):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        part = message.get_body(("plain",))
        found = LINK.search(part.get_content()) if part is not None else None
        if found:
            yield found.group(1)
