"""The way from a page's lines to what the report says about itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gouji.model import ReportInfo

from .contacts import foot_of, foot_piece, read_contacts
from .dates import date_in
from .issuer import find_issuer, signature
from .labels import Labelled, labelled
from .lines import MetaLine, Printed, printed
from .names import REPORT_NAME
from .numbers import document_number, index_number, organ_code
from .sections import Sections, read_sections
from .title import About, Title, find_title, is_report_title
from .year import read_period, report_year

# Fewer headings of a report than this, and a title alone makes no report.
FEWEST_SECTIONS = 3
# A list page has so many titles of reports, and no report's headings.
FEWEST_LISTED = 3
_ERROR_PAGE = re.compile(
    r"404|页面不存在|页面未找到|无法找到该页|您访问的页面|该页无法显示|系统错误|NotFound|服务器错误|已被删除|访问出错",
    re.IGNORECASE,
)
_SHORT_PAGE = 600
_COMPILED = re.compile(
    r"(?:编制|制作|撰写|形成|公布|发布)(?:了)?(?:本|此)(?:年度)?报告|本(?:年度)?报告(?:由|中所列|所列|的)"
)
_DATE_ALONE = re.compile(r"\(?20\d\d[-/年.]\d{1,2}[-/月.]\d{1,2}日?(?:\d{1,2}:\d\d(?::\d\d)?)?\)?")
_URL_DATE = re.compile(
    r"/(?:20\d\d-?\d\d)/t?(20\d\d)(\d\d)(\d\d)_|/(20\d\d)/(\d{1,2})/(\d{1,2})/|/(20\d\d)-(\d\d)-?/?(\d\d)/"
    r"|/(20\d\d)(\d\d)/(\d\d)/"
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What was found. ``info`` has no template: only the form's tables tell that."""

    info: ReportInfo
    no_report: About | None = None  # why the page, without a filled form, is no report
    narrates: bool = (
        False  # a report without its tables: its title, its organ or year, its sections
    )
    kind: About | None = None  # what the title says that the page is; None: a report
    flags: tuple[str, ...] = ()

    @property
    def is_report(self) -> bool:
        """Whether a title names the report, and no explanation or notice of it."""
        return self.info.title is not None and self.kind is None


def read_metadata(
    lines: Sequence[MetaLine], file_title: str = "", url: str | None = None
) -> Metadata:
    """Read what a report says about itself.

    ``lines`` in reading order; ``file_title`` is the title in the file's own properties, used
    only where the page has none; ``url`` is where the page was saved from.
    """
    text = printed(lines)
    fields = labelled(text.spaced)
    names = [field.value for field in fields if field.meaning == "name"]
    title = find_title(text.pieces, *("".join(name.split()) for name in names), _plain(file_title))
    sections = read_sections(text.pieces)
    foot = foot_of(text.spaced, _place_of(text, sections))
    end = foot_piece(text.pieces, sections.last)
    signed, signer = signature(text.pieces[sections.last + 1 : end])
    published, publication_flags = _publication(text, fields, title, url)
    period = read_period(text.whole)
    # a table alone can say in its title whose and of what year it is
    named = title is not None and title.kind in (None, About.STATISTICS)
    name = title.text if title is not None and named else None
    year = report_year(name, period, text.whole, url, published)
    issuer = find_issuer(title, signer, fields, text, year.year)
    info = ReportInfo(
        template=None,
        title=title.text if title is not None else None,
        issuer=issuer.name,
        region=issuer.region,
        organ_type=issuer.organ_type,
        organ_level=issuer.organ_level,
        organ_code=organ_code(url, fields),
        report_year=year.year,
        period_start=period.start,
        period_end=period.end,
        publication_date=published,
        document_date=_first_date(fields, "written"),
        signature_date=signed,
        index_number=index_number(fields),
        document_number=document_number(fields, text.pieces[: _opening(title)]),
        contacts=read_contacts(fields, text.spaced, foot),
        sections_present=sections.present,
    )
    flags = [*issuer.flags, *publication_flags, *_date_flags(info)]
    if period.misprinted:
        flags.append("period_misprinted")
    if period.year is not None and year.year not in (None, period.year):
        flags.append("period_year_differs")
    if year.taken_from in ("url", "publication"):
        flags.append(f"year_from_{year.taken_from}")
    narrates = _narrates(info, title, sections, text)
    return Metadata(
        info,
        None if narrates else _no_report(title, sections, text),
        narrates,
        title.kind if title is not None else None,
        tuple(flags),
    )


