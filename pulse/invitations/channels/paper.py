"""The slips and the poster of one group as a PDF, in both languages.

What is printed: the company, the group, the address, the closing day, one code per slip. No name, no
serial number, no time; the slips come in an order that is made for this print and kept nowhere.
"""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten

from pulse.companies.queries import CompanyView
from pulse.facts.queries import ActionView
from pulse.i18n import LANGUAGES, format_date, translate
from pulse.invitations.channels.slips import qr_code, slips_for
from pulse.typesetting import make_pdf

PAPERS = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
A4 = "a4"
SLIPS_A_SHEET = 8
MOST_LETTERS_ON_A_SLIP = 120

SLIP_TEXTS = {
    "what": "Survey: about 2 minutes, no names.",
    "take": "Take any slip from the box. It works once.",
    "until": "Until %(date)s.",
}
POSTER_TEXTS = {
    "title": "How do %(own)s and %(other)s work together?",
    "minutes": "About 2 minutes",
    "no_names": "No names",
    "until": "Until %(date)s",
    "take": "Take any slip from the box.",
    "scan": "Scan its code with your phone, or open this address and type the code.",
    "answer": "Answer. You can skip any question.",
    "anonymous": "Your answers stay anonymous",
    "promise": "We do not ask your name. We do not store who you are with your answers.",
    "groups": "Results are shown only for groups of %(k)s or more.",
    "check": "Check it yourself",
    "blank": "No slip carries a name or a number. Nobody knows who holds which: swap yours with a colleague.",
    "results": "Results: %(place)s.",
    "for_group": "For people in %(group)s",
    "more": "How your answers stay anonymous:",
}
ACTION_TEXTS = {"said": "You said: %(said)s", "did": "We did: %(did)s"}
DIGEST_TEXT = "The survey page must show this safety number:"


@dataclass(frozen=True, kw_only=True)
class SlipPrint:
    """What one print says.

    Parameters
    ----------
    codes
        In normal form and in any order: each print has an order of its own.
    notice_digest
        The digest of the wave's public notice as people compare it, in groups parted by spaces. Where
        it is given it stands on poster and slips, and the poster's QR code hands it to the page.
    action
        What came of an earlier survey; it stands on poster and slips.
    """

    company: CompanyView
    group_code: str
    codes: Sequence[str]
    survey_url: str
    closes_on: dt.date
    notice_digest: str = ""
    paper: str = A4
    action: ActionView | None = None


def slips_pdf(wanted: SlipPrint) -> bytes:
    """Return the poster on the first page, then eight slips on each page."""
    width, height = PAPERS[wanted.paper]
    slips = slips_for(wanted.codes, wanted.survey_url)
    digest = wanted.notice_digest.split()
    half = math.ceil(len(digest) / 2)
    short_address = wanted.survey_url.partition("://")[2]
    group = wanted.company.group(wanted.group_code)
    values = {
        "width": width,
        "height": height,
        "company": wanted.company.name,
        "group": " / ".join(dict.fromkeys((group.name_en, group.name_es))),
        "address": wanted.survey_url,
        "short_address": short_address,
        "promises_address": f"{short_address}/anonymity",
        "address_qr": qr_code("#".join(filter(None, (wanted.survey_url, "".join(digest))))).svg,
        "slip_texts": {language: _slip_texts(wanted, language) for language in LANGUAGES},
        "poster_texts": {language: _poster_texts(wanted, language) for language in LANGUAGES},
        "digest": [" ".join(digest[:half]), " ".join(digest[half:])] if digest else [],
        "slips": [{"code": slip.code, "qr": slip.qr.svg} for slip in slips],
    }
    return make_pdf("slips", values)


def _slip_texts(wanted: SlipPrint, language: str) -> dict[str, str]:
    texts = _filled(SLIP_TEXTS, language, date=format_date(wanted.closes_on, language))
    action = _action_texts(wanted, language)
    return texts | {"did": shorten(action["did"], MOST_LETTERS_ON_A_SLIP, placeholder=" …")}


def _poster_texts(wanted: SlipPrint, language: str) -> dict[str, str]:
    company = wanted.company
    first, second = (group.name(language) for group in company.groups)
    texts = _filled(
        POSTER_TEXTS,
        language,
        own=first,
        other=second,
        group=company.group(wanted.group_code).name(language),
        date=format_date(wanted.closes_on, language),
        k=company.minimum_cell_size,
        place=company.results_place,
    )
    return texts | {"digest": translate(language, DIGEST_TEXT)} | _action_texts(wanted, language)


def _action_texts(wanted: SlipPrint, language: str) -> dict[str, str]:
    if wanted.action is None:
        return dict.fromkeys(ACTION_TEXTS, "")
    said, did = wanted.action.said[language], wanted.action.did[language]
    return _filled(ACTION_TEXTS, language, said=said, did=did)


def _filled(texts: dict[str, str], language: str, **values: object) -> dict[str, str]:
    return {name: translate(language, text, **values) for name, text in texts.items()}
