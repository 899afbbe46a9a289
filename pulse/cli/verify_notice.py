"""`pulse verify-notice`: does a server show everybody the same keys and program? For anybody.

It runs on the computer of whoever wants to know, never on the server; it needs no installation's
settings and no database. How to use it without trusting the operator: docs/privacy/verify.md.
"""

import urllib.error
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import click

from pulse.cli.page_check import SCRIPTS, PageFault, PageKeys, page_keys, program_faults
from pulse.credentials.blind_rsa import BlindRsaError
from pulse.credentials.client import trusted_keys
from pulse.credentials.envelope_key import EnvelopeKeyError
from pulse.notices.chain import chain_problems, read_chain, saved_problems
from pulse.notices.client_bundle import integrity
from pulse.notices.errors import KeysDifferError, MalformedNoticeError
from pulse.notices.notice import DATES, PROGRAM, Notice, grouped, number_matches

PATIENCE_SECONDS = 30
LARGEST_BYTES = 8 * 1024 * 1024
REASONS = {PROGRAM: "the program of the page", DATES: "the dates"}
ADDRESSES = {"survey": "/s/{slug}", "next": "/s/{slug}/next"}
# Two visitors as different as can be: the server may not tell them apart.
VISITORS: tuple[dict[str, str], ...] = (
    {"User-Agent": "Mozilla/5.0 (Linux; Android 14)", "Accept-Language": "es"},
    {"User-Agent": "pulse verify-notice", "Accept-Language": "en", "Cookie": "visitor=another"},
)


class UnreadableError(click.ClickException):
    """Nothing could be checked; that is no finding about the keys."""

    exit_code = 2


@dataclass
class Findings:
    """What was checked, one plain sentence each, printed as it is found."""

    failed: int = 0
    passed: int = 0

    def ok(self, sentence: str) -> None:
        """Say what is as it should be."""
        self.passed += 1
        click.echo(f"ok    {sentence}")

    def note(self, sentence: str) -> None:
        """Say what is worth knowing."""
        click.echo(f"note  {sentence}")

    def fail(self, sentence: str) -> None:
        """Say what is not as it should be."""
        self.failed += 1
        click.echo(f"FAIL  {sentence}")

    def all_of(self, problems: Iterable[str], fine: str) -> bool:
        """Say each problem, or that there is none."""
        found = list(problems)
        for problem in found:
            self.fail(problem)
        if not found:
            self.ok(fine)
        return not found


@dataclass(frozen=True)
class Server:
    """A running Pulse, seen from outside."""

    base: str
    slug: str
    heads: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, url: str) -> "Server":
        """Read the address of a survey page or of a list of notices."""
        parts = urlsplit(url)
        segments = [segment for segment in parts.path.split("/") if segment]
        if len(segments) != 2 or segments[0] not in {"s", "notices"}:
            raise UnreadableError(
                "Give the address of the survey, for example https://pulse.example.com/s/7k2m, "
                "or a file with notices."
            )
        return cls(f"{parts.scheme}://{parts.netloc}", segments[1].removesuffix(".json"))

    def fetch(self, path: str, headers: dict[str, str] | None = None) -> bytes:
        """Return what the server sends; with its security header kept in `heads`."""
        request = urllib.request.Request(self.base + path, headers=headers or {})  # noqa: S310 - http(s), see `verify_notice`
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as reply:  # noqa: S310
                self.heads[path] = reply.headers.get("Content-Security-Policy", "")
                content: bytes = reply.read(LARGEST_BYTES)
                return content
        except urllib.error.HTTPError as error:
            error.close()
            raise UnreadableError(f"{self.base}{path} answered {error.code}.") from None
        except (urllib.error.URLError, OSError) as error:
            raise UnreadableError(f"{self.base}{path} could not be read: {error}.") from None


@click.command("verify-notice")
@click.argument("source")
@click.option(
    "--previous",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Notices saved earlier or over another network; all must still be there.",
)
@click.option("--digest", "number", help="The safety number as the poster or slip shows it.")
@click.option(
    "--bundle",
    "bundles",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='A page\'s script as you built it with "./dev bundle"; may be given for each page.',
)
@click.option(
    "--save",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep the notices in this file, for --previous next time.",
)
def verify_notice(
    source: str,
    previous: Path | None,
    number: str | None,
    bundles: tuple[Path, ...],
    save: Path | None,
) -> None:
    """Check the public notices of a survey, its keys and its program.

    SOURCE is the address of the survey page (or of its list of notices), or a file with notices.
    Ends with 1 if something is not as published, with 2 if it could not be read.
    """
    findings = Findings()
    server = Server.of(source) if source.startswith(("https://", "http://")) else None
    text = _file_or_list(source, server)
    chain = _chain(text)
    _check_chain(findings, chain, previous)
    wave = _check_pages(findings, server, chain) if server else None
    _check_number(findings, chain, wave, number)
    _check_bundles(findings, chain, wave, bundles)
    if save is not None and not findings.failed:
        save.write_text(text)
        click.echo(f"The notices are saved in {save}.")
    if findings.failed:
        click.echo(
            f"{findings.failed} of {findings.failed + findings.passed} checks failed. Until this is "
            "explained, nobody should answer this survey."
        )
        raise SystemExit(1)
    click.echo(f"All {findings.passed} checks are fine.")


