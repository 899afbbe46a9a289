"""A4: no code, token, address, agent, cookie or answer is written anywhere, also when all goes wrong.

A whole wave over the real server process, with unique strings in all that a respondent sends and
every kind of error provoked; then every byte of every file is searched, in every usual encoding.
"""

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from pulse.companies.queries import all_companies
from pulse.credentials.message import from_base64url, to_base64url
from pulse.credentials.secrets_store import wave_folder
from pulse.invitations.codes import written
from pulse.waves.queries import WaveView
from tests.clients.installation import Installation, wait_for_state
from tests.clients.respondent import RefusedError, Respondent, all_answers
from tests.factories.invitations import codes_of
from tests.journeys.canaries import ADDRESSES, HEADERS, MARK, Loud, forms_of, search
from tests.journeys.opened_wave import begin_closing, open_wave_with_slips
from tests.postgres_server import PostgresServer

pytestmark = pytest.mark.slow

N_SMALL, N_LARGE, N_MAILED = 5, 11, 2
LOST = f"{MARK}-lost-comment"  # of the group with fewer than ten ballots: destroyed at the count
KEPT = "zqnachtigall-comment"  # of the group with ten or more: kept, shuffled, shown to HR
UNKNOWN = "7ZQKANAR1EN"
# A server with all that Pulse leaves out: forwarded addresses, an access log with bodies in it.
LEAKING = """
import functools, logging, waitress
from flask import request
from pulse.cli import main, serve

make = serve.create_app
waitress.create_server = functools.partial(
    waitress.create_server, clear_untrusted_proxy_headers=False
)

def leaking(settings):
    app = make(settings)
    def note():
        logging.getLogger("pulse.access").info(
            "%s %s %s", request.headers.get("X-Forwarded-For"), request.user_agent, request.get_data()
        )
    app.before_request_funcs.setdefault(None, []).insert(0, note)
    return app

serve.create_app = leaking
main(["serve"])
"""


@contextlib.contextmanager
def broken_store(place: Installation) -> Iterator[None]:
    """Without its table the ballot box crashes, and PostgreSQL logs the statement."""
    with place.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE ballots RENAME TO away"))
    yield
    with place.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE away RENAME TO ballots"))


@contextlib.contextmanager
def broken_key(place: Installation, wave: WaveView) -> Iterator[None]:
    """With an unreadable key /issue crashes with the code in its hands."""
    path = wave_folder(place.settings.key_dir, wave.id) / "second.pem"
    content = path.read_bytes()
    path.write_bytes(b"no key")
    yield
    path.write_bytes(content)


def provoke(loud: Loud, place: Installation, slug: str, person: Respondent) -> None:
    """Send what is malformed, unknown, too large, cut off, or for no page at all."""
    code, blinded = person.code, to_base64url(person.request.blinded)
    json_, form = "application/json", "application/x-www-form-urlencoded"
    answers = f"code={UNKNOWN}&comment={LOST}&APP1=2"
    requests = [
        ("/issue", f'{{"code": "{code}", "blinded": "', json_, {400}),
        ("/issue", f'{{"code": "{UNKNOWN}", "blinded": "{blinded}"}}', json_, {400, 404, 409}),
        ("/issue", f'{{"code": "{code}", "blinded": "AAAA"}}', json_, {400}),
        ("/issue", MARK * 5000, json_, {400, 413}),
        ("/submit", f'{{"wave": "{MARK}"}}', json_, {400}),
        ("/submit", f'{{"msg": "{MARK * 5000}"}}', json_, {400, 413}),
        ("/submit", MARK.encode() * 400_000, json_, {400, 413}),
        (f"/s/{slug}/form/second?language=en", answers, form, {200, 302, 404}),
        (f"/s/{slug}?{MARK}={code}", "", form, {405}),
        (f"/s/{MARK}/{code}", "", form, {404, 405}),
    ]
    for path, body, kind, expected in requests:
        assert loud.send("POST", path, body, kind) in expected, path
    with contextlib.suppress(ConnectionError):  # refused before it is read to its end
        assert loud.send("POST", "/submit", MARK.encode() * 1_000_000, json_) == 413
    for path in (f"/s/{slug}?code={code}", f"/s/{MARK}-{code}", f"/manage/{MARK}?{code}"):
        assert loud.send("GET", path) in {200, 302, 404}, path
    for start in (f"POST /issue HTTP/1.1\r\nContent-Length: 999\r\nX: {MARK}\r\n\r\n{code}", MARK):
        with socket.create_connection(("127.0.0.1", place.port), timeout=5) as connection:
            connection.sendall(start.encode())
    with socket.create_connection(("127.0.0.1", place.port), timeout=5) as connection:
        connection.sendall(f"{MARK} / {code}\r\n{MARK}\r\n\r\n".encode())
        connection.recv(100)


