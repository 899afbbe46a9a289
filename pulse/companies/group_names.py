"""Group names in both languages: comparing them kindly, and the Spanish forms after "de" and "a"."""

import unicodedata

ARTICLE = "el "
ARTICLES = frozenset({"the", "el", "la", "los", "las"})


def fold(text: str) -> str:
    """Return `text` for comparing: case-blind, accent-blind, marks and double spaces ignored.

    >>> fold(" Almacén - Central ")
    'almacen central'
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(
        symbol if symbol.isalnum() else " " for symbol in plain if not unicodedata.combining(symbol)
    )
    return " ".join(letters.split())


def fold_name(name: str) -> str:
    """Return a group's name for comparing: folded, without its article.

    >>> fold_name("el Almacén") == fold_name("ALMACEN")
    True
    """
    words = fold(name).split()
    return " ".join(words[1:] if len(words) > 1 and words[0] in ARTICLES else words)


def after_de(name: str) -> str:
    """Return the Spanish `name` after "de": "de" and the article "el" melt into "del".

    >>> after_de("Ventas"), after_de("el Almacén")
    ('de Ventas', 'del Almacén')
    """
    return f"del {name[len(ARTICLE) :]}" if _has_article(name) else f"de {name}"


def after_a(name: str) -> str:
    """Return the Spanish `name` after "a": "a" and the article "el" melt into "al".

    >>> after_a("Ventas"), after_a("el Almacén")
    ('a Ventas', 'al Almacén')
    """
    return f"al {name[len(ARTICLE) :]}" if _has_article(name) else f"a {name}"


def are_distinct(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Whether no name of one group can be taken for a name of the other."""
    return not {fold_name(name) for name in first} & {fold_name(name) for name in second}


def _has_article(name: str) -> bool:
    return name.lower().startswith(ARTICLE)
