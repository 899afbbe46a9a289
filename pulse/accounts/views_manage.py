"""Logging in and out, the first page, accounts and the log."""

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from pulse.accounts import queries, service
from pulse.accounts.email_address import same_mailbox
from pulse.accounts.errors import AccountLockedError
from pulse.accounts.forms import (
    ROLE_NAMES,
    AddUserForm,
    ChangePasswordForm,
    LogInForm,
    SetUpForm,
)
from pulse.accounts.log_words import words_for
from pulse.accounts.permissions import HOME, home_of
from pulse.companies.group_names import after_a, after_de
from pulse.errors import PulseError, RateLimitError
from pulse.i18n import translate
from pulse.web.access import anyone, requires
from pulse.web.context import current
from pulse.web.sessions import local_target, log_in_browser, log_out_browser
from pulse.web.transactions import start_writing

blueprint = Blueprint("accounts_manage", __name__, url_prefix="/manage")

PER_ADDRESS = "10/15 minutes"
FAILURES_OF_ALL = "60/minute"
ENTRIES_A_PAGE = 100


@blueprint.get("/login")
@anyone
def log_in() -> Response | str:
    """Ask for address and password."""
    identity = current().identity
    if identity is not None:
        return redirect(_target(identity.role))
    return _log_in_page(LogInForm())


@blueprint.post("/login")
@anyone
def check_log_in() -> Response | str:
    """Begin a session, or count the failure."""
    start_writing()
    form = LogInForm()
    if not form.validate():
        return _log_in_page(form)
    address = same_mailbox(form.email.data)
    try:
        _check_attempts(address)
        user = service.authenticate(
            current().session, address, form.password.data, now=current().now()
        )
    except PulseError as error:
        _count_attempt(address)
        form.refuse(error)
        return _log_in_page(form)
    log_in_browser(user.id, user.session_epoch)
    return redirect(_target(user.role))


@blueprint.post("/logout")
@anyone
def log_out() -> Response:
    """End the session."""
    log_out_browser()
    return redirect(url_for("accounts_manage.log_in"))


@blueprint.get("/setup")
@anyone
def set_up() -> str:
    """Show the first page to who holds the one-time link."""
    _check_guesses()
    try:
        service.check_setup_token(current().session, request.args.get("token", ""))
    except PulseError:
        _count_guess()
        raise
    return _set_up_page(SetUpForm(token=request.args["token"]))


@blueprint.post("/setup")
@anyone
def finish_set_up() -> Response | str:
    """Make the company and the first account, and log the person in."""
    start_writing()
    _check_guesses()
    session = current().session
    form = SetUpForm()
    service.check_setup_token(session, form.token.data or "")
    if not form.validate():
        return _set_up_page(form)
    try:
        with session.begin_nested():
            user = service.set_up(
                session, form.token.data, form.installation(), now=current().now()
            )
    except PulseError as error:
        form.refuse(error)
        return _set_up_page(form)
    log_in_browser(user.id, user.session_epoch)
    return redirect(url_for("people_manage.import_roster"))


@blueprint.get("/settings/accounts")
@requires("users.edit")
def list_users() -> str:
    """Show who can log in."""
    users = queries.users_of(current().session, current().company_id)
    return render_template("accounts/list_users.html", users=users, role_names=ROLE_NAMES)


@blueprint.get("/settings/accounts/new")
@requires("users.edit")
def add_user() -> str:
    """Ask for a colleague's name, address and first password."""
    return render_template("accounts/add_user.html", form=AddUserForm())


@blueprint.post("/settings/accounts/new")
@requires("users.edit")
def finish_add_user() -> Response | str:
    """Make the colleague's account."""
    start_writing()
    context = current()
    form = AddUserForm()
    if not form.validate():
        return render_template("accounts/add_user.html", form=form)
    try:
        user = _create_colleague(form)
    except PulseError as error:
        form.refuse(error)
        return render_template("accounts/add_user.html", form=form)
    context.record("user.add", account=user.email, role=user.role)
    flash(translate(context.language, "%(email)s can log in now.", email=user.email))
    return redirect(url_for("accounts_manage.list_users"))


