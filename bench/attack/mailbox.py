"""Two visits a month: the result mail with "Get my ballot", the survey mail weeks later.

Everybody here has an e-mail address. Who gets the ballot in the first visit answers in the second
without any request that knows a person; who does not, and answers all the same, uses the personal
link of the survey mail: the fallback, where both requests fall into one visit.
"""

from dataclasses import dataclass

import numpy as np

from bench.attack.visits import (
    DAY,
    DAYS,
    HOUR,
    MAILS,
    ROUND_TRIP_MEDIAN,
    ROUND_TRIP_SPREAD,
    SHARE,
    WORKING_HOURS,
    on_page,
)

GROUPS = (80, 120)
WEEKS_BETWEEN = 3
DELAY_MEDIAN, DELAY_SPREAD = 2 * HOUR, 1.3  # from a mail to opening it
GET_BALLOT = 20.0  # seconds from opening the result page to pressing the button


@dataclass(frozen=True, kw_only=True)
class Person:
    """What stays the same from month to month, each a standard normal value."""

    promptness: float
    hour: float


@dataclass(frozen=True, kw_only=True)
class MonthLog:
    """What an operator notes of one group in one month, and the truth for scoring.

    Attributes
    ----------
    issued_early, issued_late
        Person -> when the credential was issued: by the result mail, or by the fallback link.
        Seconds since the survey opened, so that the first are negative.
    ballots
        When each ballot came; ballot -> seconds.
    writer
        Ballot -> person. Only the harness reads it.
    """

    issued_early: dict[int, float]
    issued_late: dict[int, float]
    ballots: dict[int, float]
    writer: dict[int, int]


def months(
    rng: np.random.Generator, n_people: int, n_months: int, *, collects: float, habit: float
) -> list[MonthLog]:
    """Return the logs of one group over some months.

    Parameters
    ----------
    collects
        Share of the people who get their ballot by the result mail.
    habit
        Correlation of a person's delay, and of a person's hour of the day, between any two visits.
    """
    people = [Person(promptness=a, hour=b) for a, b in rng.standard_normal((n_people, 2)).tolist()]
    return [_month(rng, people, collects, habit) for _ in range(n_months)]


def _month(
    rng: np.random.Generator, people: list[Person], collects: float, habit: float
) -> MonthLog:
    early, late, ballots, writer = {}, {}, {}, {}
    places = rng.permutation(len(people)).tolist()
    for number, person in enumerate(people):
        if rng.random() < collects:
            opens = _opens(rng, person, habit, 0.0)
            early[number] = opens + rng.lognormal(np.log(GET_BALLOT), 0.6) - WEEKS_BETWEEN * 7 * DAY
        if rng.random() < SHARE:
            mail = MAILS[rng.choice(len(MAILS), p=[share for _, share in MAILS])][0]
            sends = _opens(rng, person, habit, mail) + on_page(rng)
            ballots[places[number]] = sends + rng.lognormal(
                np.log(ROUND_TRIP_MEDIAN), ROUND_TRIP_SPREAD
            )
            writer[places[number]] = number
            if number not in early:
                late[number] = sends
    return MonthLog(issued_early=early, issued_late=late, ballots=ballots, writer=writer)


def _opens(rng: np.random.Generator, person: Person, habit: float, mail: float) -> float:
    """Return when a mail is opened: after a delay, and in the person's hour of a working day."""
    own = np.sqrt(habit)  # so that two visits correlate by `habit`
    noise = np.sqrt(1 - habit)
    while True:
        drawn = own * person.promptness + noise * rng.standard_normal()
        opens = mail + float(np.exp(np.log(DELAY_MEDIAN) + DELAY_SPREAD * drawn))
        if opens > DAY:  # not on the day of the mail: then in the hour that suits the person
            drawn = own * person.hour + noise * rng.standard_normal()
            share = 0.5 * (1 + np.tanh(0.8 * drawn))
            opens = opens // DAY * DAY + share * WORKING_HOURS
        if opens % DAY <= WORKING_HOURS and opens <= DAYS * DAY:
            return float(opens)
