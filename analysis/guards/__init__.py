"""What could make a verdict wrong although the model is right.

Every guard looks at one threat and says: clear, caution, raised, or not checked. A raised guard
lowers stated verdicts to "too early to know"; the table is in each file. None of them can turn
a verdict into a better one.
"""
