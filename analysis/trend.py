"""Trend over the waves, for when no adoption date is known.

y_gt = level_g + slope_g (t - 1) + error. The change is the last third of the months against
the first third, which is right for a straight line and for a step in the middle alike.

When it misleads: a season of the year looks like a trend until twelve months are seen. Ask for
the adoption date: it triples the power.
"""

import numpy as np
import numpy.typing as npt

from analysis.joint.observations import Observations
from analysis.joint.posterior import Model, prior_precision

Array = npt.NDArray[np.float64]

LEVEL_SD = 100.0
SLOPE_SD = 0.8
GROUP_CORRELATION = 0.5

_GROUPS = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5], [-1.0, 1.0]])


def shapes() -> tuple[Model, ...]:
    """Return the one shape: a straight line in each group."""
    precision = prior_precision([LEVEL_SD, SLOPE_SD], [0.0, GROUP_CORRELATION])
    return (Model(weight=1.0, columns=(0, 1, 2, 3), precision=precision),)


def design(observations: Observations) -> Array:
    """Regressors: level and months since the start, for first and second group; (rows, 4)."""
    month = observations.month.astype(np.float64)
    member = observations.group[:, None] == np.array([0, 1])
    return np.concatenate([member, (month - 1.0)[:, None] * member], axis=1).astype(np.float64)


def contrasts(last_month: int) -> Array:
    """Change, level at first and level at last of first, second, overall and gap.

    Returns
    -------
    array (12, 4)
        change_g = slope_g (T - k), k = max(1, round(T / 3)); the levels are the means of the
        line over the first and the last k months.
    """
    third = max(1, round(last_month / 3))
    early = (third - 1) / 2.0
    late = early + last_month - third
    rows = ([0.0, late - early], [1.0, early], [1.0, late])
    return np.concatenate([np.kron(np.array(row), _GROUPS) for row in rows])
