"""What the survey page carries: everything, for everybody, in both languages and directions.

The page never learns from the server who reads it, so it holds the questions of both groups; the
code in the visitor's own browser tells which of them are shown.
"""

import datetime as dt
import json
from typing import Any
from zoneinfo import ZoneInfo

from pulse.companies.queries import CompanyView, GroupView
from pulse.credentials.message import to_base64url
from pulse.credentials.queries import WaveKeys
from pulse.i18n import LANGUAGES, format_date, translate
from pulse.ids import GROUP_CODES, GroupCode, other_group
from pulse.responses.body import COMMENT_BYTES, COMMENT_JSON_BYTES
from pulse.responses.texts import LAST_CLOSED, NEXT_OPENS, NOTHING_TO_DO, page_texts
from pulse.surveys.bank import COMMENT, PERCEPTION_GAP, Instrument, load_instrument
from pulse.surveys.questionnaire import GroupNames, questions, render
from pulse.surveys.rotation import rotating_items
from pulse.waves.queries import WaveView

DRAWN = "drawn"
PAIR = 2


def survey_page(company: CompanyView, wave: WaveView, keys: WaveKeys) -> dict[str, Any]:
    """Return the page's content as plain values for JSON.

    Parameters
    ----------
    company, wave, keys
        An open wave of the company, and the wave's public keys.
    """
    instrument = load_instrument(wave.instrument_version)
    return {
        "wave": str(wave.id),
        "closes": wave.closes_at.isoformat(),
        "envelope": to_base64url(keys.envelope_spki),
        "commentBytes": COMMENT_BYTES,
        "commentJsonBytes": COMMENT_JSON_BYTES,
        "languages": {
            language: _language(company, wave, instrument, language) for language in LANGUAGES
        },
        "groups": {
            code: {
                "names": {language: company.group(code).name(language) for language in LANGUAGES},
                "kid": keys.issuance[code].kid,
                "spki": to_base64url(keys.issuance[code].spki),
                **_asked(company, wave, instrument, code),
            }
            for code in GROUP_CODES
        },
    }


def not_open_texts(
    company: CompanyView, last: WaveView | None, following: WaveView | None, language: str
) -> dict[str, str]:
    """Return what a visitor reads between two waves; a sentence that does not apply is empty."""
    closed = last and local_day(company, last.closed_at or last.closes_at, language)
    opens = following and local_day(company, following.opens_at, language)
    return {
        "title": survey_title(company, language),
        "closed": translate(language, LAST_CLOSED, date=closed) if closed else "",
        "opens": translate(language, NEXT_OPENS, date=opens) if opens else "",
        "thanks": translate(language, NOTHING_TO_DO),
    }


def group_names(group: GroupView) -> GroupNames:
    """Return the forms of a group's name that the questionnaire needs."""
    return GroupNames(
        name_en=group.name_en,
        name_es=group.name_es,
        name_es_de=group.name_es_de,
        name_es_a=group.name_es_a,
    )


def rotating_of(company: CompanyView, wave: WaveView, group_code: str) -> tuple[str, ...]:
    """Return the rotating items that the wave may ask a group: a common pair, or all eleven."""
    asked = wave.groups[group_code]
    if asked.rotation == DRAWN:
        return rotating_items(company.group(group_code).makes_requests)
    return asked.common_items


def survey_title(company: CompanyView, language: str) -> str:
    """Return "How do Sales and Operations work together?"."""
    first, second = (group_names(group) for group in company.groups)
    return render(page_texts(language)["title"], first, second, language)


def local_day(company: CompanyView, moment: dt.datetime, language: str) -> str:
    """Return the day of `moment` on the company's own clocks."""
    return format_date(moment.astimezone(ZoneInfo(company.time_zone)).date(), language)


def as_script_data(content: dict[str, Any]) -> str:
    """Return JSON that is safe inside a script element."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _language(
    company: CompanyView, wave: WaveView, instrument: Instrument, language: str
) -> dict[str, Any]:
    texts = page_texts(
        language,
        k=company.minimum_cell_size,
        limit=COMMENT_BYTES,
        date=local_day(company, wave.closes_at, language),
        place=company.results_place,
    )
    texts["title"] = survey_title(company, language)
    if wave.ahead_at is None:
        texts["elsewhere"] = ""
    texts["stem"] = instrument.stem[language]
    texts["na"] = instrument.no_contact[language]
    texts["comment"] = instrument.item(COMMENT).text[language]
    scales = {name: labels[language] for name, labels in instrument.scales.items()}
    return {"texts": texts, "scales": scales}


def _asked(
    company: CompanyView, wave: WaveView, instrument: Instrument, code: GroupCode
) -> dict[str, Any]:
    own, other = (group_names(company.group(side)) for side in (code, other_group(code)))
    rotating = rotating_of(company, wave, code)
    asked = {
        language: questions(instrument, own=own, other=other, language=language, rotating=rotating)
        for language in LANGUAGES
    }
    return {
        "core": [item.id for item in instrument.core],
        "rotating": rotating,
        "draw": PAIR,
        "last": PERCEPTION_GAP,
        "scales": {
            question.item_id: instrument.item(question.item_id).scale for question in asked["en"]
        },
        "questions": {
            language: {question.item_id: question.text for question in found}
            for language, found in asked.items()
        },
    }
