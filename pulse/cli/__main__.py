"""`python -m pulse.cli`."""

from pulse.cli.main import main

main()
