"""Addresses of this application."""

from flask.globals import request_ctx


def leads_somewhere(path: str) -> bool:
    """Whether this application answers to a GET of `path`; surfaces may run apart."""
    adapter = request_ctx.url_adapter
    return adapter is not None and adapter.test(path, "GET")