def _file_or_list(source: str, server: Server | None) -> str:
    if server is not None:
        return server.fetch(f"/notices/{server.slug}.json").decode(errors="replace")
    try:
        return Path(source).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableError(f"{source} could not be read: {error}.") from None


def _chain(text: str) -> tuple[Notice, ...]:
    try:
        chain = read_chain(text)
    except MalformedNoticeError as error:
        raise UnreadableError(f"These are no notices of Pulse: {error}.") from None
    if not chain:
        raise UnreadableError("There is no notice yet: no survey has its keys.")
    return chain


def _check_chain(findings: Findings, chain: tuple[Notice, ...], previous: Path | None) -> None:
    # One notice from a file is not its whole chain.
    if len(chain) > 1 or chain[0].number == 1:
        findings.all_of(
            chain_problems(chain),
            f"{len(chain)} notices of {chain[0].company}; each follows on the one before, and no "
            "survey's keys were ever changed.",
        )
    if previous is not None:
        saved = _chain(previous.read_text(encoding="utf-8"))
        findings.all_of(
            saved_problems(chain, saved),
            f"All {len(saved)} notices that you saved are still there.",
        )
    for notice in chain:
        if notice.corrects is None:
            findings.note(
                f"{notice.month}: safety number {grouped(notice.digest)}, "
                f"open {_day(notice.opens)} to {_day(notice.closes)} UTC."
            )
        else:
            changed = " and ".join(REASONS.get(reason, reason) for reason in notice.reasons)
            findings.note(f"{notice.month}: notice {notice.number} corrects {changed}.")


def _check_pages(findings: Findings, server: Server, chain: tuple[Notice, ...]) -> str | None:
    """Compare both pages with the notice of their survey; return the survey that takes answers."""
    waves = [_check_page(findings, server, chain, page) for page in ADDRESSES]
    if waves == [None, None]:
        findings.note("No survey is open and no ballot is handed out, so no page was compared.")
    return waves[0]


def _check_page(
    findings: Findings, server: Server, chain: tuple[Notice, ...], page: str
) -> str | None:
    path = ADDRESSES[page].format(slug=server.slug)
    pages = [server.fetch(path, headers) for headers in VISITORS]
    if len(set(pages)) > 1:
        findings.fail(f'The page "{page}" is not the same for two visitors.')
    html = pages[0].decode(errors="replace")
    try:
        keys = page_keys(html)
    except PageFault as fault:
        findings.fail(str(fault))
        return None
    if keys is None:
        return None
    of_wave = [notice for notice in chain if notice.wave == keys.wave]
    if not of_wave:
        findings.fail(f'The survey of the page "{page}" has no notice: its keys were never public.')
        return keys.wave
    _check_keys(findings, server, page, keys, of_wave[0])
    newest = of_wave[-1]
    findings.all_of(
        program_faults(
            page,
            html,
            server.heads[path],
            server.fetch(SCRIPTS[page]),
            newest.bundles.get(page, "nothing"),
        ),
        f'The page "{page}" runs one program, that of notice {newest.number}.',
    )
    return keys.wave


def _check_keys(
    findings: Findings, server: Server, page: str, keys: PageKeys, first: Notice
) -> None:
    try:
        trusted_keys(
            server.fetch(f"/notice/{keys.wave}.json").decode(errors="replace"),
            first.text,
            wave=keys.wave,
            envelope=keys.envelope,
            issuance=keys.issuance,
        )
    except (KeysDifferError, MalformedNoticeError, BlindRsaError, EnvelopeKeyError) as error:
        findings.fail(
            f'The keys of the page "{page}" are not those of its notice, or unfit: {error}.'
        )
    else:
        findings.ok(
            f'The keys of the page "{page}" are those of its notice, one per group, fit for use.'
        )


def _check_number(
    findings: Findings, chain: tuple[Notice, ...], wave: str | None, number: str | None
) -> None:
    if number is None:
        return
    matching = [
        notice
        for notice in chain
        if notice.corrects is None and number_matches(notice.digest, number)
    ]
    if not matching:
        findings.fail("The safety number that you gave is that of no survey in this chain.")
    elif wave is not None and matching[0].wave != wave:
        findings.fail(f"The safety number is that of {matching[0].month}, not of the open survey.")
    else:
        findings.ok(f"The safety number that you gave is that of {matching[0].month}.")


def _check_bundles(
    findings: Findings, chain: tuple[Notice, ...], wave: str | None, bundles: tuple[Path, ...]
) -> None:
    newest = [notice for notice in chain if wave in {None, notice.wave}][-1]
    for bundle in bundles:
        built = integrity(bundle.read_bytes())
        page = next((page for page, stated in newest.bundles.items() if stated == built), None)
        if page is not None:
            findings.ok(
                f'The program that you built is that of the page "{page}" in notice {newest.number}.'
            )
        else:
            theirs = ", ".join(f"{name} {stated}" for name, stated in newest.bundles.items())
            findings.fail(
                f"The program that you built is not in notice {newest.number}. Build it from the "
                f"version of Pulse that the operator runs. Yours: {built}; theirs: {theirs}."
            )


def _day(moment: str) -> str:
    return moment[:16].replace("T", " ")
