"""Pulse: an anonymous monthly survey of two groups, and one honest verdict."""
