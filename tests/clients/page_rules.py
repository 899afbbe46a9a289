"""What every page keeps. Pure: a tree and headers in, a list of broken rules out."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from pulse.i18n import LANGUAGES
from tests.clients.page_tree import Element

FIELDS = ("input", "select", "textarea")
UNLABELLED = {"hidden", "submit", "button", "reset", "image"}
LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src"}


def broken_rules(page: Element, headers: Mapping[str, str], *, needs_token: bool) -> list[str]:
    """Return what is wrong with the page, one sentence each; nothing when all is well.

    `needs_token`: whether forms that post must carry a CSRF token (not on the respond surface,
    which has no cookie that could be ridden on).
    """
    found = [sentence for rule in RULES for sentence in rule(page)]
    found += list(_policy(headers))
    return found + (list(_tokens(page)) if needs_token else [])


def _heading_and_title(page: Element) -> Iterator[str]:
    headings = [heading.text for heading in page.all("h1")]
    if len(headings) != 1 or not headings[0]:
        yield f"a page has exactly one h1 with words, this one has {headings}"
        return
    titles = [title.text for title in page.all("title") if _is_in(title, "head")]
    if len(titles) != 1 or not titles[0].removeprefix("Error: ").startswith(headings[0]):
        yield f"the title {titles} does not begin with the h1 {headings[0]!r}"


def _language(page: Element) -> Iterator[str]:
    languages = [html.get("lang") for html in page.all("html")]
    if len(languages) != 1 or languages[0] not in LANGUAGES:
        yield f"html has lang {languages}"


def _ids(page: Element) -> Iterator[str]:
    counts = Counter(element.get("id") for element in page.all() if "id" in element.attributes)
    yield from (f"the id {name!r} stands {n} times" for name, n in counts.items() if n > 1)
    for element in page.all():
        for attribute in ("aria-describedby", "aria-labelledby", "for"):
            missing = set(element.get(attribute).split()) - set(counts)
            yield from (
                f"{attribute} names {name!r}, which is not here" for name in sorted(missing)
            )
        target = element.get("href")
        if target.startswith("#") and target[1:] and target[1:] not in counts:
            yield f"a link leads to {target}, which is not here"


def _forms(page: Element) -> Iterator[str]:
    for form in page.all("form"):
        if not form.get("action"):
            yield "a form has no action"


def _tokens(page: Element) -> Iterator[str]:
    for form in page.all("form"):
        names = {item.get("name") for item in form.all("input") if item.get("value")}
        if form.get("method").lower() == "post" and "csrf_token" not in names:
            yield f"the form to {form.get('action')} has no CSRF token"


def _labels(page: Element) -> Iterator[str]:
    targets = {label.get("for") for label in page.all("label") if label.text} - {""}
    for item in page.all(*FIELDS):
        if item.get("type").lower() in UNLABELLED:
            continue
        is_named = (
            item.get("id") in targets or item.get("aria-label") or item.get("aria-labelledby")
        )
        if not is_named and not any(above.tag == "label" for above in item.ancestors()):
            yield f"the field {item.get('name') or item.get('id')!r} has no label"
    for button in page.all("button"):
        if not (button.text or button.get("aria-label")):
            yield "a button has no words"


def _pictures(page: Element) -> Iterator[str]:
    for image in page.all("img"):
        if "alt" not in image.attributes:
            yield f"the picture {image.get('src')!r} has no alt text"
    for drawing in page.all("svg"):
        is_named = drawing.get("aria-label") or drawing.get("aria-labelledby")
        if not is_named and drawing.get("aria-hidden") != "true":
            yield "a drawing has neither aria-label nor aria-hidden"


def _inline_code(page: Element) -> Iterator[str]:
    for element in page.all():
        if "style" in element.attributes and not _is_in(element, "svg"):
            yield f"<{element.tag}> has an inline style"
        handlers = [name for name in element.attributes if name.startswith("on")]
        yield from (f"<{element.tag}> has the inline handler {name}" for name in handlers)
        if element.get("href").lower().startswith("javascript:"):
            yield "a link runs a script"
    for script in page.all("script"):
        if "src" not in script.attributes and script.get("type") != "application/json":
            yield "a script stands in the page"
    for _style in page.all("style"):
        yield "a style sheet stands in the page"


def _third_parties(page: Element) -> Iterator[str]:
    for element in page.all(*LOADED):
        address = element.get(LOADED[element.tag])
        if "//" in address.split("?")[0]:
            yield f"<{element.tag}> loads from elsewhere: {address}"


def _policy(headers: Mapping[str, str]) -> Iterator[str]:
    policy = headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy or "unsafe" in policy:
        yield f"the content security policy is {policy!r}"


def _is_in(element: Element, tag: str) -> bool:
    return element.tag == tag or any(above.tag == tag for above in element.ancestors())


RULES: tuple[Callable[[Element], Iterator[str]], ...] = (
    _heading_and_title,
    _language,
    _ids,
    _forms,
    _labels,
    _pictures,
    _inline_code,
    _third_parties,
)
