"""A data package is read as it was written, or refused with a sentence."""

import json
import zipfile
from pathlib import Path

import pytest

from analysis.__main__ import main
from analysis.formats.package import is_package, read_package
from analysis.guards.battery import Fieldwork, battery, drop_out, mixes
from analysis.guards.guard import GuardCode, State
from analysis.judgement import judge
from analysis.result import Series
from analysis.tally import WaveSeries

TALLIES = "wave,group,score,n,sum,sum_squares\n" + "".join(
    f"2026-{month:02d},{group},index,{n},{n * mean},{n * (mean * mean + 300)}\n"
    for month, mean in ((1, 50.0), (3, 40.0))
    for group, n in (("first", 20), ("second", 30))
)
FIELDWORK = "wave,group,answered,invited,shown,mode_link,mode_slip,language_en\n" + "".join(
    f"2026-{month:02d},{group},{n},40,yes,{n},0,\n"
    for month in (1, 3)
    for group, n in (("first", 20), ("second", 30))
)
DESCRIPTION = json.dumps({"pulse": {"groups": ["first", "second"], "months_before": None}})


def write(folder: Path, **changed: str) -> Path:
    files = {
        "datapackage.json": DESCRIPTION,
        "tallies.csv": TALLIES,
        "fieldwork.csv": FIELDWORK,
    }
    for name, text in files.items():
        (folder / name).write_text(changed.get(name.partition(".")[0], text))
    return folder


def test_a_folder_and_a_zip_hold_the_same(tmp_path: Path) -> None:
    folder = write(tmp_path)
    path = tmp_path / "package.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("datapackage.json", "tallies.csv", "fieldwork.csv"):
            archive.write(folder / name, name)
    found = read_package(folder)
    assert is_package(path)
    assert is_package(folder)
    assert read_package(path) == found == read_package(folder / "datapackage.json")
    assert found.survey.index.n == ((20, None, 20), (30, None, 30))
    assert found.survey.index.headcount == (40.0, 40.0)
    assert found.fieldwork[1][0] == Fieldwork(
        answered=30, invited=40, modes={"link": 30, "slip": 0}
    )
    assert found.latest[0] is not None


@pytest.mark.parametrize(
    "changed", [{"datapackage": "{}"}, {"datapackage": "no"}, {"tallies": "wave\n2026-01\n"}]
)
def test_a_broken_package_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], changed: dict[str, str]
) -> None:
    folder = write(tmp_path, **changed)
    assert main([str(folder)]) == 2
    assert "no whole data package" in capsys.readouterr().err


def test_the_answers_of_the_company_are_read(tmp_path: Path) -> None:
    """A package of an older report holds none: then nobody was asked."""
    older = read_package(write(tmp_path))
    assert (older.seasonal, older.after_bad_spell) == (None, None)
    pulse = json.loads(DESCRIPTION)["pulse"]
    for seasonal, spell in ((True, False), (False, True), (None, None)):
        answered = pulse | {"seasonal": seasonal, "after_bad_spell": spell}
        found = read_package(write(tmp_path, datapackage=json.dumps({"pulse": answered})))
        assert (found.seasonal, found.after_bad_spell) == (seasonal, spell)
    with pytest.raises(ValueError, match="true, false or null"):
        read_package(write(tmp_path, datapackage=json.dumps({"pulse": pulse | {"seasonal": "no"}})))


def rows(response: list[int], **counts: dict[str, int]) -> list[Fieldwork]:
    return [Fieldwork(answered=n, invited=100, **counts) for n in response]


def test_windows_are_the_first_and_last_three_shown_waves() -> None:
    falling = rows([90, 90, 90, 65, 65, 65])
    assert drop_out((falling, rows([90] * 6))).state is State.RAISED
    hidden = [*falling[:3], *(Fieldwork(answered=3, invited=100, is_shown=False),) * 3]
    assert drop_out((hidden, rows([90] * 6))).state is State.CLEAR


def test_a_wave_without_counts_leaves_the_mix_unchecked() -> None:
    known = rows([90] * 3, modes={"link": 90}) + rows([90] * 3, modes={"link": 30, "slip": 60})
    modes, languages = mixes((known, known))
    assert (modes.state, languages.state) == (State.RAISED, State.NOT_CHECKED)
    assert mixes(([*known[:5], rows([90])[0]], known))[0].state is State.NOT_CHECKED


def test_every_guard_of_the_list_is_in_the_battery() -> None:
    series = WaveSeries.from_arrays(
        n=[[60] * 14, [80] * 14],
        mean=[[60.0] * 6 + [45.0] * 8, [65.0] * 6 + [50.0] * 8],
        variance=[[300.0] * 14, [300.0] * 14],
        headcount=[70, 90],
    )
    outcome = judge(series, months_before=6).outcome(Series.OVERALL)
    asked = rows([90] * 14, modes={"link": 90}, languages={"en": 90})
    found = battery(series, outcome, (asked, asked), months_before=6)
    assert {guard.code for guard in found} == set(GuardCode)
    silent = {GuardCode.CARRY_OVER, GuardCode.MOVES_AS_ONE, GuardCode.REGRESSION_TO_THE_MEAN}
    assert not [guard for guard in found if guard.code in silent and guard.lowers]
    warned = next(g for g in found if g.code is GuardCode.REGRESSION_TO_THE_MEAN)
    assert warned.lowers == frozenset()
