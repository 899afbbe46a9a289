"""The browser's cryptography in a real browser: exact to the RFCs, and one with Python's.

A small server on 127.0.0.1 hands out the module; localhost counts as a secure context.
"""

import base64
import gzip
import hashlib
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Error, Page, sync_playwright

from pulse.credentials.blind_rsa import PrivateKey, blind_sign, verify
from pulse.credentials.client import finalize_credential, request_credential
from pulse.credentials.envelope_key import EnvelopePrivateKey
from pulse.credentials.message import (
    from_base64url,
    label,
    parse_message,
    to_base64url,
    token_hash,
)
from pulse.responses.sealing import MAX_BODY_BYTES, SEALED_BYTES, pad, unseal

MODULE = Path(__file__).parents[2] / "pulse" / "static" / "js" / "blind_rsa.js"
VECTORS = Path(__file__).parents[1] / "credentials" / "vectors"
WAVE = "6b0e2f0a-8f0e-4a52-9b5e-0c6b0f6f2a11"
ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]

# Puts the module and small converters at the disposal of the tests' scripts.
SET_UP = """async () => {
  window.pulse = await import('/blind_rsa.js');
  window.unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  window.hex = (bytes) => [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');
  window.draws = (bytes) => (size) => { const out = bytes.slice(0, size);
                                        bytes = bytes.slice(size); return out; };
}"""


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves an empty page and the module, nothing else."""

    def do_GET(self) -> None:
        """Answer with the module at its path, with the page anywhere else."""
        is_module = self.path == "/blind_rsa.js"
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript" if is_module else "text/html")
        self.end_headers()
        self.wfile.write(MODULE.read_bytes() if is_module else b"<!doctype html><title>t</title>")

    def log_message(self, *_: Any) -> None:
        """Keep the test output quiet."""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=ARGUMENTS
            )
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{server.server_port}/")
            page.evaluate(SET_UP)
            yield page
            browser.close()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def key() -> PrivateKey:
    return PrivateKey.generate()


def spki(public: rsa.RSAPublicKey | ec.EllipticCurvePublicKey) -> str:
    return to_base64url(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def request_in_browser(page: Page, key: PrivateKey, chance: bytes | None = None) -> dict[str, str]:
    """Make a credential request with the browser's own chance or with the given one."""
    script = """async ([wave, spki, chance]) => {
      const key = await pulse.importIssuanceKey(spki);
      const request = { wave, group: 'first', key };
      return pulse.makeCredentialRequest(request, chance ? draws(unhex(chance)) : undefined);
    }"""
    hex_chance = chance.hex() if chance else None
    return page.evaluate(script, [WAVE, to_base64url(key.public_key.spki), hex_chance])


def test_the_client_is_small() -> None:
    """As served, with every comment: at most 5 kB; a cheap phone loads it in one packet burst."""
    assert len(gzip.compress(MODULE.read_bytes())) <= 5_000


def test_the_client_stands_alone() -> None:
    source = MODULE.read_text()
    assert "import " not in source.replace("// ", "")
    assert "Math.random" not in source


@pytest.mark.browser
@pytest.mark.parametrize("name", ["PSS-Randomized", "PSS-Deterministic"])
def test_matches_rfc9474(page: Page, name: str) -> None:
    """The two variants with a salt; the client has no code for the two without."""
    rfc = json.loads((VECTORS / "rfc9474.json").read_text())
    vector = next(v for v in rfc["vectors"] if v["name"].endswith(f"-{name}"))
    p, q = int(rfc["key"]["p"], 16), int(rfc["key"]["q"], 16)
    r = pow(int(vector["inv"], 16), -1, p * q).to_bytes(512).hex()
    script = """async ([spki, msg, chance, blindSig, inv]) => {
      const key = await pulse.importIssuanceKey(spki);
      const blinding = await pulse.blind(key, unhex(msg), draws(unhex(chance)));
      const sig = await pulse.finalize(key, unhex(msg), unhex(blindSig), unhex(inv));
      return { inv: hex(blinding.inv), blinded_msg: hex(blinding.blinded), sig: hex(sig) };
    }"""
    made = page.evaluate(
        script,
        [
            spki(rsa.RSAPublicNumbers(65537, p * q).public_key()),
            vector["msg_prefix"] + rfc["msg"],
            vector["salt"] + r,
            vector["blind_sig"],
            vector["inv"],
        ],
    )
    assert made == {name: vector[name] for name in made}


