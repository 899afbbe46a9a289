"""Effect of adopting the rules: the change since adoption, in both groups at once.

y_gt = level_g + step_g 1[t > t0] + ramp_g (t - t0) 1[t > t0] + pre_g (t - (t0 + 1) / 2) + error,
averaged over four shapes: step (.4), ramp (.2), step + ramp (.2), step + earlier trend (.2).
The change "now" is the mean effect of the last three months; an earlier trend that simply goes
on does not count as effect.

When it misleads: one series cannot tell an effect of the rules from anything else that began in
the same month, and a trend that existed before is only partly taken out (``analysis.guards``).
"""

import numpy as np
import numpy.typing as npt

from analysis.joint.observations import Observations
from analysis.joint.posterior import Model, prior_precision

Array = npt.NDArray[np.float64]

LEVEL_SD = 100.0
STEP_SD = 8.0
RAMP_SD = 1.0
PRE_SD = 0.4
GROUP_CORRELATION = 0.5

_GROUPS = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5], [-1.0, 1.0]])
"""First, second, overall, gap as combinations of the two groups."""

_LEVEL, _STEP, _RAMP, _PRE = (0, 1), (2, 3), (4, 5), (6, 7)


def shapes() -> tuple[Model, ...]:
    """Return the four shapes of change with their prior weights."""
    half = GROUP_CORRELATION
    step = prior_precision([LEVEL_SD, STEP_SD], [0.0, half])
    ramp = prior_precision([LEVEL_SD, RAMP_SD], [0.0, half])
    both = prior_precision([LEVEL_SD, STEP_SD, RAMP_SD], [0.0, half, half])
    trend = prior_precision([LEVEL_SD, STEP_SD, PRE_SD], [0.0, half, half])
    return (
        Model(weight=0.4, columns=_LEVEL + _STEP, precision=step),
        Model(weight=0.2, columns=_LEVEL + _RAMP, precision=ramp),
        Model(weight=0.2, columns=_LEVEL + _STEP + _RAMP, precision=both),
        Model(weight=0.2, columns=_LEVEL + _STEP + _PRE, precision=trend),
    )


def design(observations: Observations, months_before: int) -> Array:
    """Regressors: level, step, ramp, earlier trend, each for first and second group.

    Returns
    -------
    array (rows, 8)
        In the order of :func:`shapes`.
    """
    month = observations.month.astype(np.float64)
    after = month > months_before
    kinds = (
        np.ones_like(month),
        after.astype(np.float64),
        np.where(after, month - months_before, 0.0),
        month - (months_before + 1) / 2.0,
    )
    member = observations.group[:, None] == np.array([0, 1])
    return np.concatenate([kind[:, None] * member for kind in kinds], axis=1)


def contrasts(months_before: int, last_month: int) -> Array:
    """Change, level before and level now of first, second, overall and gap.

    Parameters
    ----------
    months_before : int
        t0, months before adoption.
    last_month : int
        T, the month that "now" ends with.

    Returns
    -------
    array (12, 8)
        Rows 0-3 change, 4-7 level before, 8-11 level now.

    Notes
    -----
    change_g = step_g + ramp_g (M - (k - 1) / 2), M = T - t0, k = min(3, M). Level now adds
    the continued earlier trend, so that it is the level a chart shows.
    """
    after = last_month - months_before
    recent = min(3, after)
    ramp = after - (recent - 1) / 2.0
    pre = last_month - (recent - 1) / 2.0 - (months_before + 1) / 2.0
    change = np.kron(np.array([0.0, 1.0, ramp, 0.0]), _GROUPS)
    before = np.kron(np.array([1.0, 0.0, 0.0, 0.0]), _GROUPS)
    now = np.kron(np.array([1.0, 1.0, ramp, pre]), _GROUPS)
    return np.concatenate([change, before, now])
