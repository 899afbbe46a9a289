"""What is typed: `pulse demo`."""

import dataclasses
import json
import os
import shutil
from pathlib import Path
from typing import Any

import click

from pulse.app import create_app
from pulse.cli.demo.build import AUTHOR_EMAIL, EDITION, HR_EMAIL, build
from pulse.cli.demo.story import EFFECTS, Story
from pulse.cli.serve import require_free_port, run_server
from pulse.config import Settings, SettingsError
from pulse.log import configure_logging


@click.command()
@click.option("--months", default=9, type=click.IntRange(1, 36), help="Finished months.")
@click.option(
    "--effect", default="fall", type=click.Choice(list(EFFECTS)), help="What the rules do."
)
@click.option("--seed", default=7, type=click.IntRange(0), help="Another number, another company.")
@click.option("--fresh", is_flag=True, help="Forget the earlier demo and begin anew.")
@click.option("--build-only", is_flag=True, help="Make the data and stop.")
def demo(months: int, effect: str, seed: int, *, fresh: bool, build_only: bool) -> None:
    """Show Pulse with a simulated company, on 127.0.0.1."""
    story = Story(months=months, effect=effect, seed=seed)
    folder = Path(os.environ.get("PULSE_DATA_DIR", "demo")).absolute()
    settings = _settings(folder)
    if not build_only:
        require_free_port(settings)
    note = _read_note(folder)
    if note is not None and note.get("edition") != EDITION:
        click.echo("The demo that is here was made by an earlier Pulse; it is made anew.")
        note = None
    if fresh or note is None:
        _clear(folder)
        folder.mkdir(parents=True, exist_ok=True)
        settings = _settings(folder)  # makes the folders that were cleared
        note = build(story, settings, folder)
    elif note["story"] != dataclasses.asdict(story):
        click.echo("An earlier demo with another story is here; it goes on. Use --fresh for yours.")
    _print(note, settings)
    if not build_only:
        configure_logging()
        run_server(create_app(settings))


def _settings(folder: Path) -> Settings:
    environ = {
        "PULSE_DATA_DIR": str(folder),
        "PULSE_DEMO": "1",
        "PULSE_PORT": os.environ.get("PULSE_PORT", "8000"),
    }
    try:
        return Settings.from_env(environ)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def _read_note(folder: Path) -> dict[str, Any] | None:
    path = folder / "demo.json"
    if not path.exists():
        return None
    note: dict[str, Any] = json.loads(path.read_text())
    return note


def _clear(folder: Path) -> None:
    for name in ("pulse.db", "pulse.db-wal", "pulse.db-shm", "demo.json"):
        (folder / name).unlink(missing_ok=True)
    for name in ("keys", "mail"):
        shutil.rmtree(folder / name, ignore_errors=True)


def _print(note: dict[str, Any], settings: Settings) -> None:
    base, slip = settings.base_url, note["slip"]
    click.echo(
        f"""
Pulse demo - everything in it is simulated.

  HR page        {base}/manage/
                 {HR_EMAIL}   password {note["password"]}
  Author's page  {base}/manage/answer
                 {AUTHOR_EMAIL}   password {note["password"]}   (log out as HR first)
  Personal link  {base}/s/{note["slug"]}#{note["link"]}
  Slip           {base}/s/{note["slug"]}   code {slip[:4]}-{slip[4:8]}-{slip[8:]}
  Results page   {base}/s/{note["slug"]}/next
  Anonymity      {base}/s/{note["slug"]}/anonymity
  Mails          {settings.mail.directory}

Answer the survey, then press "Close now" under Surveys and read the new report.
"""
    )
