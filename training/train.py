"""Train the reader of numbers and write its weights.

python -m training.train --sheets 24000 --minutes 62 --out ocr/cells/number_reader_rules.onnx

Needs the packages of training/requirements.txt beside gouji's own. Sheets are made on one core
while the network learns on the other; how well it reads sheets that it has not seen is printed.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from queue import Empty
from typing import Any

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor
from torch.nn import functional

from ocr.cells.number_reader import HEIGHT, WEIGHTS, WIDTHS
from ocr.image import Pixels
from ocr.opencv import cv2

from .network import LAYERS, Network, labels, padded
from .sheets import Example, examples

BATCH = 128
RATE, WARM_UP, LAST = 2.5e-3, 300, 0.004  # at first; steps; the share of the rate at the end
HELD_OUT = 3000  # examples that are not learned from
EVERY = 160  # steps between two measurements
FEWEST = 20_000  # examples before the first step
AT_ONCE = 0.02  # seconds between two sheets that are there
LEARNED, SELDOM = 0.02, 0.2  # loss of an example that is known, and how often it comes then
Places = np.ndarray[Any, np.dtype[Any]]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--sheets", type=int, default=20_000)
    parser.add_argument("--minutes", type=float, default=45.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--makers", type=int, default=1, help="processes that make sheets")
    parser.add_argument("--rate", type=float, default=RATE, help="of learning, at first")
    parser.add_argument("--start", type=Path, help="what a network wrote beside its weights")
    parser.add_argument("--out", type=Path, default=WEIGHTS[-1])
    options = parser.parse_args(arguments)
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    queue: multiprocessing.Queue[list[Example]] = multiprocessing.Queue(200)
    seeds = range(options.seed * 1_000_000, options.seed * 1_000_000 + options.sheets)
    for n in range(options.makers):
        part = seeds[n :: options.makers]
        multiprocessing.Process(target=_make, args=(queue, part), daemon=True).start()
    network = Network()
    if options.start:
        network.load_state_dict(torch.load(options.start))
    rng = np.random.default_rng(options.seed)
    learn(network, _arriving(queue), options.minutes * 60, options.rate, rng)
    torch.save(network.state_dict(), options.out.with_suffix(".pt"))
    write(network, options.out)
    return 0


def _make(queue: multiprocessing.Queue[list[Example]], seeds: Iterable[int]) -> None:
    cv2.setNumThreads(1)
    for seed in seeds:
        queue.put(list(examples(seed)))


def _arriving(queue: multiprocessing.Queue[list[Example]]) -> Iterator[list[Example]]:
    """What sheets there are by now, an empty list where none came since.

    A sheet is larger than the pipe it comes through: the next one takes a moment to follow.
    """
    while True:
        try:
            yield queue.get(timeout=AT_ONCE)
        except Empty:
            yield []


def learn(
    network: Network, sheets: Iterator[list[Example]], seconds: float, rate: float, rng: Generator
) -> None:
    """Have a network learn from the sheets that arrive within so many seconds."""
    pool: list[Example] = []
    while len(pool) < FEWEST:
        pool += next(sheets)
    kept, pool = pool[:HELD_OUT], pool[HELD_OUT:]
    weights = np.ones(len(pool))
    network.to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=1e-2)
    step, begun = 0, time.monotonic()
    while (share := (time.monotonic() - begun) / seconds) < 1:
        while more := next(sheets):
            pool += more
        weights = np.append(weights, np.ones(len(pool) - len(weights)))
        for group in optimiser.param_groups:
            cosine = 0.5 * (1 + math.cos(math.pi * share)) + LAST
            group["lr"] = rate * min(1.0, (step + 1) / WARM_UP) * cosine
        for places in _batches(pool, weights, rng):
            batch = [Example(varied(pool[i].crop, rng), pool[i].text) for i in places]
            losses = _losses(network, batch)
            weights[places] = np.where(losses.detach().numpy() < LEARNED, SELDOM, 1.0)
            optimiser.zero_grad()
            losses.mean().backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimiser.step()
            step += 1
        if step % EVERY < 8:
            right = share_right(network, kept)
            print(f"{share:.0%} step {step} of {len(pool)}: {right:.2%}", file=sys.stderr)


def _batches(pool: Sequence[Example], weights: Places, rng: Generator) -> Iterator[Places]:
    """Eight batches, each of examples of like width; what is known already comes seldom."""
    steps = np.cumsum(weights)
    drawn = np.searchsorted(steps, rng.random(8 * BATCH) * steps[-1])
    drawn = drawn[np.argsort([pool[i].crop.shape[-1] for i in drawn], kind="stable")]
    for i in rng.permutation(8):
        yield drawn[i * BATCH : (i + 1) * BATCH]


def varied(crop: Pixels, rng: Generator) -> Pixels:
    """The crop a little higher or lower, narrower or wider, paler or darker."""
    if rng.random() < 0.5:
        crop = np.roll(crop, (down := int(rng.integers(-2, 3))), 1)
        crop[:, : max(down, 0)] = 255
        crop[:, HEIGHT + min(down, 0) :] = 255
    if rng.random() < 0.3:
        wide = max(8, round(crop.shape[-1] * rng.uniform(0.85, 1.18)))
        size = (min(wide, WIDTHS[-1]), HEIGHT)
        crop = np.stack([np.asarray(cv2.resize(layer, size)) for layer in crop])
    if rng.random() < 0.4:
        dark = (255.0 - crop) * rng.uniform(0.6, 1.4)
        crop = (255 - np.clip(dark, 0, 255)).astype(np.uint8)
    return crop


def _signs(network: Network, crops: Sequence[Pixels]) -> Tensor:
    """Batch × classes × steps, before the softmax."""
    shown = padded(crops).contiguous(memory_format=torch.channels_last)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        output: Tensor = network(shown)
    return output.float()[:, :, 0]


def _losses(network: Network, batch: Sequence[Example]) -> Tensor:
    signs = _signs(network, [example.crop for example in batch])
    told = [labels(example.text) for example in batch]
    losses: Tensor = functional.ctc_loss(
        signs.permute(2, 0, 1).log_softmax(2),
        torch.tensor([sign for text in told for sign in text]),
        torch.full((len(batch),), signs.shape[2]),
        torch.tensor([len(text) for text in told]),
        zero_infinity=True,
        reduction="none",
    )
    return losses


def share_right(network: Network, kept: Sequence[Example]) -> float:
    """Of examples, how many are read right to the last sign; many cannot be by anybody."""
    network.eval()
    right = 0
    by_width = sorted(kept, key=lambda example: example.crop.shape[-1])
    with torch.no_grad():
        for start in range(0, len(by_width), 2 * BATCH):
            batch = by_width[start : start + 2 * BATCH]
            best = _signs(network, [example.crop for example in batch]).argmax(1).numpy()
            for path, example in zip(best, batch, strict=True):
                starts = np.flatnonzero(np.diff(path, prepend=0))
                right += [int(path[i]) for i in starts if path[i]] == labels(example.text)
    network.train()
    return right / len(kept)


def write(network: Network, out: Path) -> None:
    """The weights as ONNX: windows of any width to probabilities."""
    network.eval()
    torch.onnx.export(
        torch.nn.Sequential(network, torch.nn.Softmax(dim=1)),
        (torch.zeros(1, LAYERS, HEIGHT, 96),),
        str(out),
        input_names=["shown"],
        output_names=["signs"],
        dynamic_axes={"shown": {0: "batch", 3: "width"}, "signs": {0: "batch", 3: "steps"}},
        opset_version=13,
        dynamo=False,
    )


if __name__ == "__main__":
    sys.exit(main())
