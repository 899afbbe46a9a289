"""Downloads of a released report."""
