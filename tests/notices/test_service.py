"""A notice comes with the keys, is only ever added to, and follows what changes. On both databases."""

import datetime as dt
import hashlib
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.credentials.queries import wave_keys
from pulse.credentials.service import create_wave_keys, keep_notices
from pulse.notices import service
from pulse.notices.chain import chain_problems
from pulse.notices.client_bundle import bundle_integrity
from pulse.notices.errors import NoticeNotFoundError
from pulse.notices.models import WaveNotice
from pulse.notices.notice import Notice, grouped, parse
from pulse.notices.queries import chain_of, newest_text, notice_digest
from pulse.waves.queries import WaveView
from pulse.waves.service import move_to_now
from tests.conftest import START
from tests.factories.companies import make_company
from tests.factories.notices import another_version_ran
from tests.factories.waves import make_wave

KEYS = {"first": b"1", "second": b"2"}


@pytest.fixture
def wave(session: Session) -> WaveView:
    wave = make_wave(session, make_company(session).id)
    service.publish_notice(session, wave.id, envelope=b"e", issuance=KEYS)
    return wave


def chain(session: Session, wave: WaveView) -> list[Notice]:
    return [parse(text) for text in chain_of(session, wave.company_id)]


def test_the_notice_comes_with_the_keys(session: Session, key_dir: Path) -> None:
    wave = make_wave(session, make_company(session).id)
    with pytest.raises(NoticeNotFoundError):
        notice_digest(session, wave.id)
    for _ in range(2):
        create_wave_keys(session, wave.id, key_dir)
        keep_notices(session)
    (notice,) = chain(session, wave)
    keys = wave_keys(session, wave.id)
    assert notice.envelope == hashlib.sha256(keys.envelope_spki).hexdigest()
    assert {code: group.issuance for code, group in notice.groups.items()} == {
        code: key.kid for code, key in keys.issuance.items()
    }
    assert (notice.month, notice.opens) == ("2026-03", "2026-03-10T09:00:00Z")
    assert notice.bundles == {page: bundle_integrity(page) for page in ("survey", "next")}
    assert notice.groups["second"].name_es == "Operaciones"
    assert notice_digest(session, wave.id) == grouped(notice.digest)


def test_waves_form_one_chain_per_company(session: Session, wave: WaveView) -> None:
    for month in (4, 5):
        following = make_wave(session, wave.company_id, month=dt.date(2026, month, 1))
        service.publish_notice(session, following.id, envelope=b"f", issuance=KEYS)
    other = make_wave(session, make_company(session, name="Another Works").id)
    service.publish_notice(session, other.id, envelope=b"e", issuance=KEYS)
    notices = chain(session, wave)
    assert [notice.number for notice in notices] == [1, 2, 3]
    assert chain_problems(notices) == []
    assert chain(session, other)[0].previous is None


def test_another_program_is_a_correction(session: Session, wave: WaveView) -> None:
    printed = notice_digest(session, wave.id)
    older = another_version_ran(session, wave.id)
    assert service.renew_notice(session, wave.id)
    assert not service.renew_notice(session, wave.id)
    first, _, newest = notices = chain(session, wave)
    assert (newest.reasons, newest.corrects) == (("program",), first.digest)
    assert newest.bundles["survey"] == bundle_integrity() != older.bundles["survey"]
    assert newest.keys == first.keys
    assert chain_problems(notices) == []
    assert notice_digest(session, wave.id) == printed
    assert parse(newest_text(session, wave.id)) == newest


def test_other_dates_are_a_correction(session: Session, wave: WaveView) -> None:
    move_to_now(session, wave.id, time_zone="UTC", now=START)
    assert service.renew_notice(session, wave.id)
    first, newest = chain(session, wave)
    assert newest.reasons == ("dates",)
    assert (first.opens, newest.opens) == ("2026-03-10T09:00:00Z", "2026-03-02T09:00:00Z")


def test_keys_of_an_older_pulse_get_their_notice(session: Session, key_dir: Path) -> None:
    """Its waves have keys and no notice; a minute after the upgrade they have both."""
    wave = make_wave(session, make_company(session).id)
    from pulse.credentials.models import EnvelopeKey, IssuanceKey  # noqa: PLC0415 - as rows

    session.add(EnvelopeKey(wave_id=wave.id, public_key=b"e"))
    session.add_all(
        IssuanceKey(wave_id=wave.id, group_code=code, kid="k", public_key=key)
        for code, key in KEYS.items()
    )
    session.flush()
    keep_notices(session)
    assert len(chain(session, wave)) == 1


@pytest.mark.parametrize(
    "change",
    [
        sa.update(WaveNotice).values(text="{}"),
        sa.update(WaveNotice).values(number=WaveNotice.number + 1),
        sa.delete(WaveNotice),
    ],
    ids=["text", "number", "delete"],
)
def test_a_published_notice_is_never_changed(
    session: Session, wave: WaveView, change: sa.Update | sa.Delete
) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="never changed"), session.begin_nested():
        session.execute(change)
    assert len(chain(session, wave)) == 1


def test_nor_replaced(session: Session, wave: WaveView) -> None:
    (notice,) = chain(session, wave)
    row = {
        "digest": notice.digest,
        "company_id": wave.company_id,
        "number": 1,
        "wave_id": wave.id,
        "text": "{}",
    }
    for digest in (notice.digest, "0" * 64):
        insert = sa.insert(WaveNotice)
        if session.get_bind().dialect.name == "sqlite":
            insert = insert.prefix_with("OR REPLACE")
        with pytest.raises(sa.exc.DBAPIError), session.begin_nested():
            session.execute(insert, [row | {"digest": digest}])
    assert chain(session, wave) == [notice]
