"""Use cases of the room `notices`. A notice is only ever added."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.companies.queries import get_company
from pulse.notices.client_bundle import PAGES, bundle_integrity
from pulse.notices.models import WaveNotice
from pulse.notices.notice import DATES, PROGRAM, Notice, NoticeGroup, key_digest, parse
from pulse.notices.queries import chain_of, notices_of_wave
from pulse.waves.queries import WaveView, get_wave


def publish_notice(
    session: Session, wave_id: uuid.UUID, *, envelope: bytes, issuance: Mapping[str, bytes]
) -> None:
    """Publish a wave's first notice, in the transaction that makes its keys. Harmless when repeated.

    Parameters
    ----------
    envelope, issuance
        Public keys as SPKI; those of the groups by code.
    """
    if notices_of_wave(session, wave_id):
        return
    wave = get_wave(session, wave_id)
    company = get_company(session, wave.company_id)
    notice = Notice(
        company=company.slug,
        number=1,
        previous=None,
        wave=str(wave.id),
        corrects=None,
        reasons=(),
        **_present(wave),
        envelope=key_digest(envelope),
        groups={
            str(group.code): NoticeGroup(
                name_en=group.name_en,
                name_es=group.name_es,
                issuance=key_digest(issuance[group.code]),
            )
            for group in company.groups
        },
    )
    _append(session, wave, notice)


def renew_notice(session: Session, wave_id: uuid.UUID) -> bool:
    """Publish a correction where the page's program or the wave's dates are no longer as stated.

    The keys are repeated as they are: there is no way to correct a key. Say whether one was needed.
    """
    first, *_, newest = (notices_of_wave(session, wave_id) * 2) or (None, None)
    if first is None or newest is None:
        return False
    wave = get_wave(session, wave_id)
    present = _present(wave)
    stated = {name: getattr(newest, name) for name in present}
    if stated == present:
        return False
    reasons = tuple(
        reason
        for reason, is_changed in (
            (PROGRAM, stated.pop("bundles") != present["bundles"]),
            (DATES, any(stated[name] != present[name] for name in stated)),
        )
        if is_changed
    )
    correction = dataclasses.replace(newest, corrects=first.digest, reasons=reasons, **present)
    _append(session, wave, correction)
    return True


def _append(session: Session, wave: WaveView, notice: Notice) -> None:
    # Two writers cannot take the same place: (company, number) is unique, and the loser tries again.
    chain = chain_of(session, wave.company_id)
    last = parse(chain[-1]) if chain else None
    placed = dataclasses.replace(
        notice,
        number=last.number + 1 if last else 1,
        previous=last.digest if last else None,
    )
    row = {
        "digest": placed.digest,
        "company_id": wave.company_id,
        "number": placed.number,
        "wave_id": wave.id,
        "text": placed.text,
    }
    session.execute(sa.insert(WaveNotice), [row])


def _present(wave: WaveView) -> dict[str, Any]:
    return {
        "bundles": {page: bundle_integrity(page) for page in PAGES},
        "month": f"{wave.month:%Y-%m}",
        "opens": _moment(wave.opens_at),
        "closes": _moment(wave.closes_at),
    }


def _moment(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
