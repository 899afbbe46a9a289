"""The report pages, for HR. They print what was stored at release and compute nothing."""

import datetime as dt
import json

from flask import Blueprint, Response, render_template
from markupsafe import Markup

from pulse.companies.queries import get_company
from pulse.facts.queries import action_of
from pulse.reports.errors import ReportNotFoundError
from pulse.reports.exports.package import make_package
from pulse.reports.exports.papers import make_poster_pdf, make_report_pdf
from pulse.reports.exports.tables import table_csv, tables_of
from pulse.reports.exports.trend_csv import trend_csv
from pulse.reports.exports.workbook import XLSX, make_workbook
from pulse.reports.kept import Kept, Parts
from pulse.reports.queries import (
    ReportKey,
    ReportView,
    report_key,
    report_months,
    report_of_month,
)
from pulse.tallies.queries import comments_of
from pulse.waves.queries import latest_closed, next_planned, open_wave_of
from pulse.web.access import requires
from pulse.web.context import current

blueprint = Blueprint("reports_manage", __name__, url_prefix="/manage")
KEPT = Kept()
PICTURE_POLICY = "default-src 'none'; sandbox"


@blueprint.get("/")
@requires("report.read")
def newest() -> str:
    """Show the newest report, or what to do to get one."""
    context = current()
    key = report_key(context.session, context.company_id)
    ended = latest_closed(context.session, context.company_id)
    if key is not None:
        return _page(key, ended.month if ended and ended.month > key.month else None)
    return render_template(
        "reports/newest.html",
        open_wave=open_wave_of(context.session, context.company_id),
        ended=ended,
        planned=next_planned(context.session, context.company_id),
    )


@blueprint.get("/reports/<month>")
@requires("report.read")
def report(month: str) -> str:
    """Show the report of `month`, written as 2026-05."""
    key = report_key(current().session, current().company_id, _first_day(month))
    if key is None:
        raise ReportNotFoundError
    return _page(key)


@blueprint.get("/reports/<month>/trend.svg")
@requires("report.read")
def trend_picture(month: str) -> Response:
    """Hand out the trend chart as a file."""
    stored = _report(month).pictures[current().language]
    return _file(stored["file"], "image/svg+xml", f"friction-{month}.svg")


@blueprint.get("/reports/<month>/trend.csv")
@requires("report.read")
def trend_table(month: str) -> Response:
    """Hand out the numbers of the trend chart."""
    stored, language = _report(month).content, current().language
    names = [group["name"] for group in stored["pages"][language]["groups"]]
    return _file(
        trend_csv(stored["findings"], names, language), "text/csv", f"friction-{month}.csv"
    )


@blueprint.get("/reports/<month>/areas.csv")
@requires("report.read")
def areas_table(month: str) -> Response:
    """Hand out the numbers of the areas."""
    table = tables_of(_report(month).content, current().language)["areas"]
    return _file(table_csv(table), "text/csv", f"areas-{month}.csv")


@blueprint.get("/reports/<month>/figures/<name>.csv")
@requires("report.read")
def figure_table(month: str, name: str) -> Response:
    """Hand out the numbers of a figure."""
    tables = tables_of(_report(month).content, current().language)
    if name not in tables:
        raise ReportNotFoundError
    return _file(table_csv(tables[name]), "text/csv", f"{name}-{month}.csv")


@blueprint.get("/reports/<month>/report.pdf")
@requires("report.read")
def report_pdf(month: str) -> Response:
    """Hand out the report on paper."""
    stored, language = _report(month), current().language
    body = make_report_pdf(stored.content["pages"][language], stored.pictures[language], language)
    return _file(body, "application/pdf", f"report-{month}.pdf")


@blueprint.get("/reports/<month>/poster.pdf")
@requires("report.read")
def poster(month: str) -> Response:
    """Hand out the poster for those who get no mail."""
    context, stored = current(), _report(month)
    company = get_company(context.session, context.company_id)
    planned = next_planned(context.session, company.id)
    action = action_of(context.session, company.id, stored.month)
    body = make_poster_pdf(stored, action, planned.opens_at.date() if planned else None)
    return _file(body, "application/pdf", f"poster-{month}.pdf")


@blueprint.get("/reports/<month>/report.xlsx")
@requires("report.read")
def workbook(month: str) -> Response:
    """Hand out all tables as a spreadsheet."""
    body = make_workbook(_report(month).content, current().language)
    return _file(body, XLSX, f"report-{month}.xlsx")


@blueprint.get("/reports/<month>/findings.json")
@requires("report.read")
def findings_json(month: str) -> Response:
    """Hand out the findings: codes and numbers."""
    body = json.dumps(_report(month).content["findings"], ensure_ascii=False, indent=1)
    return _file(body, "application/json", f"findings-{month}.json")


@blueprint.get("/reports/<month>/package.zip")
@requires("report.read")
def package(month: str) -> Response:
    """Hand out the data package from which anybody can do the verdict again."""
    return _file(make_package(_report(month).content), "application/zip", f"pulse-{month}.zip")


@blueprint.get("/reports/<month>/comments")
@requires("report.read")
def comments(month: str) -> str:
    """Show the comments in their random order, away from every number."""
    report, context = _report(month), current()
    found = comments_of(context.session, report.wave_id)
    groups = [
        {
            "code": group["code"],
            "name": group["name"],
            "comments": [one.text for one in found if one.group_code == group["code"]],
        }
        for group in report.content["pages"][context.language]["groups"]
    ]
    return render_template("reports/comments.html", groups=groups, month=report.month)


@blueprint.get("/method")
@requires("report.read")
def method() -> str:
    """Explain how the numbers are made."""
    return render_template("reports/method.html")


def _page(key: ReportKey, counting: dt.date | None = None) -> str:
    context = current()
    kept = KEPT.get(key, context.language, _parts)
    return render_template(
        "reports/report.html",
        report=key,
        counting=counting,
        action=action_of(context.session, context.company_id, key.month),
        may_write="facts.edit" in context.user.permissions,
        page=kept.page,
        evidence=kept.evidence,
        months=report_months(context.session, context.company_id),
    )


def _parts(key: ReportKey, language: str) -> Parts:
    stored = report_of_month(current().session, current().company_id, key.month)
    page = stored.content["pages"][language]
    # Our own drawing, reduced to shapes and text when it was stored.
    pictures = {name: Markup(svg) for name, svg in stored.pictures[language].items()}  # noqa: S704
    evidence = render_template("reports/_evidence.html", report=key, page=page, pictures=pictures)
    return Parts(page=page, evidence=Markup(evidence))  # noqa: S704 - a page of ours, escaped


def _report(month: str) -> ReportView:
    return report_of_month(current().session, current().company_id, _first_day(month))


def _first_day(month: str) -> dt.date:
    try:
        return dt.date.fromisoformat(f"{month}-01")
    except ValueError:
        raise ReportNotFoundError from None


def _file(body: str | bytes, kind: str, name: str) -> Response:
    response = Response(body, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = PICTURE_POLICY
    return response