@pytest.mark.browser
def test_matches_rfc9180(page: Page) -> None:
    vector = json.loads((VECTORS / "rfc9180.json").read_text())
    numbers = {}
    for side in ("E", "R"):
        point = bytes.fromhex(vector[f"pk{side}m"])
        private = bytes.fromhex(vector[f"sk{side}m"])
        coordinates = {"x": point[1:33], "y": point[33:], "d": private}
        numbers[side] = {"kty": "EC", "crv": "P-256"} | {
            name: to_base64url(value) for name, value in coordinates.items()
        }
    script = """async ([ephemeral, recipient, info, plaintext, aad]) => {
      const p256 = { name: 'ECDH', namedCurve: 'P-256' };
      const read = (jwk, uses) => crypto.subtle.importKey('jwk', jwk, p256, true, uses);
      const open = ({ d, ...rest }) => rest;
      const pair = { privateKey: await read(ephemeral, ['deriveBits']),
                     publicKey: await read(open(ephemeral), []) };
      const to = await read(open(recipient), []);
      return hex(await pulse.hpkeSeal(to, unhex(info), unhex(plaintext), pair, unhex(aad)));
    }"""
    encryption = vector["encryption"]
    arguments = [numbers["E"], numbers["R"], vector["info"], encryption["pt"], encryption["aad"]]
    assert page.evaluate(script, arguments) == vector["enc"] + encryption["ct"]


@pytest.mark.browser
@pytest.mark.parametrize("run", range(10))
def test_the_same_chance_makes_the_same_request_as_python(
    page: Page, key: PrivateKey, run: int
) -> None:
    chance = hashlib.shake_256(b"run %d" % run).digest(4096)
    stream = iter(chance)
    request = request_credential(
        key.public_key, WAVE, "first", lambda size: bytes(next(stream) for _ in range(size))
    )
    made = request_in_browser(page, key, chance)
    assert {name: from_base64url(made[name]) for name in ("msg", "inv", "blinded")} == {
        "msg": request.msg,
        "inv": request.inv,
        "blinded": request.blinded,
    }


@pytest.mark.browser
@pytest.mark.parametrize("run", range(10))
def test_a_whole_ballot_from_browser_to_urn(page: Page, key: PrivateKey, run: int) -> None:
    """Blind in the browser, sign and verify in Python, seal in the browser, open in Python."""
    envelope = EnvelopePrivateKey.generate()
    request = request_in_browser(page, key)
    request = json.loads(json.dumps(request))  # as the page stores it and reads it again
    answer = to_base64url(blind_sign(key, from_base64url(request["blinded"])))
    body = json.dumps({"run": run, "comment": "Grüße 👋"}, ensure_ascii=False) + "x" * 97 * run
    script = """async ([request, answer, envelopeKey, wave, body]) => {
      const credential = await pulse.finalizeCredential(request, answer);
      const { kid } = await pulse.importIssuanceKey(request.spki);
      const label = pulse.label(wave, 'first', kid);
      const { token } = credential;
      return { ...credential, label,
               sealed: await pulse.sealBallot({ envelopeKey, label, token, body }) };
    }"""
    envelope_spki = to_base64url(envelope.public_key.spki)
    ballot = page.evaluate(script, [request, answer, envelope_spki, WAVE, body])

    bound = label(WAVE, "first", key.public_key.kid)
    assert ballot["label"].encode() == bound
    msg = from_base64url(ballot["msg"])
    verify(key.public_key, msg, from_base64url(ballot["sig"]))
    token = parse_message(msg, bound)
    assert token == from_base64url(ballot["token"])
    sealed = from_base64url(ballot["sealed"])
    assert len(sealed) == SEALED_BYTES
    assert unseal(envelope, bound, token_hash(token), sealed).decode() == body


