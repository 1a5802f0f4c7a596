"""The document again as PDF, its pages with their marks as lines and labels, the legend below.

A page's own content is kept as it is, so that its text can still be searched and copied; a page of
pixels that was straightened for reading becomes the straight picture.
"""

from __future__ import annotations

import io
import logging
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image

from gouji.model import DocumentReading
from ocr.pictures import PictureFile

from ..pdf.document import PageFrame, PdfFile
from ..settings import ReadSettings
from .legend import draw_legend
from .marks import GRID, Colour, PageMarks
from .page import NARROWEST, TEXT, WIDE, PagePicture, page_picture, with_legend
from .paint import (
    DOT,
    GRID_WIDTH,
    OUTLINE_WIDTH,
    Stroke,
    dashes,
    edge_stroke,
    frame_strokes,
    hatch_strokes,
)

FINE = 2  # the legend has so many times the pixels of a PNG's: it may be printed
# What qpdf and the objects of a broken page raise; such a page becomes a picture.
FAULTS = (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RuntimeError)


@contextmanager
def annotated(
    file: PdfFile | PictureFile, reading: DocumentReading, settings: ReadSettings
) -> Iterator[pikepdf.Pdf]:
    """The pages that the reading lists, annotated; ready to be saved."""
    with pikepdf.new() as result:
        source = _opened(file) if isinstance(file, PdfFile) else None
        for route in sorted(reading.pages, key=lambda page: page.facts.number):
            picture = page_picture(file, reading, route, settings)
            if picture is None:
                continue
            if picture.frame is None:
                _as_picture(result, picture)
                continue
            done = len(result.pages)
            try:
                if source is None:
                    raise ValueError("the file is another to qpdf than to PDFium")
                result.pages.append(source.pages[route.facts.number - 1])
                _annotate(result, result.pages[-1], picture, picture.frame)
            except FAULTS as error:
                logging.getLogger(__name__).info("page becomes a picture: %s", error)
                del result.pages[done:]
                _as_picture(result, picture)
        if source is not None:
            _keep_layers(source, result)
        yield result


def _opened(file: PdfFile) -> pikepdf.Pdf | None:
    """The document in qpdf, where that sees the same pages."""
    with suppress(*FAULTS):
        source = pikepdf.open(io.BytesIO(file.content), password=file.password or "")
        if len(source.pages) == len(file):
            return source
    return None


def _annotate(
    document: pikepdf.Pdf, page: pikepdf.Page, picture: PagePicture, frame: PageFrame
) -> None:
    width = max(round(picture.page.width), NARROWEST)
    strip = draw_legend(picture.legend, FINE * width, FINE * TEXT * max(1.0, width / WIDE))
    below = strip.height * frame.width / strip.width
    shown = Array([0, 0, frame.width, frame.height + below])
    page.contents_coalesce()
    contents = page.obj.get("/Contents")
    original = document.make_stream(contents.read_bytes() if contents is not None else b"")
    original.stream_dict = Dictionary(
        Type=Name.XObject, Subtype=Name.Form, BBox=Array(list(frame.crop)),
        Resources=page.obj.get("/Resources", Dictionary()),
    )  # fmt: skip
    if "/Group" in page.obj:
        original.Group = page.obj.Group
    marks = document.make_stream(_drawn(picture.marks, frame, below))
    marks.stream_dict = Dictionary(
        Type=Name.XObject, Subtype=Name.Form, BBox=shown, Matrix=Array(list(to_user_space(frame))),
        Resources=Dictionary(
            ExtGState=Dictionary(Over=Dictionary(BM=Name.Multiply)),
            Font=Dictionary(
                Sans=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
            ),
            XObject=Dictionary(Legend=_image(document, strip)),
        ),
    )  # fmt: skip
    page.obj.Resources = Dictionary(XObject=Dictionary(Page=original, Marks=marks))
    page.obj.Contents = document.make_stream(b"q /Page Do Q q /Marks Do Q")
    page.obj.MediaBox = page.obj.CropBox = _extended(frame, below)
    for box in ("/TrimBox", "/BleedBox", "/ArtBox"):
        if box in page.obj:
            del page.obj[box]


