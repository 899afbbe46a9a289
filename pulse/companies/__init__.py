"""A company, its two groups and its settings. Tables: companies, groups, season_answers.

Use cases: `create_company`, `update_settings`, `answer_seasons`. Must never know a person.
"""
