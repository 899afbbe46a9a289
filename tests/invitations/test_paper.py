"""A7: the printed slips can be scanned and read, and tell nothing else. E6-E8."""

import datetime as dt
import re
import uuid
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from pulse import typesetting
from pulse.facts.queries import ActionView
from pulse.i18n import is_translated
from pulse.invitations.channels import paper, slips
from pulse.invitations.channels.paper import (
    ACTION_TEXTS,
    DIGEST_TEXT,
    POSTER_TEXTS,
    SLIP_TEXTS,
    SlipPrint,
)
from pulse.invitations.codes import SLIP, code_for, written
from pulse.typesetting import TypesettingError
from tests.factories.companies import OPERATIONS, make_company
from tests.invitations.printed import problems, read_print

CODES = [code_for(bytes(32), uuid.UUID(int=number), "second", SLIP) for number in range(25)]
URL = "https://pulse.example.com/s/4kq7x"
NAMES = ["Ana Ruiz", "ana@example.com", "@"]
CODE = r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{3}"


@pytest.fixture
def wanted(session: Session) -> SlipPrint:
    return SlipPrint(
        company=make_company(session, name="Example Works"),
        group_code="second",
        codes=CODES,
        survey_url=URL,
        closes_on=dt.date(2026, 11, 27),
    )


def test_every_code_is_scanned_and_nothing_else_told(wanted: SlipPrint) -> None:
    pdf = paper.slips_pdf(wanted)
    printed = read_print(pdf)
    assert problems(printed, NAMES) == []
    assert sorted(printed.codes) == sorted(map(written, CODES))
    assert sorted(printed.scanned) == sorted(f"{URL}#{code}" for code in CODES)
    assert printed.qr_texts[0] == (URL,)
    assert [len(codes) for codes in printed.qr_texts] == [1, 8, 8, 8, 1]
    assert set(printed.sizes_mm) == {(210, 297)}
    # What is left of a sheet without its codes is the same on all, so nothing numbers the slips.
    sheets = {re.sub(CODE, "CODE", text) for text in printed.page_texts[1:-1]}
    assert len(sheets) == 1
    assert set(re.findall(r"\d+", sheets.pop())) == {"2", "27", "2026", "4", "7"}


def test_the_file_does_not_say_when_or_by_whom(wanted: SlipPrint) -> None:
    pdf = paper.slips_pdf(wanted)
    assert set(read_print(pdf).metadata) <= {"Title", "Creator"}
    assert read_print(pdf).metadata["Title"] == "Pulse"
    for trace in (b"CreationDate", b"ModDate", b"CreateDate", b"ModifyDate", b"/Author"):
        assert trace not in pdf
    assert not [code for code in CODES if code.encode() in pdf or written(code).encode() in pdf]


def test_each_print_has_an_order_of_its_own(wanted: SlipPrint) -> None:
    one, other = (read_print(paper.slips_pdf(wanted), dpi=20).codes for _print in range(2))
    assert sorted(one) == sorted(other)
    assert one != other  # 25! orders


def test_letter_paper(wanted: SlipPrint) -> None:
    printed = read_print(paper.slips_pdf(replace(wanted, paper="letter")))
    assert set(printed.sizes_mm) == {(216, 279)}
    assert problems(printed, NAMES) == []


def test_both_languages_on_poster_and_slip(wanted: SlipPrint) -> None:
    poster, first, *_rest = (
        " ".join(text.split()) for text in read_print(paper.slips_pdf(wanted), dpi=20).page_texts
    )
    for sentence in (
        "How do Sales and Operations work together?",
        "¿Cómo trabajan juntos Ventas y Operaciones?",
        "Until November 27, 2026",
        "Hasta el 27 de noviembre de 2026",
        "groups of 5 or more.",
        "grupos de 5 personas o más.",
        "Check it yourself",
        "pulse.example.com/s/4kq7x",
        "Results: the notice board.",
        "Example Works",
    ):
        assert sentence in poster
    for sentence in (
        "Take any slip from the box. It works once. Until November 27, 2026.",
        "Tome cualquier papel de la caja. Sirve una vez. Hasta el 27 de noviembre de 2026.",
        "Operations / Operaciones",
        "Example Works",
    ):
        assert first.count(sentence) == 8


def test_all_sentences_have_spanish() -> None:
    sentences = [*SLIP_TEXTS.values(), *POSTER_TEXTS.values(), *ACTION_TEXTS.values(), DIGEST_TEXT]
    assert [text for text in sentences if not is_translated("es", text)] == []


def test_the_notice_s_digest_stands_on_poster_and_slips(wanted: SlipPrint) -> None:
    digest = "0f3c 9a1e 24bd 7788 5566 0011 ffee ab12"
    with_digest = replace(wanted, notice_digest=digest, codes=CODES[:8])
    printed = read_print(paper.slips_pdf(with_digest))
    poster, sheet = (" ".join(text.split()) for text in printed.page_texts)
    assert poster.count(digest) == 2
    assert "must show this safety number" in poster
    assert sheet.count(digest) == 8
    assert printed.qr_texts[0] == (f"{URL}#{digest.replace(' ', '')}",)
    assert problems(printed, NAMES) == []
    assert "safety number" not in read_print(paper.slips_pdf(wanted), dpi=20).text


