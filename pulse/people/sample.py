"""A small roster that shows how a file looks, in the company's own words."""

import csv
import io

from pulse.companies.queries import CompanyView
from pulse.people.roster_columns import COLUMNS


def sample_roster(company: CompanyView) -> str:
    """Return a CSV text of two people: one with an e-mail address, one who takes a slip."""
    first, second = company.groups
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerow(["1001", first.name_en, "en", "alex@example.com", "Alex Example"])
    writer.writerow(["1002", second.name_es, "es", "", ""])
    return text.getvalue()
