"""Rows of the room `notices` for tests."""

import dataclasses
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.notices.models import WaveNotice
from pulse.notices.notice import PROGRAM, Notice
from pulse.notices.queries import notices_of_wave
from pulse.waves.queries import get_wave


def another_version_ran(session: Session, wave_id: uuid.UUID) -> Notice:
    """Publish the correction that a version of Pulse with another script would have written."""
    first, *_, last = notices_of_wave(session, wave_id) * 2
    notice = dataclasses.replace(
        last,
        number=last.number + 1,
        previous=last.digest,
        corrects=first.digest,
        reasons=(PROGRAM,),
        bundles={"survey": "sha384-of-another-version", "next": "sha384-of-another"},
    )
    row = {
        "digest": notice.digest,
        "company_id": get_wave(session, wave_id).company_id,
        "number": notice.number,
        "wave_id": wave_id,
        "text": notice.text,
    }
    session.execute(sa.insert(WaveNotice), [row])
    return notice
