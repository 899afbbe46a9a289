"""The figures below the trend: each finds its numbers and words them as title, text and table."""
