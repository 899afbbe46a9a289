"""Everybody is invited once, each code issues one credential, and only numbers are kept."""

import datetime as dt
import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.companies.service import NewGroup
from pulse.credentials.secrets_store import wave_folder
from pulse.ids import GROUP_CODES
from pulse.invitations import queries, service
from pulse.invitations.codes import group_of
from pulse.invitations.counts import wave_counts
from pulse.invitations.errors import (
    CodeUnknownError,
    CodeUsedError,
    NobodyToInviteError,
    NoLiveNumbersError,
    WaveNotOverError,
)
from pulse.invitations.models import Invitation
from pulse.jobs.models import OutboxJob
from pulse.waves.errors import WaveClosedError
from pulse.waves.queries import WaveView, get_wave
from pulse.waves.service import begin_closing
from tests.factories.companies import make_company
from tests.factories.invitations import codes_of, make_invited_wave, make_secret
from tests.factories.people import make_person
from tests.factories.waves import make_wave

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


@pytest.fixture
def wave(session: Session, key_dir: Path) -> WaveView:
    """Two mails and one slip for sales; one mail and three slips for operations."""
    company = make_company(
        session, second=NewGroup(name_en="Ops", name_es="Ops", slip_head_count=2)
    )
    for values in (
        {"group_code": "first"},
        {"group_code": "first"},
        {"group_code": "first", "email": None},
        {"group_code": "second"},
        {"group_code": "second", "email": None},
    ):
        make_person(session, company.id, **values)
    return make_invited_wave(session, company.id, key_dir)


def rows(session: Session, wave_id: uuid.UUID) -> list[Invitation]:
    session.expire_all()
    return list(session.scalars(sa.select(Invitation).where(Invitation.wave_id == wave_id)))


def issue(session: Session, key_dir: Path, code: str, blinded: bytes = b"b" * 256) -> service.Grant:
    return service.mark_issued(session, code=code, blinded=blinded, key_dir=key_dir)


def test_everybody_gets_one_invitation_and_the_wave_opens(session: Session, wave: WaveView) -> None:
    invitations = rows(session, wave.id)
    kinds = sorted((row.group_code, row.channel, row.delivery) for row in invitations)
    assert kinds == [
        ("first", "email", "queued"),
        ("first", "email", "queued"),
        ("first", "slip", "printed"),
        ("second", "email", "queued"),
        ("second", "slip", "printed"),
        ("second", "slip", "printed"),
        ("second", "slip", "printed"),
    ]
    assert all((row.person_id is None) is (row.channel == "slip") for row in invitations)
    assert not any(row.is_issued for row in invitations)
    assert get_wave(session, wave.id).state == "open"
    jobs = list(session.scalars(sa.select(OutboxJob).where(OutboxJob.name == service_job())))
    mailed = {str(row.id) for row in invitations if row.channel == "email"}
    assert {job.payload["invitation_id"] for job in jobs} == mailed
    assert all(set(job.payload) == {"invitation_id", "letter"} for job in jobs)


def service_job() -> str:
    return "invitations.deliver"


def test_rows_lie_in_the_order_of_their_hashes(session: Session, wave: WaveView) -> None:
    order = sa.text("rowid" if session.get_bind().dialect.name == "sqlite" else "ctid")
    hashes = list(session.scalars(sa.select(Invitation.code_hash).order_by(order)))
    assert hashes == sorted(hashes)
    assert len(hashes) == 7


def test_neither_code_nor_derivation_is_stored(
    session: Session, wave: WaveView, key_dir: Path
) -> None:
    codes = codes_of(session, wave.id, key_dir, "slip") + codes_of(
        session, wave.id, key_dir, "email"
    )
    assert len(set(codes)) == 7
    stored = [
        session.execute(sa.text(select)).all()
        for select in ("SELECT * FROM invitations", "SELECT * FROM outbox")
    ]
    assert all(stored)
    assert not any(code in str(stored) for code in codes)
    assert {group_of(code) for code in codes} == set(GROUP_CODES)


