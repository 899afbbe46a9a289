"""The list of people and the import, over HTTP."""

import io
import re

import pytest
from sqlalchemy.orm import Session

from pulse.accounts.queries import audit_entries
from pulse.companies.queries import CompanyView
from pulse.people import queries
from tests.clients.manager import log_in_page
from tests.clients.page_client import Page, PageClient
from tests.factories.accounts import make_user
from tests.factories.companies import make_company
from tests.factories.people import make_person
from tests.people.roster_makers import N_FAULTY, large_roster

BAD = "id,group,language,e-mail,name\n1,Sales,en,one@example.com,<b>One</b>\n2,Finance,,,\n,Sales,,,\n"


@pytest.fixture
def company(session: Session, pages: PageClient) -> CompanyView:
    company = make_company(session)
    make_user(session, email="people@example.com", company_id=company.id)
    session.commit()
    log_in_page(pages, "people@example.com")
    return company


def upload(pages: PageClient, content: bytes | str) -> Page:
    raw = content.encode() if isinstance(content, str) else content
    page = pages.get("/manage/people/import")
    return pages.submit(page, {"file": (io.BytesIO(raw), "people.csv")}, to="/import")


def test_an_import_from_file_to_list(
    session: Session, company: CompanyView, pages: PageClient
) -> None:
    preview = upload(pages, BAD)
    assert preview.h1 == "Before you import"
    assert re.search(r"Faulty lines, left out\s+2", preview.text)
    assert "The group “Finance” is unknown. Use Sales or Operations." in preview.text
    assert "The id is missing." in preview.text
    assert queries.all_persons(session, company.id) == ()
    after = pages.submit(preview, to=preview.path)
    assert "Imported: 1 new, 0 changed" in after.text
    assert "&lt;b&gt;One&lt;/b&gt;" in after.html
    assert [person.roster_id for person in queries.active_persons(session, company.id)] == ["1"]
    entry = audit_entries(session, company.id, limit=1)[0]
    assert (entry.action, entry.details["new"], entry.details["left_out"]) == (
        "roster.import",
        1,
        2,
    )
    again = pages.submit(preview, to=preview.path)
    assert "already imported or cancelled" in again.text


def test_cancel_changes_nothing(session: Session, company: CompanyView, pages: PageClient) -> None:
    preview = upload(pages, BAD)
    after = pages.submit(preview, to="/cancel")
    assert "Nothing was imported." in after.text
    assert queries.all_persons(session, company.id) == ()
    assert "already imported or cancelled" in pages.get(preview.path).text


def test_absent_people_are_listed_and_ticked(
    session: Session, company: CompanyView, pages: PageClient
) -> None:
    make_person(session, company.id, roster_id="ABSENT", name="Ben")
    session.commit()
    preview = upload(pages, BAD)
    assert "ABSENT" in preview.text
    pages.submit(preview, to=preview.path)
    assert len(queries.active_persons(session, company.id)) == 2
    preview = upload(pages, BAD)
    pages.submit(preview, {"deactivate_absent": "y"}, to=preview.path)
    session.expire_all()
    assert [person.roster_id for person in queries.active_persons(session, company.id)] == ["1"]


def test_a_list_that_changed_meanwhile_is_shown_again(
    session: Session, company: CompanyView, pages: PageClient
) -> None:
    preview = upload(pages, BAD)
    make_person(session, company.id, roster_id="meanwhile")
    session.commit()
    again = pages.submit(preview, to=preview.path)
    assert "has changed since this preview" in again.text
    assert again.path == preview.path
    assert "meanwhile" in again.text


def test_a_file_without_good_lines_offers_no_import(
    company: CompanyView, pages: PageClient
) -> None:
    preview = upload(pages, "id,group\n1,Finance\n")
    assert "There is no good line in this file." in preview.text
    assert [
        form.get("action") for form in preview.forms if form.get("action") == preview.path
    ] == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "This file is empty."),
        ("a,b\n1,2\n", "“id” is missing"),
        (b"\xd0\xcf\x11\xe0", "This is not an .xlsx or CSV file."),
    ],
)
def test_unusable_files_are_explained_at_the_field(
    company: CompanyView, pages: PageClient, content: bytes | str, sentence: str
) -> None:
    page = upload(pages, content)
    assert page.title.startswith("Error: ")
    assert page.text.count(sentence) == 2


def test_no_file_is_explained(company: CompanyView, pages: PageClient) -> None:
    page = pages.submit(pages.get("/manage/people/import"), to="/import")
    assert page.text.count("Choose a file.") == 2


def test_a_file_over_five_megabytes_is_refused_in_words(
    company: CompanyView, pages: PageClient
) -> None:
    answer = pages.http.post(
        "/manage/people/import",
        data=b"x" * 5_300_000,
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413
    assert "The limit is 5 MB" in answer.get_data(as_text=True)


def test_the_sample_file_can_be_imported_as_it_is(
    session: Session, company: CompanyView, pages: PageClient
) -> None:
    sample = pages.http.get("/manage/people/sample.csv")
    assert sample.mimetype == "text/csv"
    preview = upload(pages, sample.get_data())
    assert "Faulty lines, left out 0" in " ".join(preview.text.split())
    pages.submit(preview, to=preview.path)
    counts = queries.head_counts(session, company.id)
    assert (counts["first"].with_email, counts["second"].without_email) == (1, 1)


def test_the_preview_names_every_faulty_line_of_a_large_file(
    company: CompanyView, pages: PageClient
) -> None:
    content, faulty = large_roster()
    preview = upload(pages, content)
    assert "Import the good ones (4963)" in preview.text
    numbers = set(re.findall(r'<th scope="row">(\d+)</th>', preview.html))
    assert numbers == {str(number) for number in faulty}
    assert len(numbers) == N_FAULTY
    pages.submit(preview, to="/cancel")


def test_a_long_list_has_pages(session: Session, company: CompanyView, pages: PageClient) -> None:
    for number in range(101):
        make_person(session, company.id, roster_id=f"R{number:03}")
    session.commit()
    first = pages.get("/manage/people")
    assert "R099" in first.text
    assert "R100" not in first.text
    assert "R100" in pages.get("/manage/people?page=2").text


def test_other_companies_files_are_out_of_reach(
    session: Session, company: CompanyView, pages: PageClient
) -> None:
    preview = upload(pages, BAD)
    make_user(session, email="other@example.com", company_id=make_company(session).id)
    session.commit()
    stranger = PageClient(pages.http.application)
    log_in_page(stranger, "other@example.com")
    assert "already imported or cancelled" in stranger.get(preview.path).text
