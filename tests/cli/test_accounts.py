"""`pulse init` and `pulse user`."""

import re

import pytest
from sqlalchemy.orm import Session

from pulse.accounts.errors import LogInError
from pulse.accounts.queries import audit_entries, user_by_email
from pulse.accounts.service import authenticate
from pulse.clock import SystemClock
from pulse.companies.queries import all_companies
from tests.cli.conftest import INIT, Pulse

NOW = SystemClock().now()


def test_init_makes_company_account_and_password(pulse: Pulse, stored: Session) -> None:
    answer = pulse(*INIT)
    assert answer.exit_code == 0, answer.output
    password = re.search(r"shown only now\): (\S+)", answer.output)
    assert password is not None
    (company,) = all_companies(stored)
    assert company.slug in answer.output
    assert company.group("first").makes_requests
    assert company.group("second").name_es_a == "al Almacén"
    user = authenticate(stored, "ana@example.com", password[1], now=NOW)
    assert (user.company_id, user.role) == (company.id, "hr")


def test_init_asks_for_what_is_not_given(pulse: Pulse, stored: Session) -> None:
    typed = "Works\nSales\nVentas\nOps\nOperaciones\nUTC\n\nAna\nana@example.com\n"
    answer = pulse("init", typed=typed + "my long password\nmy long password\n")
    assert answer.exit_code == 0, answer.output
    assert "my long password" not in answer.output
    assert all_companies(stored)[0].results_place == "notice board"
    authenticate(stored, "ana@example.com", "my long password", now=NOW)


def test_a_refused_init_leaves_nothing(pulse: Pulse, stored: Session) -> None:
    answer = pulse(*INIT, "--time-zone=Nowhere")
    assert answer.exit_code == 1
    assert "“Nowhere” is not a time zone" in answer.output
    assert "Traceback" not in answer.output
    assert all_companies(stored) == ()


def test_a_user_is_added_and_gets_a_new_password(pulse: Pulse, stored: Session) -> None:
    pulse(*INIT)
    typed = "first password\nfirst password\n"
    added = pulse("user", "add", "ben@example.com", "--name=Ben", typed=typed)
    assert added.exit_code == 0, added.output
    assert authenticate(stored, "ben@example.com", "first password", now=NOW).name == "Ben"
    stored.rollback()
    reset = pulse("user", "reset", "ben@example.com", "--generate-password")
    assert reset.exit_code == 0, reset.output
    stored.rollback()
    stored.expire_all()
    with pytest.raises(LogInError):
        authenticate(stored, "ben@example.com", "first password", now=NOW)
    stored.rollback()
    (company,) = all_companies(stored)
    actions = [entry.action for entry in audit_entries(stored, company.id, limit=9)]
    assert actions == ["user.reset_password", "user.add", "company.create"]


def test_user_commands_refuse_in_words(pulse: Pulse, stored: Session) -> None:
    early = pulse("user", "add", "ben@example.com", "--name=Ben", "--generate-password")
    assert early.exit_code == 1
    assert "pulse db upgrade" in early.output
    pulse(*INIT)
    unknown = pulse("user", "reset", "nobody@example.com", "--generate-password")
    assert unknown.exit_code == 1
    assert "Nobody logs in with the address “nobody@example.com”." in unknown.output
    short = pulse("user", "add", "ben@example.com", "--name=Ben", typed="short\nshort\n")
    assert "at least 10 characters" in short.output
    assert user_by_email(stored, "ben@example.com") is None


def test_several_companies_must_be_told_apart(pulse: Pulse, stored: Session) -> None:
    pulse(*INIT)
    pulse(*INIT, "--email=eva@example.com")
    add = ("user", "add", "ben@example.com", "--name=Ben", "--generate-password")
    refused = pulse(*add)
    assert refused.exit_code == 1
    first, second = all_companies(stored)
    assert first.slug in refused.output
    assert second.slug in refused.output
    stored.rollback()
    assert pulse(*add, f"--company={second.slug}").exit_code == 0
    user = user_by_email(stored, "ben@example.com")
    assert user is not None
    assert user.company_id == second.id


def test_wrong_settings_are_listed(pulse: Pulse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_BASE_URL", "http://pulse.example.com")
    answer = pulse(*INIT)
    assert answer.exit_code == 1
    assert "HTTPS" in answer.output
