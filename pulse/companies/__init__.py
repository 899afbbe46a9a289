"""A company, its two groups and its settings. Tables: companies, groups.

Use cases: `create_company`, `update_settings`. Must never know a person.
"""
