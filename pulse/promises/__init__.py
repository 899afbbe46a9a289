"""The page "How your answers stay anonymous": what is stored, promised, and not promised.

No tables. It says what is in force in this company now. Must never know a person or an answer.
"""
