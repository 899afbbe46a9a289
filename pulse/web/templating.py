"""The web pages' Jinja environment: strict, autoescaped, translated."""

import datetime as dt
from typing import Any

from flask import Flask
from jinja2 import StrictUndefined, pass_context
from jinja2.runtime import Context

from pulse import i18n
from pulse.resources import resource
from pulse.web.context import current


def _language(context: Context) -> str:
    # A macro imported without its page's context does not see the page's language.
    language: str = context.get("language") or current().language
    return language


@pass_context
def _translate(context: Context, message: str, **params: object) -> str:
    return i18n.translate(_language(context), message, **params)


@pass_context
def _date(context: Context, day: dt.date, style: str = "long") -> str:
    return i18n.format_date(day, _language(context), style)


@pass_context
def _month(context: Context, day: dt.date) -> str:
    return i18n.format_month(day, _language(context))


def install_templating(app: Flask) -> None:
    """Prepare `app`'s environment; templates lie in the top-level folder."""
    app.template_folder = str(resource("templates"))
    app.jinja_options = {
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    app.jinja_env.globals["_"] = _translate
    app.jinja_env.filters["date"] = _date
    app.jinja_env.filters["month"] = _month

    @app.context_processor
    def _defaults() -> dict[str, Any]:
        context = current()
        return {
            "language": context.language,
            "identity": context.identity,
            "is_demo": context.settings.is_demo,
        }
