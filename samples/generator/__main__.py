"""Makes annual reports with known truth.

python -m samples.generator --seed 1 --count 60 --out DIR    one sample a seed
python -m samples.generator --level 2 --container jpg        pictures of paper: --level 0 to 3
python -m samples.generator --committed                      those in the repository
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from samples.generator.batch import FORMS, OLDER_FORMS, PRODUCERS, make_batch, plan_sample
from samples.generator.committed import COMMITTED_FOLDER, committed_samples
from samples.generator.committed_documents import DOCUMENTS_FOLDER, committed_documents
from samples.generator.committed_scans import SCANS_FOLDER, committed_scans
from samples.generator.damage import DAMAGES
from samples.generator.fonts import MissingProgram
from samples.generator.scans.batch import ANY, Scan, make_scans, plan_scan
from samples.generator.scans.containers import CONTAINERS
from samples.generator.scans.levels import LEVELS, MARKS, Mark
from samples.generator.unpaged import UNPAGED, make_unpaged, plan_unpaged

GROUPS: dict[str, tuple[str, ...]] = {
    "pdf": PRODUCERS,
    "word": tuple(name for name in UNPAGED if name.startswith("docx")),
    "sheets": ("xlsx",),
    "web": tuple(name for name in UNPAGED if name.startswith("html")),
    "text": tuple(name for name in UNPAGED if name.startswith("text")),
    "all": (*PRODUCERS, *UNPAGED),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Make samples; 0 when all were written, 3 when a font or a program is missing."""
    parser = argparse.ArgumentParser(
        prog="python -m samples.generator",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seed", type=int, default=1, help="first seed")
    parser.add_argument("--count", type=int, default=10, help="how many samples")
    parser.add_argument("--out", type=Path, default=Path("samples/made"), help="folder to fill")
    parser.add_argument(
        "--producer",
        choices=(*PRODUCERS, *UNPAGED, *GROUPS),
        default="pdf",
        help="one, or a group of them that take turns: " + ", ".join(GROUPS),
        metavar="NAME",
    )
    parser.add_argument(
        "--damage", choices=(*DAMAGES, "any"), help="to the characters of HTML and text"
    )
    parser.add_argument(
        "--form",
        choices=(*FORMS, *map(str, OLDER_FORMS), "all"),
        default="all",
        help=f"{' and '.join(FORMS)} take turns in all",
    )
    scans = parser.add_argument_group("pictures of paper")
    scans.add_argument(
        "--level", type=int, choices=LEVELS, help="0 clean, 1 office scan, 2 photo, 3 harsh"
    )
    scans.add_argument("--container", choices=(*CONTAINERS, ANY), default=ANY, metavar="NAME")
    scans.add_argument("--fonts", choices=("usual", "held-out"), default="usual")
    scans.add_argument(
        "--marks",
        type=_marks,
        help="some of " + ",".join(MARKS) + ", or none; without it the level draws them",
        metavar="NAMES",
    )
    parser.add_argument("--committed", action="store_true", help="rewrite those in the repository")
    options = parser.parse_args(arguments)
    try:
        if options.committed:
            make_batch(committed_samples(), COMMITTED_FOLDER)
            make_unpaged(committed_documents(), DOCUMENTS_FOLDER)
            make_scans(committed_scans(), SCANS_FOLDER)
            print(f"samples in {COMMITTED_FOLDER}, {DOCUMENTS_FOLDER} and {SCANS_FOLDER}")
        else:
            made = _make(options)
            print(f"{made} samples in {options.out}")
    except MissingProgram as error:
        print(error, file=sys.stderr)
        return 3
    return 0


def _make(options: argparse.Namespace) -> int:
    """Make samples of the producers asked for; each seed has one, in turn."""
    names = GROUPS.get(options.producer, (options.producer,))
    seeds = range(options.seed, options.seed + options.count)
    if options.level is not None:
        return len(make_scans([_scan(seed, options) for seed in seeds], options.out))
    paged = [
        plan_sample(seed, producer, options.form)
        for seed in seeds
        for producer in PRODUCERS
        if names[seed % len(names)] == producer
    ]
    unpaged = [
        sample
        for seed in seeds
        if (name := names[seed % len(names)]) in UNPAGED
        for sample in plan_unpaged(seed, 1, (name,), options.form, options.damage)
    ]
    make_batch(paged, options.out)
    make_unpaged(unpaged, options.out)
    return len(paged) + len(unpaged)


def _marks(text: str) -> tuple[Mark, ...]:
    names = [] if text == "none" else text.split(",")
    unknown = [name for name in names if name not in MARKS]
    if unknown:
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: there are {', '.join(MARKS)}")
    return tuple(mark for mark in MARKS if mark in names)


def _scan(seed: int, options: argparse.Namespace) -> Scan:
    return plan_scan(
        seed,
        options.level,
        options.container,
        producer=options.producer if options.producer in PRODUCERS else None,
        form=options.form,
        fonts=options.fonts,
        marks=options.marks,
    )


if __name__ == "__main__":
    sys.exit(main())
