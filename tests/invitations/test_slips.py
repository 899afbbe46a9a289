"""Slips carry a code and nothing that tells one from another."""

import re

from pulse.invitations.channels.slips import QrCode, qr_code, slips_for

CODES = [f"{number:011d}" for number in range(20)]
URL = "https://pulse.example.com/s/4kq7x"


def test_every_code_is_on_one_slip_in_random_order() -> None:
    one, other = slips_for(CODES, URL), slips_for(CODES, URL)
    written = [slip.code for slip in one]
    assert sorted(code.replace("-", "") for code in written) == CODES
    assert all(re.fullmatch(r"\d{4}-\d{4}-\d{3}", code) for code in written)
    # 20! orders: equal ones would be a fault.
    assert written != sorted(written)
    assert written != [slip.code for slip in other]


def test_qr_holds_the_link_in_a_coarse_pattern_with_its_quiet_zone() -> None:
    """Version 4 has 33 modules: on 40 mm with the quiet zone each is almost a millimetre wide."""
    (slip,) = slips_for(CODES[:1], URL)
    link = f"{URL}#{CODES[0]}"
    assert len(link) <= 62  # what version 4 holds at level M
    assert slip.qr == qr_code(link)
    assert slip.qr.size <= 33 + 8
    assert slip.qr != qr_code(f"{URL}#{CODES[1]}")
    grid = modules(slip.qr)
    for edge in (0, 1, 2, 3, -1, -2, -3, -4):
        assert not any(grid[edge])
        assert not any(row[edge] for row in grid)
    finder = [row[4:11] for row in grid[4:11]]
    ring, gap = [1] * 7, [1, 0, 0, 0, 0, 0, 1]
    core = [1, 0, 1, 1, 1, 0, 1]
    assert finder == [ring, gap, core, core, core, gap, ring]


def modules(qr: QrCode) -> list[list[int]]:
    grid = [[0] * qr.size for _ in range(qr.size)]
    for column, row, length in re.findall(r"M(\d+) (\d+)\.5h(\d+)", qr.path):
        for x in range(int(column), int(column) + int(length)):
            grid[int(row)][x] = 1
    return grid
