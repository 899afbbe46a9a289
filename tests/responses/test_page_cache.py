"""A page is made once per key, and old keys make room."""

import gzip

from pulse.responses.page_cache import Packed, PageCache


def test_made_once_per_key() -> None:
    made: list[str] = []

    def make(name: str) -> str:
        made.append(name)
        return name

    cache = PageCache()
    pages = [cache.page(key, lambda key=key: make(key)) for key in ("a", "a", "ñ", "a")]
    assert [page.plain for page in pages] == [b"a", b"a", "ñ".encode(), b"a"]
    assert [gzip.decompress(page.gzipped) for page in pages] == [page.plain for page in pages]
    assert made == ["a", "ñ"]


def test_the_oldest_goes_first() -> None:
    cache = PageCache(limit=2)
    made: list[int] = []
    for key in (1, 2, 3, 2, 1):
        cache.page(key, lambda key=key: made.append(key) or "")
    assert made == [1, 2, 3, 1]


def test_packing_repeats() -> None:
    assert Packed.of(b"same") == Packed.of(b"same")
