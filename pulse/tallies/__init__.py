"""The count and what may be shown of it (answer side). Tables: tallies, comments, releases.

Use cases: `count_wave`, `release_wave`. Must never know a person, an invitation or an account.
"""
