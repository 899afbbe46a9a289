"""Rendered pages in memory: a survey page is the same bytes for everybody, so it is made once."""

import gzip
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from flask import Response, request

LIMIT = 64


@dataclass(frozen=True)
class Packed:
    """A text as it is sent: plain, and packed for browsers that unpack (nearly all)."""

    plain: bytes
    gzipped: bytes

    @classmethod
    def of(cls, plain: bytes) -> "Packed":
        """Pack once what is sent often; without a time stamp, so that the bytes repeat."""
        return cls(plain, gzip.compress(plain, mtime=0))


class PageCache:
    """Keeps the last pages made. The key must name everything that the page depends on."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._pages: dict[Hashable, Packed] = {}
        self._limit = limit

    def page(self, key: Hashable, make: Callable[[], str]) -> Packed:
        """Return the page kept under `key`; `make` it where there is none."""
        page = self._pages.get(key)
        if page is None:
            page = Packed.of(make().encode())
            while len(self._pages) >= self._limit:
                del self._pages[next(iter(self._pages))]
            self._pages[key] = page
        return page


def packed_reply(content: Packed, mimetype: str) -> Response:
    """Return the reply to the present request, packed where the browser unpacks."""
    is_gzip = request.accept_encodings.quality("gzip") > 0
    reply = Response(content.gzipped if is_gzip else content.plain, mimetype=mimetype)
    reply.headers["Vary"] = "Accept-Encoding"
    if is_gzip:
        reply.headers["Content-Encoding"] = "gzip"
    return reply
