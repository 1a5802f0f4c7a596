"""Pictures of how far confidences can be trusted, for docs/confidence.md.

`python -m bench reconcile` draws them from the recordings into out/; with --pictures into
docs/pictures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gouji.reconcile.calibration import Calibration, SourceKind
from gouji.reconcile.calibration.judging import Judged, accepted_at, reliability
from gouji.reconcile.calibration.learning import Learned, judge

from .documents import ROOT
from .recordings import Recording

FOLDER, DRAFTS = ROOT / "docs" / "pictures", ROOT / "out" / "pictures"
BUDGETS = tuple(n / 200 for n in range(41))  # up to a fifth of the cells
COLOURS = {
    "digital": "#4c72b0", "clean_scan": "#55a868", "sealed_scan": "#c44e52",
    "poor_scan": "#8172b2", "photo": "#ccb974",
}  # fmt: skip
OURS, PLAIN, GREY = "#1f4e79", "#c0504d", "#9a9a9a"


def draw(learned: Learned, found: Sequence[Recording], folder: Path = FOLDER) -> list[Path]:
    """Reliability, risk against review budget, and errors by kind of source."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    folder.mkdir(parents=True, exist_ok=True)
    plain = [c for r in found for c in judge(r.document, Calibration())]
    drawn = []
    for name, painter in (
        ("reliability", _reliability), ("budget", _budget), ("kinds", _kinds)
    ):  # fmt: skip
        figure, axes = pyplot.subplots(figsize=(6.4, 4.2), dpi=110, layout="constrained")
        painter(axes, learned.judged, plain)
        axes.spines[["top", "right"]].set_visible(False)
        path = folder / f"confidence-{name}.png"
        figure.savefig(path, metadata={"Software": None})
        pyplot.close(figure)
        drawn.append(path)
    return drawn


def _reliability(axes: Any, ours: Sequence[Judged], plain: Sequence[Judged]) -> None:
    """What was said beside what came true, both as the odds of being wrong."""
    axes.plot([1e-5, 1], [1e-5, 1], color=GREY, linewidth=1, label="as said")
    for cells, colour, label in ((plain, PLAIN, "uncalibrated"), (ours, OURS, "calibrated")):
        points = reliability(cells)
        said = [max(1 - p, 1e-5) for p, _, _ in points]
        # a bin without an error lies where half an error would
        came = [max(1 - share, 0.5 / count) for _, share, count in points]
        sizes = [12 + 40 * count / max(c for *_, c in points) for *_, count in points]
        axes.plot(said, came, color=colour, linewidth=1, alpha=0.5)
        axes.scatter(said, came, s=sizes, color=colour, label=label, zorder=3)
    axes.set(xscale="log", yscale="log", xlabel="said: probability that a cell is wrong")
    axes.set(ylabel="share of such cells that were wrong")
    axes.set_title("Reliability, held-out reports", loc="left")
    axes.legend(frameon=False)


def _budget(axes: Any, ours: Sequence[Judged], plain: Sequence[Judged]) -> None:
    """Wrong cells that slip through, by the share of cells that people look at."""
    for cells, colour, label in ((plain, PLAIN, "uncalibrated"), (ours, OURS, "calibrated")):
        slipped = [accepted_at(cells, budget) for budget in BUDGETS]
        rates = [20_000 * wrong / max(accepted, 1) for accepted, wrong in slipped]
        axes.step([100 * b for b in BUDGETS], rates, color=colour, where="post", label=label)
    axes.axhline(1, color=GREY, linewidth=1, linestyle=":")
    axes.axhline(7, color=GREY, linewidth=1, linestyle="--")
    axes.text(20, 7, "people keying once", ha="right", va="bottom", color=GREY)
    axes.set(yscale="symlog", xlabel="review budget, % of the cells", ylim=(0, None))
    axes.set(ylabel="wrong in 20,000 accepted cells")
    axes.set_title("What slips through a review", loc="left")
    axes.legend(frameon=False)


def _kinds(axes: Any, ours: Sequence[Judged], plain: Sequence[Judged]) -> None:
    """Wrong cells by kind of source: all of them, and those that slip at a fiftieth reviewed."""
    kinds = [kind for kind in SourceKind if any(c.source is kind for c in ours)]
    order = sorted(ours, key=lambda c: (c.read, c.p, c.document, c.key))
    slipped = Counter(c.source for c in order[int(0.02 * len(order)) :] if c.read and not c.right)
    wrong = Counter(c.source for c in ours if c.read and not c.right)
    cells = Counter(c.source for c in ours)
    places = range(len(kinds))
    for counts, shift, alpha, label in (
        (wrong, -0.2, 0.45, "before review"), (slipped, 0.2, 1.0, "after reviewing 2 %")
    ):  # fmt: skip
        rates = [1000 * counts[kind] / cells[kind] for kind in kinds]
        colours = [COLOURS[kind] for kind in kinds]
        bars = axes.bar([p + shift for p in places], rates, 0.38, color=colours, alpha=alpha)
        axes.bar_label(bars, [str(counts[kind]) for kind in kinds], fontsize=8)
        axes.bar([0], [0], color=GREY, alpha=alpha, label=label)
    names = [f"{kind.replace('_', ' ')}\n{cells[kind]:,} cells" for kind in kinds]
    axes.set_xticks(list(places), names)
    axes.set(ylabel="wrong cells of 1,000")
    axes.set_title("Errors by kind of source, held-out reports", loc="left")
    axes.legend(frameon=False)
