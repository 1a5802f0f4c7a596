"""PaddleOCR's own modules on ONNX Runtime, without paddlepaddle.

PaddleOCR finds a model as a folder with ``inference.onnx`` and ``inference.yml``; for the pinned
weights such a folder is made for the moment of loading. Its results are text and score alone, so
the recogniser is asked through the module's runner, which gives every probability.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from functools import cached_property
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import numpy as np

from gouji.model.errors import EngineMissing

from . import orientation, recognition
from .charset import Charset, charset_of
from .detection import DetectionSettings
from .engine import Probabilities, Quad, Recognition
from .image import Pixels
from .models import catalogue, weights

os.environ.setdefault("PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK", "True")  # no network unasked
try:
    import paddleocr
except ImportError as error:
    raise EngineMissing(f"PaddleOCR: {error}.", "Run `pip install 'gouji[ocr]'`.") from error

# What PaddleOCR's own configuration files say of these networks; it reads JSON as YAML.
_IMAGE = {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}}
_NORMAL = {
    "mean": [0.485, 0.456, 0.406],
    "std": [0.229, 0.224, 0.225],
    "scale": 1 / 255,
    "order": "hwc",
}


class PaddleEngine:
    """`ocr.engine.Engine` on PaddleOCR's modules. Each crop is computed by itself."""

    def __init__(
        self,
        models: Path,
        threads: int = 1,
        recogniser: str | None = None,
        detector: str | None = None,
    ) -> None:
        """Load the recogniser; the other networks are loaded when first asked for.

        ``recogniser`` and ``detector`` are names of other models, which PaddleOCR downloads.

        Raises:
            EngineMissing: weights are missing, or cannot be downloaded.
        """
        self._models, self._threads, self._detector_name = models, threads, detector
        self._recogniser_name = recogniser
        if recogniser is None:
            self._charset = charset_of(weights(models, "recognition"))
        self._recogniser = self._load(paddleocr.TextRecognition, "recognition", recogniser, {})
        if recogniser is not None:
            self._charset = Charset.of(self._recogniser.post_op.character[1:-1])

    @property
    def name(self) -> str:
        model = catalogue()["recognition"]
        weights_name = self._recogniser_name or f"{model.name} {model.sha256[:8]}"
        return f"paddleocr {metadata.version('paddleocr')} onnxruntime {weights_name}"

    def recognise(self, crops: Sequence[Pixels]) -> list[Recognition]:
        return [self._read(crop) for crop in crops]

    def detect(self, image: Pixels) -> list[Quad]:
        if image.size == 0:
            return []
        colour = cv2.cvtColor(image, cv2.COLOR_GRAY2BGR) if image.ndim == 2 else image[:, :, ::-1]
        (found,) = self._detector.predict(np.ascontiguousarray(colour))
        quads = [_quad(corners) for corners in found["dt_polys"]]
        return sorted(quads, key=lambda quad: (quad[0][1], quad[0][0]))

    def orientation(self, image: Pixels) -> dict[int, float]:
        (probabilities,) = self._orienter.runner(x=[orientation.prepared(image)])
        return orientation.turns(probabilities[0])

    def _read(self, crop: Pixels) -> Recognition:
        if recognition.is_empty(crop):
            return recognition.nothing(self._charset)
        steps: Probabilities = self._recogniser.runner(x=[recognition.prepared(crop)])[0][0]
        best = steps.argmax(axis=1).astype(np.int32)
        return recognition.read(
            self._charset, crop, best, steps.max(axis=1), steps[:, self._charset.columns]
        )

    @cached_property
    def _detector(self) -> Any:
        settings = DetectionSettings()
        options = {
            "limit_side_len": settings.longest,
            "limit_type": "max",
            "thresh": settings.ink,
            "box_thresh": settings.line,
            "unclip_ratio": settings.widened,
        }
        return self._load(paddleocr.TextDetection, "detection", self._detector_name, options)

    @cached_property
    def _orienter(self) -> Any:
        module = paddleocr.DocImgOrientationClassification
        return self._load(module, "orientation", None, {})

    def _load(
        self, module: Callable[..., Any], role: str, name: str | None, options: dict[str, Any]
    ) -> Any:
        """The predictor inside a module of PaddleOCR."""
        running = {
            "engine": "onnxruntime",
            "device": "cpu",
            "engine_config": {"intra_op_num_threads": self._threads},
            **options,
        }
        if name is not None:
            try:
                return module(model_name=name, **running).paddlex_predictor
            except Exception as error:  # PaddleOCR raises Exception itself
                reason = " ".join(str(error).split())
                raise EngineMissing(f"PaddleOCR's model {name}: {reason}.", advice="") from error
        with TemporaryDirectory(prefix="gouji-model-") as folder:
            model_name = write_model(self._models, role, Path(folder))
            return module(model_name=model_name, model_dir=folder, **running).paddlex_predictor


def write_model(models: Path, role: str, folder: Path) -> str:
    """Put pinned weights into a folder as PaddleOCR finds a model; the model's name.

    Raises:
        EngineMissing: the weights are missing.
    """
    model = catalogue()[role]
    source = weights(models, role).absolute()
    (folder / "inference.onnx").symlink_to(source)
    description = {"Global": {"model_name": model.name}, **_description(role, source)}
    text = json.dumps(description, ensure_ascii=False)
    (folder / "inference.yml").write_text(text, encoding="utf-8")
    return model.name


def _description(role: str, source: Path) -> dict[str, Any]:
    """PaddleOCR's configuration of a network: what comes before and after it."""
    before: list[dict[str, Any]]
    after: dict[str, Any]
    match role:
        case "recognition":
            before = [_IMAGE, {"RecResizeImg": {"image_shape": [3, recognition.HEIGHT, 320]}}]
            characters = list(charset_of(source).characters[1:-1])
            after = {"name": "CTCLabelDecode", "character_dict": characters}
        case "detection":
            before = [_IMAGE, {"DetResizeForTest": None}, {"NormalizeImage": _NORMAL}]
            before.append({"ToCHWImage": None})
            after = {"name": "DBPostProcess", "max_candidates": 3000}
        case _:
            before = [
                {"ResizeImage": {"resize_short": orientation.SHORT}},
                {"CropImage": {"size": orientation.SIDE}},
                {"NormalizeImage": {**_NORMAL, "channel_num": 3, "order": ""}},
                {"ToCHWImage": None},
            ]
            labels = [str(degrees) for degrees in orientation.CLASSES]
            after = {"Topk": {"topk": 1, "label_list": labels}}
    return {"PreProcess": {"transform_ops": before}, "PostProcess": after}


def _quad(corners: Any) -> Quad:
    upper_left, upper_right, lower_right, lower_left = ((float(x), float(y)) for x, y in corners)
    return (upper_left, upper_right, lower_right, lower_left)