def to_user_space(frame: PageFrame) -> tuple[float, float, float, float, float, float]:
    """The matrix from the page as displayed (points, y down) to PDF user space."""
    left, bottom, right, top = frame.crop
    s = 1 / frame.unit
    return {
        0: (s, 0.0, 0.0, -s, left, top),
        90: (0.0, s, s, 0.0, left, bottom),
        180: (-s, 0.0, 0.0, s, right, bottom),
        270: (0.0, -s, -s, 0.0, right, top),
    }[frame.rotation]


def _extended(frame: PageFrame, below: float) -> Array:
    """The page's box with room below, as displayed."""
    a, b, c, d, e, f = to_user_space(frame)
    corners = [
        (a * x + c * y + e, b * x + d * y + f)
        for x, y in ((0.0, 0.0), (frame.width, frame.height + below))
    ]
    xs, ys = sorted(x for x, _ in corners), sorted(y for _, y in corners)
    return Array([xs[0], ys[0], xs[1], ys[1]])


def _drawn(marks: PageMarks, frame: PageFrame, below: float) -> bytes:
    """Content stream of the marks and the legend, in the page as displayed."""
    lines = ["/Over gs"]
    for tint in marks.tints:
        box = tint.box
        lines.append(f"{_rgb(tint.colour)} rg {box.left:.2f} {box.top:.2f}")
        lines.append(f"{box.width:.2f} {box.height:.2f} re f")
    for hatch in marks.hatches:
        lines.extend(_strokes(hatch_strokes(hatch), hatch.colour, DOT / 2))
    for edge in marks.edges:
        if not edge.printed:
            lines.extend(_strokes(dashes(edge_stroke(edge)), GRID, GRID_WIDTH))
    for outline in marks.outlines:
        sides = frame_strokes(outline.box, dashed=outline.dashed)
        lines.extend(_strokes(sides, outline.colour, OUTLINE_WIDTH))
    for label in marks.labels:
        baseline = label.box.center_y + 0.36 * label.size  # half the height of a capital
        text = label.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        lines.append(f"BT /Sans {label.size:.2f} Tf {_rgb(label.colour)} rg")
        lines.append(f"1 0 0 -1 {label.box.left:.2f} {baseline:.2f} Tm ({text}) Tj ET")
    inner = " ".join(lines)
    rules = " ".join(
        line
        for edge in marks.edges
        if edge.printed
        for line in _strokes([edge_stroke(edge)], GRID, GRID_WIDTH)
    )
    legend = f"{frame.width:.3f} 0 0 {-below:.3f} 0 {frame.height + below:.3f} cm /Legend Do"
    return f"q {inner} Q q {rules} Q q {legend} Q".encode("ascii", "replace")


def _strokes(strokes: Iterable[Stroke], colour: Colour, width: float) -> Iterator[str]:
    yield f"{_rgb(colour)} RG {width:.2f} w"
    for x0, y0, x1, y1 in strokes:
        yield f"{x0:.2f} {y0:.2f} m {x1:.2f} {y1:.2f} l S"


def _rgb(colour: Colour) -> str:
    return " ".join(f"{value / 255:.3f}" for value in colour)


def _image(document: pikepdf.Pdf, image: Image.Image) -> pikepdf.Object:
    data = zlib.compress(image.convert("RGB").tobytes(), 6)
    return document.make_stream(
        data,
        Type=Name.XObject, Subtype=Name.Image, Width=image.width, Height=image.height,
        ColorSpace=Name.DeviceRGB, BitsPerComponent=8, Filter=Name.FlateDecode,
    )  # fmt: skip


def _as_picture(document: pikepdf.Pdf, picture: PagePicture) -> None:
    """A page that holds nothing but its picture."""
    image = with_legend(picture)
    width, height = image.width / picture.scale, image.height / picture.scale
    page = document.add_blank_page(page_size=(width, height))
    page.obj.Resources = Dictionary(XObject=Dictionary(Page=_image(document, image)))
    page.obj.Contents = document.make_stream(
        f"q {width:.3f} 0 0 {height:.3f} 0 0 cm /Page Do Q".encode()
    )


def _keep_layers(source: pikepdf.Pdf, document: pikepdf.Pdf) -> None:
    """Which layers are off, and how form fields look: both stand outside the pages."""
    for name in ("/OCProperties", "/AcroForm"):
        with suppress(*FAULTS):
            found = source.Root.get(name)
            if found is not None:
                document.Root[name] = document.copy_foreign(
                    found if found.is_indirect else source.make_indirect(found)
                )
