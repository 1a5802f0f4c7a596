"""The network of `ocr.cells.number_reader`, and what it is shown.

Needs PyTorch, which reading does not: see `training/README.md`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from ocr.cells.number_reader import HEIGHT, READ, WIDTHS
from ocr.image import Pixels

LAYERS = 2  # of a window
CLASSES = 2 + len(READ)  # the CTC blank first, any other character last
CHANNELS = (24, 56, 80, 112, 144)


def _block(before: int, after: int, pool: tuple[int, int] | None) -> list[nn.Module]:
    layers: list[nn.Module] = [
        nn.Conv2d(before, after, 3, padding=1, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(),
    ]
    if pool:
        layers.append(nn.MaxPool2d(pool))
    return layers


class Network(nn.Module):  # type: ignore[misc]
    """Batch × layers × 32 × width → batch × classes × 1 × width / 4, before the softmax."""

    def __init__(self) -> None:
        super().__init__()
        a, b, c, d, e = CHANNELS
        self.layers = nn.Sequential(
            nn.Conv2d(LAYERS, a, 5, stride=2, padding=2, bias=False),  # 16
            nn.BatchNorm2d(a),
            nn.ReLU(),
            *_block(a, b, (2, 2)),  # 8
            *_block(b, c, None),
            *_block(c, d, (2, 1)),  # 4
            *_block(d, d, (2, 1)),  # 2
            nn.Conv2d(d, e, (2, 1), bias=False),
            nn.BatchNorm2d(e),
            nn.ReLU(),
            nn.Conv2d(e, e, (1, 5), padding=(0, 2), bias=False),
            nn.BatchNorm2d(e),
            nn.ReLU(),
            nn.Dropout(0.1),
            nn.Conv2d(e, CLASSES, (1, 3), padding=(0, 1)),
        )

    def forward(self, shown: Tensor) -> Tensor:
        result: Tensor = self.layers(shown)
        return result


def padded(crops: Sequence[Pixels]) -> Tensor:
    """Crops as one input: 0 is paper, 1 is print; paper fills what is missing on the right."""
    widest = max(crop.shape[-1] for crop in crops)
    wide = next((w for w in WIDTHS if w >= widest), WIDTHS[-1])
    result = np.zeros((len(crops), LAYERS, HEIGHT, wide), np.float32)
    for i, crop in enumerate(crops):
        result[i, :, :, : crop.shape[-1]] = (255.0 - crop) / 255
    return torch.from_numpy(result)


def labels(text: str) -> list[int]:
    """Classes of a text's characters."""
    dashes = str.maketrans("—–−", "---")
    return [
        1 + READ.index(sign) if sign in READ else CLASSES - 1 for sign in text.translate(dashes)
    ]
