"""Background work of the room `invitations`."""

import uuid
from contextlib import suppress
from typing import Any
from zoneinfo import ZoneInfo

from pulse.companies.queries import get_company
from pulse.credentials.errors import WaveKeysGoneError
from pulse.credentials.secrets_store import wave_secret
from pulse.db import begin_writing
from pulse.facts.queries import latest_action
from pulse.ids import GroupCode, other_group
from pulse.invitations import service
from pulse.invitations.codes import EMAIL, code_for
from pulse.invitations.errors import NobodyToInviteError
from pulse.invitations.messages import (
    Letter,
    UnusableAddressError,
    letter_message,
    without_addresses,
)
from pulse.invitations.queries import InvitationView, get_invitation
from pulse.invitations.sending import AHEAD
from pulse.jobs.errors import GiveUpError, RetryLaterError
from pulse.jobs.outbox import enqueue
from pulse.jobs.runner import TaskContext, begins_late
from pulse.mail import PermanentMailError, TemporaryMailError
from pulse.people.queries import PersonView, get_person
from pulse.waves.errors import WaveClosedError
from pulse.waves.queries import WaveView, get_wave, latest_closed

NO_ADDRESS = "This person has no e-mail address that can be used, or does not take part any more."


def hand_out(context: TaskContext, payload: dict[str, Any]) -> None:
    """Make the personal invitations of a planned wave and mail them ahead of its opening."""
    service.hand_out(
        context.session,
        uuid.UUID(payload["wave_id"]),
        key_dir=context.settings.key_dir,
        now=context.now(),
    )


def withdraw(context: TaskContext, payload: dict[str, Any]) -> None:
    """Take back what was handed out for a wave that is left out; its keys go next."""
    if service.withdraw(context.session, uuid.UUID(payload["wave_id"])):
        enqueue(
            context.session,
            "credentials.withdraw_keys",
            {"wave_id": payload["wave_id"]},
            idempotency_key=f"credentials.withdraw_keys:{payload['wave_id']}:{context.now()}",
            now=context.now(),
        )


def follow_up(context: TaskContext, payload: dict[str, Any]) -> None:
    """Write once more to everybody with a personal invitation; nothing where the wave is over."""
    with suppress(WaveClosedError):
        service.follow_up(
            context.session, uuid.UUID(payload["wave_id"]), payload["letter"], now=context.now()
        )


def invite_wave(context: TaskContext, payload: dict[str, Any]) -> None:
    """Make the invitations and open the wave."""
    try:
        service.invite_wave(
            context.session,
            uuid.UUID(payload["wave_id"]),
            key_dir=context.settings.key_dir,
            now=context.now(),
        )
    except NobodyToInviteError as error:
        raise GiveUpError(str(error)) from error


@begins_late
def deliver(context: TaskContext, payload: dict[str, Any]) -> None:
    """Send one mail. No transaction is open while the mail server is talked to."""
    invitation = get_invitation(context.session, uuid.UUID(payload["invitation_id"]))
    if invitation is None or (invitation.letter, invitation.delivery) != (
        payload["letter"],
        "queued",
    ):
        return
    wave = get_wave(context.session, invitation.wave_id)
    if wave.state != ("planned" if invitation.letter in AHEAD else "open"):
        return
    person = get_person(context.session, invitation.person_id)
    if not person.email or not person.is_active:
        _mark(context, invitation, "failed", NO_ADDRESS)
        return
    letter = _letter(context, invitation, wave, person)
    context.session.rollback()
    if letter is not None:
        _send(context, invitation, letter)


def reduce_wave(context: TaskContext, payload: dict[str, Any]) -> None:
    """Reduce a counted wave's invitations to numbers; the keys go next."""
    service.reduce_wave(context.session, uuid.UUID(payload["wave_id"]))
    enqueue(
        context.session,
        "credentials.destroy_wave_keys",
        {"wave_id": payload["wave_id"]},
        idempotency_key=f"credentials.destroy_wave_keys:{payload['wave_id']}",
        now=context.now(),
    )


def _send(context: TaskContext, invitation: InvitationView, letter: Letter) -> None:
    try:
        context.mailer.send(letter_message(letter))
    except UnusableAddressError:
        _mark(context, invitation, "failed", NO_ADDRESS)
    except TemporaryMailError as error:
        if not context.is_last_attempt:
            raise RetryLaterError(without_addresses(error.reason)) from error
        _mark(context, invitation, "failed", error.reason)
    except PermanentMailError as error:
        _mark(context, invitation, "failed", error.reason)
    else:
        _mark(context, invitation, "sent")


def _mark(
    context: TaskContext, invitation: InvitationView, delivery: str, reason: str = ""
) -> None:
    context.session.rollback()  # ends the reading, which on SQLite could not become a writing
    begin_writing(context.session)
    service.mark_delivery(context.session, invitation.id, invitation.letter, delivery, reason)


def _letter(
    context: TaskContext, invitation: InvitationView, wave: WaveView, person: PersonView
) -> Letter | None:
    try:
        secret = wave_secret(context.settings.key_dir, wave.id, "code")
    except WaveKeysGoneError:
        return None
    company = get_company(context.session, wave.company_id)
    code = code_for(secret, invitation.id, invitation.group_code, EMAIL)
    survey = f"{context.settings.base_url}/s/{company.slug}"
    page = "/next" if invitation.letter in AHEAD else ""
    # Whoever has taken the ballot ahead gets the one address that all of them get, without a code.
    has_ballot = invitation.has_ballot and wave.ahead_at is not None and not page
    own = GroupCode(invitation.group_code)
    action = latest_action(context.session, company.id, before=wave.month)
    before = latest_closed(context.session, wave.company_id)
    return Letter(
        invitation_id=invitation.id,
        kind=invitation.letter,
        has_ballot=has_ballot,
        to=person.email or "",
        language=person.language,
        company=company.name,
        groups=(
            company.group(own).name(person.language),
            company.group(other_group(own)).name(person.language),
        ),
        sender_name=company.sender_name,
        sender_address=context.settings.mail.sender,
        link=survey if has_ballot else f"{survey}{page}#{code}",
        promises=f"{context.settings.base_url}/s/{company.slug}/anonymity/{person.language}",
        opens_on=wave.opens_at.astimezone(ZoneInfo(company.time_zone)).date(),
        closes_on=wave.closes_at.astimezone(ZoneInfo(company.time_zone)).date(),
        results_of=before.month if before else None,
        minimum_cell_size=company.minimum_cell_size,
        written_at=context.now(),
        said=action.said[person.language] if action else "",
        did=action.did[person.language] if action else "",
    )
