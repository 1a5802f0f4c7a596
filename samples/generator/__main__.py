"""Makes annual reports with known truth.

python -m samples.generator --seed 1 --count 60 --out DIR    one sample a seed
python -m samples.generator --committed                      the handful in samples/digital/
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from samples.generator.batch import FORMS, OLDER_FORMS, PRODUCERS, make_batch, plan_batch
from samples.generator.committed import COMMITTED_FOLDER, committed_samples
from samples.generator.fonts import MissingProgram


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
    parser.add_argument("--producer", choices=(*PRODUCERS, "all"), default="all")
    parser.add_argument(
        "--form",
        choices=(*FORMS, *map(str, OLDER_FORMS), "all"),
        default="all",
        help=f"{' and '.join(FORMS)} take turns in all",
    )
    parser.add_argument("--committed", action="store_true", help="rewrite samples/digital/")
    options = parser.parse_args(arguments)
    folder: Path = COMMITTED_FOLDER if options.committed else options.out
    samples = (
        committed_samples()
        if options.committed
        else plan_batch(options.seed, options.count, options.producer, options.form)
    )
    try:
        make_batch(samples, folder)
    except MissingProgram as error:
        print(error, file=sys.stderr)
        return 3
    print(f"{len(samples)} samples in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
