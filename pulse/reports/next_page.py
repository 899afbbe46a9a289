"""What the page of the result mail holds: the released results, and the ballot for the next survey.

The same bytes for everybody. Both groups read the same at the same time, and nothing before the
release: the numbers are those of the stored report, which is made of the released cells.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pulse.companies.queries import CompanyView
from pulse.credentials.message import to_base64url
from pulse.credentials.queries import WaveKeys
from pulse.i18n import LANGUAGES, format_month, translate
from pulse.ids import GROUP_CODES
from pulse.reports.numbers import sentence
from pulse.reports.queries import ReportView
from pulse.responses.page import local_day
from pulse.waves.queries import WaveView

# {month} and {opens} are those of the coming survey; the Spanish stands in translations/es.
TEXTS = {
    "get": "Get my ballot for {month}",
    "why": (
        "Take your ballot today and answer when the survey opens, on {opens}. "
        "So the clock cannot tell whose answers are whose."
    ),
    "how": (
        "Your browser keeps the ballot. It works on this device and in this browser only. "
        "Do not use a private window."
    ),
    "getting": "One moment. Your ballot is coming.",
    "retrying": "The connection is slow. We are still trying.",
    "kept_title": "Your ballot for {month} is here",
    "kept": (
        "This browser keeps it. The survey opens on {opens}. Then we send you a mail. "
        "Open its link on this device, in this browser."
    ),
    "keeps_nothing": (
        "This browser keeps nothing, so it would lose your ballot. Open the link in another browser."
    ),
    "no_code": "To get your ballot, open the link from your mail.",
    "code_used": (
        "This ballot was taken before, on another device or in another browser. "
        "It works only there. Nobody can make a second one."
    ),
    "code_unknown": "We do not know this link. Open the newest one from your mail.",
    "busy": "Too many people want their ballot now. Wait one minute and press the button again.",
    "unreachable": "We could not reach the server. Check the connection and press the button again.",
    "refused": "Something is wrong on our side. Please tell the people who sent you this mail.",
    "keys_differ": (
        "The keys of this page are not the public ones. We sent nothing. "
        "Please tell the people who speak for the staff."
    ),
    "insecure": (
        "Your browser can protect your answers only on an address that begins with https. "
        "Please ask for the right address, or for a paper slip."
    ),
    "open": "The survey is open now.",
    "open_there": (
        "Did you take your ballot before? Then open the survey in the browser where you took it."
    ),
    "go": "Go to the survey",
    "nothing": "There is no ballot to take now. We write to you when there is one.",
}


@dataclass(frozen=True, kw_only=True)
class ComingBallot:
    """The wave whose ballots can be taken, with its public keys."""

    wave: WaveView
    keys: WaveKeys


def next_data(
    company: CompanyView, ballot: ComingBallot | None, *, survey_url: str
) -> dict[str, Any]:
    """Return what the page's script needs, as plain values for JSON."""
    data: dict[str, Any] = {
        "state": "nothing",
        "survey": survey_url,
        "languages": {
            language: {"texts": _texts(company, ballot, language, survey_url)}
            for language in LANGUAGES
        },
    }
    if ballot is None:
        return data
    return data | {
        "state": "open" if ballot.wave.state == "open" else "ahead",
        "wave": str(ballot.wave.id),
        "closes": ballot.wave.closes_at.isoformat(),
        # All keys of the wave, so that the page can compare them with what was published.
        "envelope": to_base64url(ballot.keys.envelope_spki),
        "groups": {
            code: {
                "kid": ballot.keys.issuance[code].kid,
                "spki": to_base64url(ballot.keys.issuance[code].spki),
            }
            for code in GROUP_CODES
        },
    }


def results(report: ReportView | None) -> dict[str, Mapping[str, Any]]:
    """Return by language what the page shows of a released report; empty before the first one."""
    if report is None:
        return {}
    pages = report.content["pages"]
    return {
        language: {
            "month": sentence(format_month(report.month, language)),
            "headline": pages[language]["headline"],
            "is_simulated": pages[language]["is_simulated"],
            "groups": [
                {name: group[name] for name in ("name", "about", "value", "range", "reason")}
                for group in pages[language]["groups"]
            ],
        }
        for language in LANGUAGES
    }


def _texts(
    company: CompanyView, ballot: ComingBallot | None, language: str, survey_url: str
) -> dict[str, str]:
    values = {"address": survey_url, "month": "", "opens": ""}
    if ballot is not None:
        values["month"] = format_month(ballot.wave.month, language)
        values["opens"] = local_day(company, ballot.wave.opens_at, language)
    return {name: translate(language, message).format(**values) for name, message in TEXTS.items()}
