"""`pulse evidence`: what a company gives to the study, and what the author takes in."""

from pathlib import Path

import click

from pulse.accounts.service import record
from pulse.cli.transaction import chosen_company, one_transaction
from pulse.study.service import enrol, give_evidence, import_evidence


@click.group()
def evidence() -> None:
    """Evidence files of the study over companies."""


@evidence.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--company", help="The company's short name, where there are several.")
@click.option("--agree", is_flag=True, help="The company agrees to give this file to the author.")
@click.option("--with-name", is_flag=True, help="The file may name the company.")
@click.option("--stopped", is_flag=True, help="The company stops before the planned month.")
def export(file: Path, *, company: str | None, agree: bool, with_name: bool, stopped: bool) -> None:
    """Write the company's evidence to FILE."""
    with one_transaction() as command:
        chosen = chosen_company(command.session, company)
        if not agree:
            raise click.ClickException(
                "Nothing was written: --agree says that the company agrees to give the file."
            )
        text = give_evidence(
            command.session,
            chosen.id,
            is_agreed=agree,
            with_name=with_name,
            is_stopped=stopped,
            is_shared=False,
            now=command.now,
        )
        record(
            command.session,
            company_id=chosen.id,
            actor="pulse evidence export",
            action="study.evidence",
            details={"with_name": with_name, "shared": False},
            now=command.now,
        )
        file.write_bytes(text.encode("ascii"))
    click.echo(f"Written: {file}")


@evidence.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--company", help="Whose study it is, where there are several companies.")
@click.option("--plans", is_flag=True, help="The files are plans that companies announce.")
def import_files(files: tuple[Path, ...], *, company: str | None, plans: bool) -> None:
    """Take FILES into the study: all or none."""
    labels = []
    with one_transaction() as command:
        chosen = chosen_company(command.session, company)
        for file in files:
            take = enrol if plans else import_evidence
            label = take(command.session, chosen.id, file.read_bytes(), now=command.now)
            labels.append(f"{file.name}: {label}")
            record(
                command.session,
                company_id=chosen.id,
                actor="pulse evidence import",
                action="study.enrol" if plans else "study.import",
                details={"label": label},
                now=command.now,
            )
    click.echo("\n".join(labels))
