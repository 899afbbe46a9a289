"""Pulse attacks itself: what a holder of everything could learn. Never imported by the product."""
