"""500 slips and their poster as a PDF (D7: five seconds). Run by ./dev bench slips.

The floor beside it is what no typesetter can save: making the 500 QR codes with segno alone.
"""

import datetime as dt
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
        groups=(group(FIRST, "Sales", "Ventas"), group(SECOND, "Operations", "Operaciones")),
    )
    return SlipPrint(
        company=company,
        group_code="second",
        codes=codes,
        survey_url=URL,
        closes_on=dt.date(2026, 11, 27),
    )


def main() -> None:
    codes = [code_for(bytes(32), uuid.UUID(int=n), "second", SLIP) for n in range(N_SLIPS)]
    whole, floor, size = [], [], 0
    for _run in range(RUNS):
        started = time.perf_counter()
        for code in codes:
            segno.make_qr(f"{URL}#{code}", error="m", boost_error=False)
        floor.append(time.perf_counter() - started)
        started = time.perf_counter()
        size = len(slips_pdf(wanted(codes)))
        whole.append(time.perf_counter() - started)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{N_SLIPS} slips: {min(whole):.2f} s at best, {max(whole):.2f} s at worst of {RUNS}")
    print(f"segno alone: {min(floor):.2f} s; ratio {min(whole) / min(floor):.1f}")
    print(f"file: {size / 1e6:.1f} MB; memory of the whole process: {memory:.0f} MB")
    if max(whole) > LONGEST_SECONDS:
        sys.exit(f"500 slips must take at most {LONGEST_SECONDS:.0f} s.")


if __name__ == "__main__":
    main()
