"""The trustee's pages: set the passphrase, unlock the count, change or end it."""

import uuid
from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from pulse.credentials import queries, service, trustee_keys
from pulse.credentials.errors import (
    NotWaitingError,
    PassphraseTriesError,
    PassphraseWrongError,
    WaveKeysGoneError,
)
from pulse.credentials.forms import ChangeForm, KeyForm, SetUpForm, UnlockForm
from pulse.credentials.passphrase import draw_passphrase
from pulse.credentials.secrets_store import envelope_mode, sealed_envelope
from pulse.errors import InvalidError, PulseError, RateLimitError
from pulse.i18n import format_month, translate
from pulse.waves.queries import WaveView, open_wave_of
from pulse.web.access import requires
from pulse.web.context import current
from pulse.web.transactions import commit_now, start_writing

blueprint = Blueprint("credentials_manage", __name__, url_prefix="/manage/keys")

WRONG_PASSPHRASES = "10/15 minutes"
Result = TypeVar("Result")


@blueprint.get("")
@requires("keys.unlock")
def keys() -> str:
    """Show what waits for the trustee, and which key is in force."""
    return _keys_page(UnlockForm())


@blueprint.get("/state")
@requires("users.edit")
def state() -> str:
    """Tell HR who keeps the key, what waits, and how a trustee is appointed."""
    context = current()
    waiting = [(wave, service.trouble_with_call(context.session, wave)) for wave in _waiting()]
    return render_template("credentials/state.html", **_in_force() | {"waiting": waiting})


@blueprint.post("/unlock")
@requires("keys.unlock")
def unlock() -> Response | str:
    """Unlock the closed surveys that wait; their count begins at once."""
    form, waiting = UnlockForm(), _waiting()
    if not waiting:  # the button was pressed twice
        return redirect(url_for("credentials_manage.keys"))
    if not form.validate():
        return _keys_page(form)
    try:
        _unlock(form.passphrase.data, waiting)
    except (InvalidError, RateLimitError) as error:
        form.refuse(error, "passphrase")
        return _keys_page(form)
    return redirect(url_for("credentials_manage.keys"))


@blueprint.get("/new")
@requires("keys.unlock")
def set_up() -> str:
    """Say what a trustee takes on, and ask for a passphrase."""
    return _set_up_page(SetUpForm())


@blueprint.post("/new")
@requires("keys.unlock")
def finish_set_up() -> Response | str:
    """Make the key to which the next surveys are sealed."""
    form, context = SetUpForm(), current()
    if not form.validate():
        return _set_up_page(form)
    commit_now()  # locking the key takes a while
    try:
        key = trustee_keys.set_up(
            context.settings.key_dir,
            context.company_id,
            form.passphrase.data,
            made_on=context.now().date(),
        )
    except PulseError as error:
        form.refuse(error, "passphrase")
        return _set_up_page(form)
    start_writing()
    context.record("trustee.set_up", key=key.fingerprint)
    _say("Your passphrase is set. Note the fingerprint below beside it.")
    return redirect(url_for("credentials_manage.keys"))


@blueprint.get("/passphrase")
@requires("keys.unlock")
def change_passphrase() -> str:
    """Ask for the present and the new passphrase."""
    return render_template(
        "credentials/change_passphrase.html", form=ChangeForm(), drawn=draw_passphrase()
    )


@blueprint.post("/passphrase")
@requires("keys.unlock")
def finish_change_passphrase() -> Response | str:
    """Lock the same key with another passphrase."""
    form = ChangeForm()
    if not form.validate() or not _change_passphrase(form):
        return render_template(
            "credentials/change_passphrase.html", form=form, drawn=draw_passphrase()
        )
    start_writing()
    current().record("trustee.change_passphrase")
    _say("Your passphrase is changed. The old one opens nothing any more.")
    return redirect(url_for("credentials_manage.keys"))


@blueprint.get("/stop")
@requires("keys.unlock")
def stop() -> str:
    """Say what it means to end it, before it is done."""
    return render_template("credentials/stop.html", form=KeyForm())


