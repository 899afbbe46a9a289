"""What is deleted when."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.jobs.models import OutboxJob

DONE_JOBS_KEPT = dt.timedelta(days=400)


def delete_done_jobs(session: Session, *, now: dt.datetime) -> None:
    """Delete finished jobs after a good year.

    Their idempotency keys guard against repeating a step of a wave, so they outlive the wave; they
    hold no payload any more.
    """
    session.execute(
        sa.delete(OutboxJob).where(
            OutboxJob.state == "done", OutboxJob.available_at < now - DONE_JOBS_KEPT
        )
    )
