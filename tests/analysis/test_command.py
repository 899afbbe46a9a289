"""``python -m analysis``: the three formats, the vectors, and clear refusals."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.__main__ import main
from analysis.formats.tables import Reading, read
from analysis.formats.vectors import recomputed

REFERENCE = Path(__file__).parent / "reference"


def tallies(case: dict[str, Any], *, invited: bool = True) -> str:
    lines = ["wave,group,score,n,mean,variance" + (",invited" if invited else "")]
    for g, group in enumerate(("a", "b")):
        for t, n in enumerate(case["n"][g]):
            end = f",{case['headcount'][g]}" if invited else ""
            mean, variance = case["mean"][g][t], case["variance"][g][t]
            lines.extend(
                f"{t + 1},{group},{score},{n},{mean},{variance}{end}"
                for score in ("index", "respect")
            )
    return "\n".join(lines)


def run(path: Path, *options: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main([str(path), *options]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_tally_csv_and_json_give_the_reference_numbers(
    tmp_path: Path, vectors: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    case = vectors[1]
    table, document = tmp_path / "tallies.csv", tmp_path / "tallies.json"
    table.write_text(tallies(case), "utf-8")
    document.write_text(json.dumps({**case, "dimensions": {"respect": case}}), "utf-8")
    by_csv = run(table, "--months-before", "6", capsys=capsys)
    by_json = run(document, capsys=capsys)
    assert by_csv["groups"] == {"first": "a", "second": "b"}
    for found in (by_csv, by_json):
        overall = found["index"]["adoption"]["overall"]
        reference = case["expected"]["overall"]
        assert overall["change"]["value"] == pytest.approx(reference["mean_change"], abs=1e-6)
        assert found["dimensions"]["respect"]["adoption"]["overall"]["threshold"] == 0.993
        assert len(found["forecast"]["odds"]) == 12
        assert 0.0 <= found["change_point"]["probability"] <= 1.0
    assert by_csv["index"] == by_json["index"]


def test_answers_become_person_means(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(1)
    lines = ["wave,group,respondent,item,answer"]
    sheets: dict[tuple[int, str], list[float]] = {}
    for wave in range(1, 5):
        for group in ("north", "south"):
            for person in range(6):
                good, bad = rng.integers(1, 6, 2)
                lines.append(f"{wave},{group},{person},good,{good}")
                lines.append(f"{wave},{group},{person},bad,{bad}")
                score = (25.0 * (5 - good) + 25.0 * (bad - 1)) / 2.0
                sheets.setdefault((wave, group), []).append(score)
    reading = Reading(low=1.0, high=5.0, reverse=frozenset({"good"}))
    found = read("\n".join(lines), reading)
    for g, group in enumerate(("north", "south")):
        for wave in range(1, 5):
            scores = sheets[wave, group]
            assert found.survey.index.mean[g][wave - 1] == pytest.approx(np.mean(scores))
            variance = found.survey.index.variance[g][wave - 1]
            assert variance == pytest.approx(np.var(scores, ddof=1))
    path = tmp_path / "answers.csv"
    path.write_text("\n".join(lines), "utf-8")
    output = run(path, "--low", "1", "--high", "5", "--reverse", "good", capsys=capsys)
    assert output["index"]["headline"] == "trend"
    assert output["index"]["adoption"]["overall"] == {"reason": "no_adoption_date"}


def test_one_item_needs_no_respondents() -> None:
    lines = ["wave,group,item,answer", *("1,a,x,10", "1,a,x,20", "1,a,x,", "1,b,x,30")]
    found = read("\n".join(lines)).survey.index
    assert (found.n, found.mean[0]) == (((2,), (1,)), (15.0,))


def test_waves_may_be_months_or_numbered() -> None:
    lines = ["wave,group,n,mean,variance"]
    for month in ("2024-11", "2024-12", "2025-02"):
        lines += [f"{month},{group},9,50,100" for group in ("a", "b")]
    text = "\n".join(lines)
    assert read(text).survey.index.n[0] == (9, 9, None, 9)
    assert read(text, Reading(numbered=True)).survey.index.n[0] == (9, 9, 9)


def test_groups_may_be_chosen_and_turned() -> None:
    lines = ["wave,group,n,mean,variance"]
    lines += [f"1,{group},9,{mean},100" for group, mean in (("a", 10), ("b", 20), ("c", 30))]
    found = read("\n".join(lines), Reading(groups=("c", "a")))
    assert found.survey.index.mean == ((30.0,), (10.0,))
    assert found.groups == ("c", "a")


def test_a_withheld_cell_is_an_empty_one() -> None:
    text = "wave,group,n,mean,variance\n1,a,9,50,100\n1,b,,,\n2,a,9,50,100\n2,b,9,50,100"
    assert read(text).survey.index.n == ((9, 9), (None, 9))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("wave,group\n1,a", "needs the columns"),
        ("", "needs the columns"),
        ("wave,group,n,mean,variance\n1,a,9,50,100", "1 groups"),
        ("wave,group,n,mean,variance\n1,a,9,x,100\n1,b,9,50,100", "Line 2: 'x' is no number that"),
        ("wave,group,n,mean,variance\n1,a,9.5,50,100\n", "Line 2: '9.5' is no whole"),
        ("wave,group,n,mean,variance\nx,a,9,50,100\nx,b,9,50,100", "A wave is"),
        ("wave,group,n,mean,variance\n1,a,9,50,100\n1,a,9,50,100", "Line 3: this wave"),
        ("wave,group,n,mean,variance,score\n1,a,9,50,100,x\n1,b,9,50,100,x", "no index"),
        ("wave,group,item,answer\n1,a,x,101", "Line 2: the answer lies outside"),
        ("wave,group,item,answer\n1,a,x,1\n1,a,y,1\n1,b,x,1", "column respondent"),
        ("wave,group,item,answer,respondent\n1,a,x,1,p\n1,a,x,2,p", "Line 3: this person"),
        ('{"n": []}', "lacks mean, variance, headcount"),
        ("{", "Expecting"),
    ],
)
def test_unreadable_files(
    text: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "file"
    path.write_text(text, "utf-8")
    assert main([str(path)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err


def test_wrong_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none.csv")]) == 2
    path = tmp_path / "file"
    path.write_text("wave,group,n,mean,variance\n1,a,9,50,100\n1,b,9,50,100", "utf-8")
    for options, words in (
        (["--groups", "a"], "two names"),
        (["--groups", "a,z"], "no group called 'z'"),
        (["--low", "5", "--high", "1"], "below the high end"),
        (["--delta", "0"], "above 0"),
    ):
        assert main([str(path), *options]) == 2
        assert words in capsys.readouterr().err


def test_the_vectors_command(capsys: pytest.CaptureFixture[str]) -> None:
    path = REFERENCE / "statistics-vectors.json"
    assert main(["vectors", str(path)]) == 0
    found = json.loads(capsys.readouterr().out)
    stored = json.loads(path.read_text("utf-8"))
    assert found["note"] == stored["note"]
    for one, other in zip(found["cases"], stored["cases"], strict=True):
        assert one.keys() == other.keys()
        for name, numbers in other["expected"].items():
            assert one["expected"][name].keys() == numbers.keys()
            for key, value in numbers.items():
                assert one["expected"][name][key] == pytest.approx(value, abs=1e-6)


def test_broken_vectors() -> None:
    for content, words in (
        ({}, "list of cases"),
        ({"cases": [{"n": []}]}, "lacks mean"),
        (
            {
                "cases": [
                    {"n": [[], []], "mean": [[], []], "variance": [[], []], "headcount": [1, 1]}
                ]
            },
            "no usable month",
        ),
    ):
        with pytest.raises(ValueError, match=words):
            recomputed(content)


def test_an_answer_is_stretched_from_the_low_end() -> None:
    """1 .. 5: 1 is 0 points, 2 is 25, 5 is 100."""
    lines = ["wave,group,item,answer", "1,a,x,1", "1,b,x,2", "2,a,x,3", "2,b,x,5"]
    found = read("\n".join(lines), Reading(low=1.0, high=5.0)).survey.index
    assert found.mean == ((0.0, 50.0), (25.0, 100.0))


def test_dimensions_of_a_document() -> None:
    """Three tables are all that a dimension needs; one dimension that lacks some is refused."""
    table = {
        "n": [[9, 9], [9, 9]],
        "mean": [[50.0, 40.0], [60.0, 55.0]],
        "variance": [[400.0] * 2] * 2,
    }
    document = {**table, "headcount": [12, 12], "dimensions": {"respect": table}}
    found = read(json.dumps(document))
    assert found.survey.dimensions["respect"].mean == ((50.0, 40.0), (60.0, 55.0))
    assert found.groups == ("first", "second")
    named = read(json.dumps({**document, "groups": ["sales", "operations"]}))
    assert named.groups == ("sales", "operations")
    document["dimensions"] = {"respect": table, "honesty": {"n": table["n"]}}
    with pytest.raises(ValueError, match="Every dimension"):
        read(json.dumps(document))


def test_a_hundred_years_are_the_longest_calendar() -> None:
    def lines(last: int) -> str:
        head = "wave,group,n,mean,variance"
        return "\n".join([head, *(f"{w},{g},9,50,100" for w in (1, last) for g in ("a", "b"))])

    assert read(lines(1200)).survey.index.months == 1200
    with pytest.raises(ValueError, match="span 1201 months"):
        read(lines(1201))


def test_a_silent_group_has_no_heads() -> None:
    text = "wave,group,n,mean,variance\n1,a,9,50,100\n1,b,,,\n2,a,9,50,100\n2,b,,,"
    index = read(text).survey.index
    assert index.headcount[1] == 0.0
    assert index.headcount[0] > 1e9
