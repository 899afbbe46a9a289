"""The count and the release, over the real ballot box and real keys."""

import json
import random
import uuid
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse import tables
from pulse.credentials.errors import WaveKeysGoneError
from pulse.credentials.secrets_store import destroy_wave_keys
from pulse.credentials.service import create_wave_keys
from pulse.tallies.errors import CellFloorError, NotClosingError, NotCountedError
from pulse.tallies.queries import all_releases, comments_of, is_counted, kept_tallies, releases_of
from pulse.tallies.service import count_wave, release_wave
from pulse.waves import service as waves
from pulse.waves.queries import WaveView
from tests.factories.companies import make_company
from tests.factories.tallies import KEY, WORST, fill_box, make_body
from tests.factories.waves import make_wave

BALLOTS = tables.metadata.tables["ballots"]
COMMENTS = tables.metadata.tables["comments"]
RELEASES = tables.metadata.tables["releases"]


@pytest.fixture
def wave(session: Session, key_dir: Path) -> WaveView:
    wave = make_wave(session, make_company(session).id, state="open")
    create_wave_keys(session, wave.id, key_dir)
    return wave


def close(session: Session, wave: WaveView) -> None:
    waves.begin_closing(session, wave.id, now=wave.closes_at, is_exempt=True)


def count(session: Session, wave_id: uuid.UUID, key_dir: Path, seed: int = 1) -> None:
    count_wave(session, wave_id, key_dir=key_dir, random_bytes=random.Random(seed).randbytes)


def mixed(n: int) -> list[bytes]:
    """Return ballots of people who do not all think alike."""
    chance = random.Random(n)
    return [
        make_body({item: chance.choice((1, 2, 3)) for item in KEY.items} | {"RU01": 1, "RU07": 0})
        for _ in range(n)
    ]


def number_of(session: Session, table: sa.Table) -> int:
    return session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def test_a_wave_is_counted_and_its_ballots_are_gone(
    session: Session, key_dir: Path, wave: WaveView
) -> None:
    fill_box(session, wave.id, "first", [make_body()] * 6, key_dir)
    fill_box(session, wave.id, "second", mixed(12), key_dir)
    close(session, wave)
    count(session, wave.id, key_dir)
    kept = kept_tallies(session, wave.id)
    assert list(kept) == ["first", "second"]
    # All six said the same; not even who holds the database reads more than this.
    assert kept["first"]["index"] == {"n": 6, "withheld": "capped", "capped": "high"}
    assert (kept["second"]["counted"], kept["second"]["valid"]) == (12, 12)
    assert number_of(session, BALLOTS) == 0


def test_what_cannot_be_opened_or_read_is_spoiled_and_stops_nothing(
    session: Session, key_dir: Path, wave: WaveView
) -> None:
    fill_box(session, wave.id, "first", [*mixed(6), b"{", make_body({"NOPE": 1})], key_dir)
    # Sealed for the other group and moved over: it does not open here.
    fill_box(session, wave.id, "second", [make_body()], key_dir)
    session.execute(sa.update(BALLOTS).values(group_code="first"))
    session.execute(
        sa.insert(BALLOTS).values(
            token_hash=bytes(32), wave_id=wave.id, group_code="first", sealed=b"short"
        )
    )
    close(session, wave)
    count(session, wave.id, key_dir)
    first = kept_tallies(session, wave.id)["first"]
    assert (first["counted"], first["spoiled"], first["valid"]) == (10, 4, 6)


def test_an_open_wave_is_not_counted(session: Session, key_dir: Path, wave: WaveView) -> None:
    fill_box(session, wave.id, "first", mixed(3), key_dir)
    with pytest.raises(NotClosingError):
        count(session, wave.id, key_dir)
    assert number_of(session, BALLOTS) == 3


def test_without_the_key_nothing_is_lost(session: Session, key_dir: Path, wave: WaveView) -> None:
    fill_box(session, wave.id, "first", mixed(3), key_dir)
    close(session, wave)
    destroy_wave_keys(key_dir, wave.id)
    with pytest.raises(WaveKeysGoneError):
        count(session, wave.id, key_dir)
    assert number_of(session, BALLOTS) == 3


def test_counting_again_changes_nothing(session: Session, key_dir: Path, wave: WaveView) -> None:
    fill_box(session, wave.id, "first", [*mixed(11), make_body(comment="once")], key_dir)
    close(session, wave)
    count(session, wave.id, key_dir)
    before = kept_tallies(session, wave.id)
    destroy_wave_keys(key_dir, wave.id)  # after the keys are gone it still does no harm
    count(session, wave.id, key_dir, seed=2)
    assert kept_tallies(session, wave.id) == before
    assert number_of(session, COMMENTS) == 1


def test_only_this_wave_is_emptied(session: Session, key_dir: Path, wave: WaveView) -> None:
    other = make_wave(session, make_company(session, name="Other").id, state="open")
    create_wave_keys(session, other.id, key_dir)
    fill_box(session, other.id, "first", mixed(2), key_dir)
    fill_box(session, wave.id, "first", mixed(2), key_dir)
    close(session, wave)
    count(session, wave.id, key_dir)
    left = session.execute(sa.select(BALLOTS.c.wave_id)).scalars().all()
    assert left == [other.id, other.id]
    assert not is_counted(session, other.id)


def with_comments(n: int) -> list[bytes]:
    return [
        make_body(json.loads(body)["answers"], comment=f"comment {number}")
        for number, body in enumerate(mixed(n))
    ]


