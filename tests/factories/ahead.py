"""A company whose next survey's ballots are handed out ahead, for tests."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from pulse.companies.queries import CompanyView
from pulse.credentials.service import create_wave_keys
from pulse.ids import GROUP_CODES
from pulse.invitations.inviting import hand_out, invite_wave
from pulse.waves import service
from pulse.waves.queries import WaveView, get_wave
from tests.factories.companies import OPERATIONS, SALES, make_company
from tests.factories.invitations import make_secret
from tests.factories.people import make_person
from tests.factories.responses import OpenSurvey, codes_by_group
from tests.factories.waves import make_wave


def make_ahead_survey(
    session: Session,
    key_dir: Path,
    *,
    now: dt.datetime,
    n_links: int = 2,
    n_slips: int = 1,
    has_keys: bool = True,
    **company: Any,
) -> OpenSurvey:
    """Invite `n_links` people of each group ahead of a planned wave; keys cost a second."""
    made = make_company(
        session,
        **{
            "first": replace(SALES, slip_head_count=n_slips),
            "second": replace(OPERATIONS, slip_head_count=n_slips),
            **company,
        },
    )
    for group in GROUP_CODES:
        for _ in range(n_links):
            make_person(session, made.id, group_code=str(group))
    return hand_out_next(
        session, key_dir, made, make_wave(session, made.id), now=now, has_keys=has_keys
    )


def hand_out_next(
    session: Session,
    key_dir: Path,
    company: CompanyView,
    wave: WaveView,
    *,
    now: dt.datetime,
    has_keys: bool = True,
) -> OpenSurvey:
    """Hand the ballots of a planned wave out, as the jobs do."""
    service.begin_ahead(session, wave.id, now=now)
    if has_keys:
        create_wave_keys(session, wave.id, key_dir)
    else:
        make_secret(key_dir, wave.id)
    hand_out(session, wave.id, key_dir=key_dir, now=now)
    session.flush()
    return survey_of(session, key_dir, company, wave)


def open_ahead(session: Session, survey: OpenSurvey) -> OpenSurvey:
    """Open the wave at its time."""
    invite_wave(session, survey.wave.id, key_dir=survey.key_dir, now=survey.wave.opens_at)
    session.flush()
    return survey_of(session, survey.key_dir, survey.company, survey.wave)


def survey_of(session: Session, key_dir: Path, company: CompanyView, wave: WaveView) -> OpenSurvey:
    """The survey as it stands, with the codes of everybody invited."""
    return OpenSurvey(
        company=company,
        wave=get_wave(session, wave.id),
        key_dir=key_dir,
        links=codes_by_group(session, key_dir, wave.id, "email"),
        slips=codes_by_group(session, key_dir, wave.id, "slip"),
    )
