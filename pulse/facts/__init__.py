"""What HR notes beside the survey. Tables: events, monthly_facts, actions.

Use cases: keep the log of events, enter or import the monthly numbers from the books, write what
was said and what was done about it. Knows no person, no wave and no answer.
"""
