"""What a reader, a screen reader and a phone's camera get out of a PDF or a picture of it."""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterator

import pypdf
import zxingcpp

from bot.domain.messages import Block
from bot.domain.paper import Sheet

_MARKS = re.compile(r"(?:•|\d+\.)*")


def squeezed(text: str) -> str:
    """Return the text without white space: where a line ends is the layout's business."""
    return "".join(text.split())


def words_of(pdf: bytes) -> list[str]:
    """Return the words of each page, squeezed."""
    return [squeezed(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def difference(pdf: bytes, sheet: Sheet) -> str:
    """Return '' when the PDF holds the sheet's words in their order and no others, else where they part."""
    body, pages = "", words_of(pdf)
    for number, page in enumerate(pages, 1):
        foot = squeezed(f"112{sheet.foot}{number}/{len(pages)}")
        if page.count(foot) != 1:
            return f"page {number} has not its foot"
        body += page.replace(foot, "")
    at = 0
    for piece in filter(None, map(squeezed, _pieces(sheet))):
        found = body.find(piece, at)
        if found < 0:
            return f"missing: {piece}"
        if not _MARKS.fullmatch(body[at:found]):
            return f"added before {piece}: {body[at:found]}"
        at = found + len(piece)
    return f"added at the end: {body[at:]}" if body[at:] else ""


def _pieces(sheet: Sheet) -> Iterator[str]:
    yield from (sheet.danger, sheet.title, sheet.swedish)
    if not sheet.poster:
        yield sheet.link_words
    for block in sheet.blocks:
        yield from _of(block)
    for field in sheet.fields:
        yield from (field.label, field.swedish)
    if sheet.poster:
        yield sheet.link_words


def _of(block: Block) -> Iterator[str]:
    if block.kind == "fold":
        yield block.heading
        for inner in block.blocks:
            yield from _of(inner)
    elif block.kind in ("list", "steps"):
        yield from ("".join(span.text for span in item) for item in block.items)
    else:
        yield block.plain()


def tags_of(pdf: bytes) -> list[str]:
    """Return the structure tags in reading order, a figure with its words."""
    root = pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    return list(_tags(root["/StructTreeRoot"]))


def _tags(node: object) -> Iterator[str]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for child in node:
            yield from _tags(child)
    elif isinstance(node, dict):
        if name := node.get("/S"):
            yield f"{name}: {node['/Alt']}" if "/Alt" in node else str(name)
        yield from _tags(node.get("/K", []))


def links_of(pdf: bytes) -> set[str]:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    notes = (note.get_object() for page in reader.pages for note in page.get("/Annots", []))
    return {str(note["/A"]["/URI"]) for note in notes if "/A" in note}


def fonts_of(pdf: bytes) -> set[str]:
    """Return the names of the fonts, without the mark of the subset."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    fonts = (font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values())
    return {str(font["/BaseFont"]).rpartition("+")[2] for font in fonts}


def scanned(png: bytes) -> list[str]:
    """Return what a camera reads in the QR codes of the picture."""
    width, height, pixels = _grey(png)
    return [code.text for code in zxingcpp.read_barcodes(memoryview(pixels).cast("B", (height, width)))]


def _grey(png: bytes) -> tuple[int, int, bytes]:
    """Return width, height and one byte a pixel of an 8-bit RGBA PNG."""
    at, packed, width, height = 8, b"", 0, 0
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at : at + 8])
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", png[at + 8 : at + 18])
            assert (depth, colour) == (8, 6), "not an 8-bit RGBA picture"
        elif kind == b"IDAT":
            packed += png[at + 8 : at + 8 + size]
        at += size + 12
    raw, stride, above, out = zlib.decompress(packed), width * 4, bytearray(width * 4), bytearray()
    for row in range(height):
        line = bytearray(raw[row * (stride + 1) + 1 : (row + 1) * (stride + 1)])
        _unfiltered(raw[row * (stride + 1)], line, above)
        out += line[::4]
        above = line
    return width, height, bytes(out)


def _unfiltered(kind: int, line: bytearray, above: bytearray) -> None:
    """Undo a PNG filter in place: none, left, up, average, Paeth."""
    for i in range(len(line)):
        a, b, c = (line[i - 4] if i > 3 else 0), above[i], (above[i - 4] if i > 3 else 0)
        nearest = min((a, b, c), key=lambda v, p=a + b - c: abs(p - v))
        line[i] = (line[i] + (0, a, b, (a + b) // 2, nearest)[kind]) & 255
