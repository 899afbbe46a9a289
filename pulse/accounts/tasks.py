"""Background work of the room `accounts`: the mails to trustees.

The room knows no survey. Who asks for these mails gives the month and takes the jobs back once
nobody needs to act any more.
"""

import datetime as dt
import uuid
from typing import Any

from pulse.accounts.permissions import TRUSTEE
from pulse.accounts.queries import UserView, find_user, users_of
from pulse.accounts.trustee_mail import TrusteeLetter, trustee_message
from pulse.companies.queries import get_company
from pulse.jobs.errors import GiveUpError, RetryLaterError, WaitError
from pulse.jobs.outbox import enqueue
from pulse.jobs.runner import TaskContext, begins_late
from pulse.mail import PermanentMailError, TemporaryMailError

MAIL = "accounts.mail_trustee"
NOBODY = "Nobody has an account as trustee. Make one, so that the count can be unlocked."


def call_trustees(context: TaskContext, payload: dict[str, Any]) -> None:
    """Promise one mail to each trustee of the company; wait until there is one."""
    trustees = [
        user
        for user in users_of(context.session, uuid.UUID(payload["company_id"]))
        if user.role == TRUSTEE
    ]
    if not trustees:
        raise WaitError(NOBODY)
    for user in trustees:
        enqueue(
            context.session,
            MAIL,
            payload | {"user_id": str(user.id)},
            idempotency_key=f"{MAIL}:{payload['wave_id']}:{payload['number']}:{user.id}",
            now=context.now(),
        )


@begins_late
def mail_trustee(context: TaskContext, payload: dict[str, Any]) -> None:
    """Send one mail. No transaction is open while the mail server is talked to."""
    user = find_user(context.session, uuid.UUID(payload["user_id"]))
    if user is None or user.role != TRUSTEE:
        return
    letter = _letter(context, payload, user)
    context.session.rollback()
    try:
        context.mailer.send(trustee_message(letter))
    except TemporaryMailError as error:
        raise RetryLaterError(error.reason) from error
    except PermanentMailError as error:
        raise GiveUpError(error.reason) from error


def _letter(context: TaskContext, payload: dict[str, Any], user: UserView) -> TrusteeLetter:
    company = get_company(context.session, uuid.UUID(payload["company_id"]))
    return TrusteeLetter(
        id=uuid.uuid5(uuid.UUID(payload["wave_id"]), f"{user.id} {payload['number']}"),
        to=user.email,
        name=user.name,
        language=user.language,
        company=company.name,
        month=dt.date.fromisoformat(payload["month"]),
        number=payload["number"],
        sender_name=company.sender_name,
        sender_address=context.settings.mail.sender,
        link=f"{context.settings.base_url}/manage/keys",
        written_at=context.now(),
    )
