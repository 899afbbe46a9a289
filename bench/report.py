"""How fast the report page is served, and how fast and in how much memory a report is made.

``python -m bench.report``: 36 waves, two groups of 500 people; the page at 8 connections. Bars: p95
of the page 50 ms, the release job 5 s and 400 MB. Quiet machine, please.
"""

import http.client
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session
from waitress.server import create_server

from pulse import db, tables
from pulse.accounts.service import create_user
from pulse.app import create_app
from pulse.cli.serve import THREADS
from pulse.clock import SystemClock
from pulse.config import Settings
from pulse.interventions.service import adopt_rules
from tests.factories.companies import make_company
from tests.factories.released import make_released_wave
from tests.factories.reports import make_month

WAVES, PEOPLE = 36, 500
CONNECTIONS, REQUESTS, WARM_UP = 8, 400, 40
PAGE_BAR, JOB_BAR, MEMORY_BAR = 0.050, 5.0, 400.0
EMAIL, PASSWORD = "bench@example.com", "a long enough password for anybody"


def fill(folder: Path) -> uuid.UUID:
    """Release 36 waves; return the last one."""
    engine = db.create_engine(f"sqlite:///{folder / 'pulse.db'}")
    tables.metadata.create_all(engine)
    now = SystemClock().now()
    with Session(engine) as session:
        company = make_company(session)
        for step in range(WAVES):
            wobble = (step % 5) - (8 if step > 17 else 0)
            means = (50.0 + wobble, 58.0 - step % 4 + min(0, wobble))
            wave = make_released_wave(
                session,
                company.id,
                step - WAVES,
                means,
                n=(PEOPLE - 60, PEOPLE - 40),
                has_details=True,
            )
        adopt_rules(session, company.id, make_month(-WAVES // 2), now)
        create_user(
            session,
            email=EMAIL,
            name="Bench",
            role="hr",
            password=PASSWORD,
            language="en",
            company_id=company.id,
            now=now,
        )
        session.commit()
    engine.dispose()
    return wave.id


def make(folder: Path, wave_id: uuid.UUID) -> dict[str, float]:
    """Make the report in this process, as the worker does; return seconds and megabytes."""
    started, cpu = time.perf_counter(), time.process_time()
    from pulse.reports.service import make_report  # noqa: PLC0415 - the import is part of the job

    engine = db.create_engine(f"sqlite:///{folder / 'pulse.db'}")
    with Session(engine) as session:
        db.begin_writing(session)
        make_report(session, wave_id, now=SystemClock().now())
        session.commit()
        size = session.scalar(sa.text("SELECT length(content) + length(pictures) FROM reports"))
    engine.dispose()
    return {
        "wall": time.perf_counter() - started,
        "cpu": time.process_time() - cpu,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "stored": float(size or 0) / 1024,
    }


def serve(folder: Path) -> None:
    """Serve the application of `folder` and say at which port."""
    settings = Settings.from_env({"PULSE_DATA_DIR": str(folder), "PULSE_DEMO": "1"})
    server = create_server(create_app(settings), host="127.0.0.1", port=0, threads=THREADS)
    print(server.effective_port, flush=True)
    server.run()


@contextmanager
def served(folder: Path) -> Iterator[int]:
    """Serve in a process of its own, as in use: readers do not share the server's interpreter."""
    command = [sys.executable, "-m", "bench.report", "--serve", str(folder)]
    quiet = subprocess.DEVNULL  # the server library tells how many requests wait
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=quiet, text=True) as server:
        assert server.stdout is not None
        try:
            yield int(server.stdout.readline())
        finally:
            server.terminate()


def log_in(port: int) -> str:
    """Return the cookie of a logged-in reader."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/manage/login")
    response = connection.getresponse()
    page, first = response.read().decode(), _cookies(response)
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    body = "&".join(
        f"{name}={value.replace('@', '%40').replace(' ', '+')}"
        for name, value in (("csrf_token", token), ("email", EMAIL), ("password", PASSWORD))
    )
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": first}
    connection.request("POST", "/manage/login", body, headers)
    response = connection.getresponse()
    response.read()
    return _cookies(response) or first


def _cookies(response: http.client.HTTPResponse) -> str:
    found = [value for name, value in response.getheaders() if name.lower() == "set-cookie"]
    return "; ".join(cookie.split(";")[0] for cookie in found)


def ask(port: int, cookie: str, count: int, times: list[float]) -> None:
    """Get the report page `count` times over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for _request in range(count):
        started = time.perf_counter()
        connection.request("GET", "/manage/", headers={"Cookie": cookie})
        response = connection.getresponse()
        body = response.read()
        times.append(time.perf_counter() - started)
        assert response.status == 200, response.status
        assert b'class="picture"' in body, "not the report"


def load(folder: Path) -> list[float]:
    """Return the times of all requests of all connections, after a warm-up."""
    with served(folder) as port:
        cookie = log_in(port)
        ask(port, cookie, WARM_UP, [])
        times: list[float] = []
        threads = [
            threading.Thread(target=ask, args=(port, cookie, REQUESTS // CONNECTIONS, times))
            for _connection in range(CONNECTIONS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(times)


def main() -> None:
    """Print the figures; fail where a bar is missed."""
    if len(sys.argv) == 3:
        serve(Path(sys.argv[2]))
        return
    if len(sys.argv) == 4:
        print(json.dumps(make(Path(sys.argv[2]), uuid.UUID(sys.argv[3]))))
        return
    with tempfile.TemporaryDirectory(prefix="pulse-bench-") as name:
        folder = Path(name)
        wave_id = fill(folder)
        command = [sys.executable, "-m", "bench.report", "--make", name, str(wave_id)]
        run = subprocess.run(command, check=True, capture_output=True, text=True)
        job = json.loads(run.stdout)
        times = load(folder)
    p95 = times[int(0.95 * len(times))]
    print(
        f"release job, {WAVES} waves x 2 groups x {PEOPLE}: {job['wall']:.1f} s wall, "
        f"{job['cpu']:.1f} s CPU, peak {job['peak']:.0f} MB, stored {job['stored']:.0f} kB"
    )
    print(
        f"report page at {CONNECTIONS} connections, {len(times)} requests: "
        f"p50 {1000 * statistics.median(times):.0f} ms, p95 {1000 * p95:.0f} ms, "
        f"one alone {1000 * times[0]:.0f} ms"
    )
    missed = [
        word
        for word, is_missed in (
            ("page", p95 > PAGE_BAR),
            ("job", job["wall"] > JOB_BAR),
            ("memory", job["peak"] > MEMORY_BAR),
        )
        if is_missed
    ]
    if missed:
        sys.exit(f"Missed: {', '.join(missed)}.")


if __name__ == "__main__":
    main()
