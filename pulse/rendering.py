"""Templates outside a request: mails and whatever a background job writes. Strict, translated."""

import datetime as dt
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.runtime import Context

from pulse import i18n
from pulse.resources import resource


def render(template: str, language: str, **values: object) -> str:
    """Return `template` filled with `values`, its texts in `language`.

    Names that end in ``.html`` are escaped; others are plain text.

    Raises
    ------
    jinja2.UndefinedError
        The template names a value that was not given.
    """
    return _environment().get_template(template).render(values | {"language": language})


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(resource("templates")),
        undefined=StrictUndefined,
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["_"] = _translate
    environment.filters["date"] = _date
    environment.filters["month"] = _month
    return environment


@pass_context
def _translate(context: Context, message: str, **params: object) -> str:
    return i18n.translate(context["language"], message, **params)


@pass_context
def _date(context: Context, day: dt.date, style: str = "long") -> str:
    return i18n.format_date(day, context["language"], style)


@pass_context
def _month(context: Context, day: dt.date) -> str:
    return i18n.format_month(day, context["language"])
