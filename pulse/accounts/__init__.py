"""People who log in: users, passwords, permissions, audit log. Tables: users, setup_tokens, audit_entries.

Use cases: `set_up`, `create_user`, `authenticate`, `reset_password`, `remove_user`, `record`. Must never know a respondent or an answer.
"""
