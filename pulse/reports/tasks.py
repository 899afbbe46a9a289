"""Background work of the room `reports`."""

import uuid
from typing import Any

from pulse.accounts.permissions import HR
from pulse.accounts.queries import UserView, find_user, users_of
from pulse.companies.queries import all_companies, get_company
from pulse.i18n import format_month
from pulse.jobs.errors import GiveUpError, RetryLaterError
from pulse.jobs.outbox import enqueue
from pulse.jobs.runner import TaskContext, begins_late
from pulse.mail import PermanentMailError, TemporaryMailError
from pulse.reports.hr_mail import HrLetter, hr_message
from pulse.reports.queries import newest_version, report_of_month
from pulse.waves.boxes import is_reminder_due, month_without_action
from pulse.waves.queries import WaveView, get_wave
from pulse.waves.service import mark_released

MAIL = "reports.mail_hr"
RELEASE, EMPTY_BOX = "release", "empty_box"


def make_report(context: TaskContext, payload: dict[str, Any]) -> None:
    """Make the report of a wave whose cells are released, mark the wave, and tell HR."""
    # Imported here: statistics and drawing cost a second and 200 MB that no web process needs.
    from pulse.reports import service  # noqa: PLC0415

    wave_id = uuid.UUID(payload["wave_id"])
    service.make_report(context.session, wave_id, now=context.now())
    mark_released(context.session, wave_id, now=context.now())
    wave = get_wave(context.session, wave_id)
    _promise_mails(context, wave, RELEASE, newest_version(context.session, wave_id))


def remind_of_empty_boxes(context: TaskContext, _payload: dict[str, Any]) -> None:
    """Remind HR, once for each survey, that nobody has written what was done. Periodic."""
    for company in all_companies(context.session):
        wave = month_without_action(context.session, company.id)
        if wave is not None and is_reminder_due(context.session, wave, context.now()):
            _promise_mails(context, wave, EMPTY_BOX, 1)


@begins_late
def mail_hr(context: TaskContext, payload: dict[str, Any]) -> None:
    """Send one mail. No transaction is open while the mail server is talked to."""
    user = find_user(context.session, uuid.UUID(payload["user_id"]))
    if user is None or user.role != HR:
        return
    message = hr_message(_letter(context, payload, user))
    context.session.rollback()
    try:
        context.mailer.send(message)
    except TemporaryMailError as error:
        raise RetryLaterError(error.reason) from error
    except PermanentMailError as error:
        raise GiveUpError(error.reason) from error


def _promise_mails(context: TaskContext, wave: WaveView, kind: str, version: int) -> None:
    for user in users_of(context.session, wave.company_id):
        if user.role == HR:
            enqueue(
                context.session,
                MAIL,
                {"wave_id": str(wave.id), "kind": kind, "user_id": str(user.id)},
                idempotency_key=f"{kind}:{wave.id}:{version}:{user.id}",
                now=context.now(),
            )


def _letter(context: TaskContext, payload: dict[str, Any], user: UserView) -> HrLetter:
    wave = get_wave(context.session, uuid.UUID(payload["wave_id"]))
    company = get_company(context.session, wave.company_id)
    kind, slug = payload["kind"], f"{wave.month:%Y-%m}"
    page = f"reports/{slug}" if kind == RELEASE else f"facts/done/{slug}"
    values: dict[str, object] = {"month": format_month(wave.month, user.language)}
    if kind == RELEASE:
        report = report_of_month(context.session, company.id, wave.month)
        worded = report.content["pages"][user.language]
        names = ("headline", "changes", "cautions", "next_step")
        values |= {name: worded[name] for name in names}
    return HrLetter(
        id=uuid.uuid5(wave.id, f"{kind} {user.id}"),
        kind=kind,
        to=user.email,
        name=user.name,
        language=user.language,
        company=company.name,
        sender_name=company.sender_name,
        sender_address=context.settings.mail.sender,
        link=f"{context.settings.base_url}/manage/{page}",
        values=values,
        written_at=context.now(),
    )
