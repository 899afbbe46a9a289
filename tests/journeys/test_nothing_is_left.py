"""B6: after the release no byte of an answer sheet, token, code or private key is left on disk.

The scan is proven by finding the sealed ballots and the keys while the wave is open.
"""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from cryptography.hazmat.primitives import serialization

from pulse.credentials.blind_rsa import PrivateKey
from pulse.credentials.message import token_hash
from pulse.credentials.queries import wave_keys
from pulse.credentials.secrets_store import wave_folder
from pulse.invitations.queries import slip_codes
from pulse.reports.queries import newest_report
from pulse.waves.queries import WaveView
from tests.clients.installation import Installation, wait_for_state
from tests.clients.stubborn import Cast, Poll, answer
from tests.journeys.opened_wave import begin_closing, open_wave_with_slips
from tests.postgres_server import PostgresServer

N_FIRST, N_SECOND = 6, 12
RARE = "xylophone-%s"  # first group has 6 answers: its comments must be destroyed
SHEET = dict.fromkeys(
    ("APP1", "RSP1", "COM1", "HON1", "COM2", "RSP2", "APP2", "COMMIT", "HON2", "FRIC"), 3
)


def files(*folders: Path) -> Iterator[tuple[Path, bytes]]:
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                yield path, path.read_bytes()


def traces(needles: dict[str, bytes], *folders: Path) -> set[str]:
    """Names of the needles that lie anywhere in the folders' files."""
    return {
        f"{name} in {path.name}"
        for path, content in files(*folders)
        for name, needle in needles.items()
        if needle in content
    }


def private_numbers(place: Installation, wave: WaveView) -> dict[str, bytes]:
    folder = wave_folder(place.settings.key_dir, wave.id)
    needles = {f"file {path.name}": path.read_bytes()[40:120] for path in folder.iterdir()}
    needles["file secret"] = (folder / "secret").read_bytes()
    for code in ("first", "second"):
        key = PrivateKey.from_pem((folder / f"{code}.pem").read_bytes()).rsa_key
        numbers = key.private_numbers()
        needles[f"prime p of {code}"] = numbers.p.to_bytes(128)
        needles[f"exponent d of {code}"] = numbers.d.to_bytes(256).lstrip(b"\0")
        assert serialization.Encoding.DER  # the numbers stand in PEM and DER alike
    return needles


def cast_all(place: Installation, wave: WaveView) -> tuple[list[str], list[Cast]]:
    with place.writing() as session:
        keys = wave_keys(session, wave.id)
        slips = slip_codes(session, wave.id, key_dir=place.settings.key_dir)
    poll = Poll(port=place.port, wave_id=wave.id, keys=keys)
    codes, casts = [], []
    for group, own in sorted(slips.items()):
        for code in own:
            content = {
                "v": 1,
                "language": "en",
                "mode": "slip",
                "answers": SHEET,
                "comment": RARE % group,
            }
            casts.append(answer(poll, code, content, random.Random(code)))
            codes.append(code)
    return codes, casts


def secrets_of(codes: list[str], casts: list[Cast]) -> dict[str, bytes]:
    needles = {"answer sheet": json.dumps(SHEET).encode()[:40], "sheet start": b'{"v": 1, "lang'}
    needles["comment of a small group"] = (RARE % "first").encode()
    for number, code in enumerate(codes):
        needles[f"code {number}"] = code.encode()
    for number, cast in enumerate(casts):
        needles[f"token {number}"] = cast.token
        needles[f"token in hex {number}"] = cast.token.hex().encode()
        needles[f"signature {number}"] = cast.signature[:64]
    return needles


def stored_of(casts: list[Cast]) -> dict[str, bytes]:
    needles = {f"sealed {number}": cast.sealed[65:165] for number, cast in enumerate(casts)}
    return needles | {
        f"token hash {number}": token_hash(cast.token) for number, cast in enumerate(casts)
    }


@pytest.mark.slow
def test_sqlite_files_logs_and_keys(tmp_path: Path) -> None:
    place = Installation(tmp_path)
    wave = open_wave_with_slips(place, N_FIRST, N_SECOND)
    codes, casts = cast_all(place, wave)
    keys, secrets, stored = private_numbers(place, wave), secrets_of(codes, casts), stored_of(casts)
    # The scan finds what is there: while open, the sealed ballots and the keys.
    assert len(traces(stored, tmp_path)) >= 2 * len(casts)
    assert traces(keys, tmp_path)
    assert traces(secrets, tmp_path) == set()
    begin_closing(place, wave.id)
    wait_for_state(place, wave.id, "released")
    assert traces(secrets | stored | keys, tmp_path) == set()
    place.stop()
    assert traces(secrets | stored | keys, tmp_path) == set()
    with place.writing() as session:
        assert newest_report(session, wave.company_id) is not None
    place.dispose()


@pytest.mark.slow
@pytest.mark.postgres
def test_postgres_data_directory(tmp_path: Path, postgres_server: PostgresServer) -> None:
    url = postgres_server.create_database("nothing_left")
    place = Installation(tmp_path, url)
    wave = open_wave_with_slips(place, N_FIRST, N_SECOND)
    codes, casts = cast_all(place, wave)
    keys, secrets, stored = private_numbers(place, wave), secrets_of(codes, casts), stored_of(casts)
    data = postgres_server.data_directory
    assert traces(stored, data)
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql")) as reader:
        # The server does this by itself sooner or later: samples of columns go to pg_statistic.
        reader.execute("ANALYZE")
        reader.commit()
        # Somebody reads something else all the while, with an old view of the data.
        reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        reader.execute("SELECT count(*) FROM users")
        begin_closing(place, wave.id)
        wait_for_state(place, wave.id, "released")
    place.stop()
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as own:
        own.execute("CHECKPOINT")
    # Ciphertext and token hashes may stay in the write-ahead log: their key is gone.
    assert traces(secrets | keys, tmp_path, data) == set()
    heap = set(traces(stored, data / "base"))
    assert heap == set()
    with place.writing() as session:
        assert newest_report(session, wave.company_id) is not None
    place.dispose()
