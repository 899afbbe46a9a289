"""The ways an invitation reaches people."""
