"""The instrument: question bank, scales, scoring keys, rotation. No tables: versions are files.

Must never know who answers.
"""
