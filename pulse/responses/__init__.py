"""The ballot box (answer side). Table: ballots.

Use cases: `cast_ballot`, the questionnaire page. Must never know a person, an invitation or an account.
"""
