"""Every SELECT of the room `notices`."""

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.notices.errors import NoticeNotFoundError
from pulse.notices.models import WaveNotice
from pulse.notices.notice import Notice, grouped, parse

_OF_WAVE = (
    sa.select(WaveNotice.text)
    .where(WaveNotice.wave_id == sa.bindparam("wave", type_=sa.Uuid()))
    .order_by(WaveNotice.number)
)


def notices_of_wave(session: Session, wave_id: uuid.UUID) -> tuple[Notice, ...]:
    """Return the wave's first notice and the corrections after it; empty before it has keys."""
    return tuple(parse(text) for text in _texts(session, wave_id))


def newest_text(session: Session, wave_id: uuid.UUID) -> str:
    """Return the text of the wave's newest notice.

    Raises
    ------
    NoticeNotFoundError
        The wave has none, or there is no such wave.
    """
    texts = _texts(session, wave_id)
    if not texts:
        raise NoticeNotFoundError
    return texts[-1]


def text_by_digest(session: Session, digest: str) -> str:
    """Return the notice of this digest.

    Raises
    ------
    NoticeNotFoundError
        There is none.
    """
    text = session.scalar(sa.select(WaveNotice.text).where(WaveNotice.digest == digest))
    if text is None:
        raise NoticeNotFoundError
    return text


def chain_of(session: Session, company_id: uuid.UUID) -> tuple[str, ...]:
    """Return the texts of all notices of a company, in their order."""
    select = sa.select(WaveNotice.text).where(WaveNotice.company_id == company_id)
    return tuple(session.scalars(select.order_by(WaveNotice.number)))


def notice_digest(session: Session, wave_id: uuid.UUID) -> str:
    """Return the safety number of a wave as posters and slips print it: eight groups of four.

    It is that of the wave's first notice, so that a correction leaves printed posters true.

    Raises
    ------
    NoticeNotFoundError
        The wave has no keys yet, hence no notice.
    """
    notices = notices_of_wave(session, wave_id)
    if not notices:
        raise NoticeNotFoundError
    return grouped(notices[0].digest)


def _texts(session: Session, wave_id: uuid.UUID) -> list[str]:
    return list(session.connection().scalars(_OF_WAVE, {"wave": wave_id}))
