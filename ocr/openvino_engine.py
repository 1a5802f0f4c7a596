"""The PP-OCR weights on OpenVINO: the fastest engine on processors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from gouji.model.errors import EngineMissing

from . import detection, orientation, recognition
from .charset import Charset, charset_of
from .detection import DetectionSettings
from .engine import LOOKALIKES, SIGNS, Probabilities, Quad, Recognition
from .image import Pixels
from .models import catalogue, weights

try:
    import openvino as ov
    from openvino import opset13 as opset
except ImportError as error:
    raise EngineMissing(f"OpenVINO: {error}.", "Run `pip install 'gouji[ocr]'`.") from error


# A crop is recognised in bfloat16 first, where the processor computes in it, and again in full
# precision if its text hangs on a step at which another class is nearly as probable. Over 6,600
# crops of all kinds of damage the two read another text 252 times: never where the better class
# was more than 8.7 times as probable as the next, among words never more than 2.8 times. Of 4,000
# other crops one is read otherwise with these limits, as with 12 and 4.
CLEAR = 10.0
CLEAR_IN_WORDS = 3.0  # words are the larger part of a page's columns; their digits are no words
WORDS = 2  # so many characters of no number make words
MOST_TEXTS = 24  # more ways to read a crop are not followed
FEW_ROWS = 12  # that the classes are laid out in to find the best
NUMERIC = frozenset(SIGNS).union(*LOOKALIKES.values())

# Alone, a crop of 48 columns takes 1.8 times as long as among eight, one of 160 columns 1.2 times
# as long as among four: the network is 400 small steps. Over crops of all widths no bit differed
# between batches of 1 to 16 up to a width of 320. Each size of each width takes 50 ms to prepare:
# there is one size a width, and one crop alone.
SIZES = {48: 8, 64: 8, 80: 8, 96: 4, 128: 4, 160: 4, 208: 4, 256: 4}
FILLED = 0.6  # a batch that is at least so full is faster than its crops alone


class OpenVinoEngine:
    """`ocr.engine.Engine` on OpenVINO.

    Narrow crops of one width are computed side by side (`batches`), each batch by one thread. Every
    row of a batch is computed as it is alone, so neither its company nor the number of threads can
    change a bit.
    """

    def __init__(self, models: Path, threads: int = 1) -> None:
        """Load the recogniser; the other networks are loaded when first asked for.

        ``threads`` is how many crops are computed side by side.

        Raises:
            EngineMissing: weights are missing.
        """
        self._models = models
        self._threads = threads
        self._detection = DetectionSettings()
        self._core = ov.Core()
        path = weights(models, "recognition")
        self._charset = charset_of(path)
        network = _reduced(self._core.read_model(path), self._charset)
        reduced = "BF16" in self._core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        full = _Recogniser(self._compile(network), threads, first=not reduced, checked=False)
        self._recognisers = [full]
        if reduced:
            quick = self._compile(network, "bf16")
            self._recognisers.insert(0, _Recogniser(quick, threads, first=True, checked=True))

    @property
    def name(self) -> str:
        recogniser = catalogue()["recognition"]
        return f"openvino {ov.__version__.split('-')[0]} {recogniser.name} {recogniser.sha256[:8]}"

    def recognise(self, crops: Sequence[Pixels]) -> list[Recognition]:
        firsts: dict[tuple[tuple[int, ...], bytes], int] = {}  # the first of equal crops
        alike = [
            firsts.setdefault((crop.shape, crop.tobytes()), place)
            for place, crop in enumerate(crops)
        ]
        found: dict[int, Recognition] = {
            place: recognition.nothing(self._charset)
            for place in firsts.values()
            if recognition.is_empty(crops[place])
        }
        for recogniser in self._recognisers:
            left = [place for place in firsts.values() if place not in found]
            found.update(recogniser.read(crops, left, self._charset))
        return [found[place] for place in alike]

    def detect(self, image: Pixels) -> list[Quad]:
        if image.size == 0:
            return []
        ink = self._detector(detection.prepared(image, self._detection))[0][0, 0].copy()
        self._detector.release_memory()  # 80 MB at least, more than the recogniser holds
        return detection.lines(ink, image.shape[0], image.shape[1], self._detection)

    def orientation(self, image: Pixels) -> dict[int, float]:
        probabilities = self._orienter(orientation.prepared(image))[0][0]
        return orientation.turns(probabilities)

    @cached_property
    def _detector(self) -> Any:
        return self._compile(self._core.read_model(weights(self._models, "detection")), "bf16")

    @cached_property
    def _orienter(self) -> Any:
        return self._compile(self._core.read_model(weights(self._models, "orientation")))

    def _compile(self, model: Any, precision: str = "f32") -> Any:
        return self._core.compile_model(
            model,
            "CPU",
            {
                "INFERENCE_PRECISION_HINT": precision,
                "INFERENCE_NUM_THREADS": self._threads,
                "NUM_STREAMS": self._threads,
                "ENABLE_CPU_PINNING": False,
            },
        )


class _Recogniser:
    """The recogniser's network in one precision."""

    def __init__(self, network: Any, threads: int, *, first: bool, checked: bool) -> None:
        """``first``: most crops come here. ``checked``: those with a doubtful text are not read."""
        self._queue = ov.AsyncInferQueue(network, threads)
        self._first = first
        self._checked = checked

    def read(
        self, crops: Sequence[Pixels], places: Iterable[int], charset: Charset
    ) -> dict[int, Recognition]:
        """Readings by place, of the crops that this precision suffices for."""
        found: dict[int, Recognition] = {}

        def keep(request: Any, batch: Sequence[int]) -> None:
            outputs = [request.get_output_tensor(number).data for number in range(3)]
            for row, place in enumerate(batch):
                best, height, chosen = (output[row] for output in outputs)
                if not self._checked or says_one_text(best, height, charset):
                    found[place] = recognition.read(
                        charset, crops[place], best[:, 0], height[:, 0], chosen
                    )

        self._queue.set_callback(keep)
        # Few crops come to the second precision: it is prepared for single ones only.
        parts = batches(crops, places) if self._first else [([place], 1) for place in places]
        for batch, size in parts:
            rows = [recognition.prepared(crops[place]) for place in batch]
            rows += [np.zeros_like(rows[0])] * (size - len(rows))
            self._queue.start_async([rows[0] if size == 1 else np.concatenate(rows)], batch)
        self._queue.wait_all()
        return found


