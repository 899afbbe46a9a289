"""Whether the answers can be trusted: each group against itself."""

import pytest

from pulse.reports.findings import find
from pulse.reports.quality import quality_of, response_state
from pulse.reports.wording import cautions, next_step_code
from tests.factories.reports import make_inputs, make_wave

NAMES = {"first": "Sales", "second": "Operations"}


@pytest.mark.parametrize(
    ("rate", "baseline", "state"),
    [
        (0.80, 0.80, "fine"),
        (0.66, 0.80, "fine"),
        (0.64, 0.80, "look"),
        (0.59, 0.80, "weak"),
        (0.90, 0.50, "fine"),
        (0.90, None, None),
        (None, 0.80, None),
    ],
)
def test_response(rate: float | None, baseline: float | None, state: str | None) -> None:
    assert response_state(rate, baseline) == state


def test_the_baseline_is_the_first_three_surveys() -> None:
    inputs = make_inputs([46] * 6, [58] * 6)
    low = make_wave(5, 46, 58, n=(8, 41), n_invited=(14, 46))
    changed = type(inputs)(
        waves=(*inputs.waves[:5], low), adopted_on=inputs.adopted_on, minimum_cell_size=5
    )
    quality = quality_of(changed, "first")  # type: ignore[arg-type]
    assert quality["baseline_rate"] == pytest.approx(13 / 14)
    assert (quality["response"], quality["is_small"]) == ("weak", True)
    findings = find(changed)
    assert next_step_code(findings) == "drop_out"
    said = " ".join(cautions(findings, NAMES, "en"))
    assert "the response fell from 93\u00a0% to 57\u00a0%" in said
    assert "fewer than 10 answers" in said
    assert "Operations" not in said


def test_the_first_survey_has_nothing_to_be_compared_with() -> None:
    quality = quality_of(make_inputs([46], [58]), "second")  # type: ignore[arg-type]
    assert (quality["baseline_rate"], quality["response"]) == (None, None)
