"""Proofs about figures: what can be worked out from what is released, and from what is kept."""
