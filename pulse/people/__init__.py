"""The roster (identity side). Tables: persons, roster_drafts.

Use cases: `draft_roster`, `import_draft`, `discard_draft`. Must never know an answer.
"""
