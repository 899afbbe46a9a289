"""What users do today, on the wave means of one group; compiled, because it runs a million times.

Every method answers "improved" when its two-sided p value is below .05 and the change is a fall.
All of them need only number, mean and variance of the answers of each wave.
"""

import math

import numpy as np
from numba import njit

ALPHA = 0.05
LAGS = 3
"""Of Newey and West."""

TREND_METHODS = (
    "t test, month against previous",
    "OLS on responses",
    "Mann-Kendall, Theil-Sen",
    "Hamed-Rao Mann-Kendall",
    "OLS on waves, Newey-West(3)",
    "REML meta-regression, Knapp-Hartung",
)
ADOPTION_METHODS = (
    "t test, pooled before/after",
    "Mann-Kendall, whole series",
    "Hamed-Rao, whole series",
    "segmented regression, Newey-West(3), level or slope",
    "step, Newey-West(3)",
    "REML meta-regression, step, Knapp-Hartung",
    "REML segmented, level, Knapp-Hartung",
)


@njit(cache=True)
def _beta_fraction(a, b, x):
    """Continued fraction of the incomplete beta function (Lentz)."""
    tiny = 1e-300
    c, d = 1.0, 1.0 - (a + b) * x / (a + 1.0)
    d = 1.0 / (d if abs(d) > tiny else tiny)
    total = d
    for m in range(1, 300):
        for numerator in (
            m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0)),
        ):
            d = 1.0 + numerator * d
            d = 1.0 / (d if abs(d) > tiny else tiny)
            c = 1.0 + numerator / c
            c = c if abs(c) > tiny else tiny
            total *= d * c
        if abs(d * c - 1.0) < 1e-14:
            break
    return total


@njit(cache=True)
def t_two_sided(t, freedom):
    """Two-sided p value of Student's t."""
    if freedom <= 0.0 or not math.isfinite(t):
        return 1.0
    x, a, b = freedom / (freedom + t * t), 0.5 * freedom, 0.5
    if x >= 1.0:
        return 1.0
    if x <= 0.0:
        return 0.0
    front = math.exp(
        math.lgamma(a + b)
        - math.lgamma(a)
        - math.lgamma(b)
        + a * math.log(x)
        + b * math.log(1.0 - x)
    )
    if x < (a + 1.0) / (a + b + 2.0):
        return front * _beta_fraction(a, b, x) / a
    return 1.0 - front * _beta_fraction(b, a, 1.0 - x) / b


@njit(cache=True)
def z_two_sided(z):
    """Two-sided p value of a standard normal."""
    return math.erfc(abs(z) * 0.7071067811865476)


@njit(cache=True)
def welch(n1, m1, v1, n2, m2, v2):
    """P value of Welch's t test."""
    if n1 < 2.0 or n2 < 2.0:
        return 1.0
    a, b = v1 / n1, v2 / n2
    if a + b <= 0.0:
        return 1.0
    freedom = (a + b) ** 2 / (a * a / (n1 - 1.0) + b * b / (n2 - 1.0))
    return t_two_sided((m2 - m1) / math.sqrt(a + b), freedom)


@njit(cache=True)
def _pooled(n, y, v):
    """Return number, mean and variance of all answers of several waves."""
    total = n.sum()
    mean = (n * y).sum() / total
    squares = ((n - 1.0) * v).sum() + (n * (y - mean) ** 2).sum()
    return total, mean, squares / (total - 1.0)


@njit(cache=True)
def ols_responses(x, n, y, v):
    """P value and slope of single answers on the month."""
    total = n.sum()
    mx, my = (n * x).sum() / total, (n * y).sum() / total
    sxx = (n * (x - mx) ** 2).sum()
    if sxx <= 0.0 or total < 3.0:
        return 1.0, 0.0
    slope = (n * (x - mx) * (y - my)).sum() / sxx
    rest = ((n - 1.0) * v).sum() + (n * (y - my - slope * (x - mx)) ** 2).sum()
    error = math.sqrt(rest / (total - 2.0) / sxx)
    return (t_two_sided(slope / error, total - 2.0) if error > 0.0 else 1.0), slope


