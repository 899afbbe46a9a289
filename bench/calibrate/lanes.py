"""Filter and regression, compiled, of eight grid cells at a time.

A cell's covariance is that of four states: a shock per group, AR(1) with correlation `share`
between the groups, and a hidden panel per group, AR(1) too. Eight cells run side by side so that
the processor's vector units are used.
"""

import math

import numpy as np
from numba import njit

LANES = 8
COLUMNS = 9
"""Level, slope, step and ramp of both groups, and the data."""


@njit(cache=True, error_model="numpy", fastmath={"contract", "arcp", "nsz"})
def whiten_lanes(
    n,
    mean,
    pooled,
    headcount,
    jitter,
    cells,
    first,
    end,
    split,
    products,
    determinants,
):
    """Fill `products` (9, 9, lanes) and `determinants` (lanes) for the cells from `first` on.

    Only the upper triangle of `products` is filled.
    """
    variance = np.zeros((4, 4, LANES))
    start = np.zeros((4, 4, LANES))
    keep = np.zeros((4, LANES))
    decay = np.zeros((4, 4, LANES))
    state = np.zeros((4, COLUMNS, LANES))
    row = np.zeros((COLUMNS, LANES))
    gain = np.zeros((4, LANES))
    between = np.zeros((2, LANES))
    inverse = np.zeros(LANES)
    scaled = np.zeros(LANES)
    spread = np.zeros(LANES)
    for x in range(LANES):
        cell = cells[first + x]
        start[0, 0, x] = cell[0] * cell[0]
        start[1, 1, x] = cell[1] * cell[1]
        start[0, 1, x] = cell[3] * cell[0] * cell[1]
        start[1, 0, x] = start[0, 1, x]
        for g in range(2):
            between[g, x] = cell[4] * pooled[g] / headcount[g]
            start[2 + g, 2 + g, x] = between[g, x]
            keep[g, x] = cell[2]
            keep[2 + g, x] = cell[6]
        for i in range(4):
            for j in range(4):
                decay[i, j, x] = keep[i, x] * keep[j, x]
                variance[i, j, x] = start[i, j, x]
        determinants[x] = 0.0
    products[:, :, :] = 0.0
    used = 8 if split >= 0 else 4
    for t in range(end):
        if t > 0:
            for i in range(4):
                for j in range(4):
                    for x in range(LANES):
                        variance[i, j, x] = start[i, j, x] + decay[i, j, x] * (
                            variance[i, j, x] - start[i, j, x]
                        )
                for c in range(COLUMNS):
                    for x in range(LANES):
                        state[i, c, x] *= keep[i, x]
        after = split >= 0 and t + 1 > split
        reach = used if after else min(used, 4)
        for g in range(2):
            if n[g, t] <= 0.0:
                continue
            within = pooled[g] / n[g, t]
            for c in range(COLUMNS):
                entry = 0.0
                if c == g:
                    entry = 1.0
                elif c == 2 + g:
                    entry = float(t)
                elif after and c == 4 + g:
                    entry = 1.0
                elif after and c == 6 + g:
                    entry = t + 1.0 - split
                elif c == 8:
                    entry = mean[g, t]
                for x in range(LANES):
                    row[c, x] = entry - state[g, c, x] - state[2 + g, c, x]
            for x in range(LANES):
                for i in range(4):
                    gain[i, x] = variance[i, g, x] + variance[i, 2 + g, x]
                spread[x] = (
                    gain[g, x]
                    + gain[2 + g, x]
                    + max(within - between[g, x], 0.001 * within)
                    + jitter
                )
                inverse[x] = 1.0 / spread[x]
            for x in range(LANES):
                determinants[x] += math.log(spread[x])
            for i in range(4):
                for x in range(LANES):
                    scaled[x] = gain[i, x] * inverse[x]
                for j in range(4):
                    for x in range(LANES):
                        variance[i, j, x] -= scaled[x] * gain[j, x]
                for c in range(reach):
                    for x in range(LANES):
                        state[i, c, x] += scaled[x] * row[c, x]
                for x in range(LANES):
                    state[i, 8, x] += scaled[x] * row[8, x]
            for a in range(reach):
                for x in range(LANES):
                    scaled[x] = row[a, x] * inverse[x]
                for b in range(a, reach):
                    for x in range(LANES):
                        products[a, b, x] += scaled[x] * row[b, x]
                for x in range(LANES):
                    products[a, 8, x] += scaled[x] * row[8, x]
            for x in range(LANES):
                products[8, 8, x] += row[8, x] * row[8, x] * inverse[x]


@njit(cache=True, error_model="numpy")
def turn(products, split, turned):
    """Fill the lower triangle; with a `split`, reorder to level, step, ramp, pre, data.

    pre = slope - ((t0 + 1) / 2 - 1) level: the earlier trend counted from the middle of the
    months before adoption.
    """
    if split < 0:
        for a in range(9):
            for b in range(a, 9):
                for x in range(LANES):
                    turned[a, b, x] = products[a, b, x]
                    turned[b, a, x] = products[a, b, x]
        return
    order = (0, 1, 4, 5, 6, 7, 2, 3, 8)
    for a in range(9):
        for b in range(9):
            i, j = min(order[a], order[b]), max(order[a], order[b])
            for x in range(LANES):
                turned[a, b, x] = products[i, j, x]
    shift = (split + 1) / 2.0 - 1.0
    for g in range(2):
        for b in range(9):
            for x in range(LANES):
                turned[6 + g, b, x] -= shift * turned[g, b, x]
    for g in range(2):
        for a in range(9):
            for x in range(LANES):
                turned[a, 6 + g, x] -= shift * turned[a, g, x]


@njit(cache=True, error_model="numpy", fastmath={"contract", "arcp", "nsz"})
def fit_lanes(products, columns, size, precision, contrasts, out, penalty):
    """Fit one shape: A = X'V^-1 X + P = L L', with contrasts c and data b solved forward.

    `out` (7, lanes) takes three means, three variances and the covariance of the first two;
    `penalty` (lanes) takes log|A| - b'A^-1 b.
    """
    lower = np.empty((8, 8, LANES))
    right = np.empty((4, 8, LANES))
    inverse = np.empty(LANES)
    out[:, :] = 0.0
    penalty[:] = 0.0
    for a in range(size):
        for b in range(a + 1):
            for x in range(LANES):
                lower[a, b, x] = products[columns[a], columns[b], x] + precision[a, b]
            for k in range(b):
                for x in range(LANES):
                    lower[a, b, x] -= lower[a, k, x] * lower[b, k, x]
            if b < a:
                for x in range(LANES):
                    lower[a, b, x] *= lower[b, b, x]
        # The diagonal holds 1 / L_aa from here on.
        for x in range(LANES):
            inverse[x] = 1.0 / math.sqrt(lower[a, a, x])
        for x in range(LANES):
            penalty[x] += math.log(lower[a, a, x])
            lower[a, a, x] = inverse[x]
        for q in range(4):
            for x in range(LANES):
                right[q, a, x] = products[columns[a], 8, x] if q == 3 else contrasts[q, columns[a]]
            for k in range(a):
                for x in range(LANES):
                    right[q, a, x] -= lower[a, k, x] * right[q, k, x]
            for x in range(LANES):
                right[q, a, x] *= inverse[x]
        for q in range(3):
            for x in range(LANES):
                out[q, x] += right[q, a, x] * right[3, a, x]
                out[3 + q, x] += right[q, a, x] * right[q, a, x]
        for x in range(LANES):
            out[6, x] += right[0, a, x] * right[1, a, x]
            penalty[x] -= right[3, a, x] * right[3, a, x]
