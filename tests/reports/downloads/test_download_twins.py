"""Two companies that differ in what is withheld, and in nothing else, hand out the same bytes.

So whatever a download says, in words, in numbers, in the place of a mark on a chart, it is made of what
is released and public; and of that `tests/tallies/test_differencing.py` shows that nothing can be
subtracted. This needs no reading of numbers, and no list of what a download holds.

The second company is the first one with everything changed that is not released: the answers of
groups under five are drawn anew, all that is stored beside the released cells is other numbers, the
comments of groups under ten are other words; then the report is made again.
"""

import inspect
import random
from collections.abc import Callable, Mapping
from typing import Any

import grimp
import pytest
import sqlalchemy as sa
from flask import Blueprint, Flask
from sqlalchemy.orm import Session

from pulse.config import Settings
from pulse.ids import GROUP_CODES
from pulse.jobs.runner import TaskContext
from pulse.reports import tasks
from pulse.study import service as study
from pulse.study.models import Evidence, Export, Result
from pulse.study.plans import STUDY, NewPlan
from pulse.study.results import make_result
from pulse.study.views_author import FIGURES
from pulse.tallies.count import tally_wave
from pulse.tallies.disclosure import shows_comments
from pulse.tallies.models import Comment
from pulse.tallies.release import release_content
from tests.clients.manager import log_in
from tests.factories.accounts import make_user
from tests.factories.companies import make_company
from tests.factories.study import PLANNED
from tests.factories.tallies import KEY, make_pile, random_sheet
from tests.reports.downloads.planted_leaks import LEAKS
from tests.reports.downloads.released_company import NAMES, NOW, ReleasedCompany, settle

Values = list[dict[str, str]]
Served = dict[tuple[str, str, str], bytes]
"""What came back, by endpoint, reader and the address's values."""


def _plain(_house: ReleasedCompany) -> Values:
    return [{}]


def _month(house: ReleasedCompany) -> Values:
    return [{"month": house.months[-1]}]


def _tables(house: ReleasedCompany) -> Values:
    return [{"month": house.months[-1], "name": name} for name in house.tables]


def _slug(house: ReleasedCompany) -> Values:
    return [{"slug": house.company.slug}]


def _hash(house: ReleasedCompany) -> Values:
    select = sa.select(Export.content_hash).where(Export.company_id == house.company.id)
    return [{"content_hash": one} for one in house.session.scalars(select)]


def _figures(house: ReleasedCompany) -> Values:
    page = house.session.scalars(sa.select(Result)).one().content["page"]
    return [{"name": name} for name in FIGURES if page[name] is not None]


# Every endpoint of a room that can know of answers after the count: how it is asked.
READ: Mapping[str, Callable[[ReleasedCompany], Values]] = {
    "reports_manage.newest": _plain,
    "reports_manage.report": _month,
    "reports_manage.trend_picture": _month,
    "reports_manage.trend_table": _month,
    "reports_manage.areas_table": _month,
    "reports_manage.figure_table": _tables,
    "reports_manage.report_pdf": _month,
    "reports_manage.poster": _month,
    "reports_manage.workbook": _month,
    "reports_manage.findings_json": _month,
    "reports_manage.package": _month,
    "reports_manage.comments": _month,
    "reports_manage.method": _plain,
    "reports_respond.next_ballot": _slug,
    "reports_respond.script": _plain,
    "study_manage.overview": _plain,
    "study_manage.plan_file": _plain,
    "study_manage.evidence_file": _plain,
    "study_manage.shared_evidence": _hash,
    "study_author.answer": _plain,
    "study_author.figure_table": _figures,
    "study_author.answer_json": _plain,
    "study_author.method": _plain,
}
# Forms: they lead back to a page above.
WRITE = frozenset(
    {
        "study_manage.make_plan",
        "study_manage.give_evidence",
        "study_manage.close_link",
        "study_author.make_plan",
        "study_author.enrol",
        "study_author.import_evidence",
    }
)
ROOMS_OF_FIGURES = ("pulse.tallies", "pulse.reports", "pulse.study")


def endpoints_of_figures(app: Flask) -> set[str]:
    """The endpoints whose code is in, or reaches, a room that can know of counted answers."""
    graph = grimp.build_graph("pulse")
    found = set()
    for rule in app.url_map.iter_rules():
        module = inspect.unwrap(app.view_functions[rule.endpoint]).__module__
        reached = {
            module,
            *(graph.find_upstream_modules(module) if module in graph.modules else ()),
        }
        if any(one.startswith(ROOMS_OF_FIGURES) for one in reached):
            found.add(rule.endpoint)
    return found


def test_every_download_is_on_the_list(app: Flask) -> None:
    assert endpoints_of_figures(app) == set(READ) | WRITE