def test_inviting_again_changes_nothing(session: Session, wave: WaveView, key_dir: Path) -> None:
    before = {row.id for row in rows(session, wave.id)}
    service.invite_wave(session, wave.id, key_dir=key_dir, now=NOW)
    assert {row.id for row in rows(session, wave.id)} == before


def test_an_empty_group_stops_the_opening(session: Session, key_dir: Path) -> None:
    company = make_company(session)
    make_person(session, company.id, group_code="first")
    wave = make_wave(session, company.id)
    make_secret(key_dir, wave.id)
    with pytest.raises(NobodyToInviteError, match="Operations has nobody"):
        service.invite_wave(session, wave.id, key_dir=key_dir, now=NOW)
    assert get_wave(session, wave.id).state == "planned"
    assert rows(session, wave.id) == []


@pytest.mark.parametrize(("invited", "mode"), [(79, "common"), (80, "drawn")])
def test_large_groups_draw_small_ones_share(
    session: Session, key_dir: Path, invited: int, mode: str
) -> None:
    """Three of four are expected to answer: 60 of 80."""
    sales = NewGroup(
        name_en="Sales", name_es="Ventas", makes_requests=True, slip_head_count=invited
    )
    operations = NewGroup(name_en="Ops", name_es="Ops", slip_head_count=5)
    company = make_company(session, first=sales, second=operations)
    groups = make_invited_wave(session, company.id, key_dir).groups
    assert groups["first"].rotation == mode
    assert len(groups["first"].common_items) == (2 if mode == "common" else 0)
    assert groups["second"].rotation == "common"


def test_a_code_issues_one_credential(session: Session, wave: WaveView, key_dir: Path) -> None:
    for channel in ("email", "slip"):
        for code in codes_of(session, wave.id, key_dir, channel):
            grant = issue(session, key_dir, code.lower())
            assert (grant.wave_id, grant.group_code) == (wave.id, group_of(code))
            assert issue(session, key_dir, code) == grant
            with pytest.raises(CodeUsedError):
                issue(session, key_dir, code, b"c" * 256)
            assert issue(session, key_dir, code) == grant
    assert all(row.is_issued for row in rows(session, wave.id))


@pytest.mark.parametrize("code", ["", "nothing", "0" * 26, "00000000000", "0" * 5000])
def test_unknown_codes_issue_nothing(
    session: Session, wave: WaveView, key_dir: Path, code: str
) -> None:
    with pytest.raises(CodeUnknownError):
        issue(session, key_dir, code)
    assert not any(row.is_issued for row in rows(session, wave.id))


def test_void_slips_are_unknown(session: Session, wave: WaveView, key_dir: Path) -> None:
    code = codes_of(session, wave.id, key_dir, "slip")[0]
    session.execute(sa.update(Invitation).values(is_void=True))
    with pytest.raises(CodeUnknownError):
        issue(session, key_dir, code)


def test_codes_end_with_their_wave(session: Session, wave: WaveView, key_dir: Path) -> None:
    code = codes_of(session, wave.id, key_dir, "slip")[0]
    begin_closing(session, wave.id, now=NOW, is_exempt=True)
    with pytest.raises(CodeUnknownError):
        issue(session, key_dir, code)


def test_a_wave_without_its_secret_knows_no_code(
    session: Session, wave: WaveView, key_dir: Path
) -> None:
    code = codes_of(session, wave.id, key_dir, "slip")[0]
    (wave_folder(key_dir, wave.id) / "secret").unlink()
    with pytest.raises(CodeUnknownError):
        issue(session, key_dir, code)


