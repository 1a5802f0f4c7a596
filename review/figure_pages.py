"""The page of figures: trends, completeness, reliability, and how often two people agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from gouji.store import PlacedReport, Store
from gouji.store.second_looks import agreement_rows

from .access import Reader, services_of
from .figures import completeness, reliability
from .pages import choices_kept
from .trends import (
    HIGH,
    KEYS,
    WIDE,
    Counted,
    Line,
    YearCells,
    lines_of,
    year_cells,
    years_of,
)

router = APIRouter(include_in_schema=False)
RELIABLE_DECISIONS = 20_000  # the last ones; 20 µs each
IN_A_REGION = 50_000  # reports that are looked through for what there is
ADDED_UP = 5_000  # reports whose cells are added up: some 2 s


@dataclass(frozen=True, slots=True)
class RegionTrends:
    """A region's numbers over the years, of one kind of organ."""

    lines: Sequence[Line]
    organ_type: str | None
    organ_types: Sequence[tuple[str, int]]  # with how many reports each has, most first
    below: Sequence[str]  # the places directly inside
    reports: int  # that were added up
    left_out: int  # beyond what a page adds up


@router.get("/figures")
def figures(
    request: Request,
    visitor: Reader,
    issuer: Annotated[str, Query(max_length=200)] = "",
    region: Annotated[str, Query(max_length=200)] = "",
    organ_type: Annotated[str, Query(max_length=60)] = "",
) -> Response:
    """An organ or a region over the years, how complete places are, how right cells were read."""
    services = services_of(request)
    store = services.store
    issuer, region = issuer.strip(), _path(region)
    trends = region_trends(store, region, organ_type) if region and not issuer else None
    if issuer:
        opened = (services.desk.open(s, visitor.eyes) for s in store.places.of_issuer(issuer))
        lines = lines_of(filter(None, (year_cells(each.reading) for each in opened)))
    else:
        lines = list(trends.lines) if trends else []
    years, places = completeness(store.places.by_place_and_year(region))
    newest = store.reviews.newest(most=RELIABLE_DECISIONS)
    return services.pages.page(
        request,
        "figures.html",
        visitor,
        issuer=issuer,
        region=region,
        regions=choices_kept.of(store).regions,
        trends=trends,
        lines=lines,
        line_years=years_of(lines),
        wide=WIDE,
        high=HIGH,
        years=years,
        places=places,
        bins=reliability(newest[::-1]),
        concordances=agreement_rows(store.second_looks.pairs()),
        looks=store.second_looks.counts(),
    )


def region_trends(store: Store, region: str, organ_type: str) -> RegionTrends:
    """The numbers of a region's organs of one kind; without one named, of the most frequent."""
    found = store.places.in_region(region, IN_A_REGION)
    kinds = Counter(each.organ_type or "" for each in found).most_common()
    wanted = organ_type if organ_type in dict(kinds) else (kinds[0][0] if kinds else "")
    mine = [each for each in found if (each.organ_type or "") == wanted]
    depth = region.count("/")
    inside = {each.region.split("/")[depth] for each in found}
    return RegionTrends(
        lines_of(_with_cells(store, mine[-ADDED_UP:])),
        wanted,
        kinds,
        sorted(filter(str.isprintable, inside - {""})),
        len(mine[-ADDED_UP:]),
        max(0, len(mine) - ADDED_UP),
    )


def _with_cells(store: Store, reports: Sequence[PlacedReport]) -> list[YearCells]:
    cells = dict(store.cells_of([each.reading_id for each in reports], KEYS))
    return [
        YearCells(
            each.issuer or str(each.reading_id),
            each.year,
            {
                key: Counted(c.number, c.kind, c.state)
                for key, c in cells.get(each.reading_id, {}).items()
            },
        )
        for each in reports
    ]


def _path(region: str) -> str:
    """Places from the largest on, each followed by a slash."""
    return "".join(f"{place}/" for place in region.split("/") if place.strip())
