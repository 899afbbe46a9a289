"""`pulse slips`: the slips of one group as a PDF, on the command line."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from pulse.accounts.service import record
from pulse.cli.transaction import chosen_company, one_transaction
from pulse.ids import GROUP_CODES
from pulse.invitations.channels.paper import A4, PAPERS, SlipPrint, slips_pdf
from pulse.invitations.errors import WaveNotOpenError
from pulse.invitations.printing import gather_print, reprint_slips
from pulse.invitations.queries import slip_head_counts
from pulse.waves.queries import open_wave_of


@click.command()
@click.option("--group", required=True, type=click.Choice([str(code) for code in GROUP_CODES]))
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="The PDF to write; a new file."
)
@click.option("--company", help="The company's short name, where there are several.")
@click.option("--paper", type=click.Choice(list(PAPERS)), default=A4, show_default=True)
@click.option("--reprint", is_flag=True, help="New slips; unused old ones stop working.")
@click.option(
    "--number", type=int, help="With --reprint: how many; as many as people where not given."
)
def slips(
    *,
    group: str,
    out: Path,
    company: str | None,
    paper: str,
    reprint: bool,
    number: int | None,
) -> None:
    """Write the poster and the slips of a group of the open survey to a PDF.

    The file can be read by its owner alone, and no file is overwritten. The order of the slips is
    made for this print. Delete the file after printing: its codes work until the survey closes.
    """
    with _new_private_file(out) as file:
        found = _gather(group, company, paper, reprint=reprint, number=number)
        # After the transaction: who answers now need not wait for the typesetter.
        file.write(slips_pdf(found))
    click.echo(f"{len(found.codes)} slips: {out}")


def _gather(
    group: str, company: str | None, paper: str, *, reprint: bool, number: int | None
) -> SlipPrint:
    with one_transaction() as command:
        session, key_dir = command.session, command.settings.key_dir
        chosen = chosen_company(session, company)
        wave = open_wave_of(session, chosen.id)
        if wave is None:
            raise WaveNotOpenError
        if reprint:
            wanted = number or slip_head_counts(session, wave.id)[group]
            reprint_slips(session, wave.id, group, number=wanted, key_dir=key_dir)
        base_url = command.settings.base_url
        found = gather_print(
            session, chosen, wave, group, key_dir=key_dir, base_url=base_url, paper=paper
        )
        record(
            session,
            company_id=chosen.id,
            actor="pulse slips",
            action="slips.reprint" if reprint else "slips.print",
            details={"group": group, "number": len(found.codes)},
            now=command.now,
        )
    return found


@contextmanager
def _new_private_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file that is new and its owner's alone; take it away again on any error."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}.") from None
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
    except BaseException:
        path.unlink(missing_ok=True)
        raise
