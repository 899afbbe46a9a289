"""Seconds that a roster of 5,000 lines with 37 faulty ones takes, by the steps of the import page.

Run as: python bench/roster_import.py [database URL]. Without a URL: a fresh SQLite file.
"""

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from pulse import db
from pulse.cli.db import upgrade
from pulse.clock import SystemClock
from pulse.people import service
from pulse.people.queries import active_persons
from pulse.people.roster_file import read_roster
from tests.factories.companies import make_company
from tests.people.roster_makers import HEADINGS, N_FAULTY, N_LINES, large_roster, workbook


def main(url: str) -> None:
    """Import once as CSV and once, into another company, as XLSX."""
    upgrade(url)
    content, _ = large_roster()
    rows = [line.split(",") for line in content.decode().splitlines()]
    assert rows[0] == list(HEADINGS)
    for name, file in (("CSV", content), ("XLSX", workbook(rows))):
        _import(url, name, file)


def _import(url: str, name: str, content: bytes) -> None:
    engine = db.create_engine(url)
    with db.session_factory(engine)() as session:
        company_id = make_company(session).id
        session.commit()
        start = time.perf_counter()
        table = read_roster(content)
        read = time.perf_counter()
        db.begin_writing(session)
        draft_id = service.draft_roster(
            session, company_id, file_name="people", table=table, now=SystemClock().now()
        )
        session.commit()
        plan = service.plan_draft(session, company_id, draft_id)
        session.rollback()
        shown = time.perf_counter()
        db.begin_writing(session)
        counts = service.import_draft(
            session, company_id, draft_id, fingerprint=plan.fingerprint, deactivate_absent=False
        )
        session.commit()
        done = time.perf_counter()
        assert counts.n_bad == N_FAULTY
        assert len(active_persons(session, company_id)) == N_LINES - N_FAULTY
    engine.dispose()
    print(
        f"{name:5} read {read - start:.2f} s, preview {shown - read:.2f} s, "
        f"import of {counts.n_new} people {done - shown:.2f} s, all {done - start:.2f} s"
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main(sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{folder}/pulse.db")
