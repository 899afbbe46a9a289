"""The ten rules, when a company adopted them and whether a bad spell led to it.

Tables: adoptions, bad_spell_answers.
"""