def test_only_numbers_are_kept(session: Session, wave: WaveView, key_dir: Path) -> None:
    for code in codes_of(session, wave.id, key_dir, "slip"):
        issue(session, key_dir, code)
    failed = next(row for row in rows(session, wave.id) if row.channel == "email")
    failed_group = failed.group_code
    service.mark_delivery(session, failed.id, "survey", "failed", "550 no such user")
    with pytest.raises(NoLiveNumbersError):
        wave_counts(session, wave.id)
    with pytest.raises(WaveNotOverError):
        service.reduce_wave(session, wave.id)
    begin_closing(session, wave.id, now=NOW, is_exempt=True)
    with pytest.raises(NoLiveNumbersError):
        wave_counts(session, wave.id)
    for _again in range(2):
        service.reduce_wave(session, wave.id)
        assert rows(session, wave.id) == []
        counts = wave_counts(session, wave.id)
        assert {code: (c.n_invited, c.n_issued) for code, c in counts.items()} == {
            "first": (3, 1),
            "second": (4, 3),
        }
        assert counts[failed_group].n_undeliverable == 1
    left = session.scalars(sa.select(OutboxJob.name)).all()
    assert service_job() not in left
    assert "tallies.count_wave" in left


def test_void_links_are_not_counted(session: Session, wave: WaveView) -> None:
    session.execute(sa.update(Invitation).where(Invitation.channel == "email").values(is_void=True))
    begin_closing(session, wave.id, now=NOW, is_exempt=True)
    service.reduce_wave(session, wave.id)
    counts = wave_counts(session, wave.id)
    assert {code: c.n_invited for code, c in counts.items()} == {"first": 1, "second": 3}


def test_failed_mails_are_sent_again_once(session: Session, wave: WaveView) -> None:
    failed = next(row for row in rows(session, wave.id) if row.channel == "email")
    service.mark_delivery(session, failed.id, "survey", "failed", "550 " + "x" * 400)
    assert service.resend_failed(session, wave.id, now=NOW) == 1
    assert service.resend_failed(session, wave.id, now=NOW) == 0
    jobs = [
        job
        for job in session.scalars(sa.select(OutboxJob))
        if job.payload.get("invitation_id") == str(failed.id)
    ]
    assert len(jobs) == 2
    begin_closing(session, wave.id, now=NOW, is_exempt=True)
    with pytest.raises(WaveClosedError):
        service.resend_failed(session, wave.id, now=NOW)


def test_slips_to_print_never_tell_what_was_used(
    session: Session, wave: WaveView, key_dir: Path
) -> None:
    before = queries.slip_codes(session, wave.id, key_dir=key_dir)
    assert {code: len(codes) for code, codes in before.items()} == {"first": 1, "second": 3}
    assert queries.slip_numbers(session, wave.id) == {"first": 1, "second": 3}
    issue(session, key_dir, before["second"][0])
    after = queries.slip_codes(session, wave.id, key_dir=key_dir)
    assert {code: sorted(codes) for code, codes in after.items()} == {
        code: sorted(codes) for code, codes in before.items()
    }


def test_deliveries_tell_the_mail_and_nothing_else(
    session: Session, wave: WaveView, key_dir: Path
) -> None:
    codes = codes_of(session, wave.id, key_dir, "email")
    before = queries.deliveries(session, wave)
    issue(session, key_dir, codes[0])
    assert queries.deliveries(session, wave) == before
    first = before[-1].person
    invitation = next(row for row in rows(session, wave.id) if row.person_id == first.id)
    service.mark_delivery(session, invitation.id, "survey", "failed", "550 no such user")
    top = queries.deliveries(session, wave)[0]
    assert (top.person, top.delivery, top.reason) == (first, "failed", "550 no such user")
    assert queries.count_states(queries.deliveries(session, wave)) == {
        "failed": 1,
        "queued": 2,
        "sent": 0,
    }


def test_the_last_closing_day_is_told_for_a_single_company_only(
    session: Session, wave: WaveView
) -> None:
    assert queries.last_closing_day(session) is None
    late = dt.datetime(2026, 3, 9, 23, 30, tzinfo=dt.UTC)  # already the tenth in Madrid
    begin_closing(session, wave.id, now=late, is_exempt=True)
    assert queries.last_closing_day(session) == dt.date(2026, 3, 10)
    make_company(session)
    assert queries.last_closing_day(session) is None
