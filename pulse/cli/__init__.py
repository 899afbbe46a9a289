"""The command `pulse`: one file per command, loaded only when it is called."""

from pulse.cli.main import main

__all__ = ["main"]
