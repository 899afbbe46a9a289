"""People who log in: users, passwords, permissions, audit log. Tables: users, setup_tokens, audit_entries.

Use cases: `create_user`, `authenticate`, `reset_password`, `record`. Must never know a respondent or an answer.
"""
