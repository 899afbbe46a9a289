"""Time the cryptography: the server's part here, the browser's part in Chromium, throttled.

Run from the repository's root: ``.venv/bin/python -m bench.crypto [rounds]``. Medians in
milliseconds; the first round warms up and has a line of its own in the browser. The promise
(docs/privacy): less than 500 ms for one respondent on a CPU six times slower than this one, and
at most 5 kB of code after gzip. "check" compares the page's keys with the wave's notice, fetched.
"""

import functools
import gzip
import http.server
import itertools
import statistics
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from playwright.sync_api import Page, sync_playwright

from pulse.credentials.blind_rsa import PrivateKey, PublicKey, blind_sign, verify
from pulse.credentials.client import finalize_credential, request_credential
from pulse.credentials.envelope_key import EnvelopePrivateKey, EnvelopePublicKey
from pulse.credentials.message import from_base64url, to_base64url, token_hash
from pulse.notices.client_bundle import as_function
from pulse.notices.notice import Notice, NoticeGroup
from pulse.responses.sealing import seal, unseal

STATIC = Path(__file__).parents[1] / "pulse" / "static" / "js"
KEY_BITS = (2048, 3072)
THROTTLING = (1, 6)
ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]

SCRIPT = """async ([spki, second, envelopeKey, round]) => {
  const pulse = await import('/blind_rsa.js');
  const { requireKeys } = await import(`/notice.js?${round}`);
  const times = {};
  let last = performance.now();
  const lap = (name) => { const now = performance.now(); times[name] = now - last; last = now; };
  const kid = async (key) => (await pulse.importIssuanceKey(key)).kid;
  const groups = { first: { spki, kid: await kid(spki) }, second: { spki: second, kid: await kid(second) } };
  last = performance.now();
  await requireKeys({ wave: 'w', envelope: envelopeKey, groups });
  lap('check');
  const key = await pulse.importIssuanceKey(spki);
  lap('import');
  const request = await pulse.makeCredentialRequest({ wave: 'w', group: 'first', key });
  lap('blind');
  const answer = await window.blindSign(request.blinded);
  last = performance.now();
  const { token } = await pulse.finalizeCredential(request, answer);
  lap('finalize');
  const label = pulse.label('w', 'first', key.kid);
  await pulse.sealBallot({ envelopeKey, label, token, body: 'x'.repeat(1800) });
  lap('seal');
  return times;
}"""


def say(name: str, milliseconds: list[float]) -> None:
    """Print one line: median and minimum."""
    sys.stdout.write(f"{name:38} {statistics.median(milliseconds):9.3f} {min(milliseconds):9.3f}\n")


def timed(step: Callable[[], object], rounds: int) -> list[float]:
    """Return the milliseconds of each round but the first."""
    times = []
    for _ in range(rounds + 1):
        start = perf_counter()
        step()
        times.append((perf_counter() - start) * 1000)
    return times[1:]


def server(bits: int, rounds: int) -> None:
    """Time the Python side at one key length."""
    key, envelope = PrivateKey.generate(bits), EnvelopePrivateKey.generate()
    public = key.public_key
    request = request_credential(public, "w", "first")
    answer = blind_sign(key, request.blinded)
    credential = finalize_credential(public, request, answer)
    bound = (request.label, token_hash(credential.token))
    sealed = seal(envelope.public_key, *bound, b"x" * 1800)
    steps: dict[str, Callable[[], object]] = {
        "blind_sign": lambda: blind_sign(key, request.blinded),
        "verify": lambda: verify(public, credential.msg, credential.sig),
        "request (Python client)": lambda: request_credential(public, "w", "first"),
        "finalize (Python client)": lambda: finalize_credential(public, request, answer),
        "seal": lambda: seal(envelope.public_key, *bound, b"x" * 1800),
        "unseal": lambda: unseal(envelope, *bound, sealed),
    }
    for name, step in steps.items():
        say(f"server {bits} {name}", timed(step, rounds))


def browser(page: Page, bits: int, factor: int, rounds: int) -> None:
    """Time the browser's side in a fresh page, on a CPU made `factor` times slower."""
    key = PrivateKey.generate(bits)
    page.expose_function(
        "blindSign", lambda blinded: to_base64url(blind_sign(key, from_base64url(blinded)))
    )
    envelope = EnvelopePrivateKey.generate().public_key
    second = PrivateKey.generate(bits).public_key
    QuietHandler.notice = _notice(key.public_key, second, envelope).text.encode()
    keys = [to_base64url(each.spki) for each in (key.public_key, second, envelope)]
    throttle = {"rate": factor}
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", throttle)
    laps = [page.evaluate(SCRIPT, [*keys, round_]) for round_ in range(rounds + 1)]
    # A respondent runs this once, so the first round, with cold code, is what they wait for.
    say(f"chromium {bits} x{factor} TOTAL, cold", [sum(laps[0].values())])
    for step in laps[0]:
        say(f"chromium {bits} x{factor} {step}", [lap[step] for lap in laps[1:]])


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves the static scripts, and one notice, without a line for each request."""

    notice = b""

    def do_GET(self) -> None:
        """Answer with the notice or a script."""
        if not self.path.startswith("/notice/"):
            return super().do_GET()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.notice)
        return None

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _notice(first: PublicKey, second: PublicKey, envelope: EnvelopePublicKey) -> Notice:
    groups = {
        code: NoticeGroup(name_en="", name_es="", issuance=key.kid)
        for code, key in (("first", first), ("second", second))
    }
    return Notice(
        company="c",
        number=1,
        previous=None,
        wave="w",
        corrects=None,
        reasons=(),
        month="",
        opens="",
        closes="",
        bundles={"survey": "sha384-x", "next": "sha384-y"},
        envelope=envelope.kid,
        groups=groups,
    )


def size() -> None:
    """Print how much of the page's script is cryptography."""
    code = "".join(as_function(name) for name in ("blind_rsa", "notice")).encode()
    packed = len(gzip.compress(code, mtime=0))
    sys.stdout.write(f"crypto on the page: {len(code)} bytes, {packed} after gzip\n")


def main(rounds: int) -> None:
    """Print the whole table."""
    size()
    sys.stdout.write(f"{'':38} {'median ms':>9} {'min ms':>9}\n")
    for bits in KEY_BITS:
        server(bits, rounds * 5)
    handler = functools.partial(QuietHandler, directory=str(STATIC))
    files = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=files.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        for bits, factor in itertools.product(KEY_BITS, THROTTLING):
            page = chromium.new_page()
            page.goto(f"http://127.0.0.1:{files.server_port}/")
            browser(page, bits, factor, rounds)
            page.close()
        chromium.close()
    files.shutdown()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
