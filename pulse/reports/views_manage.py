"""The report pages, for HR. They print what was stored at release and compute nothing."""

import datetime as dt

from flask import Blueprint, Response, render_template
from markupsafe import Markup

from pulse.reports.errors import ReportNotFoundError
from pulse.reports.exports.trend_csv import trend_csv
from pulse.reports.queries import ReportView, newest_report, report_months, report_of_month
from pulse.waves.queries import latest_closed, next_planned, open_wave_of
from pulse.web.access import requires
from pulse.web.context import current

blueprint = Blueprint("reports_manage", __name__, url_prefix="/manage")
PICTURE_POLICY = "default-src 'none'; sandbox"


@blueprint.get("/")
@requires("report.read")
def newest() -> str:
    """Show the newest report, or what to do to get one."""
    context = current()
    report = newest_report(context.session, context.company_id)
    ended = latest_closed(context.session, context.company_id)
    if report is not None:
        return _page(report, ended.month if ended and ended.month > report.month else None)
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
    return _page(_report(month))


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


@blueprint.get("/method")
@requires("report.read")
def method() -> str:
    """Explain how the numbers are made."""
    return render_template("reports/method.html")


def _page(report: ReportView, counting: dt.date | None = None) -> str:
    context = current()
    language = context.language
    return render_template(
        "reports/report.html",
        report=report,
        counting=counting,
        page=report.content["pages"][language],
        # Our own drawing, reduced to shapes and text when it was stored.
        pictures={name: Markup(svg) for name, svg in report.pictures[language].items()},  # noqa: S704
        months=report_months(context.session, context.company_id),
    )


def _report(month: str) -> ReportView:
    context = current()
    try:
        first = dt.date.fromisoformat(f"{month}-01")
    except ValueError:
        raise ReportNotFoundError from None
    return report_of_month(context.session, context.company_id, first)


def _file(body: str, kind: str, name: str) -> Response:
    response = Response(body, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = PICTURE_POLICY
    return response
