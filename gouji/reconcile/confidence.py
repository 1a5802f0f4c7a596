"""How sure a cell is, by what was measured: the share of right readings among its like.

Until joint decoding calibrates each cell, a cell's confidence is the measured frequency with which
readings of its kind (reader, agreement of the second reader, status of its sums, placing) were
right on the generator's documents. `frequencies.json` holds the counts; `bench/frequencies.py`
measures them again. A kind seen n times with k right counts (k + 1) / (n + 2).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources

from gouji.model import Agreement, Kind

# A kind seen fewer times than this says too little: the next coarser kind answers.
ENOUGH = 30
UNSEEN = 0.5
BROKEN = "broken"
# Kinds that say that the cell was not read: a person looks at them, however often that is right.
UNSETTLED = (Kind.UNREAD, Kind.TEXT_DAMAGED)
# Cells less sure than this are put before a person.
REVIEW_BELOW = 0.98

# How probable a reading of pixels is by itself, as part of its kind. Sums that hold make a fair
# reading as sure as its kind was measured; a fainter one is never surer than its pixels.
FAIR = 0.9
SURENESS = (("sure", 0.999), ("likely", 0.99), ("fair", FAIR))
FAINT = "faint"


def scanned_reader(reader: str, sureness: float) -> str:
    """The reader of a cell of pixels, told apart by how sure it was: its frequencies are its own.

    No kind falls back on another sureness, nor on what was measured of digital documents.
    """
    name = next((name for name, least in SURENESS if sureness >= least), FAINT)
    return f"{reader}_{name}"


@lru_cache(maxsize=4096)  # the 200 cells of a report are of some ten kinds
def cell_class(
    reader: str, agreement: Agreement, sums: str, kind: Kind, *, placed: bool, labelled: bool
) -> tuple[str, ...]:
    """The kinds a cell belongs to, the finest first.

    ``sums`` is ``holds``, ``violated`` or ``untestable``: the worst of its relations, where one
    that holds beats one that cannot be tried; or ``broken`` for every cell of a document most of
    whose sums fail, which no publisher's slip explains. A kind in trouble never borrows the
    frequency of kinds that are not: when it was not measured, it is unsure.
    """
    value = "number" if kind is Kind.NUMBER else str(kind)
    place = "placed" if placed and labelled else "doubtful_place"
    finest = f"{reader}|{agreement}|{sums}|{value}|{place}"
    if kind in UNSETTLED or agreement is Agreement.DISAGREES:
        return (finest,)
    kinds = (finest, f"{reader}|{agreement}|{sums}|{place}", f"{reader}|{sums}|{place}")
    return kinds if sums in (BROKEN, "violated") else (*kinds, f"{reader}|{place}")


def cell_confidence(classes: tuple[str, ...], counts: Mapping[str, tuple[int, int]]) -> float:
    """The measured frequency of the finest kind that was seen often enough."""
    for name in classes:
        right, seen = counts.get(name, (0, 0))
        if seen >= ENOUGH:
            return (right + 1) / (seen + 2)
    return UNSEEN


@cache
def measured() -> Mapping[str, tuple[int, int]]:
    """Counts of (right, seen) by kind, from the file that ships with the package."""
    text = resources.files("gouji.reconcile").joinpath("frequencies.json").read_text("utf-8")
    return {name: (right, seen) for name, (right, seen) in json.loads(text)["kinds"].items()}
