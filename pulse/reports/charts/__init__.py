"""Charts: one declarative specification each, rendered once at release."""
