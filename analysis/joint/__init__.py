"""The joint two-group Bayesian model of wave means.

``observations`` turns a series into vectors, ``covariance`` says how they vary together for
every cell of the grid, ``posterior`` integrates the regression exactly, ``mixture`` answers
questions about the result. ``analysis.intervention`` and ``analysis.trend`` supply the two
designs; nothing else needs to know these files.
"""
