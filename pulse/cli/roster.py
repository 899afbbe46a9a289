"""`pulse roster import`: the checks of the import page, on the command line."""

from pathlib import Path

import click

from pulse.accounts.service import record
from pulse.cli.transaction import chosen_company, one_transaction
from pulse.i18n import translate
from pulse.people.roster_check import SENTENCES, RosterPlan
from pulse.people.roster_file import read_roster
from pulse.people.service import import_plan, plan_table


@click.group()
def roster() -> None:
    """Import the list of people who take part."""


@roster.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--company", help="The company's short name, where there are several.")
@click.option("--good-ones", is_flag=True, help="Import the good lines although others are faulty.")
@click.option(
    "--deactivate-absent", is_flag=True, help="People whom the file does not name stop taking part."
)
def import_roster(
    file: Path, *, company: str | None, good_ones: bool, deactivate_absent: bool
) -> None:
    """Import FILE (CSV or XLSX; columns id, group, language, e-mail, name).

    Prints every faulty line. With faulty lines nothing is imported unless --good-ones is given.
    """
    with one_transaction() as command:
        table = read_roster(file.read_bytes())
        chosen = chosen_company(command.session, company)
        plan = plan_table(command.session, chosen.id, table)
        for sentence, params in table.notes:
            click.echo(translate("en", sentence, **params))
        _print_plan(plan)
        if plan.bad_lines and not good_ones:
            raise click.ClickException(
                f"Nothing was imported. Correct the file, or import the {plan.n_good} good lines "
                "with --good-ones."
            )
        counts = import_plan(command.session, chosen.id, plan, deactivate_absent=deactivate_absent)
        record(
            command.session,
            company_id=chosen.id,
            actor="pulse roster import",
            action="roster.import",
            details={
                "new": counts.n_new,
                "changed": counts.n_changed,
                "deactivated": counts.n_deactivated,
                "left_out": counts.n_bad,
            },
            now=command.now,
        )
    click.echo(
        f"Imported: {counts.n_new} new, {counts.n_changed} changed, "
        f"{counts.n_unchanged} unchanged, {counts.n_deactivated} no longer taking part."
    )


def _print_plan(plan: RosterPlan) -> None:
    for bad in plan.bad_lines:
        reasons = " ".join(
            translate("en", SENTENCES[problem.kind], **problem.params) for problem in bad.problems
        )
        click.echo(f"line {bad.line.number}: {reasons}")
    click.echo(
        f"{len(plan.new)} new, {len(plan.changed)} changed, {len(plan.unchanged)} unchanged, "
        f"{len(plan.bad_lines)} faulty, {len(plan.absent)} on the list but not in the file."
    )
    for person in plan.absent:
        click.echo(f"not in the file: {person.roster_id}")
