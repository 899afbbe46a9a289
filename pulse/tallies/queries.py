"""Every SELECT of the room `tallies`."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.ids import GROUP_CODES
from pulse.tallies.disclosure import shows_comments
from pulse.tallies.models import Comment, Release, Tally


@dataclass(frozen=True, kw_only=True)
class ReleaseView:
    """What may be seen of a wave, in its newest version."""

    wave_id: uuid.UUID
    version: int
    reason: str
    content: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class CommentView:
    """A comment; of its writer only the group is known."""

    group_code: str
    text: str


def is_counted(session: Session, wave_id: uuid.UUID) -> bool:
    """Whether the wave's ballots have been counted."""
    select = sa.select(sa.func.count()).where(Tally.wave_id == wave_id)
    return bool(session.scalar(select))


def kept_tallies(session: Session, wave_id: uuid.UUID) -> dict[str, dict[str, Any]]:
    """Return the kept sums by group code; empty before the count. Never to be shown as they are."""
    rows = session.scalars(sa.select(Tally).where(Tally.wave_id == wave_id)).all()
    contents = {row.group_code: row.content for row in rows}
    return {code: contents[code] for code in GROUP_CODES if code in contents}


def all_releases(session: Session, wave_id: uuid.UUID) -> tuple[ReleaseView, ...]:
    """Return every release of a wave, the oldest first."""
    select = sa.select(Release).where(Release.wave_id == wave_id).order_by(Release.version)
    return tuple(_view(row) for row in session.scalars(select))


def releases_of(session: Session, wave_ids: Iterable[uuid.UUID]) -> tuple[ReleaseView, ...]:
    """Return the newest release of each wave that has one, in the order of `wave_ids`."""
    wanted = list(wave_ids)
    select = sa.select(Release).where(Release.wave_id.in_(wanted)).order_by(Release.version)
    newest = {row.wave_id: _view(row) for row in session.scalars(select)}
    return tuple(newest[wave_id] for wave_id in wanted if wave_id in newest)


def comments_of(session: Session, wave_id: uuid.UUID) -> tuple[CommentView, ...]:
    """Return a released wave's comments in their random order; none before the release."""
    releases = releases_of(session, [wave_id])
    if not releases:
        return ()
    content = releases[0].content
    shown = [
        code
        for code, group in content["groups"].items()
        if shows_comments(group, content["minimum_cell_size"])
    ]
    select = (
        sa.select(Comment.group_code, Comment.text)
        .where(Comment.wave_id == wave_id, Comment.group_code.in_(shown))
        .order_by(Comment.id)
    )
    return tuple(CommentView(group_code=code, text=text) for code, text in session.execute(select))


def _view(row: Release) -> ReleaseView:
    return ReleaseView(
        wave_id=row.wave_id, version=row.version, reason=row.reason, content=row.content
    )