def test_comments_of_ten_ballots_are_kept_apart_and_shuffled(
    session: Session, key_dir: Path, wave: WaveView
) -> None:
    fill_box(session, wave.id, "first", with_comments(9), key_dir)
    fill_box(session, wave.id, "second", with_comments(10), key_dir)
    close(session, wave)
    count(session, wave.id, key_dir)
    assert number_of(session, COMMENTS) == 10
    assert comments_of(session, wave.id) == ()  # nothing before the release
    release_wave(session, wave.id, minimum_cell_size=5)
    shown = comments_of(session, wave.id)
    assert {comment.group_code for comment in shown} == {"second"}
    texts = [comment.text for comment in shown]
    assert sorted(texts) == sorted(f"comment {number}" for number in range(10))
    assert texts != sorted(texts)
    columns = {column.name for column in COMMENTS.columns}
    assert columns == {"id", "wave_id", "group_code", "text"}


def test_the_order_of_comments_comes_from_chance_alone(
    session: Session, key_dir: Path, wave: WaveView
) -> None:
    fill_box(session, wave.id, "first", with_comments(10), key_dir)
    close(session, wave)
    with session.begin_nested() as first_try:
        count(session, wave.id, key_dir, seed=1)
        ids = session.execute(sa.select(COMMENTS.c.id).order_by(COMMENTS.c.id)).scalars().all()
        first_try.rollback()
    count(session, wave.id, key_dir, seed=2)
    others = session.execute(sa.select(COMMENTS.c.id).order_by(COMMENTS.c.id)).scalars().all()
    assert len(ids) == len(others) == 10
    assert set(ids).isdisjoint(others)


def test_a_higher_minimum_hides_comments_too(
    session: Session, key_dir: Path, wave: WaveView
) -> None:
    fill_box(session, wave.id, "first", with_comments(11), key_dir)
    close(session, wave)
    count(session, wave.id, key_dir)
    release_wave(session, wave.id, minimum_cell_size=12)
    assert comments_of(session, wave.id) == ()


def released(session: Session, wave: WaveView) -> dict[str, Any]:
    (view,) = releases_of(session, [wave.id])
    return view.content


@pytest.fixture
def counted(session: Session, key_dir: Path, wave: WaveView) -> WaveView:
    fill_box(session, wave.id, "first", mixed(4), key_dir)
    fill_box(session, wave.id, "second", mixed(13), key_dir)
    close(session, wave)
    count(session, wave.id, key_dir)
    return wave


def test_a_release_holds_the_cells(session: Session, counted: WaveView) -> None:
    release_wave(session, counted.id, minimum_cell_size=5)
    groups = released(session, counted)["groups"]
    assert groups["first"]["index"] == {"withheld": "too_few"}
    assert groups["first"]["n_counted"] == 4
    assert groups["second"]["index"]["n"] == 13


def test_a_release_is_made_once(session: Session, counted: WaveView) -> None:
    release_wave(session, counted.id, minimum_cell_size=5)
    first = released(session, counted)
    release_wave(session, counted.id, minimum_cell_size=14)
    assert released(session, counted) == first
    assert number_of(session, RELEASES) == 1


def test_a_correction_stands_beside_with_its_reason(session: Session, counted: WaveView) -> None:
    release_wave(session, counted.id, minimum_cell_size=5)
    first = released(session, counted)
    for _ in range(2):
        release_wave(session, counted.id, minimum_cell_size=14, reason="minimum raised to 14")
    versions = all_releases(session, counted.id)
    assert [(view.version, view.reason) for view in versions] == [
        (1, "first release"),
        (2, "minimum raised to 14"),
    ]
    assert versions[0].content == first
    assert released(session, counted)["groups"]["second"]["index"] == {"withheld": "too_few"}


def test_nothing_is_released_before_the_count(session: Session, wave: WaveView) -> None:
    with pytest.raises(NotCountedError):
        release_wave(session, wave.id, minimum_cell_size=5)
    assert releases_of(session, [wave.id]) == ()


def test_five_is_a_floor_in_code(session: Session, counted: WaveView) -> None:
    with pytest.raises(CellFloorError):
        release_wave(session, counted.id, minimum_cell_size=4)


def test_releases_come_in_the_order_asked_for(
    session: Session, key_dir: Path, counted: WaveView
) -> None:
    other = make_wave(session, make_company(session, name="Other").id, state="open")
    create_wave_keys(session, other.id, key_dir)
    close(session, other)
    count(session, other.id, key_dir)
    for wave_id in (counted.id, other.id):
        release_wave(session, wave_id, minimum_cell_size=5)
    order = [view.wave_id for view in releases_of(session, [other.id, uuid.uuid4(), counted.id])]
    assert order == [other.id, counted.id]


def test_no_answer_sheet_is_left_in_any_table(
    session: Session, key_dir: Path, wave: WaveView
) -> None:
    """The rows of all tables, as text, hold no answer of one person and no small comment."""
    bodies = [make_body(dict(zip(KEY.items, WORST, strict=True)), comment="canary-comment")] * 4
    fill_box(session, wave.id, "first", bodies, key_dir)
    close(session, wave)
    count(session, wave.id, key_dir)
    for table in tables.metadata.sorted_tables:
        for row in session.execute(sa.select(table)).all():
            assert "canary-comment" not in repr(row), table.name
    assert set(kept_tallies(session, wave.id)["first"]) == {
        "schema",
        "counted",
        "spoiled",
        "valid",
    }
