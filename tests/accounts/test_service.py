"""Accounts, passwords, locks, the first start and the log."""

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.accounts import errors, queries, service
from pulse.accounts.identity import load_identity
from pulse.accounts.models import SetupToken, User
from pulse.accounts.passwords import CHEAPEST, generate_password, is_right
from pulse.accounts.permissions import PERMISSIONS
from pulse.companies.errors import GroupNamesAlikeError
from pulse.companies.queries import all_companies
from tests.factories.accounts import PASSWORD, make_user
from tests.factories.companies import OPERATIONS, SALES, make_company

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
NEW = service.NewInstallation(
    company_name="Example Works",
    time_zone="Europe/Madrid",
    language="es",
    first=SALES,
    second=OPERATIONS,
    results_place="canteen",
    email="first@example.com",
    name="Ana Ruiz",
    password=PASSWORD,
)


def test_a_user_logs_in_whatever_the_case_of_the_address(session: Session) -> None:
    user = make_user(session, email=" Ana@Example.com ")
    assert user.email == "ana@example.com"
    assert service.authenticate(session, "ANA@example.com", PASSWORD, now=NOW) == user


def test_the_password_is_stored_as_an_argon2id_hash_only(session: Session) -> None:
    make_user(session)
    row = session.scalars(sa.select(User)).one()
    assert row.password_hash.startswith("$argon2id$")
    assert PASSWORD not in repr([getattr(row, c.name) for c in User.__table__.columns])


@pytest.mark.parametrize(
    ("overrides", "error"),
    [
        ({"email": "nobody"}, errors.EmailInvalidError),
        ({"name": " "}, errors.PersonNameError),
        ({"name": "x" * 121}, errors.PersonNameError),
        ({"role": "owner"}, errors.RoleUnknownError),
        ({"language": "fr"}, errors.LanguageUnknownError),
        ({"password": "123456789"}, errors.PasswordTooShortError),
        ({"password": "x" * 201}, errors.PasswordTooLongError),
        ({"email": "TAKEN@example.com"}, errors.EmailTakenError),
    ],
)
def test_accounts_that_cannot_be_made(
    session: Session, overrides: dict[str, Any], error: type[Exception]
) -> None:
    make_user(session, email="taken@example.com")
    with pytest.raises(error):
        make_user(session, **overrides)


@pytest.mark.parametrize("email", ["hr@example.com", "nobody@example.com"])
def test_a_wrong_password_and_an_unknown_address_look_alike(session: Session, email: str) -> None:
    make_user(session)
    with pytest.raises(errors.LogInError) as refusal:
        service.authenticate(session, email, "another password", now=NOW)
    assert email not in str(refusal.value)


