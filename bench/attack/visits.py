"""When people come: a realistic arrival process, in seconds after the wave has opened.

Group "first" answers by personal link after one of three mails, in working hours. Group "second"
answers with slips in three shifts, queueing at two kiosks in their breaks.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

HOUR = 3600.0
DAY = 24 * HOUR
DAYS = 5
SHARE = 0.75  # of the invited who answer
N_KIOSKS = 2
WORKING_HOURS = 9 * HOUR  # the wave opens at 9:00; people read mail until 18:00
MAILS = ((0.0, 0.5), (2 * DAY, 0.3), (4 * DAY, 0.2))  # when, and the share that it moves
BREAKS = (1 * HOUR, 4 * HOUR, 9 * HOUR, 12 * HOUR, 15 * HOUR, 18 * HOUR)  # two in each shift
BREAK_LASTS = 0.25 * HOUR
PAGE_MEDIAN, PAGE_SPREAD = 170.0, 0.5  # log-normal time on the page
ROUND_TRIP_MEDIAN, ROUND_TRIP_SPREAD = 1.5, 0.6  # from "Send" to the ballot's arrival

Mode = Literal["at send", "at opening", "earlier visit"]


@dataclass(frozen=True, kw_only=True)
class Size:
    """How many people a simulated company has."""

    n_mail: int = 80
    n_slips: int = 120


@dataclass(frozen=True, kw_only=True)
class Visit:
    """When one person's credential is issued and when the ballot arrives."""

    person: int
    group: str
    issue_at: float
    submit_at: float


def make_visits(rng: np.random.Generator, size: Size, mode: Mode = "at send") -> list[Visit]:
    """Return one wave's visits.

    Parameters
    ----------
    mode
        "at send": the credential is asked for when "Send" is pressed, as the survey page does.
        "at opening": when the page is opened. "earlier visit": in a visit of its own, a month ago.
    """
    visits = []
    for group, opened in (("first", _mailed(rng, size)), ("second", _queued(rng, size))):
        issued = {
            person: opens if mode == "at opening" else sends
            for person, (opens, sends) in opened.items()
        }
        if mode == "earlier visit":
            issued = _earlier(rng, issued)
        for person, (_opens, sends) in opened.items():
            trip = rng.lognormal(np.log(ROUND_TRIP_MEDIAN), ROUND_TRIP_SPREAD)
            visits.append(
                Visit(person=person, group=group, issue_at=issued[person], submit_at=sends + trip)
            )
    return visits


def _earlier(rng: np.random.Generator, sent: dict[int, float]) -> dict[int, float]:
    """Return times of a visit a month ago that have nothing to do with this month's."""
    return {person: rng.lognormal(np.log(8 * HOUR), 1.3) - 30 * DAY for person in sent}


def _mailed(rng: np.random.Generator, size: Size) -> dict[int, tuple[float, float]]:
    found = {}
    for person in range(size.n_mail):
        if rng.random() >= SHARE:
            continue
        start = MAILS[rng.choice(len(MAILS), p=[share for _, share in MAILS])][0]
        opens = start + rng.lognormal(np.log(2 * HOUR), 1.3)
        while opens % DAY > WORKING_HOURS or opens > DAYS * DAY:
            opens = start + rng.lognormal(np.log(2 * HOUR), 1.3)
        found[person] = (opens, opens + on_page(rng))
    return found


def _queued(rng: np.random.Generator, size: Size) -> dict[int, tuple[float, float]]:
    arrivals = []
    for number in range(size.n_slips):
        if rng.random() >= SHARE:
            continue
        shift, half = number % 3, int(rng.integers(2))
        start = int(rng.integers(DAYS)) * DAY + BREAKS[2 * shift + half]
        arrivals.append((start + rng.uniform(0, BREAK_LASTS), size.n_mail + number))
    free_at = [0.0] * N_KIOSKS
    found = {}
    for arrives, person in sorted(arrivals):
        kiosk = int(np.argmin(free_at))
        opens = max(arrives, free_at[kiosk])
        sends = opens + on_page(rng)
        free_at[kiosk] = sends + rng.uniform(10, 40)
        found[person] = (opens, sends)
    return found


def on_page(rng: np.random.Generator) -> float:
    """Return how long somebody stays on the survey page, in seconds."""
    return float(rng.lognormal(np.log(PAGE_MEDIAN), PAGE_SPREAD))