def test_what_was_done_stands_on_poster_and_slips(wanted: SlipPrint) -> None:
    """The slips shorten it; the longest that the form takes stays inside both."""
    action = ActionView(
        month=dt.date(2026, 10, 1),
        said={"en": "Changes came too late", "es": "Los cambios llegaban tarde"},
        did={"en": "One board for all changes, read at ten", "es": "Un tablero para los cambios"},
    )
    printed = read_print(paper.slips_pdf(replace(wanted, action=action, codes=CODES[:8])), dpi=20)
    poster, sheet = (" ".join(text.split()) for text in printed.page_texts)
    for sentence in (
        "You said: Changes came too late We did: One board for all changes, read at ten",
        "Ustedes dijeron: Los cambios llegaban tarde",
    ):
        assert sentence in poster
    assert sheet.count("We did: One board for all changes, read at ten") == 8
    assert "You said" not in sheet
    long = dict.fromkeys(("en", "es"), "lorem ipsum " * 25)
    longest = replace(wanted, action=replace(action, said=long, did=long), codes=CODES[:8])
    printed = read_print(paper.slips_pdf(longest))
    assert problems(printed, NAMES) == []
    assert len(printed.page_texts) == 2
    assert printed.page_texts[1].count("…") == 16


def test_long_names_stay_on_their_slips(session: Session) -> None:
    """The longest names that the settings take, and an address of 70 letters."""
    wanted = SlipPrint(
        company=make_company(
            session,
            name="Manufacturas " * 9,
            second=replace(OPERATIONS, name_en="W" * 40, name_es="Expediciones " * 3),
        ),
        group_code="second",
        codes=CODES[:16],
        survey_url=f"https://{'encuestas.' * 6}com/s/4kq7x",
        closes_on=dt.date(2026, 9, 30),
        notice_digest="0f3c 9a1e 24bd 7788 5566 0011 ffee ab12",
    )
    printed = read_print(paper.slips_pdf(wanted))
    assert len(printed.page_texts) == 3
    assert problems(printed, NAMES) == []


# --- Planted faults: each is found ---


class Unshuffled:
    """Chance that leaves everything in its place."""

    def shuffle(self, codes: list[str]) -> None:
        codes.sort()


def test_planted_order_is_found(wanted: SlipPrint, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slips.secrets, "SystemRandom", Unshuffled)
    printed = read_print(paper.slips_pdf(wanted), dpi=20)
    assert "the slips are sorted" in problems(printed, NAMES)


def test_planted_name_is_found(wanted: SlipPrint) -> None:
    company = replace(wanted.company, name="Example Works (Ana Ruiz)")
    printed = read_print(paper.slips_pdf(replace(wanted, company=company, codes=CODES[:8])))
    assert problems(printed, NAMES) == ["the text names 'Ana Ruiz'"]


def test_planted_twin_is_found(wanted: SlipPrint) -> None:
    printed = read_print(paper.slips_pdf(replace(wanted, codes=[*CODES[:7], CODES[0]])))
    assert problems(printed, NAMES) == ["two slips are alike"]


def test_planted_small_qr_codes_are_found(
    wanted: SlipPrint, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    templates = tmp_path_factory.mktemp("templates")
    source = (typesetting.resource("templates") / "print" / "slips.typ").read_text()
    (templates / "print").mkdir()
    small = source.replace("qr(slip.qr, qr-side)", "qr(slip.qr, 8mm)")
    assert small != source
    (templates / "print" / "slips.typ").write_text(small)
    monkeypatch.setattr(typesetting, "resource", lambda _name: templates)
    printed = read_print(paper.slips_pdf(replace(wanted, codes=CODES[:8])))
    assert [problem for problem in problems(printed, NAMES) if "can be read" in problem]


def test_a_coarser_look_would_not_pass(wanted: SlipPrint) -> None:
    """The reader has no powers of its own: below what a phone sees it fails too."""
    pdf = paper.slips_pdf(replace(wanted, codes=CODES[:8]))
    assert "0 of 8 QR codes can be read" in problems(read_print(pdf, dpi=25), NAMES)


def test_a_faulty_template_is_an_error_without_the_codes(
    wanted: SlipPrint, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    templates = tmp_path_factory.mktemp("faulty")
    (templates / "print").mkdir()
    (templates / "print" / "slips.typ").write_text("#panic(sys.inputs.values)")
    monkeypatch.setattr(typesetting, "resource", lambda _name: templates)
    with pytest.raises(TypesettingError) as caught:
        paper.slips_pdf(wanted)
    assert not [code for code in CODES if written(code) in str(caught.getrepr())]