@njit(cache=True)
def _kendall(x, y):
    """S, its variance with ties, and the Theil-Sen slope."""
    k = y.size
    slopes = np.empty(k * (k - 1) // 2)
    s, at = 0.0, 0
    for i in range(k):
        for j in range(i + 1, k):
            s += np.sign(y[j] - y[i])
            slopes[at] = (y[j] - y[i]) / (x[j] - x[i])
            at += 1
    variance = k * (k - 1.0) * (2.0 * k + 5.0)
    ordered = np.sort(y)
    run = 1
    for i in range(1, k + 1):
        if i < k and ordered[i] == ordered[i - 1]:
            run += 1
        else:
            variance -= run * (run - 1.0) * (2.0 * run + 5.0)
            run = 1
    return s, variance / 18.0, np.median(slopes)


@njit(cache=True)
def _kendall_p(s, variance):
    if variance <= 0.0 or s == 0.0:
        return 1.0
    return z_two_sided((s - np.sign(s)) / math.sqrt(variance))


@njit(cache=True)
def mann_kendall(x, y):
    """P value and Theil-Sen slope."""
    if y.size < 3:
        return 1.0, 0.0
    s, variance, slope = _kendall(x, y)
    return _kendall_p(s, variance), slope


@njit(cache=True)
def hamed_rao(x, y):
    """P value with the variance of S corrected for autocorrelation of the ranks; slope."""
    k = y.size
    if k < 3:
        return 1.0, 0.0
    s, variance, slope = _kendall(x, y)
    flat = y - slope * np.arange(1.0, k + 1.0)
    ranks = np.empty(k)
    for i in range(k):
        ranks[i] = 0.5 * ((flat < flat[i]).sum() + (flat <= flat[i]).sum() + 1.0)
    ranks -= ranks.mean()
    power = (ranks * ranks).sum()
    bound = 1.959963984540054 / math.sqrt(k)
    correction = 0.0
    for lag in range(1, k):
        if power <= 0.0:
            break
        correlation = (ranks[lag:] * ranks[:-lag]).sum() / power
        if abs(correlation) > bound:
            correction += (k - lag) * (k - lag - 1.0) * (k - lag - 2.0) * correlation
    factor = 1.0 + 2.0 / (k * (k - 1.0) * (k - 2.0)) * correction
    return _kendall_p(s, variance * factor), slope


@njit(cache=True)
def newey_west(X, y, lags):
    """Coefficients of OLS and two-sided normal p values with HAC errors (Bartlett weights)."""
    k, p = X.shape
    bread = np.linalg.inv(X.T @ X)
    beta = bread @ (X.T @ y)
    residual = y - X @ beta
    scores = X * residual.reshape(-1, 1)
    meat = scores.T @ scores
    for lag in range(1, min(lags, k - 1) + 1):
        weight = 1.0 - lag / (lags + 1.0)
        cross = np.ascontiguousarray(scores[lag:]).T @ np.ascontiguousarray(scores[:-lag])
        meat += weight * (cross + cross.T)
    covariance = bread @ meat @ bread
    p_values = np.ones(p)
    for i in range(p):
        if covariance[i, i] > 1e-12:
            p_values[i] = z_two_sided(beta[i] / math.sqrt(covariance[i, i]))
        elif abs(beta[i]) > 1e-9:
            p_values[i] = 0.0
    return beta, p_values


@njit(cache=True)
def reml(X, y, v):
    """Coefficients, Knapp-Hartung p values and errors, and tau^2 of a meta-regression.

    Fisher scoring as in metafor, halved where a step would leave tau^2 below 0.
    """
    k, p = X.shape
    tau2 = max(0.0, np.var(y) - v.mean())
    for _ in range(200):
        w = 1.0 / (v + tau2)
        xw = X * w.reshape(-1, 1)
        a = np.linalg.inv(xw.T @ X)
        beta = a @ (xw.T @ y)
        r = (y - X @ beta) * w
        second = np.ascontiguousarray((X * (w * w).reshape(-1, 1)).T) @ X
        third = np.ascontiguousarray((X * (w**3).reshape(-1, 1)).T) @ X
        trace = w.sum() - np.trace(a @ second)
        trace2 = (w * w).sum() - 2.0 * np.trace(a @ third) + np.trace(a @ second @ a @ second)
        step = ((r * r).sum() - trace) / trace2
        while tau2 + step < 0.0 and abs(step) > 1e-12:
            step *= 0.5
        tau2 = max(0.0, tau2 + step)
        if abs(step) < 1e-8 * (1.0 + tau2):
            break
    w = 1.0 / (v + tau2)
    xw = X * w.reshape(-1, 1)
    a = np.linalg.inv(xw.T @ X)
    beta = a @ (xw.T @ y)
    scale = (w * (y - X @ beta) ** 2).sum() / (k - p)
    errors, p_values = np.empty(p), np.ones(p)
    for i in range(p):
        errors[i] = math.sqrt(scale * a[i, i])
        if errors[i] > 0.0:
            p_values[i] = t_two_sided(beta[i] / errors[i], float(k - p))
    return beta, p_values, errors, tau2


@njit(cache=True)
def _fell(p, change):
    return p < ALPHA and change < 0.0


@njit(cache=True)
def trend_says(n, y, v, end, out):
    """Fill `out` with what each of ``TREND_METHODS`` says at a look."""
    out[:] = False
    there = np.flatnonzero(n[:end] > 0.0)
    k = there.size
    if k < 2:
        return
    x, nn, yy, vv = there + 1.0, n[there], y[there], v[there]
    if n[end - 1] > 0.0:
        out[0] = _fell(welch(nn[-2], yy[-2], vv[-2], nn[-1], yy[-1], vv[-1]), yy[-1] - yy[-2])
    p, slope = ols_responses(x, nn, yy, vv)
    out[1] = _fell(p, slope)
    p, slope = mann_kendall(x, yy)
    out[2] = _fell(p, slope)
    p, slope = hamed_rao(x, yy)
    out[3] = _fell(p, slope)
    if k < 4:
        return
    design = np.ones((k, 2))
    design[:, 1] = x
    beta, p_values = newey_west(design, yy, LAGS)
    out[4] = _fell(p_values[1], beta[1])
    beta, p_values, _, _ = reml(design, yy, np.maximum(vv, 1.0) / nn)
    out[5] = _fell(p_values[1], beta[1])


@njit(cache=True)
def adoption_says(n, y, v, end, split, out):
    """Fill `out` with what each of ``ADOPTION_METHODS`` says at a look."""
    out[:] = False
    there = np.flatnonzero(n[:end] > 0.0)
    after = there >= split
    k, late = there.size, after.sum()
    if late < 1 or k - late < 2:
        return
    x, nn, yy, vv = there + 1.0, n[there], y[there], v[there]
    n1, m1, v1 = _pooled(nn[~after], yy[~after], vv[~after])
    n2, m2, v2 = _pooled(nn[after], yy[after], vv[after])
    out[0] = _fell(welch(n1, m1, v1, n2, m2, v2), m2 - m1)
    p, slope = mann_kendall(x, yy)
    out[1] = _fell(p, slope)
    p, slope = hamed_rao(x, yy)
    out[2] = _fell(p, slope)
    if k < 5:
        return
    step = np.ones((k, 2))
    step[:, 1] = after.astype(np.float64)
    sampling = np.maximum(vv, 1.0) / nn
    beta, p_values = newey_west(step, yy, LAGS)
    out[4] = _fell(p_values[1], beta[1])
    beta, p_values, _, _ = reml(step, yy, sampling)
    out[5] = _fell(p_values[1], beta[1])
    if late < 2 or k < 6:
        return
    segmented = np.ones((k, 4))
    segmented[:, 1] = x
    segmented[:, 2] = after.astype(np.float64)
    segmented[:, 3] = after * (x - split - 1.0)
    beta, p_values = newey_west(segmented, yy, LAGS)
    out[3] = _fell(p_values[2], beta[2]) or _fell(p_values[3], beta[3])
    beta, p_values, _, _ = reml(segmented, yy, sampling)
    out[6] = _fell(p_values[2], beta[2])
