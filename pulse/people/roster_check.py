"""Rows of a file and people on the list in, a plan out. Pure: no file, no database."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pulse.accounts.email_address import LONGEST as LONGEST_EMAIL
from pulse.accounts.email_address import is_address, same_mailbox
from pulse.companies.group_names import fold, fold_name
from pulse.people.roster_file import RosterLine, RosterTable

LONGEST_ID = 60
LONGEST_NAME = 120
LANGUAGES = {
    "en": frozenset({"en", "eng", "english", "ingles"}),
    "es": frozenset({"es", "spa", "esp", "spanish", "espanol", "castellano"}),
}
_REGIONAL = re.compile(r"(en|es) (?:[a-z]{2}|\d{3})")
SENTENCES = {
    "line break": (
        "A quotation mark makes one line of the lines %(first)s to %(last)s. "
        "Correct it, otherwise the people in between are missing."
    ),
    "id missing": "The id is missing.",
    "id too long": "The id is longer than 60 characters.",
    "id twice": "The id “%(id)s” was already used in line %(line)s.",
    "sign": "“%(value)s” holds a sign that cannot be printed.",
    "group missing": "The group is missing.",
    "group unknown": "The group “%(value)s” is unknown. Use %(first)s or %(second)s.",
    "language unknown": "The language “%(value)s” is unknown. Use en or es.",
    "email wrong": "“%(value)s” is not an e-mail address.",
    "email too long": "The e-mail address is longer than 254 characters.",
    "email twice": "The e-mail address %(value)s was already used in line %(line)s.",
    "email of other": (
        "The e-mail address %(value)s belongs to the person with the id “%(id)s”, "
        "whom this file does not change."
    ),
    "name too long": "The name is longer than 120 characters.",
}


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why a line cannot be taken: a key of `SENTENCES` and its parameters."""

    kind: str
    params: Mapping[str, str | int]


