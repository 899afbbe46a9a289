"""The life of a wave has one order."""

import datetime as dt

import pytest

from pulse.waves.errors import WaveStateError, WaveTooYoungError
from pulse.waves.states import NEXT, WaveState, require_age, require_step

NOW = dt.datetime(2026, 3, 10, 9, tzinfo=dt.UTC)


def test_every_state_has_its_row() -> None:
    assert set(NEXT) == set(WaveState)


def test_the_life_of_a_wave() -> None:
    life = [WaveState.PLANNED, WaveState.OPEN, WaveState.CLOSING, WaveState.CLOSED]
    for state, target in zip(life, [*life[1:], WaveState.RELEASED], strict=True):
        require_step(state, target)


@pytest.mark.parametrize("state", [WaveState.CLOSING, WaveState.CLOSED, WaveState.RELEASED])
def test_a_closed_wave_never_opens_again(state: WaveState) -> None:
    with pytest.raises(WaveStateError):
        require_step(state, WaveState.OPEN)


def test_a_day_must_pass_before_closing() -> None:
    with pytest.raises(WaveTooYoungError):
        require_age(NOW, NOW + dt.timedelta(hours=23, minutes=59))
    require_age(NOW, NOW + dt.timedelta(hours=24))
