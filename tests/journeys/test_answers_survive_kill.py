"""B5: the server is killed while 200 people answer; nobody is lost, nobody counts twice."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from pulse.credentials.queries import wave_keys
from pulse.invitations.counts import wave_counts
from pulse.invitations.queries import slip_codes
from pulse.tallies.queries import releases_of
from tests.clients.installation import Installation, wait_for_state
from tests.clients.stubborn import Poll, answer
from tests.journeys.opened_wave import begin_closing, open_wave_with_slips

N_PER_GROUP = 100
KILLS = 8
SHEET = dict.fromkeys(
    ("APP1", "RSP1", "COM1", "HON1", "COM2", "RSP2", "APP2", "COMMIT", "HON2", "FRIC"), 3
)


@pytest.mark.slow
def test_kill_while_answering(tmp_path: Path) -> None:
    """Two hundred respondents, double clicks, lost replies, and SIGKILL again and again."""
    place = Installation(tmp_path)
    wave = open_wave_with_slips(place, N_PER_GROUP, N_PER_GROUP)
    with place.writing() as session:
        keys = wave_keys(session, wave.id)
        slips = slip_codes(session, wave.id, key_dir=place.settings.key_dir)
    codes = [code for group in slips.values() for code in group]
    assert len(codes) == 2 * N_PER_GROUP
    poll = Poll(port=place.port, wave_id=wave.id, keys=keys)
    finished = threading.Event()

    def respond(number: int) -> None:
        chance = random.Random(number)
        content = {"v": 1, "language": "en", "mode": "slip", "answers": SHEET, "comment": ""}
        answer(poll, codes[number], content, chance)

    def kill_again_and_again() -> int:
        kills = 0
        while not finished.is_set() and kills < KILLS:
            time.sleep(0.5)
            place.kill()
            kills += 1
            place.start()
        return kills

    with ThreadPoolExecutor(8) as pool, ThreadPoolExecutor(1) as killer:
        kills = killer.submit(kill_again_and_again)
        try:
            for future in [pool.submit(respond, number) for number in range(len(codes))]:
                future.result()
        finally:
            finished.set()
        n_kills = kills.result()
    begin_closing(place, wave.id)
    wait_for_state(place, wave.id, "released")
    place.stop()
    with place.writing() as session:
        counts = wave_counts(session, wave.id)
        (release,) = releases_of(session, [wave.id])
        issued = {code: count.n_issued for code, count in counts.items()}
        counted = {code: group["n_counted"] for code, group in release.content["groups"].items()}
        assert session.scalar(sa.text("SELECT count(*) FROM ballots")) == 0
    place.dispose()
    print(f"\n{n_kills} kills; issued {issued}; counted {counted}")
    assert n_kills >= 2
    assert issued == counted == {"first": N_PER_GROUP, "second": N_PER_GROUP}
