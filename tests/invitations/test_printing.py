"""A reprint ends what is unused, and tells nobody how much that was."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.companies.queries import get_company
from pulse.config import Settings
from pulse.invitations import queries, service
from pulse.invitations.counts import wave_counts
from pulse.invitations.errors import (
    CodeUnknownError,
    CodeUsedError,
    SlipsUsedUpError,
    TooManySlipsError,
    WaveNotOpenError,
)
from pulse.invitations.models import Invitation
from pulse.invitations.printing import gather_print, reprint_slips
from pulse.waves.errors import WaveClosedError
from pulse.waves.queries import WaveView, get_wave
from pulse.waves.service import begin_closing
from tests.factories.companies import make_company
from tests.factories.invitations import make_invited_wave
from tests.factories.people import make_person

N = 6
MINE, OTHER = b"a" * 256, b"b" * 256


@pytest.fixture
def key_dir(settings: Settings) -> Path:
    return settings.key_dir


@pytest.fixture
def wave(session: Session, key_dir: Path) -> WaveView:
    company = make_company(session)
    make_person(session, company.id, group_code="first", email="one@example.com")
    for _person in range(N):
        make_person(session, company.id, group_code="second", email=None)
    return make_invited_wave(session, company.id, key_dir)


def codes(session: Session, wave: WaveView, key_dir: Path) -> list[str]:
    return queries.slip_codes(session, wave.id, key_dir=key_dir)["second"]


def issue(session: Session, key_dir: Path, code: str, blinded: bytes = MINE) -> None:
    service.mark_issued(session, code=code, blinded=blinded, key_dir=key_dir)


def test_unused_slips_end_and_used_ones_can_be_asked_for_again(
    session: Session, wave: WaveView, key_dir: Path
) -> None:
    old = codes(session, wave, key_dir)
    issue(session, key_dir, old[0])
    reprint_slips(session, wave.id, "second", number=N, key_dir=key_dir)
    new = codes(session, wave, key_dir)
    assert len(set(new) - set(old)) == N
    issue(session, key_dir, old[0])  # a lost reply
    with pytest.raises(CodeUsedError):
        issue(session, key_dir, old[0], OTHER)
    for code in old[1:]:
        with pytest.raises(CodeUnknownError):
            issue(session, key_dir, code)
    issue(session, key_dir, new[0])


def test_what_is_printed_does_not_depend_on_what_was_used(
    session: Session, wave: WaveView, key_dir: Path
) -> None:
    """A number of unused slips would be a live count of answers (A6)."""
    for n_used in range(3):
        for code in codes(session, wave, key_dir)[:n_used]:
            issue(session, key_dir, code)
        reprint_slips(session, wave.id, "second", number=N - 1, key_dir=key_dir)
        assert queries.slip_numbers(session, wave.id) == {"first": 0, "second": N - 1}
        assert queries.slip_head_counts(session, wave.id) == {"first": 0, "second": N}
        assert len(codes(session, wave, key_dir)) == N - 1


def test_reprints_take_no_more_ballots_than_people(
    session: Session, wave: WaveView, key_dir: Path
) -> None:
    old = codes(session, wave, key_dir)
    for code in old[:2]:
        issue(session, key_dir, code)
    reprint_slips(session, wave.id, "second", number=N, key_dir=key_dir)
    new = codes(session, wave, key_dir)
    for code in new[: N - 2]:
        issue(session, key_dir, code)
    session.commit()
    with pytest.raises(SlipsUsedUpError):
        issue(session, key_dir, new[-1])
    session.rollback()
    issue(session, key_dir, new[0])  # its own reply, lost, is still given


def test_a_reprint_changes_no_number_of_the_report(
    session: Session, wave: WaveView, key_dir: Path
) -> None:
    issue(session, key_dir, codes(session, wave, key_dir)[0])
    reprint_slips(session, wave.id, "second", number=3, key_dir=key_dir)
    issue(session, key_dir, codes(session, wave, key_dir)[0])
    reprint_slips(session, wave.id, "second", number=N, key_dir=key_dir)
    begin_closing(session, wave.id, now=wave.opens_at, is_exempt=True)
    service.reduce_wave(session, wave.id)
    counts = wave_counts(session, wave.id)["second"]
    assert (counts.n_invited, counts.n_issued) == (N, 2)


def test_new_slips_look_like_the_old_in_the_table(
    session: Session, wave: WaveView, key_dir: Path
) -> None:
    reprint_slips(session, wave.id, "second", number=N, key_dir=key_dir)
    rows = session.execute(
        sa.select(Invitation.is_void, Invitation.person_id, Invitation.code_hash).where(
            Invitation.channel == "slip"
        )
    ).all()
    assert sorted(row.is_void for row in rows) == [False] * N + [True] * N
    assert {row.person_id for row in rows} == {None}
    assert len({row.code_hash for row in rows}) == 2 * N


@pytest.mark.parametrize("number", [0, -1, N + 1])
def test_never_more_than_people(
    session: Session, wave: WaveView, key_dir: Path, number: int
) -> None:
    with pytest.raises(TooManySlipsError):
        reprint_slips(session, wave.id, "second", number=number, key_dir=key_dir)
    with pytest.raises(TooManySlipsError):
        reprint_slips(session, wave.id, "first", number=1, key_dir=key_dir)


def test_only_while_the_wave_is_open(session: Session, wave: WaveView, key_dir: Path) -> None:
    company = get_company(session, wave.company_id)
    for group in ("first", "third"):
        with pytest.raises(WaveNotOpenError):
            gather_print(session, company, wave, group, key_dir=key_dir, base_url="https://x.test")
    begin_closing(session, wave.id, now=wave.opens_at, is_exempt=True)
    with pytest.raises(WaveClosedError):
        reprint_slips(session, wave.id, "second", number=N, key_dir=key_dir)
    assert get_wave(session, wave.id).state == "closing"
