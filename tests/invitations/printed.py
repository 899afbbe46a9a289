"""Reads a printed PDF as a phone and a nosy colleague would: QR codes from its pages, and its text."""

import re
from dataclasses import dataclass

import numpy as np
import pypdfium2 as pdfium
import zxingcpp

CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{3}\b")
DPI = 150


@dataclass(frozen=True, kw_only=True)
class Printed:
    """A print: each page's QR codes and text, and what the file says about itself."""

    qr_texts: tuple[tuple[str, ...], ...]
    page_texts: tuple[str, ...]
    sizes_mm: tuple[tuple[int, int], ...]
    metadata: dict[str, str]

    @property
    def text(self) -> str:
        return "\n".join(self.page_texts)

    @property
    def codes(self) -> list[str]:
        """The codes as people read them, in the order of the pages."""
        return CODE.findall("\n".join(self.page_texts[1:]))

    @property
    def scanned(self) -> list[str]:
        """What a phone reads of the slips."""
        return [text for page in self.qr_texts[1:] for text in page]


def read_print(pdf: bytes, dpi: int = DPI) -> Printed:
    """Render every page in shades of grey and read it."""
    document = pdfium.PdfDocument(pdf)
    pages = [document[number] for number in range(len(document))]
    printed = Printed(
        qr_texts=tuple(_qr_codes(page, dpi) for page in pages),
        page_texts=tuple(_text(page) for page in pages),
        sizes_mm=tuple((_mm(page.get_width()), _mm(page.get_height())) for page in pages),
        metadata={key: value for key, value in document.get_metadata_dict().items() if value},
    )
    document.close()
    return printed


def problems(printed: Printed, names: list[str]) -> list[str]:
    """What is wrong with a print of slips."""
    codes, scanned = printed.codes, printed.scanned
    found = []
    if sorted(text.partition("#")[2] for text in scanned) != sorted(_bare(codes)):
        found.append(f"{len(scanned)} of {len(codes)} QR codes can be read")
    if len(set(codes)) != len(codes) or len(set(scanned)) != len(scanned):
        found.append("two slips are alike")
    if len(codes) > 1 and codes in (sorted(codes), sorted(codes, reverse=True)):
        found.append("the slips are sorted")
    found += [f"the text names {name!r}" for name in names if name.lower() in printed.text.lower()]
    return found


def _bare(codes: list[str]) -> list[str]:
    return [code.replace("-", "") for code in codes]


def _qr_codes(page: pdfium.PdfPage, dpi: int) -> tuple[str, ...]:
    image = page.render(scale=dpi / 72, grayscale=True).to_numpy()
    found = zxingcpp.read_barcodes(
        np.ascontiguousarray(image.squeeze()), formats=zxingcpp.BarcodeFormat.QRCode
    )
    return tuple(code.text for code in found)


def _text(page: pdfium.PdfPage) -> str:
    text: str = page.get_textpage().get_text_bounded()
    return text


def _mm(points: float) -> int:
    return round(points / 72 * 25.4)
