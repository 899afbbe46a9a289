"""The calendar of monthly surveys and their states. Tables: waves, wave_groups.

Use cases: `plan_waves`, `open_wave`, `begin_closing`, `mark_closed`, `mark_released`. Must never know a person.
"""
