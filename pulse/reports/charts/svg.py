"""Makes a rendered picture fit to stand inside a page under a policy without inline styles.

Only known elements and attributes pass; size is left to the style sheet, colours stay as
attributes, which `report-figures.css` overrides for dark mode and forced colours.
"""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from pulse.reports.charts.frames import FONT, INK, SOFT

HEADING_TOP = 44
LINE_HEIGHT = 19
NAMESPACE = "http://www.w3.org/2000/svg"
ELEMENTS = frozenset(
    {"svg", "g", "path", "rect", "line", "text", "tspan", "circle", "title", "desc"}
)
ATTRIBUTES = frozenset(
    [
        "d",
        "x",
        "y",
        "x1",
        "y1",
        "x2",
        "y2",
        "dx",
        "dy",
        "r",
        "cx",
        "cy",
        "width",
        "height",
        "transform",
        "fill",
        "fill-opacity",
        "stroke",
        "stroke-width",
        "stroke-dasharray",
        "stroke-opacity",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-miterlimit",
        "opacity",
        "text-anchor",
        "font-family",
        "font-size",
        "font-weight",
        "display",
    ]
)


class UnsafePictureError(ValueError):
    """The picture holds something that has no place in it."""


def clean(svg: str, *, name: str) -> str:
    """Return `svg` reduced to shapes and text, without a size: it fills the width it is given.

    Parameters
    ----------
    svg
        As it comes from the renderer.
    name
        Text alternative; becomes the accessible name of the picture.

    Raises
    ------
    UnsafePictureError
        An element that is neither shape nor text.
    """
    root = _parsed(svg)
    view_box = root.get("viewBox", "")
    _reduce(root)
    root.attrib.clear()
    root.set("viewBox", view_box)
    root.set("class", "picture")
    root.set("role", "img")
    root.set("focusable", "false")
    root.set("aria-label", name)
    return ET.tostring(root, encoding="unicode")


def as_file(svg: str, *, title: str, subtitle: Sequence[str]) -> str:
    """Return a cleaned picture as a file of its own: with its heading, on white paper."""
    root = _parsed(svg)
    _left, _top, width, height = root.get("viewBox", "0 0 0 0").split()
    heading = HEADING_TOP + LINE_HEIGHT * len(subtitle)
    name = root.get("aria-label", title)
    drawing = list(root)
    for element in drawing:
        root.remove(element)
    root.attrib.clear()
    root.attrib |= {
        "role": "img",
        "viewBox": f"0 0 {width} {float(height) + heading:g}",
        "width": width,
        "height": f"{float(height) + heading:g}",
    }
    _add(root, "title", {}, name)
    _add(root, "rect", {"width": "100%", "height": "100%", "fill": "white"})
    font = {"font-family": FONT, "x": "12"}
    bold = {"y": "30", "font-size": "19px", "font-weight": "bold", "fill": INK}
    _add(root, "text", font | bold, title)
    for place, line in enumerate(subtitle):
        y = f"{54 + LINE_HEIGHT * place}"
        _add(root, "text", font | {"y": y, "font-size": "14px", "fill": SOFT}, line)
    body = _add(root, "g", {"transform": f"translate(0,{heading})"})
    body.extend(drawing)
    return ET.tostring(root, encoding="unicode")


def _parsed(svg: str) -> ET.Element:
    ET.register_namespace("", NAMESPACE)
    return ET.fromstring(svg)  # noqa: S314 - made by our own renderer a moment ago


def _add(parent: ET.Element, tag: str, attributes: dict[str, str], text: str = "") -> ET.Element:
    element = ET.SubElement(parent, f"{{{NAMESPACE}}}{tag}", attributes)
    element.text = text or None
    return element


def _reduce(element: ET.Element) -> bool:
    """Strip `element`; return whether anything visible is left in it."""
    tag = element.tag.removeprefix(f"{{{NAMESPACE}}}")
    if tag not in ELEMENTS:
        raise UnsafePictureError(f"An element {tag!r} in a picture.")
    for attribute in set(element.attrib) - ATTRIBUTES:
        del element.attrib[attribute]
    for child in list(element):
        if not _reduce(child):
            element.remove(child)
    if tag == "g":
        return len(element) > 0
    if tag == "path":
        return element.get("d", "") not in {"", "M0,0h0v0h0Z"} and element.get("display") != "none"
    return True