@blueprint.post("/stop")
@requires("keys.unlock")
def finish_stop() -> Response:
    """Let the next surveys keep their key in a file."""
    start_writing()
    context = current()
    trustee_keys.stop(context.settings.key_dir, context.company_id)
    context.record("trustee.stop")
    _say("From the next survey on the key lies in a file on the server, without a trustee.")
    return redirect(url_for("credentials_manage.keys"))


@blueprint.get("/lost/<uuid:wave_id>")
@requires("keys.unlock")
def give_up(wave_id: uuid.UUID) -> str:
    """Say what is lost with the passphrase, before it is given up."""
    wave = next((wave for wave in _waiting() if wave.id == wave_id), None)
    if wave is None:
        raise NotWaitingError
    return render_template("credentials/give_up.html", form=KeyForm(), wave=wave)


@blueprint.post("/lost/<uuid:wave_id>")
@requires("keys.unlock")
def finish_give_up(wave_id: uuid.UUID) -> Response:
    """End the survey without its answers."""
    start_writing()
    context = current()
    wave = service.give_up_wave(
        context.session,
        context.company_id,
        wave_id,
        key_dir=context.settings.key_dir,
        now=context.now(),
    )
    context.record("trustee.give_up", month=wave.month.isoformat())
    _say("The answers of %(month)s are given up. The month will be a gap.", wave)
    return redirect(url_for("credentials_manage.keys"))


def _unlock(passphrase: str, waiting: tuple[WaveView, ...]) -> None:
    """Open the trustee's key, which is slow, outside of any transaction; then unlock with it."""
    context, key_dir = current(), current().settings.key_dir
    kids = {sealed_envelope(key_dir, wave.id).trustee for wave in waiting}
    commit_now()
    opened = _guarded(lambda: trustee_keys.open_keys(key_dir, context.company_id, passphrase, kids))
    start_writing()
    unlocked = service.unlock_waves(
        context.session, context.company_id, opened, key_dir=key_dir, now=context.now()
    )
    for wave in unlocked:
        context.record("trustee.unlock", month=wave.month.isoformat())
        _say("The count of %(month)s is unlocked and begins at once. Thank you.", wave)


def _change_passphrase(form: ChangeForm) -> bool:
    context = current()
    commit_now()
    try:
        _guarded(
            lambda: trustee_keys.change_passphrase(
                context.settings.key_dir,
                context.company_id,
                form.present.data,
                form.passphrase.data,
            )
        )
    except (PassphraseWrongError, PassphraseTriesError) as error:
        form.refuse(error, "present")
    except PulseError as error:
        form.refuse(error, "passphrase")
    else:
        return True
    return False


def _guarded(attempt: Callable[[], Result]) -> Result:
    """Try a passphrase, unless there were too many wrong ones."""
    limiter, bucket = current().application.limiter, f"passphrase {current().company_id}"
    try:
        limiter.check(bucket, WRONG_PASSPHRASES)
    except RateLimitError:
        raise PassphraseTriesError from None
    try:
        return attempt()
    except PassphraseWrongError:
        limiter.count(bucket, WRONG_PASSPHRASES)
        raise


def _keys_page(form: UnlockForm) -> str:
    return render_template("credentials/keys.html", form=form, **_in_force())


def _in_force() -> dict[str, object]:
    context = current()
    wave = open_wave_of(context.session, context.company_id)
    return {
        "key": trustee_keys.current_key(context.settings.key_dir, context.company_id),
        "waiting": _waiting(),
        "open_wave": wave,
        "mode": None if wave is None else _mode(wave),
    }


def _mode(wave: WaveView) -> str | None:
    try:
        return envelope_mode(current().settings.key_dir, wave.id)
    except WaveKeysGoneError:
        return None


def _set_up_page(form: SetUpForm) -> str:
    key = trustee_keys.current_key(current().settings.key_dir, current().company_id)
    return render_template(
        "credentials/set_up.html", form=form, drawn=draw_passphrase(), present_key=key
    )


def _waiting() -> tuple[WaveView, ...]:
    context = current()
    return queries.waiting_waves(context.session, context.company_id, context.settings.key_dir)


def _say(message: str, wave: WaveView | None = None) -> None:
    language = current().language
    month = {} if wave is None else {"month": format_month(wave.month, language)}
    flash(translate(language, message, **month))
