"""How a task says that it did not succeed."""


class RetryLaterError(Exception):
    """Not now; try again after a while. Carries a reason that HR may read."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class WaitError(RetryLaterError):
    """Nothing is wrong, but somebody has to act first; tried every minute, without an end."""


class GiveUpError(Exception):
    """Never; trying again cannot help. Carries a reason that HR may read."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
