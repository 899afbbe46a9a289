"""What a print of slips needs, gathered for the page and the command; and printing anew."""

import uuid
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.companies.queries import CompanyView
from pulse.facts.queries import latest_action
from pulse.invitations.channels.paper import A4, SlipPrint
from pulse.invitations.codes import SLIP
from pulse.invitations.errors import TooManySlipsError, WaveNotOpenError
from pulse.invitations.inviting import insert_rows, new_row
from pulse.invitations.models import Invitation
from pulse.invitations.queries import slip_codes, slip_head_counts
from pulse.notices.queries import notice_digest
from pulse.waves.queries import WaveView, lock_open_wave


def survey_url(base_url: str, company: CompanyView) -> str:
    """Return the common address of a company's survey."""
    return f"{base_url}/s/{company.slug}"


def kiosk_url(base_url: str, company: CompanyView, place: str = "") -> str:
    """Return the address of a company's kiosk. The place stands in the fragment: no server sees it."""
    fragment = f"#place={quote(place)}" if place else ""
    return f"{base_url}/kiosk/{company.slug}{fragment}"


def gather_print(
    session: Session,
    company: CompanyView,
    wave: WaveView,
    group_code: str,
    *,
    key_dir: Path,
    base_url: str,
    paper: str = A4,
) -> SlipPrint:
    """Return what the slips of one group of an open wave say.

    Raises
    ------
    WaveNotOpenError
        There is no such group, or it takes no slips in this wave.
    """
    codes = slip_codes(session, wave.id, key_dir=key_dir).get(group_code)
    if not codes:
        raise WaveNotOpenError
    return SlipPrint(
        company=company,
        group_code=group_code,
        codes=codes,
        survey_url=survey_url(base_url, company),
        closes_on=wave.closes_at.astimezone(ZoneInfo(company.time_zone)).date(),
        notice_digest=notice_digest(session, wave.id),
        paper=paper,
        action=latest_action(session, company.id, before=wave.month),
    )


def reprint_slips(
    session: Session, wave_id: uuid.UUID, group_code: str, *, number: int, key_dir: Path
) -> None:
    """Void the unused slips of a group and make `number` new ones.

    The number is chosen by whoever prints and never by what was used: that would be a live count of
    the answers. Together, old and new slips still take no more ballots than the group has people
    with slips (`service.mark_issued`).

    Raises
    ------
    WaveClosedError
        The wave is not open.
    TooManySlipsError
        `number` is not between 1 and the number of people who take slips.
    """
    lock_open_wave(session, wave_id)
    most = slip_head_counts(session, wave_id).get(group_code, 0)
    if not 1 <= number <= most:
        raise TooManySlipsError(most=most)
    slips = (
        Invitation.wave_id == wave_id,
        Invitation.group_code == group_code,
        Invitation.channel == SLIP,
    )
    batch = session.scalar(sa.select(sa.func.max(Invitation.batch)).where(*slips)) or 0
    session.execute(
        sa.update(Invitation).where(*slips, Invitation.is_issued.is_(False)).values(is_void=True)
    )
    rows = [new_row(wave_id, group_code, SLIP, batch=batch + 1) for _ in range(number)]
    insert_rows(session, rows, wave_id, key_dir)
