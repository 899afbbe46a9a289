"""What each number in a download of the report is a sum over, for the auditor.

A download is read back from its bytes. Every number in it is then one of three:

* *mapped*: its place (a JSON path, a line and column of a table) says which released figures it
  rests on. The release must not withhold them, a cell's mean and count must be those of the release,
  and all of them together go to `bench.audit.differencing.audit`;
* *public*: no function of answers (a month, people invited, ballots counted, numbers of the books);
* neither: then `UnknownNumberError` is raised. A place that the tables below do not name is an error
  and not a gap, so that a column, a line or a key added tomorrow has to be mapped first.

Some figures are no sums over answers. Bands, shares of equal answers and ways of answering may stand
only where the release has them. What the model makes of several months is mapped to every index that
is released. That they are made of nothing else is shown by `tests/reports/downloads/test_download_twins.py`.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bench.audit.ballots import GROUPS
from bench.audit.differencing import Published
from bench.audit.released import NUMBER, OTHER, Released, UnknownNumberError, compare
from pulse.reports.figures.items import ITEM_NAMES
from pulse.study.evidence import BANDS

CODES = re.compile(r"\d{4}-\d\d(-\d\d)?|(APP|RSP|COM|HON|RU)\d+|\d+(\.\d+)*")
"""Strings of JSON in which digits are a name: a day, a question, the version of the rule."""

Maker = Callable[[Released, re.Match[str]], Sequence[Published]]
_GROUP = rf"(?P<g>{'|'.join(GROUPS)})"
_CELL = r"(value|standard_error|low|high|n)"
_OUTCOME = r"((change|before|now)/(value|standard_error|low|high)|p_\w+)"
PUBLIC: tuple[str, ...] = (
    r"schema|rule_version|months_before|waves_seen|months_seen|minimum_cell_size|delta|least_months",
    rf"waves/\d+/cells/{_GROUP}/(n_invited|n_counted|rate)",
    rf"quality/{_GROUP}/(n_invited|n_counted|rate|baseline_rate)",
    r"(overall|trend|groups/\w+)/(threshold|months_before|months_after)",
    r"figures/facts/series/\w+/\d+",
    r"figures/rules/rules/\d+/rule",
    r"guards/\d+/limit",
    r"answers/alike_in",
)
FINDINGS: tuple[tuple[str, Maker], ...] = (
    (rf"waves/(?P<w>\d+)/cells/{_GROUP}/{_CELL}", lambda r, m: r.index(int(m["w"]), m["g"])),
    (
        rf"dimensions/(?P<d>\w+)/{_GROUP}/{_CELL}",
        lambda r, m: [r.waves[-1].dimension(m["g"], m["d"])],
    ),
    # Of this month alone or of several: beside a hidden group neither may stand there.
    (r"level/(value|standard_error|low|high)", lambda r, _m: r.company()),
    (rf"(overall|trend)/{_OUTCOME}", lambda r, _m: r.series()),
    (rf"groups/{_GROUP}/{_OUTCOME}", lambda r, m: r.series(m["g"])),
    (r"guards/\d+/value", lambda r, _m: r.series()),
    (r"figures/outlook/(even|chances/\d+)", lambda r, _m: r.series()),
    (
        rf"figures/items/{_GROUP}/(?P<i>\d+)/bands/\d",
        lambda r, m: r.item(-1, m["g"], list(ITEM_NAMES)[int(m["i"])]),
    ),
    (
        rf"figures/gap/{_GROUP}/guess/(value|low|high|n)",
        lambda r, m: r.item(-1, m["g"], "META"),
    ),
    (
        rf"figures/gap/{_GROUP}/answer/(value|low|high|n)",
        lambda r, m: r.item(-1, OTHER[m["g"]], "RSP1"),
    ),
    (
        r"figures/rules/rules/(?P<i>\d+)/(before|now)/(value|low|high)",
        lambda r, m: r.rule(int(m["i"]) + 1, 0),
    ),
    (
        r"figures/rules/rules/(?P<i>\d+)/others_change",
        lambda r, m: r.rule(int(m["i"]) + 1, 2),
    ),
    (
        r"figures/rules/(before|now)/(value|low|high)",
        lambda r, _m: r.rules(),
    ),
    (rf"quality/{_GROUP}/n", lambda r, m: r.index(-1, m["g"])),
    (rf"quality/{_GROUP}/(same_answer|no_contact)", lambda r, m: r.counts(-1, m["g"], "quality")),
    (rf"quality/{_GROUP}/(?P<p>modes|languages)/\w+", lambda r, m: r.counts(-1, m["g"], m["p"])),
    (rf"quality/{_GROUP}/halves", lambda r, m: r.halves(m["g"])),
)
# Bands and counts are no sums; some guards judge what is public.
MAY_BE_NO_SUM = re.compile(r"guards/|quality/|figures/items/|figures/gap/")


def leaves(value: object, path: str = "") -> Iterator[tuple[str, float | int | str]]:
    """Yield each number of a JSON value with its path; strings where digits stand in them."""
    children: Iterator[tuple[Any, Any]] = iter(())
    if isinstance(value, Mapping):
        children = iter(value.items())
    elif isinstance(value, list):
        children = iter(enumerate(value))
    elif isinstance(value, str):
        if NUMBER.search(value):
            yield path, value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path, value
    for name, child in children:
        yield from leaves(child, f"{path}/{name}" if path else str(name))


def in_findings(body: bytes, released: Released) -> list[Published]:
    """Say of each number of findings.json what it rests on."""
    found: list[Published] = []
    for path, value in leaves(json.loads(body)):
        if isinstance(value, str):
            if not CODES.fullmatch(value):
                raise UnknownNumberError(f"findings.json {path}: {value!r}")
        elif not any(re.fullmatch(pattern, path) for pattern in PUBLIC):
            found += _of_path(path, value, released)
    return found


def _of_path(path: str, value: float, released: Released) -> Sequence[Published]:
    for pattern, maker in FINDINGS:
        if match := re.fullmatch(pattern, path):
            if path.startswith(("waves", "dimensions")):
                compare(f"findings.json {path}", value, _cell_of(match, released), path)
            found = maker(released, match)
            if not found and not MAY_BE_NO_SUM.match(path):
                raise UnknownNumberError(f"findings.json {path}: rests on nothing released")
            return found
    raise UnknownNumberError(f"findings.json {path}: {value}")


def _cell_of(match: re.Match[str], released: Released) -> Mapping[str, Any]:
    named = match.groupdict()
    if "w" in named:
        index: Mapping[str, Any] = released.cell(int(named["w"]), named["g"])["index"]
        return index
    dimension: Mapping[str, Any] = released.cell(-1, named["g"])["dimensions"][named["d"]]
    return dimension


# --- the evidence file ----------------------------------------------------------------------------

_LEVEL = r"adherence/rules/(?P<i>\d+)"
# Days, hashes, the plan as it was frozen beforehand, and people in bands of five points.
EVIDENCE_PUBLIC = (
    r"schema|content_hash|content/(plan/.*|plan_hash|nonce|name|rule_version|report_month|adopted_on)",
    r"content/(months_before|months_after|response/(before|now)|events/\d+/after)",
    r"content/(months/\d+/month|adherence/rules/\d+/rule|head_count)",
)
HEAD_COUNTS = frozenset(f"{low} to {high}" if high else f"{low} or more" for low, high in BANDS)
EVIDENCE: tuple[tuple[str, Maker], ...] = (
    (r"months/(?P<w>\d+)/(index|standard_error)", lambda r, m: r.company(int(m["w"]))),
    (r"estimate/(change|groups)/.*", lambda r, _m: r.series()),
    (rf"{_LEVEL}/(before|now)", lambda r, m: r.rule(int(m["i"]) + 1, 0)),
    (rf"{_LEVEL}/others_change", lambda r, m: r.rule(int(m["i"]) + 1, 2)),
    (r"adherence/(before|now)", lambda r, _m: r.rules()),
)


def in_evidence(body: bytes, released: Released) -> list[Published]:
    """Say of each number of an evidence file what it rests on.

    The surveys of the company are taken to stand in every month.
    """
    found: list[Published] = []
    for path, value in leaves(json.loads(body)):
        if any(re.fullmatch(pattern, path) for pattern in EVIDENCE_PUBLIC):
            if path.endswith("head_count") and value not in HEAD_COUNTS:
                raise UnknownNumberError(f"evidence {path}: {value!r} is no band")
            continue
        for pattern, maker in EVIDENCE:
            if match := re.fullmatch(f"content/{pattern}", path):
                figures = maker(released, match)
                break
        else:
            figures = []
        if not figures:
            raise UnknownNumberError(f"evidence {path}: {value!r} rests on nothing released")
        found += figures
    return found
