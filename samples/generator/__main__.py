"""Makes annual reports with known truth.

python -m samples.generator --seed 1 --count 60 --out DIR    one sample a seed
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
from samples.generator.damage import DAMAGES
from samples.generator.fonts import MissingProgram
from samples.generator.unpaged import UNPAGED, make_unpaged, plan_unpaged

GROUPS: dict[str, tuple[str, ...]] = {
    "pdf": PRODUCERS,
    "word": tuple(name for name in UNPAGED if name.startswith("docx")),
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
    parser.add_argument("--committed", action="store_true", help="rewrite those in the repository")
    options = parser.parse_args(arguments)
    try:
        if options.committed:
            make_batch(committed_samples(), COMMITTED_FOLDER)
            make_unpaged(committed_documents(), DOCUMENTS_FOLDER)
            print(f"samples in {COMMITTED_FOLDER} and {DOCUMENTS_FOLDER}")
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


if __name__ == "__main__":
    sys.exit(main())
