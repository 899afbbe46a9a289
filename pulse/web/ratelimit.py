"""Counts failed attempts in memory. No address is ever a key: a respondent's is not to be stored."""

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from pulse.errors import RateLimitError


class AttemptLimiter:
    """Limits failures per named bucket.

    Memory only, per process: several processes each allow the full rate, which the design's
    figure for guessing (10 guesses a second) leaves room for.
    """

    def __init__(self) -> None:
        self._window = MovingWindowRateLimiter(MemoryStorage())

    def check(self, bucket: str, limit: str) -> None:
        """Refuse when `bucket` has used up `limit`, for example "600/minute".

        Raises
        ------
        RateLimitError
            The bucket is full.
        """
        if not self._window.test(_item(limit), bucket):
            raise RateLimitError

    def count(self, bucket: str, limit: str) -> None:
        """Count one failure in `bucket`."""
        self._window.hit(_item(limit), bucket)


def _item(limit: str) -> RateLimitItem:
    return parse(limit)
