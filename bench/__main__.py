"""Measure gouji.

python -m bench                    digital PDFs, documents without pages, scans, memory, the flow,
                                   sums that decide, and ICDAR-2013 where it is there
python -m bench digital memory     only these
python -m bench reconcile          sums that read the table: against as read and totals overwritten
python -m bench scans              all of scans: right cells, other readers, reading processes
python -m bench reconcile          reports decided jointly; recorded scans too, with pictures
python -m bench scale              a large store in Postgres (bench.scale --documents N for larger)
python -m bench inbox-workers      two workers on one inbox beside one
python -m bench kills              100 random kills while an inbox is taken in (15 minutes)
python -m bench recordings --count 40       read scans and PDFs once and keep what was read
python -m bench calibration        fit the calibration that ships on the recordings, and judge it
python -m bench --frequencies      count right cells by kind: gouji/reconcile/frequencies.json
python -m bench --frequencies --unpaged    the same of DOCX, HTML and text
python -m bench --frequencies --scans --count 20    the same of scans
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from samples.generator.fonts import MissingProgram

from .report import Report


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what was asked for.

    Returns 0 when every target is met, 1 when one is missed, 3 when no document can be made.
    """
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", nargs="*", metavar="WHAT", help=", ".join(_MEASURES))
    parser.add_argument("--frequencies", action="store_true", help="count right cells by kind")
    parser.add_argument("--unpaged", action="store_true", help="of documents without pages")
    parser.add_argument("--scans", action="store_true", help="of pages that are pictures")
    parser.add_argument("--count", type=int, default=200, help="documents to read")
    parser.add_argument("--seed", type=int, default=500_000, help="their first seed")
    parser.add_argument(
        "--pictures", action="store_true", help="draw those of docs/confidence.md, not drafts"
    )
    parser.add_argument(
        "--level", help="recordings only of this level: 0 to 3, written, or digital"
    )
    parser.add_argument("--recordings", type=Path, metavar="DIR", help="where recordings lie")
    parser.add_argument(
        "--anew", action="store_true", help="make recordings by earlier readers again"
    )
    parser.add_argument("--out", type=Path, help="where counts, or the calibration, are written")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.what if name not in (*_MEASURES, *_MAKE)]
    if unknown:
        parser.error(f"{', '.join(unknown)}: there are {', '.join(_MEASURES)}")
    try:
        return _run(options)
    except MissingProgram as error:
        print(error, file=sys.stderr)
        return 3


def _run(options: argparse.Namespace) -> int:
    if options.frequencies:
        from . import frequencies, frequencies_scans, frequencies_unpaged

        measured = (
            frequencies_unpaged if options.unpaged
            else frequencies_scans if options.scans
            else frequencies
        )  # fmt: skip
        target = options.out or frequencies.SHIPPED
        print(measured.count_and_write(options.seed, options.count, target))
        return 0
    for name in _MAKE:
        if name in options.what:
            return _MAKE[name](options)
    met = True
    measures = _MEASURES | {
        "reconcile-scans": lambda: _reconcile_scans(options.pictures, options.recordings)
    }
    for name, measure in measures.items():
        wanted = {name, name.partition("-")[0]} & set(options.what)
        if not wanted and (options.what or name in _ONLY_WHEN_NAMED):
            continue
        report = measure()
        if report is None:
            print(f"{name}: {_LACKING[name]}\n")
            continue
        print(report, flush=True)
        met = met and report.met
    return 0 if met else 1


def _recordings(options: argparse.Namespace) -> int:
    from .recordings import FOLDER, Wish, make

    levels = [options.level] if options.level else []
    folder = options.recordings or FOLDER
    wish = Wish(options.seed, options.count, levels, folder, anew=options.anew)
    for level, count in make(wish).items():
        print(f"{level}: {count} documents")
    return 0


def _calibration(options: argparse.Namespace) -> int:
    from .calibration import fit_and_write
    from .recordings import FOLDER

    report = fit_and_write(options.out, options.recordings or FOLDER)
    print(report)
    return 0 if report.met else 1


_MAKE: dict[str, Callable[[argparse.Namespace], int]] = {
    "recordings": _recordings,
    "calibration": _calibration,
}


# Each is imported when it runs, so that one does not stand in the memory or time of another.
def _digital() -> Report:
    from .digital import measure

    return measure()


def _documents() -> Report:
    from .unpaged import measure

    return measure()


def _scans() -> Report:
    from .scans import measure

    return measure()


def _scan_peers() -> Report:
    from .scan_peers import measure

    return measure()


def _scan_workers() -> Report:
    from .scan_workers import measure

    return measure()


def _reconcile() -> Report:
    from .reconcile import measure

    return measure()


def _reconcile_time() -> Report:
    from .reconcile import measure_time

    return measure_time()


def _reconcile_scans(pictures: bool = False, folder: Path | None = None) -> Report | None:
    from .calibration import fitted
    from .pictures import DRAFTS, FOLDER, draw
    from .reconcile_scans import measure
    from .recordings import FOLDER as RECORDINGS
    from .recordings import all_there, version_note

    found = all_there(folder or RECORDINGS)
    if not found:
        return None
    learned = fitted(found)
    report = measure(found, learned)
    drawn = draw(learned, found, FOLDER if pictures else DRAFTS)
    notes = (*report.notes, version_note(found), f"drawn: {', '.join(str(path) for path in drawn)}")
    return replace(report, notes=notes)


def _memory() -> Report:
    from .memory import measure

    return measure()


def _flow() -> Report:
    from .flow import measure

    return measure()


def _inbox() -> Report:
    from .inbox import measure

    return measure()


def _kills() -> Report:
    from .kills import measure

    return measure()


def _review() -> Report:
    from .review import measure

    return measure()


def _scale() -> Report | None:
    from .postgres import programs
    from .scale import measure

    return measure() if programs() else None


def _inbox_workers() -> Report | None:
    from .inbox_workers import measure
    from .postgres import programs

    return measure() if programs() else None


def _icdar() -> Report | None:
    from .icdar import available, measure

    return measure() if available() else None


_MEASURES: dict[str, Callable[[], Report | None]] = {
    "digital": _digital,
    "documents": _documents,
    "scans": _scans,
    "scans-peers": _scan_peers,
    "scans-workers": _scan_workers,
    "reconcile": _reconcile,
    "reconcile-time": _reconcile_time,
    "reconcile-scans": _reconcile_scans,
    "memory": _memory,
    "flow": _flow,
    "inbox": _inbox,
    "kills": _kills,
    "review": _review,
    "scale": _scale,
    "inbox-workers": _inbox_workers,
    "icdar": _icdar,
}

_ONLY_WHEN_NAMED = frozenset(("kills", "scale"))  # they take a quarter of an hour

_LACKING = {
    "scale": "PostgreSQL is not installed",
    "inbox-workers": "PostgreSQL is not installed",
    "icdar": "../shared is not there",
    "reconcile-scans": "no recordings: `python -m bench recordings --count 40` makes them",
}

if __name__ == "__main__":
    sys.exit(main())
