"""Evidence files: what is in them, and that no altered one gets in."""

import json

import pytest

from pulse.errors import PulseError
from pulse.ids import GROUP_CODES
from pulse.study.canonical import canonical, content_hash
from pulse.study.errors import (
    EvidenceAlteredError,
    EvidencePlanError,
    EvidenceSchemaError,
    NotEvidenceError,
)
from pulse.study.evidence import Consent, evidence_content, evidence_text
from pulse.study.evidence_file import read_evidence
from tests.factories.study import make_company_plan, make_evidence, make_report_content


@pytest.fixture(scope="module")
def report() -> dict[str, object]:
    return make_report_content(-9.0)


@pytest.fixture(scope="module")
def text(report: dict[str, object]) -> str:
    return make_evidence(-9.0, report=report)


def rewritten(text: str, **changes: object) -> bytes:
    """The file of a forger who computes the hash anew."""
    return evidence_text(json.loads(text)["content"] | changes).encode()


def test_what_a_file_holds(text: str) -> None:
    file = read_evidence(text.encode())
    content = file.content
    assert content["name"] is None
    assert content["head_count"] == "50 to 99"
    assert content["status"] == "complete"
    assert (content["months_before"], content["months_after"]) == (6, 6)
    change = content["estimate"]["change"]
    assert -11 < change["value"] < -6
    covariance = content["estimate"]["groups"]["covariance"]
    whole = (covariance[0][0] + 2 * covariance[0][1] + covariance[1][1]) / 4
    assert whole == pytest.approx(change["standard_error"] ** 2, rel=0.02)
    assert content["months"][0] == {"month": "2026-01", "index": 49.9, "standard_error": 2.0}
    assert len(content["adherence"]["rules"]) == 10


def test_no_count_of_people_leaves(text: str) -> None:
    """Counts are a band; neither 38, 41 nor 46 stands anywhere as a number."""
    numbers: list[object] = []

    def walk(value: object) -> None:
        if isinstance(value, dict):
            for each in value.values():
                walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)
        elif isinstance(value, int) and not isinstance(value, bool):
            numbers.append(value)

    walk(json.loads(text)["content"])
    assert not {38, 41, 46, 79, 92} & {int(one) for one in numbers if isinstance(one, int)}


def test_a_month_with_a_withheld_group_stays_withheld(report: dict[str, object]) -> None:
    """Nor can the hidden group be worked out: the company's value is not there either."""
    data = report["data"]
    assert isinstance(data, dict)
    kept = [
        row
        for row in data["tallies"]
        if not (row["wave"] == "2026-03" and row["group"] == GROUP_CODES[0])
    ]
    content = evidence_content(
        report | {"data": data | {"tallies": kept}},
        make_company_plan(),
        Consent(name=None, is_stopped=False),
        nonce="ab",
        is_simulated=True,
    )
    hidden = content["months"][2]
    assert hidden == {"month": "2026-03", "index": None, "standard_error": None}


def test_every_kind_of_edited_byte_is_refused(text: str) -> None:
    """Each class of place: braces, names, numbers, text, both hashes, spaces, ends."""
    raw = text.encode()
    places = {
        *range(0, len(raw), 97),
        0,
        1,
        len(raw) - 1,
        len(raw) - 2,
        *(raw.index(mark) for mark in (b'"value"', b'"plan_hash"', b'"content_hash"', b'"schema"')),
        *(raw.index(mark) + len(mark) + 3 for mark in (b'"plan_hash"', b'"content_hash"')),
        raw.index(b'"value":') + 9,
        raw.index(b'"months_after":') + 15,
        raw.index(b"pulse-evidence"),
    }
    accepted = []
    for place in sorted(places):
        for edit in (
            raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :],
            raw[:place] + raw[place + 1 :],
            raw[:place] + b" " + raw[place:],
        ):
            try:
                read_evidence(edit)
            except PulseError:
                continue
            accepted.append((place, edit[max(0, place - 9) : place + 9]))
    assert accepted == []
    assert read_evidence(raw).text == text


def test_an_edited_number_says_what_is_wrong(text: str) -> None:
    change = json.loads(text)["content"]["estimate"]["change"]["value"]
    with pytest.raises(EvidenceAlteredError, match="was altered after it was written"):
        read_evidence(text.replace(f'"value":{change}', '"value":-20.0').encode())
    with pytest.raises(EvidenceAlteredError):
        read_evidence(json.dumps(json.loads(text), indent=1).encode())


def test_planted_hole_would_be_seen(text: str) -> None:
    """Had the reader compared the parsed content only, an edited space would pass."""
    spaced = text.replace(",", ", ", 1)
    whole = json.loads(spaced)
    assert content_hash(whole["content"]) == whole["content_hash"]
    with pytest.raises(EvidenceAlteredError):
        read_evidence(spaced.encode())


def test_something_else(text: str) -> None:
    for raw in (b"", b"PK\x03\x04", b"{}", b'{"format":"pulse-plan-file"}'):
        with pytest.raises(NotEvidenceError):
            read_evidence(raw)
    with pytest.raises(EvidenceAlteredError):
        read_evidence(text.encode() + b"x" * 300_000)


@pytest.mark.parametrize(
    "changes",
    [
        {"months_before": 7},
        {"months": []},
        {"status": "great"},
        {"more": 1},
        {"name": ""},
        {"estimate": {"verdict": "improved"}},
        {"adherence": {"before": 1, "now": 400, "rules": []}},
        {"facts": [1]},
        {"adopted_on": "July"},
        {"guards": [{"code": 1, "state": "x"}]},
    ],
)
def test_impossible_contents_are_refused(text: str, changes: dict[str, object]) -> None:
    with pytest.raises(EvidenceSchemaError):
        read_evidence(rewritten(text, **changes))


def test_the_plan_has_to_be_older_than_the_start(text: str) -> None:
    with pytest.raises(EvidencePlanError):
        read_evidence(rewritten(text, adopted_on="2026-01-04"))
    with pytest.raises(EvidencePlanError):
        read_evidence(rewritten(text, plan_hash="0" * 64))
    plan = json.loads(text)["content"]["plan"] | {"smallest_change": 3}
    with pytest.raises(EvidencePlanError):
        read_evidence(rewritten(text, plan=plan, plan_hash=content_hash(plan)))


def test_another_version_is_refused(text: str) -> None:
    whole = json.loads(text) | {"schema": 2}
    with pytest.raises(EvidenceSchemaError, match="schema 2"):
        read_evidence((canonical(whole) + "\n").encode())
