"""Designs over several companies; random-effects pooling itself is ``analysis.meta``."""
