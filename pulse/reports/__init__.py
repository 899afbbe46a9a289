"""What HR reads: released cells through `analysis` into sentences, pictures and tables. Table: reports.

Use case: `make_report`. A report is stored once and served as stored.
"""