def test_forms_hand_out_no_file(app: Flask) -> None:
    """What only takes a form has no other method, so no file can be fetched there."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint in WRITE:
            assert (rule.methods or set()) <= {"POST", "OPTIONS"}, rule


def test_a_planted_download_without_an_auditor_is_noticed() -> None:
    app = Flask("planted", static_folder=None)
    blueprint = Blueprint("reports_manage", __name__)

    def raw_sums() -> str:
        return ""

    raw_sums.__module__ = "pulse.reports.views_manage"
    blueprint.get("/raw.csv")(raw_sums)
    app.register_blueprint(blueprint)
    assert endpoints_of_figures(app) - set(READ) - WRITE == {"reports_manage.raw_sums"}


def otherwise(stored: Any) -> Any:
    """Return stored values with every number another one."""
    if isinstance(stored, Mapping):
        return {name: otherwise(value) for name, value in stored.items()}
    if isinstance(stored, list):
        return [otherwise(value) for value in stored]
    if isinstance(stored, int | float) and not isinstance(stored, bool):
        return stored + 3 if isinstance(stored, int) else 0.7 * stored + 1.5
    return stored


def become_the_twin(house: ReleasedCompany) -> None:
    """Change all that is not released, and make the report again."""
    chance = random.Random(1)
    for wave_id, wave, content in zip(
        house.wave_ids, house.known.waves, house.known.contents, strict=True
    ):
        groups = content["groups"]
        piles = {
            code: make_pile(random_sheet(chance) for _ in range(groups[code]["n_counted"]))
            if groups[code]["n_counted"] < 5
            else pile
            for code, pile in wave.piles.items()
        }
        assert release_content(tally_wave(piles), KEY, content["minimum_cell_size"]) == content
        hidden = [code for code in GROUP_CODES if not shows_comments(groups[code], 5)]
        of_hidden = (Comment.wave_id == wave_id) & Comment.group_code.in_(hidden)
        house.session.execute(sa.update(Comment).where(of_hidden).values(text="Other words."))
    house.rewrite_tallies(otherwise)
    house.report_again()


def served(house: ReleasedCompany, only: str = "") -> Served:
    """Ask every address for every reader that it is for."""
    found: Served = {}
    for endpoint, values_of in READ.items():
        is_author = endpoint.startswith("study_author")
        for language in house.readers if not only or endpoint == only else ():
            if (language == "author") is is_author:
                for values in values_of(house):
                    body = house.read(endpoint, language, **values)
                    found[endpoint, language, str(values)] = body
    return found


def differing(before: Served, after: Served) -> set[str]:
    assert before.keys() == after.keys()
    return {
        endpoint for (endpoint, *rest), body in before.items() if after[endpoint, *rest] != body
    }


class Post:
    """A mail server that keeps what it gets."""

    def __init__(self) -> None:
        self.sent: list[list[str]] = []

    def send(self, message: Any) -> None:
        parts = [part for part in message.walk() if not part.is_multipart()]
        self.sent.append([message["Subject"], *(part.get_content() for part in parts)])


def mails(house: ReleasedCompany, settings: Settings, clock: Any) -> list[list[str]]:
    """The mails to HR about the newest report, in both languages."""
    post = Post()
    connection = house.session.connection()
    context = TaskContext(
        session=house.session,
        engine=connection.engine,
        settings=settings,
        clock=clock,
        mailer=post,
    )
    for user_id in house.user_ids:
        payload = {"wave_id": str(house.wave_ids[-1]), "kind": tasks.RELEASE, "user_id": user_id}
        tasks.mail_hr(context, payload)
    return post.sent


def give_evidence(house: ReleasedCompany, author: Any) -> None:
    """Let the company give its evidence, and the author's study take it in, as if for the first time."""
    session = house.session
    session.execute(sa.delete(Export).where(Export.company_id == house.company.id))
    for table in (Evidence, Result):
        session.execute(sa.delete(table).where(table.company_id == author))
    session.expire_all()
    text = study.give_evidence(
        session,
        house.company.id,
        is_agreed=True,
        with_name=True,
        is_stopped=True,
        is_shared=True,
        now=NOW,
    )
    study.import_evidence(session, author, text.encode(), now=NOW)
    make_result(session, author, now=NOW)
    session.commit()


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "n_waves", "k"), [(17, 3, 5), (20, 7, 5), (0, 2, 8)])
def test_twins_hand_out_the_same_bytes(
    session: Session,
    app: Flask,
    settings: Settings,
    clock: Any,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
    n_waves: int,
    k: int,
) -> None:
    monkeypatch.setattr(study.secrets, "token_hex", lambda length: "ab" * length)
    house = settle(session, app, seed, n_waves, adopted_after=n_waves // 2, k=k)
    assert house.adopted_on is not None
    plan = NewPlan(starts_on=house.adopted_on, months_before=3, months_after=3)
    author = make_company(session, name="A study").id
    study.make_plan(session, author, plan, scope=STUDY, now=PLANNED)
    make_user(session, email="author@example.com", role="author", company_id=author)
    session.commit()
    house.readers["author"] = app.test_client()
    log_in(house.readers["author"], "author@example.com")
    give_evidence(house, author)
    before, mailed = served(house), mails(house, settings, clock)
    become_the_twin(house)
    give_evidence(house, author)
    assert differing(before, served(house)) == set()
    assert mails(house, settings, clock) == mailed
    assert len(mailed) == len(NAMES)


@pytest.mark.slow
def test_each_planted_leak_makes_twins_differ(
    session: Session, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = settle(session, app, 16)

    def planted() -> dict[str, Served]:
        found = {}
        for name, leak in LEAKS.items():
            with monkeypatch.context() as patch:
                leak.plant(patch)
                found[name] = served(house, leak.endpoint)
        return found

    before = planted()
    become_the_twin(house)
    after = planted()
    found = {name for name in LEAKS if differing(before[name], after[name])}
    assert found == set(LEAKS)
