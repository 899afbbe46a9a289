"""A file with numbers: every bad line is named, every good one is taken."""

import datetime as dt

import pytest

from pulse.errors import PulseError
from pulse.facts.errors import FactsFileError, FactsFileTooLargeError, NoMonthColumnError
from pulse.facts.facts_file import LONGEST_FILE, read_facts, text_of

NOW = dt.datetime(2026, 6, 15, 9, tzinfo=dt.UTC)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_months_and_numbers_are_read(delimiter: str) -> None:
    lines = ["Month,Orders,Rush orders,colour", "2026-04,100,12,red", "", "5/2026,90,,"]
    table = read_facts("\r\n".join(lines).replace(",", delimiter), now=NOW)
    assert table.columns == ("orders", "rush_orders")
    assert table.unknown == ("colour",)
    april, may = table.good
    assert april[0] == dt.date(2026, 4, 1)
    assert (april[1]["orders"], april[1]["rush_orders"]) == (100, 12)
    assert may[0] == dt.date(2026, 5, 1)
    assert (may[1]["orders"], may[1]["rush_orders"]) == (90, None)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("May,1,1", "May is no month"),
        ("2026-13,1,1", "is no month"),
        ("2026-05,ten,1", "orders: ten is no whole number"),
        ("2026-05,1.5,1", "orders: 1.5"),
        ("2026-05,-1,1", "orders: -1"),
        ("2026-05,\u0664,1", "no whole number"),
        ("2026-05,1,2", "more of these than orders (1)"),
        ("2026-05,,", "at least one number"),
        ("2026-07,1,1", "has begun already"),
        ("2026-04,1,1", "stands in line 2 already"),
        ("2026-05,99999999999,1", "0 to 10,000,000"),
    ],
)
def test_a_bad_line_is_named_with_its_reason(line: str, words: str) -> None:
    table = read_facts(f"month,orders,on_time\n2026-04,5,5\n{line}\n", now=NOW)
    (bad,) = table.bad
    assert bad.number == 3
    assert words in " ".join(sentence % params for sentence, params in bad.problems)
    assert len(table.good) == 1


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("orders\n5", NoMonthColumnError),
        ("month,orders", NoMonthColumnError),
        ("", NoMonthColumnError),
        ("month,orders\n" + "2026-01,1\n" * 601, FactsFileTooLargeError),
    ],
)
def test_a_file_of_no_use_is_refused(text: str, error: type[PulseError]) -> None:
    with pytest.raises(error):
        read_facts(text, now=NOW)


def test_bytes_become_text_or_are_refused() -> None:
    assert text_of("\ufeffmonth".encode()) == "month"
    assert text_of("año".encode("cp1252")) == "año"
    with pytest.raises(FactsFileTooLargeError):
        text_of(b"1" * (LONGEST_FILE + 1))
    for content in (b"", b"  ", b"a\0b"):
        with pytest.raises(FactsFileError):
            text_of(content)
