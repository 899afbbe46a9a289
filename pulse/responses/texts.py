"""Every sentence that the survey page may show, in the one order in which it needs them.

{fields} are filled by the page or by its script. The Spanish stands in translations/es/respond.po.
"""

from pulse.i18n import translate

TEXTS = {
    "title": "How do {own} and {other} work together?",
    "anonymous": "This survey is anonymous.",
    "no_name": ("We do not ask your name. We do not store who you are with your answers."),
    "duration": "It takes about 2 minutes. You can skip any question.",
    "minimum": "Results are shown only for groups of {k} or more.",
    "start": "Start",
    "back": "Back",
    "next": "Next",
    "send": "Send my answers",
    "language": "Language",
    "progress": "Question {n} of {total}",
    "last_step": "Last step",
    "survey": "Survey",
    "error": "Error:",
    "problem": "There is a problem",
    "code_title": "Type the code from your slip",
    "code_label": "Code",
    "code_hint": "11 letters and numbers, for example 4K7M-2QXD-9TC. Small letters are fine.",
    "group_title": "Which group are you in?",
    "group_hint": "This browser keeps ballots of both groups.",
    "elsewhere": (
        "Did you take your ballot from a mail? It is kept in the browser where you pressed the "
        "button. Open this page there, on the same device. Nobody can make a second one. Is that "
        "device gone? Ask for a paper slip."
    ),
    "code_mistyped": "This code has a typing mistake. Compare it with your slip.",
    "code_missing": "Type the code from your slip, or open the link from your mail again.",
    "code_unknown": "We do not know this code. Compare it with your slip or open your link again.",
    "code_used": "This code was used already. Each code works once. Thank you for your answers.",
    "slips_used_up": (
        "All slips of your group were used. Please tell the people who gave you this slip."
    ),
    "code_personal": (
        "This code is from a mail. Here you need a paper slip, because others can look on. "
        "Open the link from your mail on your own phone."
    ),
    "erase": "Erase",
    "comment_hint": "Up to {limit} letters. Shown only when 10 or more people answer.",
    "comment_long": "Your comment is too long. Make it {excess} letters shorter.",
    "nothing": "Answer at least one question before you finish.",
    "sending": "One moment. We are sending your answers.",
    "retrying": "The connection is slow. We are still trying.",
    "unreachable": (
        "We could not send your answers. They are still on this page. Check the connection and "
        "press Send again."
    ),
    "busy": "Too many people are sending now. Wait one minute and press Send again.",
    "refused": "Something is wrong on our side. Please tell the people who sent you this survey.",
    "saved": "Thank you. Your answers are saved.",
    "close_page": "You can close this page now.",
    "results": "Results: after {date}. Place: {place}.",
    "closed_title": "This survey is closed",
    "closed": "It takes no more answers. Thank you for your time.",
    "number": "Safety number:",
    "number_hint": "It must be the same as on the poster.",
    "number_changed": "This page or its dates changed after the poster. The keys are the same.",
    "keys_title": "This page may not be safe",
    "keys_differ": (
        "The keys of this page are not the public ones. We sent nothing. Please tell the people who "
        "speak for the staff."
    ),
    "insecure_title": "This page is not safe yet",
    "insecure": (
        "Your browser can protect your answers only on an address that begins with https. "
        "Please ask for the right address, or for a paper slip."
    ),
}
LAST_CLOSED = "The last survey closed on %(date)s."
NEXT_OPENS = "The next survey opens on %(date)s."
NOTHING_TO_DO = "Thank you for coming. You need to do nothing now."


def page_texts(language: str, **values: object) -> dict[str, str]:
    """Return all texts in `language`; the fields named in `values` are filled, others remain."""
    texts = {key: translate(language, message) for key, message in TEXTS.items()}
    for name, value in values.items():
        field = "{" + name + "}"
        texts = {key: text.replace(field, str(value)) for key, text in texts.items()}
    return texts
