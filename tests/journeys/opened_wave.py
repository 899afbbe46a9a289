"""Brings an installation to an open wave, for the journeys."""

import uuid

from pulse.clock import SystemClock
from pulse.companies.service import NewGroup, create_company
from pulse.waves import service
from pulse.waves.calendar import period_from_now
from pulse.waves.queries import WaveView, get_wave
from tests.clients.installation import Installation, wait_for_state
from tests.factories.people import make_person


def open_wave_with_slips(
    place: Installation, n_first: int, n_second: int, *, n_mailed: int = 0
) -> WaveView:
    """Migrate, make a company that takes slips, start the server, open a wave now.

    `n_mailed` people of the first group get a personal link instead.
    """
    place.pulse("db", "upgrade")
    now = SystemClock().now()
    with place.writing() as session:
        company = create_company(
            session,
            name="Example Works",
            time_zone="UTC",
            default_language="en",
            first=NewGroup(
                name_en="Sales", name_es="Ventas", makes_requests=True, slip_head_count=n_first
            ),
            second=NewGroup(name_en="Operations", name_es="Operaciones", slip_head_count=n_second),
            sender_name="A. Person",
            results_place="the notice board",
            opens_by_clock=False,
            now=now,
        )
        for _ in range(n_mailed):
            make_person(session, company.id)
        wave = service.plan_wave(session, company.id, period_from_now(now, "UTC"))
        service.request_opening(session, wave.id, now=now)
    place.start()
    wait_for_state(place, wave.id, "open")
    with place.writing() as session:
        return get_wave(session, wave.id)


def begin_closing(place: Installation, wave_id: uuid.UUID) -> None:
    """Close the wave now."""
    with place.writing() as session:
        service.begin_closing(session, wave_id, now=SystemClock().now(), is_exempt=True)
