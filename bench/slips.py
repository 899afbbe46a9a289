"""500 slips and their poster as a PDF (D7: five seconds). Run by ./dev bench slips.

The floor beside it is what no typesetter can save: making the 500 QR codes with segno alone.
"""

import datetime as dt
import os
import resource
import sys
import time
import uuid

import segno

from pulse.companies.queries import CompanyView, GroupView
from pulse.ids import FIRST, SECOND, CompanyId, GroupCode
from pulse.invitations.channels.paper import SlipPrint, slips_pdf
from pulse.invitations.codes import SLIP, code_for

N_SLIPS = 500
RUNS = 3
LONGEST_SECONDS = 5.0
URL = "https://pulse.example.com/s/4kq7x"


def group(code: GroupCode, name_en: str, name_es: str) -> GroupView:
    return GroupView(
        code=code,
        name_en=name_en,
        name_es=name_es,
        name_es_de=f"de {name_es}",
        name_es_a=f"a {name_es}",
        makes_requests=True,
        slip_head_count=N_SLIPS,
    )


def wanted(codes: list[str]) -> SlipPrint:
    company = CompanyView(
        id=CompanyId(uuid.UUID(int=1)),
        slug="4kq7x",
        name="Bench",
        time_zone="UTC",
        default_language="en",
        minimum_cell_size=5,
        sender_name="A",
        results_place="the notice board",
        opens_by_clock=True,
        is_simulated=True,
        separates_time=True,
        follow_ups=1,
        groups=(group(FIRST, "Sales", "Ventas"), group(SECOND, "Operations", "Operaciones")),
    )
    return SlipPrint(
        company=company,
        group_code="second",
        codes=codes,
        survey_url=URL,
        closes_on=dt.date(2026, 11, 27),
    )


def cpu_seconds() -> float:
    """Return what this process and its children have used: other load does not count."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def megabytes(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1024


def main() -> None:
    codes = [code_for(bytes(32), uuid.UUID(int=n), "second", SLIP) for n in range(N_SLIPS)]
    whole, floor, walls, size = [], [], [], 0
    for _run in range(RUNS):
        before = cpu_seconds()
        for code in codes:
            segno.make_qr(f"{URL}#{code}", error="m", boost_error=False)
        floor.append(cpu_seconds() - before)
        before, started = cpu_seconds(), time.perf_counter()
        size = len(slips_pdf(wanted(codes)))
        whole.append(cpu_seconds() - before)
        walls.append(time.perf_counter() - started)
    print(f"{N_SLIPS} slips: {min(whole):.2f} to {max(whole):.2f} s of CPU in {RUNS} runs")
    print(f"segno alone: {min(floor):.2f} s of CPU; ratio {min(whole) / min(floor):.2f}")
    print(f"by the clock: {min(walls):.2f} to {max(walls):.2f} s, whatever else the machine does")
    own, child = (megabytes(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"file {size / 1e6:.1f} MB; memory {own:.0f} MB here, {child:.0f} MB in the typesetter")
    if max(whole) > LONGEST_SECONDS:
        sys.exit(f"{N_SLIPS} slips must take at most {LONGEST_SECONDS:.0f} s of CPU.")


if __name__ == "__main__":
    main()
