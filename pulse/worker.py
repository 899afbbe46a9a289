"""TABLE: job name -> task, and what runs periodically. Starts the loop."""

import datetime as dt

import pulse.accounts.tasks
import pulse.credentials.tasks
import pulse.invitations.tasks
import pulse.jobs.tasks
import pulse.people.tasks
import pulse.reports.tasks
import pulse.study.tasks
import pulse.tallies.tasks
import pulse.waves.tasks
from pulse.jobs.periodic import PeriodicTask
from pulse.jobs.runner import Task

TASKS: dict[str, Task] = {
    # Handing out its ballots ahead, and taking them back where the wave is left out.
    "credentials.prepare_ahead": pulse.credentials.tasks.prepare_ahead,
    "invitations.hand_out": pulse.invitations.tasks.hand_out,
    "invitations.withdraw": pulse.invitations.tasks.withdraw,
    "credentials.withdraw_keys": pulse.credentials.tasks.withdraw_keys,
    # Opening a wave.
    "credentials.prepare_wave": pulse.credentials.tasks.prepare_wave,
    "invitations.invite_wave": pulse.invitations.tasks.invite_wave,
    "invitations.deliver": pulse.invitations.tasks.deliver,
    "invitations.follow_up": pulse.invitations.tasks.follow_up,
    # While a trustee's key is needed to close it.
    "accounts.call_trustees": pulse.accounts.tasks.call_trustees,
    "accounts.mail_trustee": pulse.accounts.tasks.mail_trustee,
    # Closing it: each step starts the next; each may be repeated after a crash.
    "tallies.count_wave": pulse.tallies.tasks.count_wave,
    "invitations.reduce_wave": pulse.invitations.tasks.reduce_wave,
    "credentials.destroy_wave_keys": pulse.credentials.tasks.destroy_wave,
    "jobs.rewrite_storage": pulse.jobs.tasks.rewrite_wave_storage,
    "tallies.release_wave": pulse.tallies.tasks.release_wave,
    "reports.make_report": pulse.reports.tasks.make_report,
    # After it.
    "reports.mail_hr": pulse.reports.tasks.mail_hr,
    # On the planned day of a study, and when evidence comes in after it.
    "study.make_result": pulse.study.tasks.make_result,
}

PERIODIC: dict[str, PeriodicTask] = {
    "waves.keep_calendar": PeriodicTask(dt.timedelta(minutes=1), pulse.waves.tasks.keep_calendar),
    "credentials.call_trustees": PeriodicTask(
        dt.timedelta(minutes=1), pulse.credentials.tasks.call_trustees
    ),
    "reports.remind_of_empty_boxes": PeriodicTask(
        dt.timedelta(hours=1), pulse.reports.tasks.remind_of_empty_boxes
    ),
    "credentials.keep_notices": PeriodicTask(
        dt.timedelta(minutes=1), pulse.credentials.tasks.keep_notices
    ),
    "jobs.clean_up": PeriodicTask(dt.timedelta(hours=6), pulse.jobs.tasks.clean_up),
    "people.discard_old_drafts": PeriodicTask(
        dt.timedelta(hours=6), pulse.people.tasks.discard_old_drafts
    ),
}