@pytest.mark.browser
def test_a_request_of_python_is_finalized_alike(page: Page, key: PrivateKey) -> None:
    request = request_credential(key.public_key, WAVE, "first")
    answer = blind_sign(key, request.blinded)
    credential = finalize_credential(key.public_key, request, answer)
    stored = {
        "spki": to_base64url(key.public_key.spki),
        "msg": to_base64url(request.msg),
        "inv": to_base64url(request.inv),
    }
    made = page.evaluate(
        "([stored, answer]) => pulse.finalizeCredential(stored, answer)",
        [stored, to_base64url(answer)],
    )
    assert from_base64url(made["sig"]) == credential.sig
    assert from_base64url(made["token"]) == credential.token


@pytest.mark.browser
def test_unsuitable_keys_are_refused(page: Page, key: PrivateKey) -> None:
    """A key that is weak, or of another kind, never gets as far as blinding."""
    foreign = [
        rsa.generate_private_key(65537, 1024).public_key(),  # noqa: S505 - that is the point
        rsa.generate_private_key(3, 2048).public_key(),
        rsa.generate_private_key(65537, 2052).public_key(),
        ec.generate_private_key(ec.SECP256R1()).public_key(),
    ]
    for public in foreign:
        with pytest.raises(Error):
            page.evaluate("(spki) => pulse.importIssuanceKey(spki)", spki(public))
    even = key.public_key.spki.replace(
        key.public_key.n.to_bytes(256), (key.public_key.n - 1).to_bytes(256)
    )
    with pytest.raises(Error):
        page.evaluate("(spki) => pulse.importIssuanceKey(spki)", to_base64url(even))
    kid = page.evaluate(
        "async (spki) => (await pulse.importIssuanceKey(spki)).kid",
        to_base64url(key.public_key.spki),
    )
    assert kid == key.public_key.kid


@pytest.mark.browser
def test_wrong_answers_of_the_issuer_are_refused(page: Page, key: PrivateKey) -> None:
    request = request_in_browser(page, key)
    answer = bytearray(blind_sign(key, from_base64url(request["blinded"])))
    changed = bytes(answer[:-1]) + bytes([answer[-1] ^ 1])
    other = blind_sign(PrivateKey.generate(), (7).to_bytes(256))
    for wrong in (changed, bytes(answer[1:]), b"\0" + answer, b"\xff" * 256, other):
        with pytest.raises(Error, match="wrong signature"):
            page.evaluate(
                "([request, answer]) => pulse.finalizeCredential(request, answer)",
                [request, to_base64url(bytes(wrong))],
            )


@pytest.mark.browser
def test_draws_above_the_modulus_are_drawn_again(page: Page, key: PrivateKey) -> None:
    size = key.public_key.size
    chance = bytes(48) + b"\xff" * size + bytes(size) + (7).to_bytes(size)
    script = """async ([spki, chance]) => {
      const key = await pulse.importIssuanceKey(spki);
      return hex((await pulse.blind(key, unhex('00'), draws(unhex(chance)))).inv);
    }"""
    inv = page.evaluate(script, [to_base64url(key.public_key.spki), chance.hex()])
    assert int(inv, 16) == pow(7, -1, key.public_key.n)


@pytest.mark.browser
def test_labels_and_padding_are_those_of_python(page: Page) -> None:
    for field in ("a|b", "", "ä", "x" * 65, "a\n"):
        with pytest.raises(Error, match="malformed label"):
            page.evaluate("(field) => pulse.label('w', field, 'k')", field)
    for size in (0, 1, 255, 256, MAX_BODY_BYTES):
        padded = page.evaluate("(n) => hex(pulse.pad(new Uint8Array(n).fill(97)))", size)
        assert bytes.fromhex(padded) == pad(b"a" * size)
    with pytest.raises(Error, match="too long"):
        page.evaluate("(n) => pulse.pad(new Uint8Array(n))", MAX_BODY_BYTES + 1)


@pytest.mark.browser
def test_base64url_is_that_of_python(page: Page, key: PrivateKey) -> None:
    """No padding and no character that a URL or a form would change."""
    for text in request_in_browser(page, key).values():
        assert to_base64url(from_base64url(text)) == text
        assert base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) == from_base64url(text)