@dataclass(frozen=True, kw_only=True)
class BadLine:
    """A line that is left out, with every reason."""

    line: RosterLine
    problems: tuple[Problem, ...]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What the list holds, or shall hold, about one person."""

    roster_id: str
    group_code: str
    language: str
    email: str | None
    name: str | None
    is_active: bool = True


@dataclass(frozen=True, kw_only=True)
class GroupNames:
    """The codes and names under which a roster may name the groups: folded name -> code."""

    codes: Mapping[str, str]
    first: str
    second: str


@dataclass(frozen=True, kw_only=True)
class RosterPlan:
    """What an import would do."""

    new: tuple[Entry, ...]
    changed: tuple[Entry, ...]
    unchanged: tuple[Entry, ...]
    absent: tuple[Entry, ...]
    bad_lines: tuple[BadLine, ...]

    @property
    def n_good(self) -> int:
        """How many lines can be imported."""
        return len(self.new) + len(self.changed) + len(self.unchanged)

    @property
    def fingerprint(self) -> str:
        """A digest of all that the import would write: equal plans, equal digests."""
        content = repr((self.new, self.changed, [person.roster_id for person in self.absent]))
        return hashlib.sha256(content.encode()).hexdigest()[:32]


def name_groups(names: Mapping[str, Sequence[str]], first: str, second: str) -> GroupNames:
    """Return the lookup for `names` (code -> names); `first` and `second` are for sentences."""
    codes = {fold_name(name): code for code, own in names.items() for name in (*own, code)}
    return GroupNames(codes=codes, first=first, second=second)


def check_roster(
    table: RosterTable, present: Mapping[str, Entry], *, groups: GroupNames, language: str
) -> RosterPlan:
    """Return what importing `table` would do to the people `present` (by roster id).

    Parameters
    ----------
    present
        Everybody on the list, active or not.
    language
        For people whose line names none.

    Notes
    -----
    A column that the file does not have leaves what is known untouched. A person whose line is
    faulty is neither changed nor absent.
    """
    lines = [_tidy(line) for line in table.lines]
    problems = _problems_within(lines, groups)
    good = {line.roster_id: line for line, found in zip(lines, problems, strict=True) if not found}
    taken = _problems_with(present, good)
    bad_lines = tuple(
        BadLine(line=line, problems=tuple(found) or (taken[line.roster_id],))
        for line, found in zip(lines, problems, strict=True)
        if found or line.roster_id in taken
    )
    entries = [
        _entry(line, present.get(roster_id), table.has_columns, groups, language)
        for roster_id, line in good.items()
        if roster_id not in taken
    ]
    named = {line.roster_id for line in lines}
    return RosterPlan(
        new=tuple(entry for entry in entries if entry.roster_id not in present),
        changed=tuple(
            entry
            for entry in entries
            if entry.roster_id in present and entry != present[entry.roster_id]
        ),
        unchanged=tuple(entry for entry in entries if entry == present.get(entry.roster_id)),
        absent=tuple(
            entry for entry in present.values() if entry.is_active and entry.roster_id not in named
        ),
        bad_lines=bad_lines,
    )


def _tidy(line: RosterLine) -> RosterLine:
    return replace(
        line,
        roster_id=_tidy_text(line.roster_id),
        group=_tidy_text(line.group),
        language=_tidy_text(line.language),
        email=_tidy_text(line.email),
        name=_tidy_text(line.name),
    )


def _tidy_text(text: str) -> str:
    """Return `text` composed, without invisible signs, with single plain spaces."""
    composed = unicodedata.normalize("NFC", text)
    visible = "".join(sign for sign in composed if unicodedata.category(sign) != "Cf")
    return " ".join(visible.split())


def _problems_within(lines: Sequence[RosterLine], groups: GroupNames) -> list[list[Problem]]:
    first_ids: dict[str, RosterLine] = {}
    first_emails: dict[str, RosterLine] = {}
    return [
        [
            *_problems_of_id(line, first_ids),
            *_problems_of_cells(line, groups),
            *_problems_of_email(line, first_emails),
        ]
        for line in lines
    ]


def _problems_of_id(line: RosterLine, first_ids: dict[str, RosterLine]) -> list[Problem]:
    if not line.roster_id:
        return [_problem("id missing")]
    if len(line.roster_id) > LONGEST_ID:
        return [_problem("id too long")]
    earlier = first_ids.setdefault(line.roster_id, line)
    if earlier is not line:
        return [_problem("id twice", id=_printable(line.roster_id), line=earlier.number)]
    return []


def _problems_of_cells(line: RosterLine, groups: GroupNames) -> list[Problem]:
    found: list[Problem] = []
    if line.last_number > line.number:
        found.append(_problem("line break", first=line.number, last=line.last_number))
    found.extend(
        _problem("sign", value=_printable(text))
        for text in (line.roster_id, line.name)
        if not text.isprintable()
    )
    if not line.group:
        found.append(_problem("group missing"))
    elif fold_name(line.group) not in groups.codes:
        value = _printable(line.group)
        found.append(
            _problem("group unknown", value=value, first=groups.first, second=groups.second)
        )
    if line.language and _language(line.language) is None:
        found.append(_problem("language unknown", value=_printable(line.language)))
    if len(line.name) > LONGEST_NAME:
        found.append(_problem("name too long"))
    return found


def _problems_of_email(line: RosterLine, first_emails: dict[str, RosterLine]) -> list[Problem]:
    if not line.email:
        return []
    if len(line.email) > LONGEST_EMAIL:
        return [_problem("email too long")]
    if not is_address(line.email):
        return [_problem("email wrong", value=_printable(line.email))]
    earlier = first_emails.setdefault(same_mailbox(line.email), line)
    if earlier is line or earlier.roster_id == line.roster_id:  # the id's own problem says it
        return []
    return [_problem("email twice", value=line.email, line=earlier.number)]


def _problems_with(
    present: Mapping[str, Entry], good: Mapping[str, RosterLine]
) -> dict[str, Problem]:
    """Return roster id -> problem where an address stays with somebody whom the file leaves alone.

    Refusing a line leaves its person alone too, who may then keep an address in turn: hence the
    loop, which ends since each round refuses at least one more line.
    """
    taken: dict[str, Problem] = {}
    while True:
        owners = {
            same_mailbox(entry.email): entry.roster_id
            for entry in present.values()
            if entry.is_active
            and entry.email
            and (entry.roster_id not in good or entry.roster_id in taken)
        }
        found = {
            roster_id: _problem("email of other", value=line.email, id=owner)
            for roster_id, line in good.items()
            if roster_id not in taken
            and (owner := owners.get(same_mailbox(line.email))) not in {None, roster_id}
        }
        if not found:
            return taken
        taken |= found


def _entry(
    line: RosterLine,
    known: Entry | None,
    has_columns: Sequence[str],
    groups: GroupNames,
    language: str,
) -> Entry:
    entry = Entry(
        roster_id=line.roster_id,
        group_code=groups.codes[fold_name(line.group)],
        language=_language(line.language) or language,
        email=line.email or None,
        name=line.name or None,
    )
    if known is None:
        return entry
    return replace(
        entry,
        language=entry.language if "language" in has_columns else known.language,
        email=entry.email if "e-mail" in has_columns else known.email,
        name=entry.name if "name" in has_columns else known.name,
    )


def _language(text: str) -> str | None:
    """Return "en" or "es" for a code, a regional code or a name of the language.

    >>> _language("Español"), _language("en-GB"), _language("Klingon")
    ('es', 'en', None)
    """
    folded = fold(text)
    regional = _REGIONAL.fullmatch(folded)
    if regional:
        return regional[1]
    return next((code for code, known in LANGUAGES.items() if folded in known), None)


def _problem(kind: str, **params: str | int) -> Problem:
    return Problem(kind=kind, params=params)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def _printable(text: str) -> str:
    return _short("".join(sign if sign.isprintable() else "�" for sign in text))
