"""The statistics of Pulse, a library of its own.

In: tallies (counts, means, variances), never rows of people. Out: frozen dataclasses of
numbers, codes and :class:`analysis.result.NotEstimable`. No sentence in any language, no
web framework, no database; NumPy and SciPy are all it needs.

Start reading at ``tally.py`` (what goes in), ``result.py`` (what comes out) and
``verdict.py`` (the rule that was fixed in advance). ``python -m analysis FILE`` runs it on
any repeated survey of two groups.
"""
