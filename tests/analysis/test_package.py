"""A data package is read as it was written, or refused with a sentence."""

import json
import math
import zipfile
from pathlib import Path

import pytest

from analysis.__main__ import main
from analysis.formats.package import Package, headline_of, is_package, read_package
from analysis.guards.battery import Fieldwork, battery, drop_out, mixes
from analysis.guards.dependence import dependence_guards
from analysis.guards.guard import GuardCode, State
from analysis.judgement import judge
from analysis.result import Question, Reason, Series, Verdict
from analysis.survey import Survey, analyse
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


def test_each_group_is_compared_with_itself() -> None:
    """The first falls from 90 to 65 and the second stays at 70, or the other way round."""
    falling, steady = rows([90] * 3 + [65] * 3), rows([70] * 6)
    for pair in ((falling, steady), (steady, falling)):
        found = drop_out(pair)
        assert (found.state, found.value) == (State.RAISED, pytest.approx(0.25))
    link, slip = {"link": 90}, {"slip": 90}
    moved = rows([90] * 3, modes=link, languages=link) + rows([90] * 3, modes=slip, languages=slip)
    still = rows([90] * 6, modes=slip, languages=slip)
    for pair in ((moved, still), (still, moved)):
        assert [guard.state for guard in mixes(pair)] == [State.RAISED, State.RAISED]
    assert [guard.state for guard in mixes((still, still))] == [State.CLEAR, State.CLEAR]
    some = [Fieldwork(answered=4, invited=9, modes={"link": 2, "slip": 2}), *rows([90] * 2)]
    some[1:] = [Fieldwork(answered=3, invited=9, modes={"link": 3})] * 2
    late = rows([4] * 3, modes={"link": 2, "slip": 2})
    assert mixes((some + late, some + late))[0].value == pytest.approx(8 / 10 - 6 / 12)


def test_waves_are_months_across_the_years(tmp_path: Path) -> None:
    """November, and February two years later: the first and the sixteenth month."""
    turned = {
        name: text.replace("2026-01", "2024-11").replace("2026-03", "2026-02")
        for name, text in (("tallies", TALLIES), ("fieldwork", FIELDWORK))
    }
    found = read_package(write(tmp_path, **turned))
    assert found.survey.index.months == 16
    assert found.survey.index.observed_months(0) == (1, 16)
    assert [[wave.answered for wave in rows_] for rows_ in found.fieldwork] == [[20] * 2, [30] * 2]


def test_a_guard_that_is_raised_for_other_verdicts_is_not_blamed() -> None:
    """People who left hide a rise; they do not make one."""
    means = [45.0] * 6 + [60.0] * 9
    series = WaveSeries.from_arrays(
        n=[[50] * 15] * 2, mean=[means] * 2, variance=[[300.0] * 15] * 2, headcount=[100] * 2
    )
    survey = Survey(index=series, dimensions={}, months_before=6)
    falling = rows([90] * 12 + [50] * 3)
    package = Package(
        survey=survey, groups=("a", "b"), fieldwork=(falling, falling), latest=(None, None)
    )
    found = headline_of(package, analyse(survey))
    assert [g.state for g in found["guards"] if g.code is GuardCode.DROP_OUT] == [State.RAISED]
    assert (found["final"].verdict, found["lowered_by"]) == (Verdict.WORSE, None)


@pytest.mark.parametrize("thin", [None, 0, 1])
def test_a_raised_guard_takes_the_headline_back(thin: int | None) -> None:
    """Fifteen points less after nine months; with 40 of 100 fewer answering it is not said."""
    means = [60.0] * 6 + [45.0] * 9
    series = WaveSeries.from_arrays(
        n=[[50] * 15] * 2, mean=[means] * 2, variance=[[300.0] * 15] * 2, headcount=[100] * 2
    )
    survey = Survey(index=series, dimensions={}, months_before=6)
    steady, falling = rows([90] * 15), rows([90] * 12 + [50] * 3)
    package = Package(
        survey=survey,
        groups=("a", "b"),
        fieldwork=(falling if thin == 0 else steady, falling if thin == 1 else steady),
        latest=(None, None),
    )
    found = headline_of(package, analyse(survey))
    if thin is None:
        assert (found["final"].verdict, found["lowered_by"]) == (Verdict.IMPROVED, None)
    else:
        assert found["final"].verdict is Verdict.TOO_EARLY
        assert (found["final"].reason, found["lowered_by"]) == (Reason.GUARD, GuardCode.DROP_OUT)


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


def test_the_command_says_the_newest_month(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By hand: 20 answers around 40 and 30 around 46, each with a sum of squares of 300 n."""
    lines = TALLIES.splitlines()
    mean = 46.0
    lines[-1] = f"2026-03,second,index,30,{30 * mean},{30 * (mean * mean + 300)}"
    folder = write(tmp_path, tallies="\n".join(lines))
    assert main([str(folder)]) == 0
    headline = json.loads(capsys.readouterr().out)["headline"]
    newest = headline["newest_month"]
    assert [newest[who]["value"] for who in ("first", "second", "company")] == [40.0, 46.0, 43.0]
    error = 0.5 * math.sqrt(300 / 19 + 300 / 29)
    assert newest["company"]["standard_error"] == pytest.approx(error)
    assert headline["final"]["verdict"] == "too_early"
    write(tmp_path, tallies="\n".join(lines[:-1]))
    assert main([str(folder)]) == 0
    newest = json.loads(capsys.readouterr().out)["headline"]["newest_month"]
    assert newest["first"]["value"] == 40.0
    assert (newest["second"], newest["company"]) == (None, None)


def test_the_battery_asks_about_the_date_of_adoption() -> None:
    """Fifteen months, rules after the sixth: everything can be checked, and the year has turned."""
    means = [60.0, 58.0, 61.0, 59.0, 60.0, 62.0, *[50.0, 48.0, 49.0] * 3]
    series = WaveSeries.from_arrays(
        n=[[60] * 15] * 2,
        mean=[means, means[::-1]],
        variance=[[300.0] * 15] * 2,
        headcount=[70, 70],
    )
    asked = rows([90] * 15)
    judged = judge(series, months_before=6)
    for question, outcome, split in (
        (Question.ADOPTION, judged.adoption[Series.OVERALL], 6),
        (Question.TREND, judged.trend[Series.OVERALL], None),
    ):
        found = {g.code: g for g in battery(series, outcome, (asked, asked), months_before=6)}
        memory, together = dependence_guards(series, question, months_before=split)
        assert State.NOT_CHECKED not in (memory.state, together.state)
        assert found[GuardCode.CARRY_OVER] == memory
        assert found[GuardCode.MOVES_AS_ONE] == together
        assert found[GuardCode.SEASON].state is State.CLEAR
        assert (GuardCode.PLACEBO in found) is (question is Question.ADOPTION)