@blueprint.post("/settings/accounts/<uuid:user_id>/remove")
@requires("users.edit")
def remove_user(user_id: uuid.UUID) -> Response:
    """Take an account away."""
    start_writing()
    context = current()
    removed = service.remove_user(context.session, context.company_id, user_id)
    context.record("user.remove", account=removed.email)
    flash(translate(context.language, "%(email)s cannot log in any more.", email=removed.email))
    return redirect(url_for("accounts_manage.list_users"))


@blueprint.get("/settings/password")
@requires("account.own")
def change_password() -> str:
    """Ask for the present and the new password."""
    return render_template("accounts/change_password.html", form=ChangePasswordForm())


@blueprint.post("/settings/password")
@requires("account.own")
def finish_change_password() -> Response | str:
    """Change the password; every other browser is logged out."""
    start_writing()
    form = ChangePasswordForm()
    if not form.validate() or not _change_password(form):
        return render_template("accounts/change_password.html", form=form)
    flash(translate(current().language, "Your password is changed."))
    return redirect(home_of(current().user.role))


@blueprint.get("/settings/log")
@requires("settings.edit")
def show_log() -> str:
    """Show what people who log in did."""
    page = max(1, request.args.get("page", 1, type=int))
    offset = (page - 1) * ENTRIES_A_PAGE
    entries = queries.audit_entries(
        current().session, current().company_id, limit=ENTRIES_A_PAGE + 1, offset=offset
    )
    return render_template(
        "accounts/show_log.html",
        entries=entries[:ENTRIES_A_PAGE],
        page=page,
        has_older=len(entries) > ENTRIES_A_PAGE,
        words_for=words_for,
    )


def _change_password(form: ChangePasswordForm) -> bool:
    context = current()
    bucket = f"present password {context.user.user_id}"
    try:
        context.application.limiter.check(bucket, PER_ADDRESS)
        user = service.change_password(
            context.session,
            context.user.user_id,
            present=form.present.data,
            new_password=form.new_password.data,
        )
    except PulseError as error:
        context.application.limiter.count(bucket, PER_ADDRESS)
        form.refuse(error, "present")
        return False
    context.record("user.change_password")
    log_in_browser(user.id, user.session_epoch)
    return True


def _create_colleague(form: AddUserForm) -> queries.UserView:
    context = current()
    return service.create_user(
        context.session,
        email=form.email.data,
        name=form.name.data,
        role=form.role.data,
        password=form.password.data,
        language=form.language.data,
        company_id=context.company_id,
        now=context.now(),
    )


def _target(role: str) -> str:
    """Return the page that was asked for before logging in, else the role's first page."""
    target = local_target(request.args.get("next"), HOME)
    return home_of(role) if target == HOME else target


def _log_in_page(form: LogInForm) -> str:
    target = local_target(request.args.get("next"), "")
    has_users = queries.has_users(current().session)
    return render_template("accounts/log_in.html", form=form, target=target, has_users=has_users)


def _set_up_page(form: SetUpForm) -> str:
    return render_template("accounts/set_up.html", form=form, after_de=after_de, after_a=after_a)


def _check_attempts(address: str) -> None:
    """Refuse where guessing goes on.

    Unknown addresses are locked like known ones (which `service.authenticate` counts), so that a
    lock does not tell who has an account.
    """
    limiter = current().application.limiter
    limiter.check("log in", FAILURES_OF_ALL)
    if queries.user_by_email(current().session, address) is None:
        try:
            limiter.check(f"log in {address}", PER_ADDRESS)
        except RateLimitError:
            raise AccountLockedError from None


def _count_attempt(address: str) -> None:
    limiter = current().application.limiter
    limiter.count("log in", FAILURES_OF_ALL)
    if queries.user_by_email(current().session, address) is None:
        limiter.count(f"log in {address}", PER_ADDRESS)


def _check_guesses() -> None:
    current().application.limiter.check("setup link", FAILURES_OF_ALL)


def _count_guess() -> None:
    current().application.limiter.count("setup link", FAILURES_OF_ALL)
