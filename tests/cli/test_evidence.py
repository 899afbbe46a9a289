"""`pulse evidence`: consent as an option, and files that are refused with a sentence."""

import datetime as dt
from pathlib import Path

from sqlalchemy.orm import Session

from pulse.clock import SystemClock
from pulse.companies.queries import all_companies
from pulse.study.plans import COMPANY, NewPlan
from pulse.study.queries import members_of
from pulse.study.service import make_plan, plan_file
from tests.cli.conftest import INIT, Pulse
from tests.factories.study import make_company_plan, make_evidence, make_study_plan


def test_export_asks_for_consent_and_for_its_day(
    pulse: Pulse, stored: Session, tmp_path: Path
) -> None:
    pulse(*INIT)
    file = tmp_path / "evidence.json"
    assert "--agree says that the company agrees" in pulse("evidence", "export", str(file)).output
    (company,) = all_companies(stored)
    now = SystemClock().now()
    new = NewPlan(starts_on=now.date() + dt.timedelta(days=30))
    make_plan(stored, company.id, new, scope=COMPANY, now=now)
    stored.commit()
    refused = pulse("evidence", "export", str(file), "--agree")
    assert refused.exit_code == 1
    assert "Enter the day on which the rules started first" in refused.output
    assert not file.exists()


def test_import(pulse: Pulse, stored: Session, tmp_path: Path) -> None:
    pulse(*INIT)
    (company,) = all_companies(stored)
    make_study_plan(stored, company.id)
    stored.commit()
    plan, evidence, altered = (tmp_path / f"{name}.json" for name in ("plan", "good", "altered"))
    plan.write_text(plan_file(make_company_plan()))
    text = make_evidence(-9.0)
    evidence.write_text(text)
    altered.write_text(text.replace('"months_after":6', '"months_after":7', 1))
    refused = pulse("evidence", "import", str(evidence), str(altered))
    assert refused.exit_code == 1
    assert "was altered after it was written" in refused.output
    assert members_of(stored, company.id) == ()
    stored.rollback()
    assert "plan.json: Company 1" in pulse("evidence", "import", "--plans", str(plan)).output
    assert "good.json: Company 1" in pulse("evidence", "import", str(evidence)).output
    (member,) = members_of(stored, company.id)
    assert member.content is not None