def says_one_text(best: recognition.Indices, height: Probabilities, charset: Charset) -> bool:
    """Whether the text is the same, whichever of its likely classes each step has.

    ``best`` and ``height`` are steps × 2: the two most probable classes and how probable they are.
    Where a character passes into the blank beside it, either may be a little more probable, and
    the text stays as it is.
    """
    words = {c for c in best[:, 0].tolist() if c and charset.characters[c] not in NUMERIC}
    other = 1 - height.sum(axis=1)  # of all but the two best classes together
    if len(words) < WORDS:
        clear, rival = np.full(len(best), CLEAR), height[:, 1] + other
    else:
        rival = height[:, 1]
        clear = np.where(charset.digits[best].any(axis=1), CLEAR, CLEAR_IN_WORDS)
    close = height[:, 0] < clear * rival
    if not close.any():
        return True
    if (close & (height[:, 0] < clear * other)).any():
        return False  # a third class may be as probable as the second
    texts: set[tuple[tuple[int, ...], int]] = {((), 0)}  # so far, with the class of the last step
    for choices, both in zip(best.tolist(), close.tolist(), strict=True):
        likely = choices if both else choices[:1]
        texts = {
            (text if c in (0, last) else (*text, c), c) for text, last in texts for c in likely
        }
        if len(texts) > MOST_TEXTS:
            return False
    return len({text for text, _ in texts}) == 1


def batches(crops: Sequence[Pixels], places: Iterable[int]) -> list[tuple[list[int], int]]:
    """The crops at ``places`` as batches of one padded width, each with its size.

    A batch may have fewer crops than its size; what is missing is filled with zeros.
    """
    by_width: dict[int, list[int]] = {}
    for place in places:
        width = recognition.padded_width(recognition.input_width(crops[place]))
        by_width.setdefault(width, []).append(place)
    found = []
    for width, alike in sorted(by_width.items()):
        most = SIZES.get(width, 1)
        while alike:
            size = most if len(alike) >= FILLED * most else 1
            found.append((alike[:size], size))
            alike = alike[size:]
    return found


def _reduced(model: Any, charset: Charset) -> Any:
    """The recogniser with small outputs: of each step the two best classes with their
    probabilities, and the probabilities of the signs.

    Its own output is 18,710 floats a step; copied out and searched they would take longer than
    a narrow crop takes to compute.
    """
    last = model.get_results()[0].input_value(0)  # 1 × steps × classes, after the softmax
    if last.get_partial_shape()[2].get_length() != len(charset.characters):
        raise EngineMissing("The recogniser's classes are not its characters.")
    axis = opset.constant(2, dtype=np.int32)
    chosen = opset.gather(last, opset.constant(charset.columns), axis)
    best, height = _two_best(last, len(charset.characters))
    outputs = [best, height, chosen.output(0)]
    return ov.Model([opset.result(output) for output in outputs], model.get_parameters())


def _two_best(last: Any, classes: int) -> tuple[Any, Any]:
    """The two most probable classes of each step, and how probable they are.

    Laid out as a table of few rows, both stand in the two columns with the highest tops: one pass
    over all classes and a search among 1,871 columns take a third of the time of one among 18,710.
    """
    rows = next(n for n in range(FEW_ROWS, 0, -1) if classes % n == 0)
    columns = classes // rows
    table = opset.reshape(last, opset.constant([0, 0, rows, columns]), True)
    tops = opset.reduce_max(table, opset.constant([2]))
    two = opset.constant(2, dtype=np.int32)
    where = opset.topk(tops, two, -1, "max", "value", "i32").output(1)
    beneath = opset.constant(columns * np.arange(rows, dtype=np.int32))
    places = opset.add(opset.unsqueeze(where, opset.constant([3])), beneath)  # 2 × rows a step
    places = opset.reshape(places, opset.constant([0, 0, 2 * rows]), True)
    found = opset.topk(opset.gather_elements(last, places, 2), two, -1, "max", "value", "i32")
    return opset.gather_elements(places, found.output(1), 2).output(0), found.output(0)
