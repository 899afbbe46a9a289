"""Use cases of the room `reports`. Heavy to import (statistics, drawing): only the release job does.

Nothing here commits.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from pulse.companies.queries import CompanyView, get_company, season_answers
from pulse.facts.queries import events_of, facts_of
from pulse.i18n import LANGUAGES
from pulse.ids import GROUP_CODES
from pulse.interventions.queries import adoption_date, bad_spell_answers
from pulse.invitations.counts import wave_counts
from pulse.reports.answers import Given
from pulse.reports.charts.pictures import pictures_of
from pulse.reports.errors import NothingReleasedError
from pulse.reports.exports.released_sums import data_of
from pulse.reports.findings import find
from pulse.reports.inputs import ReportInputs, WavePoint, cell_of
from pulse.reports.models import Report
from pulse.reports.pages import Setting, page_of
from pulse.reports.queries import newest_version
from pulse.tallies.queries import ReleaseView, releases_of
from pulse.waves.queries import WaveView, get_wave, waves_of


def make_report(session: Session, wave_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Analyse, word and draw the report of a released wave, and store it.

    Harmless when repeated: there is one report for each version of the release, and what is
    stored is never changed.

    Raises
    ------
    NothingReleasedError
        The wave's cells are not released.
    """
    wave = get_wave(session, wave_id)
    company = get_company(session, wave.company_id)
    waves = [past for past in waves_of(session, company.id) if past.month <= wave.month]
    releases = {
        release.wave_id: release for release in releases_of(session, [past.id for past in waves])
    }
    if wave_id not in releases:
        raise NothingReleasedError
    version = releases[wave_id].version
    if newest_version(session, wave_id) >= version:
        return
    inputs = ReportInputs(
        waves=_points(session, company, waves, releases),
        adopted_on=adoption_date(session, company.id),
        minimum_cell_size=int(releases[wave_id].content["minimum_cell_size"]),
        events=tuple((event.day, event.kind) for event in events_of(session, company.id)),
        facts={row.month: row.numbers for row in facts_of(session, company.id)},
        season_answers=_season_answers(session, company),
        bad_spell_answers=_bad_spell_answers(session, company),
    )
    findings = find(inputs)
    settings = {language: _setting(company, language) for language in LANGUAGES}
    pages = {language: page_of(findings, one) for language, one in settings.items()}
    session.add(
        Report(
            wave_id=wave_id,
            version=version,
            company_id=company.id,
            month=wave.month,
            created_at=now,
            method_version=findings["rule_version"],
            content={"findings": findings, "pages": pages, "data": data_of(inputs)},
            pictures={
                language: pictures_of(findings, one, pages[language])
                for language, one in settings.items()
            },
        )
    )
    session.flush()


def _season_answers(session: Session, company: CompanyView) -> Given:
    zone = ZoneInfo(company.time_zone)
    said = {"yes": True, "no": False, "unsure": None}
    return tuple(
        (given.answered_at.astimezone(zone).date(), said[given.answer])
        for given in season_answers(session, company.id)
    )


def _bad_spell_answers(session: Session, company: CompanyView) -> Given:
    zone = ZoneInfo(company.time_zone)
    return tuple(
        (given.answered_at.astimezone(zone).date(), given.is_bad_spell)
        for given in bad_spell_answers(session, company.id)
    )


def _points(
    session: Session,
    company: CompanyView,
    waves: Sequence[WaveView],
    releases: dict[uuid.UUID, ReleaseView],
) -> tuple[WavePoint, ...]:
    zone = ZoneInfo(company.time_zone)
    points = []
    for wave in waves:
        if wave.id not in releases:
            continue
        groups = releases[wave.id].content["groups"]
        counts = wave_counts(session, wave.id)
        ended = wave.closed_at or wave.closes_at
        cells = {
            code: cell_of(groups.get(code), counts[code].n_invited if code in counts else 0)
            for code in GROUP_CODES
        }
        point = WavePoint(month=wave.month, last_day=ended.astimezone(zone).date(), cells=cells)
        points.append(point)
    return tuple(points)


def _setting(company: CompanyView, language: str) -> Setting:
    return Setting(
        language=language,
        company=company.name,
        groups={code: company.group(code).name(language) for code in GROUP_CODES},
        is_simulated=company.is_simulated,
    )
