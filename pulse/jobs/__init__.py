"""The outbox: work promised with its cause and done by a worker, never twice. Tables: outbox, periodic_runs.

Use cases: `enqueue`, `run_due`. Knows task names only; the table name -> task is in `pulse.worker`.
A payload never holds a code, a token or an address: only identifiers.
"""
