"""Which cells the forms have: codes of tables, rows and columns, and how they make keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    """The printed form. MIXTURE is T21 with the single row (六)其他处理 of T19."""

    T19 = "T19"
    T21 = "T21"
    MIXTURE = "T21_MIXTURE"

    @property
    def template(self) -> str:
        """The form's header words decide: a mixture counts as T21."""
        return "T19" if self is Form.T19 else "T21"


@dataclass(frozen=True, slots=True)
class Band:
    """One item of article 20: a full-width line, a header row and value rows."""

    item: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Outcomes (三) to (六): one merged label beside numbered rows."""

    label: str
    rows: tuple[str, ...]


T21_BANDS = (
    Band(
        "一",
        ("issued", "repealed", "in_force"),
        ("art20_1.regulations", "art20_1.normative_documents"),
    ),
    Band("五", ("decisions",), ("art20_5.licences",)),
    Band("六", ("decisions",), ("art20_6.penalties", "art20_6.coercive_measures")),
    Band("八", ("amount_wan_yuan",), ("art20_8.administrative_fees",)),
)
T19_BANDS = (
    Band(
        "一",
        ("made", "newly_published", "published_total"),
        ("art20_1.regulations", "art20_1.normative_documents"),
    ),
    Band(
        "五",
        ("previous_items", "change", "decisions"),
        ("art20_5.licences", "art20_5.other_services"),
    ),
    Band(
        "六",
        ("previous_items", "change", "decisions"),
        ("art20_6.penalties", "art20_6.coercive_measures"),
    ),
    Band("八", ("previous_items", "change"), ("art20_8.administrative_fees",)),
    Band("九", ("items", "amount"), ("art20_9.central_procurement",)),
)

APPLICANTS = ("natural_person", "business", "research", "welfare", "legal_service", "other_org")
TOTAL = "total"
APPLICANT_COLUMNS = (*APPLICANTS, TOTAL)

RECEIVED = "requests_received"
CARRIED_OVER = "carried_over_from_previous_year"
PROCESSED = "processed_total"
CARRIED_FORWARD = "carried_forward_to_next_year"
GRANTED = ("granted_in_full", "granted_in_part")
REFUSED = Group(
    "refused",
    (
        "refused.state_secret",
        "refused.prohibited_by_law",
        "refused.safety_and_stability",
        "refused.third_party_rights",
        "refused.internal_affairs",
        "refused.process_information",
        "refused.enforcement_file",
        "refused.administrative_query",
    ),
)
UNABLE = Group(
    "unable", ("unable.not_held", "unable.needs_creation", "unable.unclear_after_correction")
)
NOT_PROCESSED = Group(
    "not_processed",
    (
        "not_processed.petition_or_complaint",
        "not_processed.repeat_request",
        "not_processed.public_publication",
        "not_processed.mass_repeated",
        "not_processed.reconfirm_or_reissue",
    ),
)
OTHER = Group("other", ("other.overdue_correction", "other.overdue_fee", "other.misc"))
OTHER_SINGLE = "other_handling"

BLOCKS = ("review", "litigation_direct", "litigation_after_review")
RESULTS = ("upheld", "corrected", "other_result", "pending")
RESULT_COLUMNS = (*RESULTS, TOTAL)

ARTICLE20 = "article20"
APPLICATIONS = "applications"
REVIEW = "review_litigation"


def bands(form: Form) -> tuple[Band, ...]:
    """The bands of article 20, from the top."""
    return T19_BANDS if form is Form.T19 else T21_BANDS


def outcome_groups(form: Form) -> tuple[Group, ...]:
    """The groups with numbered rows; only the true T21 has three rows under (六)."""
    groups = (REFUSED, UNABLE, NOT_PROCESSED)
    return (*groups, OTHER) if form is Form.T21 else groups


def outcome_rows(form: Form) -> tuple[str, ...]:
    """The rows whose sum is (七)总计, from the top."""
    rows = GRANTED + tuple(row for group in outcome_groups(form) for row in group.rows)
    return rows if form is Form.T21 else (*rows, OTHER_SINGLE)


def application_rows(form: Form) -> tuple[str, ...]:
    """All rows of the table of applications, from the top."""
    return (RECEIVED, CARRIED_OVER, *outcome_rows(form), PROCESSED, CARRIED_FORWARD)


def article20_key(row: str, column: str) -> str:
    """Key of a cell of article 20, such as `article20/art20_5.licences/decisions`."""
    return f"{ARTICLE20}/{row}/{column}"


def application_key(row: str, column: str) -> str:
    """Key of a cell of the applications, such as `applications/processed_total/total`."""
    return f"{APPLICATIONS}/{row}/{column}"


def review_key(block: str, column: str) -> str:
    """Key of a cell of the last table, such as `review_litigation/review/upheld`."""
    return f"{REVIEW}/{block}/{column}"


def all_keys(form: Form) -> Iterator[str]:
    """Every value cell of the form, in reading order."""
    for band in bands(form):
        for row in band.rows:
            for column in band.columns:
                yield article20_key(row, column)
    for row in application_rows(form):
        for column in APPLICANT_COLUMNS:
            yield application_key(row, column)
    for block in BLOCKS:
        for column in RESULT_COLUMNS:
            yield review_key(block, column)


CELL_COUNTS: Mapping[Form, int] = {Form.T19: 198, Form.T21: 200, Form.MIXTURE: 186}
