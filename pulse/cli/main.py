"""TABLE: which commands there are. Each is loaded when it is called, so that all start fast."""

import importlib
import importlib.util

import click

# name -> where it is, and what it does
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("pulse.cli.init:init", "Set up a company and its first HR account."),
    "serve": ("pulse.cli.serve:serve", "Serve the pages and do the background work."),
    "work": ("pulse.cli.work:work", "Do the background work only."),
    "db": ("pulse.cli.db:db", "Prepare or upgrade the database."),
    "user": ("pulse.cli.user:user", "Accounts of people who log in."),
    "roster": ("pulse.cli.roster:roster", "Import the list of people who take part."),
    "wave": ("pulse.cli.wave:wave", "Waves of the survey."),
    "slips": ("pulse.cli.slips:slips", "Printed slips."),
    "evidence": ("pulse.cli.evidence:evidence", "Evidence files of the study over companies."),
    "demo": ("pulse.cli.demo.command:demo", "Try everything with a simulated company."),
    "verify-notice": (
        "pulse.cli.verify_notice:verify_notice",
        "Check a survey's public keys and program, for anybody.",
    ),
    "doctor": ("pulse.cli.doctor:doctor", "Check this installation."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, and not to list them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the commands of the table that this installation has."""
        return [name for name, (target, _) in COMMANDS.items() if _exists(target)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return the command, or None where there is none of that name."""
        target, _ = COMMANDS.get(cmd_name, ("", ""))
        if not target or not _exists(target):
            return None
        module, _, name = target.partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table; click's own way would import every command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


def _exists(target: str) -> bool:
    return importlib.util.find_spec(target.partition(":")[0]) is not None


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="friction-pulse")
def main() -> None:
    """Pulse: an anonymous monthly survey of two groups, and one honest verdict.

    Settings are read from PULSE_* variables; "pulse doctor" checks them.
    """