def run_wave(place: Installation, wave: WaveView) -> dict[str, bytes]:
    """Everybody answers, with errors on the way; return codes, tokens and signatures."""
    with place.writing() as session:
        (company,) = all_companies(session)
        slips = codes_of(session, wave.id, place.settings.key_dir, "slip")
        mailed = codes_of(session, wave.id, place.settings.key_dir, "email")
    loud = Loud(f"http://127.0.0.1:{place.port}")
    assert (len(slips), len(mailed)) == (N_SMALL + N_LARGE, N_MAILED)
    people = [Respondent(loud, company.slug, code) for code in [*mailed, *slips]]
    large = [person for person in people if person.group == "second"]
    provoke(loud, place, company.slug, large[0])
    secrets: dict[str, bytes] = {}
    for number, person in enumerate(people):
        if person is large[0]:
            with broken_key(place, wave), pytest.raises(RefusedError, match="500"):
                person.issue()
        credential = person.issue()
        answers = all_answers(person.page, person.group)
        if number == 0:
            answers[f"{MARK}-answer"] = f"{MARK}-answer"
        comment = LOST if person.group == "first" else KEPT
        ballot = person.ballot(credential, answers, comment=comment)
        if person is large[0]:
            torn = ballot | {"sig": to_base64url(bytes(256))}
            assert loud.post("/submit", torn)[0] == 403
            with broken_store(place):
                assert loud.post("/submit", ballot)[0] == 500
        person.submit(ballot)
        if number < 2 or person is large[0]:
            secrets |= {
                f"code {number}": person.code.encode(),
                f"written code {number}": written(person.code).encode(),
                f"token {number}": credential.token,
                f"signature {number}": from_base64url(ballot["sig"])[:48],
                f"blinded {number}": person.request.blinded[:48],
            }
    secrets |= {f"mailed code {n}": code.encode() for n, code in enumerate(mailed)}
    return secrets | {"an address": ADDRESSES[0].encode(), "the other": ADDRESSES[1].encode()}


def check(place: Installation, secrets: dict[str, bytes], *folders: Path) -> None:
    """Nothing but a mailed code is found, and that one only in its own mail."""
    marks = {"mark": MARK.encode(), "kept": KEPT.encode()}
    found = search(secrets | marks, place.folder, *folders)
    found.pop("kept", None)
    for name in [name for name in found if "code" in name]:
        found[name] = {path for path in found[name] if "/mail/" not in path}
    assert {name: paths for name, paths in found.items() if paths} == {}


def mailed_codes_found(place: Installation, secrets: dict[str, bytes]) -> set[str]:
    """The search finds what is there."""
    codes = {name: value for name, value in secrets.items() if name.startswith("mailed")}
    return set(search(codes, place.folder))


def whole_wave(place: Installation, *folders: Path) -> None:
    wave = open_wave_with_slips(place, N_SMALL, N_LARGE, n_mailed=N_MAILED)
    secrets = run_wave(place, wave)
    check(place, secrets, *folders)
    begin_closing(place, wave.id)
    wait_for_state(place, wave.id, "released")
    check(place, secrets, *folders)
    place.stop()
    check(place, secrets, *folders)
    assert len(mailed_codes_found(place, secrets)) == N_MAILED
    # The comment of the large group is kept: in the database, and nowhere else.
    paths = search({"kept": KEPT.encode()}, place.folder, *folders)["kept"]
    assert all(
        "/data/pulse.db" in path or "/data/base/" in path or "/pg_wal/" in path for path in paths
    )
    log = place.log.read_text()
    assert log.count("crash") == 2


@contextlib.contextmanager
def installed(folder: Path, url: str | None = None) -> Iterator[Installation]:
    (folder / "tmp").mkdir()
    place = Installation(folder, url, TMPDIR=str(folder / "tmp"))
    try:
        yield place
    finally:
        place.stop()
        place.dispose()


def test_sqlite(tmp_path: Path) -> None:
    with installed(tmp_path) as place:
        whole_wave(place)


@pytest.mark.postgres
def test_postgres(tmp_path: Path, postgres_server: PostgresServer) -> None:
    with installed(tmp_path, postgres_server.create_database("canary")) as place:
        whole_wave(place, postgres_server.folder)


def test_an_access_log_and_a_logged_code_are_found(tmp_path: Path) -> None:
    """The planted leak: the same search over a server that logs requests and bodies."""
    with installed(tmp_path) as place:
        place.pulse("db", "upgrade")
        place.start("-c", LEAKING)
        loud = Loud(f"http://127.0.0.1:{place.port}")
        loud.send("POST", "/issue", f'{{"code": "{UNKNOWN}"', "application/json")
    secrets = {"code": UNKNOWN.encode(), "an address": ADDRESSES[0].encode()}
    secrets |= {"agent": HEADERS["User-Agent"].encode()}
    assert {name: len(paths) for name, paths in search(secrets, tmp_path).items()} == {
        "code": 1,
        "an address": 1,
        "agent": 1,
    }
    with pytest.raises(AssertionError):
        check(place, secrets)


@pytest.mark.parametrize("at", range(4))
def test_every_encoding_is_found(tmp_path: Path, at: int) -> None:
    """Planted in each form, at each place: the search finds it."""
    forms = forms_of(UNKNOWN.encode())
    assert len(forms) >= 8
    for number, form in enumerate(forms):
        (tmp_path / f"{number}").write_bytes(b"x" * at + form + b"y")
    assert len(search({"code": UNKNOWN.encode()}, tmp_path)["code"]) == len(forms)