def test_an_unknown_address_costs_a_password_check(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    monkeypatch.setattr("pulse.accounts.passwords.waste_time", checked.append)
    with pytest.raises(errors.LogInError):
        service.authenticate(session, "nobody@example.com", "a password", now=NOW)
    assert checked == ["a password"]


def test_ten_wrong_passwords_lock_for_fifteen_minutes(session: Session) -> None:
    make_user(session)
    for _ in range(10):
        with pytest.raises(errors.LogInError):
            service.authenticate(session, "hr@example.com", "wrong password", now=NOW)
    for minutes in (0, 14):
        with pytest.raises(errors.AccountLockedError):
            service.authenticate(
                session, "hr@example.com", PASSWORD, now=NOW + dt.timedelta(minutes=minutes)
            )
    service.authenticate(session, "hr@example.com", PASSWORD, now=NOW + dt.timedelta(minutes=15))


def test_a_right_password_forgets_the_wrong_ones(session: Session) -> None:
    make_user(session)
    for _round in range(2):
        for _ in range(9):
            with pytest.raises(errors.LogInError):
                service.authenticate(session, "hr@example.com", "wrong password", now=NOW)
        service.authenticate(session, "hr@example.com", PASSWORD, now=NOW)


def test_a_new_password_ends_sessions_and_locks(session: Session) -> None:
    user = make_user(session)
    for _ in range(10):
        with pytest.raises(errors.LogInError):
            service.authenticate(session, user.email, "wrong password", now=NOW)
    service.reset_password(session, user.email, "a brand new password", hasher=CHEAPEST)
    assert load_identity(session, user.id, user.session_epoch) is None
    after = service.authenticate(session, user.email, "a brand new password", now=NOW)
    assert load_identity(session, user.id, after.session_epoch) is not None
    with pytest.raises(errors.LogInError):
        service.authenticate(session, user.email, PASSWORD, now=NOW)


def test_a_password_is_reset_only_for_a_known_address_and_a_good_password(
    session: Session,
) -> None:
    user = make_user(session)
    with pytest.raises(errors.UserNotFoundError):
        service.reset_password(session, "nobody@example.com", "a brand new password")
    with pytest.raises(errors.PasswordTooShortError):
        service.reset_password(session, user.email, "short")


def test_the_present_password_is_asked_for_before_a_change(session: Session) -> None:
    user = make_user(session)
    with pytest.raises(errors.PasswordWrongError):
        service.change_password(
            session, user.id, present="wrong password", new_password="a brand new password"
        )
    service.change_password(session, user.id, present=PASSWORD, new_password="a brand new password")
    service.authenticate(session, user.email, "a brand new password", now=NOW)


def test_an_account_taken_away_is_out_at_once(session: Session) -> None:
    company = make_company(session)
    first = make_user(session, email="first@example.com", company_id=company.id)
    second = make_user(session, email="second@example.com", company_id=company.id)
    elsewhere = make_user(session, email="elsewhere@example.com")
    with pytest.raises(errors.UserNotFoundError):
        service.remove_user(session, company.id, elsewhere.id)
    service.remove_user(session, company.id, first.id)
    assert load_identity(session, first.id, first.session_epoch) is None
    with pytest.raises(errors.LastUserError):
        service.remove_user(session, company.id, second.id)


def test_an_identity_has_the_permissions_of_its_role(session: Session) -> None:
    author = make_user(session, role="author")
    identity = load_identity(session, author.id, author.session_epoch)
    assert identity is not None
    assert (
        identity.permissions
        == PERMISSIONS["author"]
        == {
            "account.own",
            "study.read",
            "study.edit",
        }
    )
    assert "people.edit" in PERMISSIONS["hr"]


def test_a_generated_password_is_accepted_and_never_the_same() -> None:
    made = {generate_password() for _ in range(50)}
    assert len(made) == 50
    assert all(len(password) == 19 for password in made)


def test_a_damaged_hash_lets_nobody_in() -> None:
    assert not is_right("", "a password")
    assert not is_right("$argon2id$broken", "a password")


def test_the_setup_token_works_once_and_is_stored_hashed(session: Session) -> None:
    token = service.ensure_setup_token(session, NOW)
    assert token is not None
    stored = session.scalars(sa.select(SetupToken)).one()
    assert token.encode() not in stored.token_hash
    assert len(stored.token_hash) == 32
    user = service.set_up(session, token, NEW, now=NOW)
    company = all_companies(session)[0]
    assert (user.company_id, user.role, user.language) == (company.id, "hr", "es")
    assert (company.name, company.sender_name) == ("Example Works", "Ana Ruiz")
    assert company.group("first").makes_requests
    with pytest.raises(errors.SetupLinkError):
        service.set_up(session, token, NEW, now=NOW)
    assert service.ensure_setup_token(session, NOW) is None
    assert session.scalar(sa.select(sa.func.count()).select_from(SetupToken)) == 0


def test_each_start_replaces_the_token(session: Session) -> None:
    old = service.ensure_setup_token(session, NOW, lambda n: b"a" * n)
    new = service.ensure_setup_token(session, NOW, lambda n: b"b" * n)
    assert old is not None
    assert new is not None
    assert old != new
    with pytest.raises(errors.SetupLinkError):
        service.check_setup_token(session, old)
    service.check_setup_token(session, new)


def test_the_token_is_worth_nothing_once_somebody_can_log_in(session: Session) -> None:
    token = service.ensure_setup_token(session, NOW)
    make_user(session)
    assert token is not None
    with pytest.raises(errors.SetupLinkError):
        service.set_up(session, token, NEW, now=NOW)


def test_a_refused_set_up_leaves_nothing_and_the_token_alive(session: Session) -> None:
    token = service.ensure_setup_token(session, NOW)
    assert token is not None
    bad = service.NewInstallation(**(NEW.__dict__ | {"second": SALES}))
    with pytest.raises(GroupNamesAlikeError), session.begin_nested():
        service.set_up(session, token, bad, now=NOW)
    assert all_companies(session) == ()
    service.set_up(session, token, NEW, now=NOW)


def test_the_log_is_newest_first_and_of_one_company(session: Session) -> None:
    company, other = make_company(session), make_company(session)
    for minute, action in enumerate(["one", "two", "three"]):
        service.record(
            session,
            company_id=company.id,
            actor="hr@example.com",
            action=action,
            details={"minute": minute},
            now=NOW + dt.timedelta(minutes=minute),
        )
    service.record(session, company_id=other.id, actor="x", action="elsewhere", details={}, now=NOW)
    entries = queries.audit_entries(session, company.id, limit=2)
    assert [entry.action for entry in entries] == ["three", "two"]
    assert entries[0].details == {"minute": 2}
    rest = queries.audit_entries(session, company.id, limit=2, offset=2)
    assert [entry.action for entry in rest] == ["one"]