def _plain(file_title: str) -> str:
    return printed([MetaLine(0, file_title, 1.0)]).whole


def _opening(title: Title | None) -> int:
    """How many pieces stand above the text: those up to the title and the two lines behind it."""
    return title.piece + 3 if title is not None and title.piece >= 0 else 6


def _place_of(text: Printed, sections: Sections) -> int:
    """Where the last heading begins in the spaced text; 0 without headings."""
    place = 0
    for _ in range(text.pieces[sections.last].line if sections.last >= 0 else 0):
        place = text.spaced.find("\n", place) + 1
    # on a page of one line the heading is far behind the line's beginning
    return max(place, text.spaced.rfind(sections.last_words) if sections.last_words else 0, 0)


def _first_date(fields: Sequence[Labelled], meaning: str) -> date | None:
    for field in fields:
        if field.meaning == meaning:
            found = date_in(_before_words(field.rest))
            if found is not None:
                return found
    return None


def _before_words(rest: str) -> str:
    """What of a value can be a date: up to the first words behind it."""
    return rest.lstrip(" :：|\t\n")[:26]


def _publication(
    text: Printed, fields: Sequence[Labelled], title: Title | None, url: str | None
) -> tuple[date | None, tuple[str, ...]]:
    """The labelled date; else a date alone beside the title; else, flagged, the address's."""
    for meaning in ("published", "date"):
        found = _first_date(fields, meaning)
        if found is not None:
            return found, ()
    if title is not None and title.piece >= 0:
        for piece in text.pieces[title.piece + 1 : title.piece + 4]:
            if _DATE_ALONE.fullmatch(piece.text):
                found = date_in(piece.text)
                if found is not None:
                    return found, ()
    match = _URL_DATE.search(url or "")
    if match:
        numbers = [int(group) for group in match.groups() if group]
        try:
            return date(*numbers), ("publication_date_from_url",)
        except ValueError:
            return None, ()
    return None, ()


def _date_flags(info: ReportInfo) -> list[str]:
    flags = []
    year, signed, published = info.report_year, info.signature_date, info.publication_date
    if signed and (
        (year is not None and signed.year not in (year, year + 1))
        or (published and signed.year != published.year)
    ):
        flags.append("signature_year_differs")
    if year is not None and published is not None:
        if published <= date(year, 12, 20):
            flags.append("published_before_year_end")
        elif published > date(year + 1, 12, 31):
            flags.append("published_late")
    return flags


def _narrates(info: ReportInfo, title: Title | None, sections: Sections, text: Printed) -> bool:
    """Whether the page is a report by its words alone."""
    if sections.of_a_report < FEWEST_SECTIONS or (info.report_year is None and info.issuer is None):
        return False
    if title is not None:
        return title.kind is None and REPORT_NAME.search(title.text) is not None
    return bool(_COMPILED.search(text.whole)) and sections.of_a_report > FEWEST_SECTIONS


def _no_report(title: Title | None, sections: Sections, text: Printed) -> About:
    """Why a page without a filled form is no report."""
    if title is not None and title.kind is not None:
        return title.kind
    listed = {p.text for p in text.pieces if len(p.text) < 60 and is_report_title(p.text)}
    if len(listed) >= FEWEST_LISTED and sections.of_a_report < FEWEST_SECTIONS:
        return About.LIST
    if len(text.whole) < _SHORT_PAGE and _ERROR_PAGE.search(text.whole):
        return About.ERROR_PAGE
    return About.NO_TITLE if title is None else About.NO_CONTENT
