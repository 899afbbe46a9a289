"""CPU of one complete anonymous response on the server: page, /issue, /submit. Run by ./dev bench.

    .venv/bin/python bench/respond.py [responses]

The floor beside it is the arithmetic that cannot be saved: one blind signature, one verification.
"""

import sys
import tempfile
import time
from pathlib import Path

from pulse import db
from pulse.app import create_app
from pulse.cli.db import upgrade
from pulse.clock import SystemClock
from pulse.companies.service import NewGroup, create_company
from pulse.config import Settings
from pulse.credentials.blind_rsa import PrivateKey, PublicKey, blind_sign, verify
from pulse.credentials.client import finalize_credential, request_credential
from pulse.credentials.envelope_key import EnvelopePublicKey
from pulse.credentials.message import from_base64url, to_base64url, token_hash
from pulse.credentials.queries import wave_keys
from pulse.credentials.service import create_wave_keys
from pulse.invitations.inviting import invite_wave
from pulse.invitations.queries import slip_codes
from pulse.responses.sealing import seal
from pulse.waves.calendar import period_from_now
from pulse.waves.service import plan_wave

BODY = b'{"v":1,"language":"en","mode":"slip","answers":{"APP1":3},"comment":""}'


def main(count: int) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_env({"PULSE_DATA_DIR": folder})
        Path(folder).mkdir(exist_ok=True)
        upgrade(settings.database_url)
        app = create_app(settings)
        pulse = app.extensions["pulse"]
        now = SystemClock().now()
        with pulse.sessions() as session:
            db.begin_writing(session)
            company = create_company(
                session,
                name="Bench",
                time_zone="UTC",
                default_language="en",
                first=NewGroup(name_en="Sales", name_es="Ventas", slip_head_count=count),
                second=NewGroup(name_en="Operations", name_es="Operaciones", slip_head_count=5),
                sender_name="A",
                results_place="B",
                now=now,
            )
            wave = plan_wave(session, company.id, period_from_now(now, "UTC"))
            create_wave_keys(session, wave.id, settings.key_dir)
            invite_wave(session, wave.id, key_dir=settings.key_dir, now=now)
            session.commit()
            keys = wave_keys(session, wave.id)
            codes = slip_codes(session, wave.id, key_dir=settings.key_dir)["first"]
        client = app.test_client()
        key = PublicKey.from_spki(keys.issuance["first"].spki)
        envelope = EnvelopePublicKey.from_spki(keys.envelope_spki)
        spent = dict.fromkeys(("page", "issue", "submit"), 0.0)
        wall = time.perf_counter()
        for code in codes:
            begun = time.process_time()
            assert client.get(f"/s/{company.slug}").status_code == 200
            spent["page"] += time.process_time() - begun
            request = request_credential(key, str(wave.id), "first")
            asked = {"code": code, "blinded": to_base64url(request.blinded), "language": "en"}
            begun = time.process_time()
            reply = client.post("/issue", json=asked)
            spent["issue"] += time.process_time() - begun
            credential = finalize_credential(
                key, request, from_base64url(reply.get_json()["signature"])
            )
            sealed = seal(envelope, request.label, token_hash(credential.token), BODY)
            ballot = {
                "wave": str(wave.id),
                "group": "first",
                "msg": to_base64url(credential.msg),
                "sig": to_base64url(credential.sig),
                "body": to_base64url(sealed),
            }
            begun = time.process_time()
            assert client.post("/submit", json=ballot).status_code == 200
            spent["submit"] += time.process_time() - begun
        wall = time.perf_counter() - wall
        print(f"{count} complete responses, SQLite, test client (no socket), {wall:.1f} s wall")
        for name, seconds in spent.items():
            print(f"  {name:8} {1000 * seconds / count:6.2f} CPU-ms")
        total = 1000 * sum(spent.values()) / count
        floor = _floor(count)
        print(
            f"  all      {total:6.2f} CPU-ms; arithmetic alone {floor:.2f}; ratio {total / floor:.1f}"
        )


def _floor(count: int) -> float:
    private = PrivateKey.generate()
    request = request_credential(private.public_key, "w", "first")
    signed = blind_sign(private, request.blinded)
    credential = finalize_credential(private.public_key, request, signed)
    begun = time.process_time()
    for _ in range(count):
        blind_sign(private, request.blinded)
        verify(private.public_key, credential.msg, credential.sig)
    return 1000 * (time.process_time() - begun) / count


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
