"""Mutation testing of `analysis/`: small faults planted one by one, each must fail a test.

``operators`` knows the faults, ``trial`` plants one in a process of its own and runs the tests that
reach its line, ``coverage_map`` knows which those are, and ``python -m bench.mutants`` draws a
sample, keeps what was found in a file and goes on there after an interruption.
"""
