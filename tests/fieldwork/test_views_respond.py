"""The page without JavaScript (A1): slips only, one POST, nothing lost, exactly one ballot."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from pulse.config import Settings
from pulse.invitations.codes import written
from pulse.waves.service import begin_closing
from tests.clients.page_client import Page, PageClient
from tests.clients.respondent import Respondent
from tests.conftest import START
from tests.factories.responses import OpenSurvey, make_open_survey

GIVEN = {"APP1": "3", "COM1": "na", "META": "0"}
COUNTED = {"APP1": 3, "COM1": "na", "META": 0}


@pytest.fixture
def survey(app: Flask, session: Session, settings: Settings) -> OpenSurvey:
    made = make_open_survey(session, settings.key_dir, now=START)
    session.commit()
    return made


def form_path(survey: OpenSurvey, group: str = "second", language: str = "en") -> str:
    return f"{survey.path}/form/{group}/{language}"


def send(pages: PageClient, survey: OpenSurvey, language: str = "en", **values: str) -> Page:
    return pages.submit(pages.get(form_path(survey, language=language)), values)


def is_error(page: Page, words: str) -> bool:
    """The GOV.UK pattern: "Error:" in the title, a linked summary, the same words at the field."""
    links = [link for link in page.tree.all("a") if words in link.text]
    targets = {element.get("id") for element in page.tree.all()}
    return (
        page.title.startswith("Error:")
        and len(links) == 1
        and links[0].get("href")[1:] in targets
        and page.text.count(words) == 2
    )


def test_without_javascript_the_page_leads_here(pages: PageClient, survey: OpenSurvey) -> None:
    page = pages.get(survey.path)
    hidden = next(page.tree.all("noscript"))
    links = {link.get("href") for link in hidden.all("a")}
    assert links == {
        form_path(survey, group, language)
        for group in ("first", "second")
        for language in ("en", "es")
    }
    assert "needs JavaScript" in hidden.text
    assert set(pages.get(f"{survey.path}/form").links) == links


def test_all_questions_on_one_page_and_nothing_chosen(
    pages: PageClient, survey: OpenSurvey
) -> None:
    page = pages.get(form_path(survey, language="es"))
    assert next(page.tree.all("html")).get("lang") == "es"
    groups = list(page.tree.all("fieldset"))
    assert len(groups) == 13
    for group in groups:
        assert len(list(group.all("legend"))) == 1
        radios = [item for item in group.all("input") if item.get("type") == "radio"]
        assert len(radios) in {5, 6}
        assert radios[-1].get("value") == "na"
        assert not any("checked" in radio.attributes for radio in radios)
    assert "la gente de Ventas" in groups[0].text
    assert page.form().get("method") == "post"
    assert not list(page.tree.all("script"))


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_slip_is_counted(
    pages: PageClient, session: Session, survey: OpenSurvey, language: str
) -> None:
    code = written(survey.slips["second"][0]).lower()
    page = send(pages, survey, language, code=f" {code} ", comment=" Más café ", **GIVEN)
    assert page.h1 in {
        "Thank you. Your answers are saved.",
        "Gracias. Sus respuestas están guardadas.",
    }
    assert "2026" in page.text
    assert "the notice board" in page.text
    assert survey.bodies(session) == [
        {
            "group": "second",
            "v": 1,
            "language": language,
            "mode": "form",
            "answers": COUNTED,
            "comment": "Más café",
        }
    ]


def test_the_same_slip_again_is_one_ballot_and_says_so(
    pages: PageClient, session: Session, survey: OpenSurvey
) -> None:
    code = survey.slips["second"][0]
    first = send(pages, survey, code=code, **GIVEN)
    again = send(pages, survey, code=code, APP1="0")
    assert "used before" not in first.text
    assert "This code was used before. The answers that came first count." in again.text
    assert [body["answers"] for body in survey.bodies(session)] == [COUNTED]


def test_invitation_and_ballot_never_share_a_transaction(
    app: Flask, pages: PageClient, connection: sa.Connection, survey: OpenSurvey
) -> None:
    form = pages.get(form_path(survey))
    transactions: list[str] = [""]

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        transactions[-1] += statement.lower()

    def end(_session: Session) -> None:
        transactions.append("")

    sessions = app.extensions["pulse"].sessions
    sa.event.listen(connection, "before_cursor_execute", note)
    sa.event.listen(sessions, "after_commit", end)
    try:
        pages.submit(form, {"code": survey.slips["second"][0], **GIVEN})
    finally:
        sa.event.remove(sessions, "after_commit", end)
    writing = [text for text in transactions if "invitations" in text or "ballots" in text]
    assert len(writing) == 2
    assert "update invitations" in writing[0]
    assert "ballots" not in writing[0]
    assert "insert into ballots" in writing[1]
    assert "invitations" not in writing[1]


def test_a_slip_used_with_javascript_is_refused_here(
    app: Flask, pages: PageClient, session: Session, survey: OpenSurvey
) -> None:
    code = survey.slips["second"][0]
    Respondent(app.test_client(), survey.company.slug, code).respond({"APP1": 1})
    page = send(pages, survey, code=code, **GIVEN)
    assert page.title.startswith("Error:")
    assert "already" in page.text
    assert len(survey.bodies(session)) == 1


def test_a_slip_used_here_is_refused_with_javascript(
    app: Flask, pages: PageClient, survey: OpenSurvey
) -> None:
    code = survey.slips["second"][0]
    send(pages, survey, code=code, **GIVEN)
    person = Respondent(app.test_client(), survey.company.slug, code)
    with pytest.raises(Exception, match="CodeUsedError"):
        person.issue()


def test_a_personal_link_is_refused_kindly_and_stays_unused(
    app: Flask, pages: PageClient, session: Session, survey: OpenSurvey
) -> None:
    code = survey.links["second"][0]
    page = send(pages, survey, code=code, **GIVEN)
    assert is_error(page, "ask for a paper slip")
    assert not survey.bodies(session)
    Respondent(app.test_client(), survey.company.slug, code).respond({"APP1": 1})
    assert len(survey.bodies(session)) == 1


def test_a_slip_of_the_other_group_stays_unused(
    pages: PageClient, session: Session, survey: OpenSurvey
) -> None:
    code = survey.slips["first"][0]
    page = send(pages, survey, code=code, **GIVEN)
    assert is_error(page, "This code is for people in Sales.")
    assert not survey.bodies(session)
    right = pages.get(form_path(survey, "first"))
    pages.submit(right, {"code": code, "APP1": "1"})
    assert [body["group"] for body in survey.bodies(session)] == ["first"]


def test_a_slip_of_another_company_stays_unused(
    app: Flask, pages: PageClient, session: Session, settings: Settings, survey: OpenSurvey
) -> None:
    other = make_open_survey(session, settings.key_dir, now=START)
    session.commit()
    code = other.slips["second"][0]
    page = send(pages, survey, code=code, **GIVEN)
    assert is_error(page, "This code belongs to another survey.")
    Respondent(app.test_client(), other.company.slug, code).respond({"APP1": 1})
    assert len(other.bodies(session)) == 1


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"code": ""}, "Type the code from your slip, or open"),
        ({"code": "ABCD-EFGH-JKM"}, "typing mistake"),
        ({"code": "not a code"}, "typing mistake"),
        ({"comment": "ñ" * 501}, "Make it 2 letters shorter"),
    ],
)
def test_errors_keep_everything(
    pages: PageClient, session: Session, survey: OpenSurvey, values: dict[str, str], words: str
) -> None:
    sent = {"code": survey.slips["second"][0], "comment": "Kept", **GIVEN} | values
    page = send(pages, survey, **sent)
    assert is_error(page, words)
    fields = {item.get("name"): item for item in page.tree.all("input", "textarea")}
    assert fields["code"].get("value") == sent["code"]
    assert fields["comment"].text == sent["comment"]
    checked = {
        item.get("name"): item.get("value")
        for item in page.tree.all("input")
        if "checked" in item.attributes
    }
    assert checked == GIVEN
    assert not survey.bodies(session)


def test_an_unknown_code_is_told(pages: PageClient, survey: OpenSurvey) -> None:
    """A sound code that nobody was given: of a wave that does not exist."""
    from pulse.invitations.codes import SLIP, code_for  # noqa: PLC0415

    code = code_for(bytes(32), survey.wave.id, "second", SLIP)
    page = send(pages, survey, code=code, **GIVEN)
    assert page.title.startswith("Error:")


def test_nothing_answered(pages: PageClient, session: Session, survey: OpenSurvey) -> None:
    page = send(pages, survey, code=survey.slips["second"][0], comment="Only this")
    assert is_error(page, "Answer at least one question before you finish.")
    assert not survey.bodies(session)
    send(pages, survey, code=survey.slips["second"][0], FRIC="1")
    assert len(survey.bodies(session)) == 1


def test_an_answer_that_is_none_is_refused(
    pages: PageClient, session: Session, survey: OpenSurvey
) -> None:
    page = send(pages, survey, code=survey.slips["second"][0], APP1="5")
    assert page.title.startswith("Error:")
    assert not survey.bodies(session)


def test_spanish_errors(pages: PageClient, survey: OpenSurvey) -> None:
    page = send(pages, survey, "es", code=survey.links["second"][0], **GIVEN)
    assert is_error(page, "pida un papel con código")


def test_a_closed_survey_leads_to_the_kind_page(
    pages: PageClient, session: Session, survey: OpenSurvey
) -> None:
    form = pages.get(form_path(survey))
    begin_closing(session, survey.wave.id, now=survey.wave.closes_at + dt.timedelta(hours=1))
    session.commit()
    assert "No survey now" in pages.get(form_path(survey)).h1
    late = pages.submit(form, {"code": survey.slips["second"][0], **GIVEN})
    assert "No survey now" in late.h1


@pytest.mark.parametrize("path", ["form/third/en", "form/first/fr"])
def test_unknown_addresses(pages: PageClient, survey: OpenSurvey, path: str) -> None:
    pages.get(f"{survey.path}/{path}", status=404)


def test_no_cookie(app: Flask, survey: OpenSurvey) -> None:
    client = app.test_client()
    for reply in (
        client.get(form_path(survey)),
        client.post(form_path(survey), data={"code": "x"}),
        client.post(form_path(survey), data={"code": survey.slips["second"][0], "APP1": "1"}),
    ):
        assert reply.status_code == 200
        assert "Set-Cookie" not in reply.headers
