"""Is the measurement any good: reliability, agreement, drifting items, careless answers."""
